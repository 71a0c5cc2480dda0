"""Reads what participants gave: Mechanical Turk's batch results and the offline page's JSON.

A file that does not fit the study is refused with one line; nothing is skipped in silence.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.study.design import KEY_FORMAT
from reenact.errors import InputError

ANSWERS_FORMAT = "reenact-study-answers"
NEEDED = ("WorkerId", "AssignmentId", "Input.study", "Input.form")
MAX_RESULT_BYTES = 50_000_000


@dataclass(frozen=True)
class Answer:
    """One choice. `reaction_ms` counts from when the picture was on the screen."""

    trial: str
    choice: str
    reaction_ms: float


@dataclass(frozen=True)
class Participant:
    """One person's answers to one form.

    Attributes:
        name: worker id, Prolific id, or random.
        place: file and row, for messages.
        is_rejected: whether the owner rejected the work on Mechanical Turk.
    """

    name: str
    form: int
    answers: tuple[Answer, ...]
    place: str
    is_rejected: bool = False


def read_key(folder: Path) -> dict[str, Any]:
    """The key of a study.

    Raises:
        InputError: there is none, or it is damaged.
    """
    path = folder / "KEY.json"
    if not path.is_file():
        raise InputError(f"`DIR` must hold a study's KEY.json, got '{folder}'. See `bench sheet`.")
    key = _json(path)
    if not isinstance(key, dict) or key.get("format") != KEY_FORMAT or key.get("version") != 1:
        raise InputError(f"'{path}' is no key of a study (format '{KEY_FORMAT}', version 1).")
    missing = [name for name in ("study", "kind", "choices", "forms", "trials") if name not in key]
    if missing:
        raise InputError(f"'{path}' is damaged: {', '.join(missing)} missing. Make the sheet anew.")
    return key


def result_files(folder: Path, given: Sequence[Path]) -> list[Path]:
    """The files that were named, or else all of `results/`."""
    files = list(given) or sorted(
        path
        for path in (folder / "results").glob("*")
        if path.suffix.lower() in (".csv", ".json") and not path.name.startswith(".")
    )
    if not files:
        where = folder / "results"
        raise InputError(f"No answers: '{where}' must hold .csv or .json files, or use --results.")
    return files


def read_results(key: dict[str, Any], files: Iterable[Path]) -> list[Participant]:
    """All participants of all files.

    Raises:
        InputError: a file cannot be read, belongs to another study, or a participant is in twice.
    """
    found: list[Participant] = []
    for path in files:
        if not path.is_file():
            raise InputError(f"Results '{path}' are not there.")
        if path.stat().st_size > MAX_RESULT_BYTES:
            raise InputError(f"Results '{path.name}' must be under 50 MB.")
        read = _read_csv if path.suffix.lower() == ".csv" else _read_json
        found += read(key, path)
    seen: dict[str, str] = {}
    for one in found:
        if one.name in seen:
            raise InputError(
                f"Participant '{one.name}' is in the results twice ({seen[one.name]} and "
                f"{one.place}): people judge the pictures once. Remove one of the two."
            )
        seen[one.name] = one.place
    return found


def _read_json(key: dict[str, Any], path: Path) -> list[Participant]:
    data = _json(path)
    records = data if isinstance(data, list) else [data]
    found = []
    for number, record in enumerate(records):
        place = path.name if len(records) == 1 else f"{path.name}, entry {number + 1}"
        found.append(participant(key, record, place))
    return found


def participant(key: dict[str, Any], record: Any, place: str) -> Participant:
    """One participant from the page's JSON.

    Raises:
        InputError: it is something else, damaged, or of another study.
    """
    if not isinstance(record, dict) or record.get("format") != ANSWERS_FORMAT:
        raise InputError(f"'{place}' holds no answers of a study page ('{ANSWERS_FORMAT}').")
    missing = [n for n in ("study", "form", "participant", "answers") if n not in record]
    if missing:
        raise InputError(f"'{place}' is damaged: {', '.join(missing)} missing.")
    _check_study(key, record["study"], place)
    form, name = _form(key, record["form"], place), str(record["participant"])[:100]
    return Participant(name, form, _answers(key, form, record["answers"], place), place)


def _read_csv(key: dict[str, Any], path: Path) -> list[Participant]:
    csv.field_size_limit(MAX_RESULT_BYTES)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            columns, rows = reader.fieldnames or [], list(reader)
    except (UnicodeDecodeError, csv.Error, OSError) as error:
        raise InputError(f"Results '{path.name}' are no CSV file that can be read.") from error
    missing = [name for name in NEEDED if name not in columns]
    if not {"Answer.answers", "Answer.taskAnswers"} & set(columns):
        missing.append("Answer.answers")
    if missing:
        raise InputError(
            f"Results '{path.name}' must be Mechanical Turk's batch results; "
            f"missing columns: {', '.join(missing)}."
        )
    found = []
    for number, row in enumerate(rows, start=2):
        place = f"{path.name}, row {number}"
        _check_study(key, row["Input.study"], place)
        form = _form(key, row["Input.form"], place)
        answers = _answers(key, form, _turk_answers(row, place), place)
        is_rejected = (row.get("AssignmentStatus") or "").lower() == "rejected"
        found.append(Participant(row["WorkerId"] or "", form, answers, place, is_rejected))
    return found


def _turk_answers(row: dict[str, str], place: str) -> Any:
    """The list of answers: a column of its own, or one within Answer.taskAnswers."""
    text = row.get("Answer.answers")
    try:
        if text is None:
            (tasks,) = json.loads(row["Answer.taskAnswers"])
            text = tasks["answers"]
        return json.loads(text) if text else []
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"The answers in {place} are damaged: no JSON list.") from error


def _check_study(key: dict[str, Any], study: Any, place: str) -> None:
    if study != key["study"]:
        raise InputError(
            f"Results must belong to study {key['study']}, but {place} is of study '{study}'. "
            "Score each study in its own folder."
        )


def _form(key: dict[str, Any], form: Any, place: str) -> int:
    count = len(key["forms"])
    if str(form).isdigit() and int(form) < count:
        return int(form)
    raise InputError(f"The form in {place} must be 0 to {count - 1}, got '{form}'.")


def _answers(key: dict[str, Any], form: int, given: Any, place: str) -> tuple[Answer, ...]:
    trials, choices = set(key["forms"][form]), key["choices"]
    if not isinstance(given, list):
        raise InputError(f"The answers in {place} must be a list.")
    answers: dict[str, Answer] = {}
    for item in given:
        try:
            trial, choice, took = item[0], item[1], float(item[2])
        except (TypeError, IndexError, KeyError, ValueError) as error:
            raise InputError(f"An answer in {place} is damaged: '{item}'.") from error
        if trial not in trials:
            raise InputError(f"An answer in {place} is to a trial that form {form} does not have.")
        if choice not in choices:
            known = ", ".join(choices)
            raise InputError(f"A choice in {place} must be one of {known}, got '{choice}'.")
        if trial in answers:
            raise InputError(f"A trial is answered twice in {place}.")
        if not 0 <= took < float("inf"):
            raise InputError(f"A reaction time in {place} must be 0 or more, got {took}.")
        answers[trial] = Answer(trial, choice, took)
    return tuple(answers.values())


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"'{path}' is damaged: it is no JSON file that can be read.") from error
