"""How a training run goes: plain values, saved as `options.json` in the run folder."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TypeVar

from reenact.errors import InputError, UnknownNameError

PRECISIONS = ("auto", "no", "bf16")
Settings = TypeVar("Settings")
_SEEDS = 2**32
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")
_ON_OFF = ("on", "off")
_KINDS = {bool: "yes or no", int: "a whole number", float: "a number"}


@dataclass(frozen=True)
class Recipe:
    """One training run.

    Attributes:
        method: what is trained.
        data: packed files, `NAME=PATH` as given.
        recipe: the method's own set of weights, rates and schedules: `light`, `paper` ...
        options: the method's own switches by name, as text.
        batch_size: pairs of each step and process.
        steps: last step; None where minutes alone end the run.
        minutes: wall-clock minutes, those before a resume included; None for no limit.
        seed: of weights, pairs and noise.
        precision: `auto` is bf16 on CUDA and full elsewhere (bf16 is slower on CPUs).
        average: decay of the moving average of the weights that is exported.
        clip: largest norm of a phase's gradient; 0 for no limit.
        workers: processes that make pairs; 0 makes them in the training process.
        log_every, sheet_every, save_every: steps between log lines, sample sheets, checkpoints.
        sheet_rows: people on a sample sheet.
    """

    method: str
    data: tuple[str, ...] = ()
    recipe: str = "light"
    options: dict[str, str] = field(default_factory=dict)
    batch_size: int = 8
    steps: int | None = None
    minutes: float | None = None
    seed: int = 0
    precision: str = "auto"
    average: float = 0.999
    clip: float = 0.0
    workers: int = 0
    log_every: int = 50
    sheet_every: int = 1000
    save_every: int = 500
    sheet_rows: int = 6

    def checked(self) -> Recipe:
        """This recipe, or an `InputError` that names the value out of range."""
        if self.steps is None and self.minutes is None:
            raise InputError("A run must end: give `--minutes` or `--steps`.")
        least = {"steps": self.steps, "batch_size": self.batch_size}
        least |= {name: getattr(self, name) for name in ("log_every", "sheet_every", "save_every")}
        for name, value in least.items():
            if value is not None and value < 1:
                raise InputError(f"`{name}` must be at least 1, got {value}.")
        if self.minutes is not None and not 0 < self.minutes < math.inf:
            raise InputError(f"`minutes` must be a number above 0, got {self.minutes}.")
        if not 0 <= self.seed < _SEEDS:
            raise InputError(f"`seed` must be 0 to {_SEEDS - 1}, got {self.seed}.")
        for name in ("clip", "workers"):
            if not getattr(self, name) >= 0:
                raise InputError(f"`{name}` must be 0 or more, got {getattr(self, name)}.")
        if not 0 <= self.average < 1:
            raise InputError(f"`average` must be 0 to 1, got {self.average}.")
        if self.precision not in PRECISIONS:
            known = ", ".join(PRECISIONS)
            raise InputError(f"`precision` must be one of {known}, got '{self.precision}'.")
        return self

    def to_json(self) -> str:
        """As `from_json` reads it."""
        return json.dumps(asdict(self), indent=2)

    @classmethod
    def from_json(cls, path: Path) -> Recipe:
        """The recipe of a run folder.

        Raises:
            InputError: the file is no recipe.
        """
        try:
            values = json.loads(path.read_text())
            return cls(**values | {"data": tuple(values["data"])}).checked()
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise InputError(
                f"{path} must be the options of a training run. Start a new one."
            ) from error


def read_settings(kind: type[Settings], options: dict[str, str]) -> Settings:
    """A frozen dataclass of plain values from `NAME=VALUE` texts.

    Args:
        kind: the method's dataclass; every field has a default of type bool, int, float or str.
        options: texts by field name; the rest keeps its default. A text that is `on` or `off` by
            default must be one of these.

    Raises:
        UnknownNameError: no such field.
        InputError: a text that is no value of its type.
    """
    known = {one.name: one.default for one in fields(kind)}
    values = {}
    for name, text in options.items():
        if name not in known:
            raise UnknownNameError("option", name, known)
        values[name] = _parsed(name, text, known[name])
    return kind(**values)


def _parsed(name: str, text: str, default: object) -> object:
    kind = type(default)
    if kind is bool and text.lower() in _YES + _NO:
        return text.lower() in _YES
    if kind is str and (default not in _ON_OFF or text in _ON_OFF):
        return text
    if kind in (int, float):
        with suppress(ValueError):
            value = kind(text)
            if math.isfinite(value):
                return value
    wanted = "on or off" if kind is str else _KINDS[kind]
    raise InputError(f"Option '{name}' must be {wanted}, got '{text}'.")
