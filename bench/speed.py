"""End-to-end speed: a driving frame in, the whole source picture out, as a person waits for it.

Each frame is tracked, retargeted, rendered and pasted back into a 512 x 512 source. Decoding and
encoding are left out. The first frames, in which libraries warm up, do not count.
"""

from __future__ import annotations

import itertools
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from bench.baselines import make_method
from reenact.base import Method
from reenact.errors import InputError
from reenact.face.detect import find_faces
from reenact.images import load_picture
from reenact.live import LiveReenactor
from reenact.people import by_name
from reenact.types import Frame
from reenact.video import ClipReader

SOURCE_PX = 512
WARM_UP = 5
DEVICES = ("cpu",)
_ROOT = Path(__file__).resolve().parents[1]
_EXAMPLES = _ROOT / "demo" / "assets" / "examples"
_SHARED_CLIP = _ROOT.parent / "shared" / "data" / "clips" / "d19.mp4"

Times = Iterator[tuple[float, Frame]]


@dataclass(frozen=True)
class Speed:
    """What one method took, over all frames but the first.

    Attributes:
        fps_p50: 1 over the median time of a frame.
        fps_p95: 1 over the time that 95 % of the frames stay below.
        latency_ms_p50, latency_ms_p95: the same as times.
        steps_ms: median time of each step.
        find_encode_ms: once a source.
        frames, held: driving frames, and those without a face.
    """

    method: str
    fps_p50: float
    fps_p95: float
    latency_ms_p50: float
    latency_ms_p95: float
    steps_ms: dict[str, float]
    find_encode_ms: float
    frames: int
    held: int


def measure_speed(
    method: str | Method,
    source: Frame,
    frames: Times,
    progress: Callable[[int, int | None], None] = lambda done, total: None,
) -> Speed:
    """Drive a source with a clip and take the time of each frame.

    Args:
        method: a name, or what `make_method` gave.
        source: (512, 512, 3) picture.
        frames: times in seconds and (H, W, 3) frames.

    Raises:
        InputError: there are too few frames.
    """
    made = make_method(method) if isinstance(method, str) else method
    find_faces(source)  # loads the detector, whatever method comes first
    start = time.perf_counter()
    with LiveReenactor(source, made) as live:
        prepared_ms = 1000 * (time.perf_counter() - start)
        took, steps = [], []
        for index, (time_s, frame) in enumerate(frames):
            start = time.perf_counter()
            result = live(frame, time_s)
            took.append(time.perf_counter() - start)
            steps.append(result.seconds)
            progress(index + 1, None)
    if len(took) < 2 * WARM_UP:
        raise InputError(f"`clip` must have {2 * WARM_UP} frames or more, got {len(took)}.")
    times_ms = 1000 * np.array(took[WARM_UP:])
    p50, p95 = np.percentile(times_ms, (50, 95))
    return Speed(
        method=method if isinstance(method, str) else method.name,
        fps_p50=round(1000 / p50, 2),
        fps_p95=round(1000 / p95, 2),
        latency_ms_p50=round(float(p50), 2),
        latency_ms_p95=round(float(p95), 2),
        steps_ms=_median_steps(steps[WARM_UP:]),
        find_encode_ms=round(prepared_ms, 1),
        frames=len(took),
        held=live.held,
    )


def _median_steps(steps: Sequence[dict[str, float]]) -> dict[str, float]:
    names = list(dict.fromkeys(itertools.chain.from_iterable(steps)))
    found = {name: [step[name] for step in steps if name in step] for name in names}
    return {name: round(1000 * float(np.median(values)), 2) for name, values in found.items()}


def pick_material(source: Path | None, clip: Path | None) -> tuple[str, str]:
    """Names of the source and of the clip that speed is measured with.

    Where nothing is named: the shared data, else the project's own renders, else scikit-image's
    photograph of an astronaut, moved about.
    """
    own_source, own_clip = _EXAMPLES / "source_1.jpg", _EXAMPLES / "driving_clip.mp4"
    sources = [source] if source else [own_source]
    clips = [clip] if clip else [_SHARED_CLIP, own_clip]
    picked = [
        next((str(path) for path in paths if path.is_file() or path in (source, clip)), "astronaut")
        for paths in (sources, clips)
    ]
    return picked[0], picked[1]


def source_for(method: Method, wanted: Path | None) -> tuple[str, Frame]:
    """Name and picture of the source: what is wanted, else the usual one.

    Args:
        method: one that draws only its own people gets the first of them, where nothing is wanted.
        wanted: a picture, or the name of one of the method's people.
    """
    people = method.info.people
    if wanted is None and people:
        return people[0], squared(method.portrait(people[0]))
    name, _ = pick_material(wanted, None)
    found = by_name(name, method)
    return name, read_source(name) if isinstance(found, str) else squared(found)


def read_source(name: str) -> Frame:
    """The source picture as 512 x 512."""
    return squared(_astronaut() if name == "astronaut" else load_picture(name, name="source"))


def squared(frame: Frame) -> Frame:
    """The middle square of a picture, 512 x 512, resampled."""
    side = min(frame.shape[:2])
    y, x = ((length - side) // 2 for length in frame.shape[:2])
    square = frame[y : y + side, x : x + side]
    how = cv2.INTER_AREA if side > SOURCE_PX else cv2.INTER_CUBIC
    return cv2.resize(square, (SOURCE_PX, SOURCE_PX), interpolation=how)


def read_frames(name: str, limit: int | None = None) -> Times:
    """Times and frames of the clip, read one by one, so that memory is that of the work."""
    frames = _astronaut_frames() if name == "astronaut" else _clip_frames(name)
    return itertools.islice(frames, limit)


def _clip_frames(name: str) -> Times:
    with ClipReader(name) as clip:
        for _, time_s, frame in clip:
            yield time_s, frame


def _astronaut() -> Frame:
    from skimage.data import astronaut

    return astronaut()


def _astronaut_frames(count: int = 150) -> Times:
    """The astronaut's face, swaying as a head does."""
    picture = _astronaut()
    for index in range(count):
        phase = 2 * np.pi * index / 50
        matrix = cv2.getRotationMatrix2D((225, 120), 8 * np.sin(phase), 1 + 0.05 * np.cos(phase))
        matrix[0, 2] += 20 * np.sin(phase / 2)
        yield index / 25, cv2.warpAffine(picture, matrix, picture.shape[1::-1])


def peak_memory_mb() -> float:
    """Most memory that this process has held, megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1e6 if sys.platform == "darwin" else 1e3), 1)


def start_up_s(code: str = "import reenact", runs: int = 3) -> float:
    """Median time of fresh Python processes that run `code`, less that of empty ones."""
    return round(max(0.0, _process_s(code, runs) - _process_s("pass", runs)), 3)


def app_start_up_s() -> float | None:
    """How long the demo takes until its page is made; None where there is no demo."""
    if not (_ROOT / "demo" / "app.py").is_file():
        return None
    return start_up_s("from demo.app import build; build()", runs=1)


def _process_s(code: str, runs: int) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, cwd=_ROOT, capture_output=True)
        times.append(time.perf_counter() - start)
    return float(np.median(times))
