"""Rows of a run that is not finished, written as they come: what a killed run goes on from.

<cache>/rows/<run>/<process>.jsonl

A line is a row. A last line that a kill cut off is left out. Whether a row still holds is told by
its pair's key, and by the run's name, which changes with protocol, method, metrics and code.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import IO

from bench.outputs import rows_folder
from bench.rows import Row, from_json, to_json
from reenact.errors import OutputError


class Journal:
    """Keeps the rows of one method's run.

    Args:
        cache: see `bench.outputs.cache_folder`.
        run: what tells this run from all others.
        is_read: whether rows that are there already are taken up.
    """

    def __init__(self, cache: Path, run: str, *, is_read: bool = True) -> None:
        self.folder = rows_folder(cache) / run
        self.kept = self._read() if is_read else {}
        self._file: IO[str] | None = None

    def _read(self) -> dict[str, Row]:
        found: dict[str, Row] = {}
        for path in sorted(self.folder.glob("*.jsonl")):
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                try:
                    row = from_json(json.loads(line))
                except (ValueError, KeyError, TypeError):
                    continue  # cut off by a kill
                found[row.key] = row
        return found

    def add(self, row: Row) -> None:
        """Write a row; after this a kill does not lose it.

        Raises:
            OutputError: the folder cannot be written.
        """
        try:
            if self._file is None:
                self.folder.mkdir(parents=True, exist_ok=True)
                name = f"{os.environ.get('RANK', '0')}-{os.getpid()}.jsonl"
                self._file = (self.folder / name).open("a", encoding="utf-8")
            self._file.write(json.dumps(to_json(row)) + "\n")
            self._file.flush()
        except OSError as error:
            raise OutputError(
                f"The cache '{self.folder}' cannot be written: {error.strerror}. Use `--cache`."
            ) from error

    def close(self) -> None:
        """Let go of the file; the rows stay."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def finish(self) -> None:
        """The run is done and its record is made: forget the rows."""
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)
