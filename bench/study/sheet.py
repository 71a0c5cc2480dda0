"""Makes a study: draws, paints, blinds, writes. What is handed out and the key are kept apart."""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.protocol import Protocol
from bench.record import circumstances
from bench.study.design import KEY_FORMAT, TRUTH, Names, Plan, Shown, Trial, make_plan, pairs_needed
from bench.study.encode import catch_picture, to_jpeg, to_one_length
from bench.study.stimuli import Painter, Progress, draw_pairs
from bench.study.wording import KINDS, Wording, wording
from reenact.errors import InputError, OutputError

RENDERED_TASKS = ("synthetic_people",)
LEAST_EXPOSURE_MS = 50
COUNTS = {"real-or-generated": 67, "pairwise": 40, "rating": 40}
"""Main trials of a form where nobody says: FReeNet's 67 + 67."""


@dataclass(frozen=True)
class StudySettings:
    """What a study is made from.

    Attributes:
        count: main trials of a form; None takes `COUNTS`, or fewer where the data have fewer pairs.
        exposure_ms: how long a judged picture stays; None for no limit.
        workers: how many participants are wanted in all; shared among forms.
        images_url: where the pictures for Mechanical Turk will lie.
        code: what participants are shown at the end (Prolific's completion code).
        is_rendered: whether the data show rendered people; None goes by the protocol.
    """

    kind: str = "real-or-generated"
    count: int | None = None
    catch: int = 6
    practice: int = 4
    exposure_ms: int | None = None
    seed: int = 0
    size_px: int = 256
    workers: int = 30
    images_url: str = "https://YOUR-SERVER/FOLDER"
    code: str = ""
    is_rendered: bool | None = None


@dataclass
class Sheet:
    """A study in memory.

    Attributes:
        study: 12 hexadecimal digits over everything that is asked and shown.
        key: what is real and what came from which method.
        pictures: file name -> JPEG.
        page: what the participant's page needs to know, without the pictures.
        notes: what the person who makes the study should know.
    """

    study: str
    key: dict[str, Any]
    pictures: dict[str, bytes]
    page: dict[str, Any]
    notes: list[str]


def check_settings(settings: StudySettings, methods: Sequence[str]) -> None:
    """Raise an InputError where the settings make no study."""
    if settings.kind not in KINDS:
        raise InputError(f"`kind` must be one of {', '.join(KINDS)}, got '{settings.kind}'.")
    if len(set(methods)) != len(methods):
        raise InputError(f"`methods` must name each method once, got {', '.join(methods)}.")
    if TRUTH in methods:
        raise InputError("`methods` must not name 'real': real pictures are in the study anyway.")
    for name in ("count", "size_px", "workers"):
        value = getattr(settings, name)
        if value is not None and value < 1:
            raise InputError(f"`{name}` must be 1 or more, got {value}.")
    for name in ("catch", "practice"):
        if getattr(settings, name) < 0:
            raise InputError(f"`{name}` must be 0 or more, got {getattr(settings, name)}.")
    shown = settings.exposure_ms
    if shown is not None and shown < LEAST_EXPOSURE_MS:
        raise InputError(f"`exposure_ms` must be {LEAST_EXPOSURE_MS} or more, got {shown}.")
    url = settings.images_url
    if not url.startswith("https://") or any(c in url for c in "\"'<>$ "):
        raise InputError(f"`images_url` must be an https:// address, got '{url}'.")


def make_sheet(
    protocol: Protocol,
    methods: Sequence[str],
    data: Path,
    settings: StudySettings,
    progress: Progress = lambda done, total: None,
    limit: int | None = None,
) -> Sheet:
    """Draw the pairs, make the pictures, lay out the trials.

    Args:
        data: the data folder.
        limit: pairs are drawn from the first clips or people only.

    Raises:
        ReenactError: the data, the methods or the settings make no study.
    """
    check_settings(settings, methods)
    count = settings.count or COUNTS[settings.kind]
    wanted = pairs_needed(settings.kind, count, settings.practice)
    drawn = draw_pairs(protocol, data, wanted, settings.seed, progress, limit)
    notes = []
    if settings.count is None and len(drawn) < count + settings.practice:
        count = max(1, len(drawn) - settings.practice)
        notes.append(f"The data have {len(drawn)} pairs, so a form has {count} of each.")
    names = Names(random.Random(settings.seed))
    plan = make_plan(
        settings.kind,
        [pair.name for pair in drawn],
        methods,
        count=count,
        catch=settings.catch,
        practice=settings.practice,
        names=names,
    )
    if plan.is_shown_both_ways:
        notes.append(
            "Too few pairs: the real and the generated pictures show the same moments of the same "
            "people, so a participant can compare them. More data would be better."
        )
    is_rendered = settings.is_rendered
    if is_rendered is None:
        is_rendered = protocol.task in RENDERED_TASKS
    words = wording(settings.kind, is_rendered=is_rendered, exposure_ms=settings.exposure_ms)
    painter = Painter(drawn, methods, settings.size_px)
    files, pictures = _paint(plan, painter, words, names, progress)
    return assemble(
        protocol, methods, settings, plan, words, files, pictures, painter.person, notes
    )


