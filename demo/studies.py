"""The studies of the tab *Study*: which ones there are, and where answers go.

Built-in ones are folders in `demo/studies_built_in/`, made by `bench sheet`. The owner of a page
sets two variables:

    REENACT_STUDY_DIR=FOLDER       a study of `bench sheet`, shown instead of the built-in ones
    REENACT_STUDY_RESULTS=FOLDER   where answers are kept, one JSON file each, for `bench score`

Without the second, nothing is kept: visitors download their answers.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.study.results import Participant, participant, read_key
from bench.study.wording import LEFT, REAL
from demo import text_study as words
from reenact.errors import InputError, OutputError

BUILT_IN = Path(__file__).parent / "studies_built_in"
MOST_BYTES = 200_000
"""Answers that are larger than this are refused."""

MOST_KEPT = 10_000
"""With this many files in the folder, no more are kept."""


@dataclass(frozen=True)
class OpenStudy:
    """A study that visitors can take.

    Attributes:
        key: never leaves this computer.
        page: the file that visitors get.
    """

    name: str
    title: str
    key: dict[str, Any]
    page: Path


@dataclass
class Studies:
    """All studies of a page, and the folder for answers (None: nothing is kept)."""

    found: dict[str, OpenStudy]
    results: Path | None
    is_built_in: bool = True
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> Studies:
        """What the environment says.

        Raises:
            InputError: a folder is no study, or answers cannot be written.
        """
        own = environ.get("REENACT_STUDY_DIR", "").strip()
        kept = environ.get("REENACT_STUDY_RESULTS", "").strip()
        folders = [Path(own)] if own else sorted(p for p in BUILT_IN.glob("*") if p.is_dir())
        return cls(
            {folder.name: open_study(folder) for folder in folders},
            _writable(Path(kept)) if kept else None,
            is_built_in=not own,
        )

    def publish(self, folder: Path) -> dict[str, Path]:
        """Copy the pages, and nothing else, to where visitors can read them."""
        pages = {}
        for name, study in self.found.items():
            pages[name] = folder / f"study_{study.key['study']}.html"
            shutil.copyfile(study.page, pages[name])
        return pages

    def hand_in(self, results: Any) -> dict[str, Any]:
        """Take a visitor's answers.

        Args:
            results: what the page gives; anybody can send anything.

        Returns:
            What the page shows: a message, and the visitor's own scores as (name, value).
        """
        try:
            study, person = self._read(results)
        except InputError:
            return {"message": words.REFUSED, "scores": []}
        scores = own_scores(study.key, person)
        if self.results is None:
            return {"message": words.DONE_NOT_KEPT, "scores": scores}
        try:
            self._keep(self.results, study, person, results)
        except OSError:
            return {"message": words.DONE_FAILED, "scores": scores}
        return {"message": words.DONE_KEPT, "scores": scores}

    def _read(self, results: Any) -> tuple[OpenStudy, Participant]:
        if not isinstance(results, dict) or len(json.dumps(results)) > MOST_BYTES:
            raise InputError(words.REFUSED)
        for study in self.found.values():
            if study.key["study"] == results.get("study"):
                person = participant(study.key, results, "the answers")
                if len(person.answers) != len(study.key["forms"][person.form]):
                    raise InputError(words.REFUSED)
                return study, person
        raise InputError(words.REFUSED)

    def _keep(
        self, folder: Path, study: OpenStudy, person: Participant, results: dict[str, Any]
    ) -> None:
        """Only what `bench score` reads is written, under a number that is drawn here."""
        number = secrets.token_hex(8)
        clean = {
            "format": results["format"],
            "version": 1,
            "study": study.key["study"],
            "form": person.form,
            "participant": number,
            "answers": [[a.trial, a.choice, round(a.reaction_ms)] for a in person.answers],
        }
        with self._lock:
            if sum(1 for _ in folder.iterdir()) >= MOST_KEPT:
                raise OSError("the folder is full")
            path = folder / f"{study.key['study']}_{number}.json"
            part = path.with_suffix(".part")
            part.write_text(json.dumps(clean), encoding="utf-8")
            part.replace(path)


def open_study(folder: Path) -> OpenStudy:
    """A folder that `bench sheet` made.

    Raises:
        InputError: it is none, or its page is missing.
    """
    key = read_key(folder)
    page = folder / "hand_out" / "study.html"
    if not page.is_file():
        raise InputError(f"The study '{folder}' must hold hand_out/study.html. Make it anew.")
    return OpenStudy(folder.name, words.KINDS.get(key["kind"], key["kind"]), key, page)


def own_scores(key: Mapping[str, Any], person: Participant) -> list[tuple[str, str]]:
    """What a visitor is told about their own answers: name and value."""
    trials = [(key["trials"][answer.trial], answer.choice) for answer in person.answers]
    checks = [choice == trial["expected"] for trial, choice in trials if trial["role"] == "catch"]
    main = [(trial["made_by"], choice) for trial, choice in trials if trial["role"] == "main"]
    scores: list[tuple[str, str]] = []
    if key["kind"] == "real-or-generated":
        made = [choice == REAL for by, choice in main if by != ["real"]]
        real = [choice == REAL for by, choice in main if by == ["real"]]
        scores += [(words.YOUR_FOOLED, _share(made)), (words.YOUR_REAL, _share(real))]
    elif key["kind"] == "pairwise":
        for name in key["methods"]:
            won = [(by[0] == name) == (choice == LEFT) for by, choice in main if name in by]
            scores.append((words.YOUR_PREFERENCE.format(method=name), _share(won)))
    else:
        for name in key["methods"]:
            given = [int(choice) for by, choice in main if by == [name]]
            if given:
                mean = f"{sum(given) / len(given):.1f}"
                scores.append((words.YOUR_RATING.format(method=name), mean))
    if checks:
        scores.append((words.CHECKS, _share(checks)))
    return scores


def _share(hits: list[bool]) -> str:
    return f"{sum(hits)} of {len(hits)}"


def _writable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        test = folder / f".{secrets.token_hex(4)}"
        test.touch()
        test.unlink()
    except OSError as error:
        raise OutputError(
            f"`REENACT_STUDY_RESULTS` must be a folder that can be written to, got '{folder}' "
            f"({error.strerror})."
        ) from error
    return folder
