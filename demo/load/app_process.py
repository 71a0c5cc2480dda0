"""The app in a process of its own, and what it holds: memory and files."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_LIMIT_S = 180


@dataclass(frozen=True)
class RunningApp:
    """A running app.

    Attributes:
        folder: its temporary folder.
    """

    url: str
    process: subprocess.Popen
    folder: Path

    def memory_mb(self) -> float:
        """Resident memory of the process now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) / 1024

    def settled_memory_mb(self, seconds: float = 5.0) -> float:
        """The least memory seen in some seconds: what is held, not what is worked with."""
        end, seen = time.monotonic() + seconds, [self.memory_mb()]
        while time.monotonic() < end:
            time.sleep(0.5)
            seen.append(self.memory_mb())
        return min(seen)

    def visitor_files(self) -> list[Path]:
        """Files of visitors that lie in the app's folder."""
        return [p for p in self.folder.glob("reenact-demo-*/cache/**/*") if p.is_file()]

    def wait_until_empty(self, seconds: float) -> list[Path]:
        """Files that are left after the last visitor went; waits for them to go."""
        end = time.monotonic() + seconds
        while self.visitor_files() and time.monotonic() < end:
            time.sleep(1)
        return self.visitor_files()


@contextmanager
def run_app(folder: Path) -> Iterator[RunningApp]:
    """Start `app.py` on a free port of this computer; it ends with the block.

    Raises:
        RuntimeError: it does not answer.
    """
    port = _free_port()
    settings = {
        "GRADIO_SERVER_NAME": "127.0.0.1",
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_TEMP_DIR": "",
        "TMPDIR": str(folder),
    }
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env=os.environ | settings, stdout=log, stderr=log
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, process, folder / "log.txt")
        yield RunningApp(url, process, folder)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return place.getsockname()[1]


def _wait_for(url: str, process: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + START_LIMIT_S
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).read()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"The app does not answer:\n{log.read_text()[-2000:]}")
