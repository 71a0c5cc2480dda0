"""A small packed data file of people who look like scikit-image's astronaut, for tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from reenact.data.pack import CROP_SCALE, Pack, PackItem
from reenact.data.packing import write_faces
from reenact.face.align import face_crop


def make_pack(
    path: Path, portrait, face, *, people: int = 5, each: int = 2, size: int = 64
) -> Pack:
    """People in other colors, with lips moved a little; the last one is held out."""
    crop = face_crop(face, scale=CROP_SCALE, size=size)
    image, points = crop.cut(portrait), crop.to_crop(face.points)
    rng = np.random.default_rng(0)
    items = []
    for person in range(people):
        gains = rng.uniform(0.6, 1.1, 3)
        for take in range(each):
            moved = points + rng.normal(0, 0.004 * size, points.shape).astype(np.float32)
            items.append(
                PackItem(
                    image=np.clip(image * gains, 0, 255).astype(np.uint8),
                    points=moved,
                    person=f"test/{person}",
                    set="test",
                    expression="smile" if take else "neutral",
                    split="held_out" if person == people - 1 else "train",
                )
            )
    write_faces(items, path, size=size)
    return Pack.open(path)
