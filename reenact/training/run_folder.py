"""The folder of one training run: numbered, and whole at every moment.

runs/0001-freenet/
  options.json        the recipe          weights.safetensors   what the run is for
  checkpoint.pt       to go on from       log.jsonl             one line each few steps
  sheets/000500.jpg   samples             curves/               for `tensorboard --logdir runs`
"""

from __future__ import annotations

import io
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from reenact.errors import InputError, OutputError
from reenact.files import atomic_path, reason, unfinished_path
from reenact.types import Frame


class RunFolder:
    """Where a run writes.

    Args:
        path: an existing folder; see `new_run` and `open_run`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.checkpoint = path / "checkpoint.pt"
        self.weights = path / "weights.safetensors"
        self.options = path / "options.json"
        self.log = path / "log.jsonl"
        self._curves: Any = None

    def save_checkpoint(self, state: dict[str, Any]) -> None:
        """Replace the checkpoint as a whole; where that fails the old one stays.

        Raises:
            OutputError: the disk is full, or refuses.
        """
        import torch

        memory = io.BytesIO()
        torch.save(state, memory)
        with atomic_path(self.checkpoint) as unfinished:
            write_synced(unfinished, memory.getbuffer())

    def load_checkpoint(self) -> dict[str, Any]:
        """The last checkpoint; tensors and plain values only, nothing in it is executed.

        Raises:
            InputError: there is none, or it is damaged.
        """
        import torch

        if not self.checkpoint.is_file():
            raise InputError(f"{self.path} has no checkpoint to resume from. Start a new run.")
        try:
            return torch.load(self.checkpoint, map_location="cpu", weights_only=True)
        except Exception as error:  # torch raises whatever the damaged bytes make it stumble over
            raise InputError(f"{self.checkpoint} is damaged. Start a new run.") from error

    def append_log(self, entry: dict[str, Any]) -> None:
        """One line of `log.jsonl`, and its numbers as TensorBoard curves."""
        try:
            with self.log.open("a") as stream:
                stream.write(json.dumps(entry) + "\n")
        except OSError as error:
            raise OutputError(reason(self.log, error)) from error
        curves = self._writer()
        if curves is not None:
            for name, value in entry.items():
                if name != "step":
                    curves.add_scalar(name, value, entry["step"])

    def read_log(self) -> list[dict[str, Any]]:
        """All lines; a line that was cut off by a kill is left out."""
        entries = []
        for line in self.log.read_text().splitlines() if self.log.is_file() else ():
            with suppress(ValueError):
                entries.append(json.loads(line))
        return entries

    def forget_after(self, step: int) -> None:
        """Drop log lines beyond a step: a resumed run writes them again."""
        kept = [entry for entry in self.read_log() if entry["step"] <= step]
        text = "".join(json.dumps(entry) + "\n" for entry in kept)
        with atomic_path(self.log) as unfinished:
            unfinished.write_text(text)
        self._curves = self._open_curves(step + 1)

    def save_sheet(self, sheet: Frame, step: int) -> Path:
        """A picture of samples."""
        from reenact.images import save_picture

        folder = self.path / "sheets"
        folder.mkdir(exist_ok=True)
        path = folder / f"{step:06d}.jpg"
        save_picture(sheet, path)
        return path

    def close(self) -> None:
        """Finish the curves."""
        if self._curves is not None:
            self._curves.close()

    def _writer(self):
        if self._curves is None:
            self._curves = self._open_curves(None)
        return self._curves

    def _open_curves(self, purge_step: int | None):
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError:  # curves can be drawn from log.jsonl as well
            return None
        return SummaryWriter(str(self.path / "curves"), purge_step=purge_step)


def make_root(root: Path) -> Path:
    """The folder of all runs, made where it is missing.

    Raises:
        OutputError: it cannot be made, or nothing can be written there.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        trial = unfinished_path(root / "trial")
        trial.touch(exist_ok=False)
        trial.unlink()
    except OSError as error:
        raise OutputError(
            f"`--run` must be a folder to write to, got '{root}': {error.strerror}."
        ) from error
    return root


def new_run(root: Path, name: str) -> RunFolder:
    """`root/0001-name` with the next free number.

    Raises:
        OutputError: the folder cannot be made.
    """
    make_root(root)
    try:
        numbers = [int(p.name[:4]) for p in root.iterdir() if p.name[:4].isdigit()]
        number = max(numbers, default=0) + 1
        while True:
            path = root / f"{number:04d}-{name}"
            taken = any(p.name.startswith(f"{number:04d}-") for p in root.iterdir())
            if not taken:
                path.mkdir()
                return RunFolder(path)
            number += 1
    except OSError as error:
        raise OutputError(reason(root, error)) from error


def open_run(path: Path) -> RunFolder:
    """The folder of an earlier run, or of the latest one in `path`.

    Raises:
        InputError: there is none.
    """
    if (path / "options.json").is_file():
        return RunFolder(path)
    runs = sorted(p.parent for p in path.glob("[0-9][0-9][0-9][0-9]-*/options.json"))
    if not runs:
        raise InputError(f"`--resume` needs a run, {path} holds none. Leave `--resume` out.")
    return RunFolder(runs[-1])


def write_synced(path: Path, data: bytes | memoryview) -> None:
    """Write a file and wait until it lies on the disk."""
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def stacked(rows: np.ndarray) -> Frame:
    """(B, 3, H, W) 0..1 float rows as one picture (B * H, W, 3) uint8."""
    pictures = (np.clip(rows, 0, 1) * 255).round().astype(np.uint8).transpose(0, 2, 3, 1)
    return np.concatenate(list(pictures))
