"""Section 3.2: a face turned upright by its eyes and mouth, and cut a little larger than it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reenact.errors import InputError
from reenact.face.align import Crop
from reenact.face.schemes import check_points, convert

_RIGHT_EYE, _LEFT_EYE = slice(36, 42), slice(42, 48)
_MOUTH_CORNERS = (48, 54)
EYES_SHARE, MOUTH_SHARE = 2.0, 1.8
"""Half the side of the cut over the distance of the eyes, and over that of eyes and mouth. The
paper says "slightly larger than the face"; these are the numbers of FFHQ, which its generator saw.
"""
FFHQ_MIDDLE = 0.1


def normalized_crop(
    points: NDArray,
    frame_size: tuple[int, int],
    size: int,
    scheme: str = "mediapipe478",
    zoom: float = 1.0,
    middle: float = FFHQ_MIDDLE,
) -> Crop:
    """Where the normalized face lies.

    Args:
        points: (K, 2 or 3) landmarks, pixels.
        frame_size: (height, width) of the picture.
        size: side of the cut, pixels.
        scheme: of the points.
        zoom: how much nearer than FFHQ's.
        middle: of the cut, as a share of the way from the eyes to the mouth.

    Returns:
        The crop: `.cut` takes it, `.to_crop` and `.to_frame` bring points there and back.

    Raises:
        InputError: eyes and mouth lie on one another.
    """
    shape = convert(check_points(points, scheme), scheme, "ibug68")[:, :2].astype(np.float64)
    right, left = shape[_RIGHT_EYE].mean(axis=0), shape[_LEFT_EYE].mean(axis=0)
    eyes, mouth = (right + left) / 2, shape[list(_MOUTH_CORNERS)].mean(axis=0)
    across, down = left - right, mouth - eyes
    axis = across + np.array([down[1], -down[0]])  # across the face, by eyes and mouth alike
    length = np.linalg.norm(axis)
    half = max(EYES_SHARE * np.linalg.norm(across), MOUTH_SHARE * np.linalg.norm(down))
    if length < 1e-6 or half < 1:
        raise InputError("A face must have its eyes above its mouth, got them on one another.")
    x_axis = axis / length
    y_axis = np.array([-x_axis[1], x_axis[0]])
    center = eyes + middle * down
    turn = np.stack([x_axis, y_axis]) * (zoom * size / (2 * half))
    shift = (size - 1) / 2 - turn @ center
    return Crop(np.column_stack([turn, shift]), size, frame_size)
