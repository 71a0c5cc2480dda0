"""Covered parts of a face, where the generator draws faces perfectly: its guess is the face."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from reenact.methods.stylefusion.config import EMBEDDED
from reenact.methods.stylefusion.covered import covered_parts
from reenact.methods.stylefusion.normalize import normalized_crop


@pytest.fixture(scope="module")
def face(portrait, portrait_face):
    """(3, 64, 64) and its landmarks."""
    crop = normalized_crop(
        portrait_face.points,
        portrait.shape[:2],
        EMBEDDED.size,
        zoom=EMBEDDED.zoom,
        middle=EMBEDDED.middle,
    )
    picture = torch.from_numpy(crop.cut(portrait).transpose(2, 0, 1).copy()).float() / 255
    return picture, crop.to_crop(portrait_face.points)


def test_a_face_that_is_drawn_as_it_is_has_nothing_before_it(face):
    picture, points = face
    assert covered_parts(picture, picture, points) == []
    lighter = 0.5 * picture + 0.2
    assert covered_parts(lighter, picture, points) == []


@pytest.mark.parametrize("part", ["left eye", "right eye", "mouth"])
def test_a_patch_over_a_part_is_seen(face, part):
    picture, points = face
    first, last = {"left eye": (33, 133), "right eye": (362, 263), "mouth": (61, 291)}[part]
    x0, x1 = points[first, 0] - 6, points[last, 0] + 6
    y = points[[first, last], 1].mean()
    patched = picture.clone()
    rows, columns = slice(int(y) - 9, int(y) + 10), slice(max(0, int(x0)), int(x1) + 1)
    patched[:, rows, columns] = torch.tensor([0.2, 0.4, 0.7])[:, None, None]
    assert covered_parts(patched, picture, points) == [part]


def test_a_part_outside_of_the_picture_is_no_error(face):
    picture, points = face
    away = points + np.array([40.0, 0.0, 0.0], np.float32)
    assert isinstance(covered_parts(picture, picture, away), list)
