"""How much faster the metrics are than torchmetrics and dlib called one picture at a time.

    python -m bench metrics-speed

SSIM, PSNR, LMK and identity distance of many pairs of pictures, all different, both ways in one
run; faces are found before, as both need them alike. Both ways must give the same numbers.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.metrics import identity, landmarks, pixels
from reenact.errors import InputError
from reenact.face.detect import make_face
from reenact.types import Face, Frame

SIDE_PX = 256
AGREES = {"ssim": 1e-4, "psnr": 1e-4, "landmark_distance": 1e-4, "identity_distance": 1e-4}
"""How far the numbers of both ways may lie apart."""

Progress = Callable[[int, int | None], None]
Numbers = dict[str, float]


@dataclass(frozen=True)
class Case:
    """An output and its target, and the face in each."""

    output: Frame
    target: Frame
    output_face: Face
    target_face: Face


@dataclass(frozen=True)
class Times:
    """What both ways took.

    Attributes:
        pairs: how many were measured.
        ours_s, theirs_s: seconds for all of them.
        gaps: the largest difference of each number.
    """

    pairs: int
    ours_s: float
    theirs_s: float
    gaps: Numbers

    @property
    def ratio(self) -> float:
        """How many times as fast ours is."""
        return self.theirs_s / self.ours_s

    @property
    def is_same(self) -> bool:
        """Whether both ways gave the same numbers."""
        return all(gap <= AGREES[name] for name, gap in self.gaps.items())


def draw_cases(count: int, seed: int = 0) -> list[Case]:
    """Pairs of 256 x 256 pictures, each turned, lit and smoothed in its own way.

    All are made of scikit-image's photograph of an astronaut (NASA, public domain).

    Args:
        count: 1 or more.
        seed: of the draws.
    """
    from skimage.data import astronaut

    from reenact.face.detect import find_face

    if count < 1:
        raise InputError(f"`pairs` must be 1 or more, got {count}.")
    picture = astronaut()[:304, 72:376]
    face = find_face(picture)
    rng = np.random.default_rng(seed)
    drawn = [_draw(picture, face, rng) for _ in range(2 * count)]
    return [
        Case(output, target, output_face, target_face)
        for (output, output_face), (target, target_face) in zip(
            drawn[::2], drawn[1::2], strict=True
        )
    ]


def _draw(picture: Frame, face: Face, rng: np.random.Generator) -> tuple[Frame, Face]:
    """The picture turned, scaled, shifted, lit anew, with a little noise; and its face."""
    center = face.points[:, :2].mean(axis=0)
    matrix = cv2.getRotationMatrix2D(
        tuple(float(v) for v in center), rng.uniform(-12, 12), rng.uniform(0.8, 1.0)
    )
    matrix[:, 2] += SIDE_PX / 2 - center + rng.uniform(-6, 6, 2)
    moved = cv2.warpAffine(picture, matrix, (SIDE_PX, SIDE_PX), borderMode=cv2.BORDER_REFLECT)
    lit = moved * rng.uniform(0.8, 1.1, 3) + rng.normal(0, 4, moved.shape)
    points = face.points.copy()
    points[:, :2] = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    made = make_face(points.astype(np.float32), 1.0, (SIDE_PX, SIDE_PX))
    return lit.round().clip(0, 255).astype(np.uint8), made


def compare_speed(cases: list[Case], progress: Progress = lambda done, total: None) -> Times:
    """Measure all cases both ways, in turns, so that other work on the machine slows both alike."""
    ways: list[Callable[[Case], Numbers]] = [_ours, _theirs()]
    for way in ways:
        way(cases[0])  # loads what it needs
    identity.forget()
    took, gaps = [0.0, 0.0], dict.fromkeys(AGREES, 0.0)
    for index, case in enumerate(cases):
        found = []
        for number, way in enumerate(ways):
            start = time.perf_counter()
            found.append(way(case))
            took[number] += time.perf_counter() - start
        for name in gaps:
            gaps[name] = max(gaps[name], abs(found[0][name] - found[1][name]))
        progress(index + 1, len(cases))
    return Times(len(cases), took[0], took[1], gaps)


def _ours(case: Case) -> Numbers:
    descriptors = (
        identity.descriptor(case.output, case.output_face),
        identity.descriptor(case.target, case.target_face),
    )
    points = (case.output_face.points[:, :2], case.target_face.points[:, :2])
    return {
        "ssim": pixels.ssim(case.output, case.target),
        "psnr": pixels.psnr(case.output, case.target),
        "landmark_distance": landmarks.landmark_distance(*points),
        "identity_distance": identity.identity_distance(*descriptors),
    }


def _theirs() -> Callable[[Case], Numbers]:
    """torchmetrics and dlib as their manuals call them, on as many threads as they take."""
    import dlib
    import torch
    from torchmetrics.functional.image import (
        peak_signal_noise_ratio,
        structural_similarity_index_measure,
    )

    from reenact.images import to_tensor

    network = dlib.face_recognition_model_v1(str(identity.network_path()))

    def measure(case: Case) -> Numbers:
        pictures = to_tensor(case.output), to_tensor(case.target)
        _, full = structural_similarity_index_measure(
            *pictures, data_range=1.0, return_full_image=True
        )
        points = [
            torch.from_numpy(face.points[:, :2]) for face in (case.output_face, case.target_face)
        ]
        described = [
            _dlib_descriptor(network, frame, face)
            for frame, face in (
                (case.output, case.output_face),
                (case.target, case.target_face),
            )
        ]
        return {
            "ssim": float(full[..., 5:-5, 5:-5].mean()),
            "psnr": float(peak_signal_noise_ratio(*pictures, data_range=1.0)),
            "landmark_distance": float((points[0] - points[1]).norm(dim=1).mean()),
            "identity_distance": float(np.linalg.norm(described[0] - described[1])),
        }

    return measure


def _dlib_descriptor(network: Any, frame: Frame, face: Face) -> NDArray[np.float64]:
    shape = identity.face_shape(frame, face)
    return np.array(network.compute_face_descriptor(frame, shape))


def report(times: Times) -> str:
    """What was found, in words."""
    gaps = ", ".join(f"{name} {gap:.1e}" for name, gap in times.gaps.items())
    per = 1000 / times.pairs
    return (
        f"{times.pairs} pairs of {SIDE_PX} x {SIDE_PX}: SSIM, PSNR, LMK, identity distance\n"
        f"{'ours':<36}{times.ours_s:8.1f} s {times.ours_s * per:8.1f} ms a pair\n"
        f"{'torchmetrics and dlib, one by one':<36}{times.theirs_s:8.1f} s "
        f"{times.theirs_s * per:8.1f} ms a pair\n"
        f"{times.ratio:.1f} times as fast; largest differences: {gaps}"
    )
