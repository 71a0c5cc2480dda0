"""Twenty visitors at once for two minutes, against the app on this computer.

    python -m demo.load [--sessions 20] [--seconds 120] [--json]

Exit code 0 where every bar holds, 1 where one does not.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from statistics import quantiles

from demo.examples import EXAMPLES_DIR
from demo.load.app_process import RunningApp, run_app
from demo.load.visitor import Visitor

MOST_GROWTH = 0.10
LEAVING_S = 200
CLIP_FRAMES = 12


@dataclass
class Report:
    """What came of it.

    Attributes:
        counts: pictures, clips, refused pictures, visitors who left early, full queues.
        memory_before_mb: after a first round of the same load, everybody gone.
        memory_after_mb: after the test, everybody gone.
    """

    sessions: int
    seconds: float
    counts: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    wait_median_s: float = 0.0
    wait_p95_s: float = 0.0
    memory_before_mb: float = 0.0
    memory_after_mb: float = 0.0
    files_left: list[str] = field(default_factory=list)

    @property
    def growth(self) -> float:
        return self.memory_after_mb / self.memory_before_mb - 1

    @property
    def bars(self) -> dict[str, bool]:
        """Each bar and whether it holds."""
        wrong = [line for line in self.errors if "WRONG HANDS" in line]
        return {
            "no error but 'queue is full'": not self.errors,
            "no result in another's hands": not wrong and self.counts.get("picture", 0) > 0,
            "memory flat (10 %)": self.growth <= MOST_GROWTH,
            "temporary folder empty": not self.files_left,
        }


def measure(sessions: int, seconds: float, warm_up_s: float) -> Report:
    """Start the app, send visitors, see what is left."""
    with tempfile.TemporaryDirectory(prefix="reenact-load-") as place:
        folder = Path(place)
        made = _material(folder)
        with run_app(folder) as app:
            _send(app, sessions, warm_up_s, folder, made)
            app.wait_until_empty(LEAVING_S)
            before = app.settled_memory_mb()
            visitors = _send(app, sessions, seconds, folder, made)
            left = app.wait_until_empty(LEAVING_S)
            after = app.settled_memory_mb()
    return _report(visitors, seconds, (before, after), left)


def _material(folder: Path) -> tuple[Path, Path]:
    """A short clip, and a picture without a face."""
    import av
    from PIL import Image

    blank, short = folder / "blank.png", folder / "short.mp4"
    Image.new("RGB", (300, 300), (90, 110, 90)).save(blank)
    with av.open(str(EXAMPLES_DIR / "driving_clip.mp4")) as read, av.open(str(short), "w") as write:
        stream = write.add_stream("libx264", rate=25)
        stream.width = stream.height = 256
        stream.pix_fmt = "yuv420p"
        for frame in islice(read.decode(video=0), CLIP_FRAMES):
            image = frame.to_image().resize((256, 256))
            write.mux(stream.encode(av.VideoFrame.from_image(image)))
        write.mux(stream.encode())
    return short, blank


def _send(
    app: RunningApp, sessions: int, seconds: float, folder: Path, made: tuple[Path, Path]
) -> list[Visitor]:
    visitors = [Visitor(number, app.url, folder, *made) for number in range(sessions)]
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=one.work, args=(until,)) for one in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return visitors


def _report(
    visitors: list[Visitor], seconds: float, memory: tuple[float, float], left: list[Path]
) -> Report:
    tallies = [visitor.tally for visitor in visitors]
    waits = sorted(wait for tally in tallies for wait in tally.seconds)
    cuts = quantiles(waits, n=20) if len(waits) > 1 else [0.0] * 19
    return Report(
        sessions=len(visitors),
        seconds=seconds,
        counts=dict(sum((tally.counts for tally in tallies), Counter())),
        errors=[error for tally in tallies for error in tally.errors],
        wait_median_s=round(cuts[9], 2),
        wait_p95_s=round(cuts[18], 2),
        memory_before_mb=round(memory[0], 1),
        memory_after_mb=round(memory[1], 1),
        files_left=[str(path) for path in left],
    )


def _print(report: Report) -> None:
    rows = {
        "sessions at once": report.sessions,
        "seconds": f"{report.seconds:g}",
        "pictures": report.counts.get("picture", 0),
        "clips": report.counts.get("clip", 0),
        "bad pictures refused": report.counts.get("refused", 0),
        "left and came again": report.counts.get("left", 0),
        "queue is full": report.counts.get("full", 0),
        "other errors": len(report.errors),
        "a picture, with its waiting": f"{report.wait_median_s} s, p95 {report.wait_p95_s} s",
        "memory": f"{report.memory_before_mb} MB before, {report.memory_after_mb} MB after "
        f"({report.growth:+.1%})",
        "files left": len(report.files_left),
    }
    for name, value in rows.items():
        print(f"{name:<30} {value}")
    for name, holds in report.bars.items():
        print(f"{'ok  ' if holds else 'FAIL'} {name}")
    for error in [*report.errors, *report.files_left][:10]:
        print(f"     {error}")


def main() -> int:
    """The program `python -m demo.load`."""
    parser = argparse.ArgumentParser("python -m demo.load", description=__doc__.split("\n")[0])
    parser.add_argument("--sessions", type=int, default=20, help="visitors at once, up to 64")
    parser.add_argument("--seconds", type=float, default=120, help="how long")
    parser.add_argument("--warm-up", type=float, default=30, help="seconds of the same load before")
    parser.add_argument("--json", action="store_true", help="for programs")
    options = parser.parse_args()
    if not 1 <= options.sessions <= 64 or options.seconds <= 0:
        parser.error("`--sessions` must be 1 to 64 and `--seconds` above 0.")
    report = measure(options.sessions, options.seconds, options.warm_up)
    if options.json:
        print(json.dumps(asdict(report) | {"bars": report.bars}, indent=2))
    else:
        _print(report)
    return 0 if all(report.bars.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