def _paint(
    plan: Plan, painter: Painter, words: Wording, names: Names, progress: Progress
) -> tuple[dict[Shown, str], dict[str, bytes]]:
    """File names of all pictures, and the files, in an order that says nothing."""
    trials = dict.fromkeys(t for form in (*plan.forms, plan.practice) for t in form)
    shown = sorted(
        {s for trial in trials for s in (*trial.pictures, *trial.context)},
        key=lambda s: (s.pair, s.what),
    )
    files = {one: names("p") + ".jpg" for one in shown}
    pictures = {}
    for done, one in enumerate(shown, start=1):
        is_drawn = one.what == "blank" or one.what.startswith("say:")
        frame = catch_picture(one.what, words, painter.size) if is_drawn else painter(one)
        pictures[files[one]] = to_jpeg(frame)
        progress(done, len(shown))
    return files, to_one_length(dict(sorted(pictures.items())))


def assemble(
    protocol: Protocol,
    methods: Sequence[str],
    settings: StudySettings,
    plan: Plan,
    words: Wording,
    files: dict[Shown, str],
    pictures: dict[str, bytes],
    person: Callable[[str], str],
    notes: list[str],
) -> Sheet:
    """The page, the key and the study's name.

    Args:
        files, pictures: what `plan` shows, by file name, and the files.
        person: whose face the pictures of a pair show.
    """

    def public(trial: Trial) -> dict[str, Any]:
        shown = {"id": trial.name, "show": [files[s] for s in trial.pictures]}
        return shown | {"context": [files[s] for s in trial.context]}

    practice = [public(t) | {"expected": t.expected} for t in plan.practice]
    forms = [[public(t) for t in sorted(form, key=lambda t: t.name)] for form in plan.forms]
    page: dict[str, Any] = {
        "kind": settings.kind,
        **{k: v for k, v in asdict(words).items()},
        "exposure_ms": settings.exposure_ms,
        "size_px": settings.size_px,
        "code": settings.code,
        "practice": practice,
        "forms": forms,
    }
    content = json.dumps(page, sort_keys=True).encode() + b"".join(pictures.values())
    study = hashlib.sha256(content).hexdigest()[:12]
    key = {
        "format": KEY_FORMAT,
        "version": 1,
        "study": study,
        "kind": settings.kind,
        "protocol": f"{protocol.name}@{protocol.version}",
        "fingerprint": protocol.fingerprint,
        "methods": list(methods),
        "settings": asdict(settings),
        "is_shown_both_ways": plan.is_shown_both_ways,
        "choices": [value for value, _ in words.choices],
        "forms": [[trial.name for trial in form] for form in plan.forms],
        "trials": {t.name: _entry(t, person) for form in plan.forms for t in form},
        "pictures": {files[s]: {"pair": s.pair, "what": s.what} for s in files},
        **{k: v for k, v in circumstances().items() if k in ("command", "commit", "time")},
    }
    return Sheet(study, key, pictures, {"study": study, **page}, notes)


def _entry(trial: Trial, person: Callable[[str], str]) -> dict[str, Any]:
    if trial.role == "catch":
        return {"role": "catch", "expected": trial.expected}
    pair = trial.pictures[0].pair
    return {
        "role": "main",
        "pair": pair,
        "person": person(pair),
        "made_by": [shown.what for shown in trial.pictures],
    }


def check_folder(folder: Path) -> None:
    """Raise an OutputError where a study would be written over something else."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(f"Folder '{folder}' must be new or empty: it may hold a study's key.")


def save_sheet(sheet: Sheet, folder: Path) -> None:
    """Write the study.

    Raises:
        OutputError: the folder cannot be written.
    """
    from bench.study.mturk import mturk_files
    from bench.study.page import offline_page, read_me

    check_folder(folder)
    turk, workers = mturk_files(sheet), sheet.key["settings"]["workers"]
    files = {
        "KEY.json": json.dumps(sheet.key, indent=1).encode(),
        "README.txt": read_me(sheet, workers).encode(),
        "hand_out/study.html": offline_page(sheet.page, sheet.pictures).encode(),
        **{f"hand_out/mturk/{name}": data for name, data in turk.items()},
        **{f"hand_out/mturk/images/{name}": data for name, data in sheet.pictures.items()},
    }
    try:
        (folder / "results").mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            os.utime(path, (0, 0))
    except OSError as error:
        raise OutputError(f"Folder '{folder}' cannot be written: {error.strerror}.") from error
