"""A small run that needs no face finder: drawn faces, cheap metrics, a method that counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.baselines import Copy
from bench.protocol import Protocol
from bench.tasks import Pair, Unusable
from reenact.errors import InputError
from reenact.face.align import face_crop
from reenact.types import Options

PROTOCOL = Protocol(
    name="small",
    version=1,
    task="small",
    summary="Drawn.",
    data="Nothing.",
    data_folder="small",
    metrics=("ssim", "psnr", "l1", "identity_distance"),
    settings={},
)


def make_pairs(picture: np.ndarray, face, count: int = 9) -> list[Pair | Unusable]:
    """Pairs of one portrait with other targets, three of each group; the last one is unusable."""
    found: list[Pair | Unusable] = []
    for number in range(count):
        target = np.roll(picture, number, axis=1)
        pair = Pair(
            name=f"p{number}",
            group=f"g{number // 3}",
            source=picture,
            source_face=face,
            driving=target,
            driving_face=face,
            driving_neutral=None,
            target=target,
            target_face=face,
            crop=face_crop(face, size=64),
            options=Options(),
            clip="c",
            index=number,
        )
        found.append(pair)
    return [*found, Unusable("p99", "g9", "no face")]


class Tinted(Copy):
    """Paints a part of the source, counts how often, and cannot make some pairs."""

    name = "tinted"

    def __init__(self, fails: tuple[int, ...] = ()) -> None:
        self.made = 0
        self.fails = fails

    def retarget(self, state, driving, options):
        shift = int(np.abs(driving.frame.astype(int) - state.source.image.mean()).sum() % 97)
        motion = super().retarget(state, driving, options)
        motion.extra["shift"] = shift
        return motion

    def render_frame(self, state, motion):
        self.made += 1
        if self.made in self.fails:
            raise InputError("Not this one.")
        tinted = state.source.image.copy()
        tinted[20:60, 20:90] = np.clip(
            tinted[20:60, 20:90].astype(int) + motion.extra["shift"], 0, 255
        )
        return tinted

    def mask(self, state, motion):
        mask = np.zeros(state.source.image.shape[:2], np.float32)
        mask[20:60, 20:90] = 1
        return mask


def stub(found: list[Pair | Unusable]) -> Any:
    """`pairs` of `bench.tasks` that gives these."""

    def pairs(protocol: Protocol, data: Path, limit: int | None) -> Iterator[Pair | Unusable]:
        yield from found

    return pairs
