"""Identity by dlib's face descriptor, a network that no method here is trained with.

King (2017), dlib_face_recognition_resnet_model_v1, CC0; 0.6 is its threshold for another person.
Aligned by dlib's own five points, described by dlib's own weights in torch (`dlib_net.py`).
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.metrics.about import NotComputed
from bench.metrics.checks import check_same
from bench.metrics.kept import Kept
from reenact.errors import FaceNotFoundError
from reenact.types import Face, Frame

OTHER_PERSON = 0.6
"""Distance from which dlib takes two faces for two people."""

NETWORK_FILE = "dlib_face_recognition_resnet_model_v1.dat"
_POINTS_FILE = "shape_predictor_5_face_landmarks.dat"

_described = Kept(2000)


def identity_distance(output: NDArray, source: NDArray) -> float:
    """Distance of two face descriptors.

    Args:
        output: (128,) descriptor of the output's face.
        source: (128,) descriptor of the source's face.

    Returns:
        0 is the same picture; above 0.6 dlib takes them for two people.

    Example:
        >>> identity_distance(np.array([0.3, 0.0]), np.array([0.0, 0.4]))
        0.5
    """
    check_same(output, source)
    return float(np.linalg.norm(output - source))


def is_same_person(output: NDArray, source: NDArray) -> float:
    """1 where dlib takes two faces for one person, else 0 (GC-GAN, table 2, with dlib's network).

    Args:
        output, source: (128,) descriptors.
    """
    return float(identity_distance(output, source) < OTHER_PERSON)


def descriptor(frame: Frame, face: Face) -> NDArray[np.float64]:
    """dlib's (128,) descriptor of a face, aligned by dlib's own five points.

    Args:
        frame: (H, W, 3) picture.
        face: where the face is in it.

    Raises:
        FaceNotFoundError: its box lies outside of the picture.
        NotComputed: dlib or its weights are not on this computer.
    """
    from bench.metrics.dlib_net import describe

    chip = face_chip(frame, face)
    return _described(chip, lambda: describe(_network(), chip[None])[0])


def face_chip(frame: Frame, face: Face) -> Frame:
    """(150, 150, 3) the face as dlib's network wants it; see `descriptor`."""
    shape = face_shape(frame, face)
    return _dlib().get_face_chip(np.ascontiguousarray(frame), shape, 150, 0.25)


def face_shape(frame: Frame, face: Face) -> Any:
    """dlib's own five points of a face; see `descriptor`."""
    height, width = frame.shape[:2]
    x0, y0, x1, y1 = _dlib_box(face)
    if x1 <= 0 or y1 <= 0 or x0 >= width or y0 >= height:
        raise FaceNotFoundError("The face must lie in the picture to be recognized.")
    return _predictor()(np.ascontiguousarray(frame), _dlib().rectangle(x0, y0, x1, y1))


def forget() -> None:
    """Describe every picture anew from now on, for timing."""
    _described.clear()


def network_path() -> Path:
    """dlib's weights.

    Raises:
        NotComputed: the package that holds them is not on this computer.
    """
    _dlib()
    return _folder() / NETWORK_FILE


def _dlib_box(face: Face) -> tuple[int, int, int, int]:
    """The square that dlib's detector would draw: brows to chin, as wide as it is high."""
    x0, y0, x1, y1 = face.box
    side, middle = (y1 - y0) * 0.85, (x0 + x1) / 2
    bottom = y1 + 0.02 * side
    return tuple(round(v) for v in (middle - side / 2, bottom - side, middle + side / 2, bottom))


def _dlib() -> Any:
    try:
        import dlib
    except ImportError:
        raise NotComputed(
            "Identity needs the package `dlib-bin`, which is not here. Run: pip install dlib-bin."
        ) from None
    return dlib


def _folder() -> Path:
    """Where the package's files are. It is not imported: it asks for `pkg_resources`, now gone."""
    spec = find_spec("face_recognition_models")
    if spec is None or not spec.submodule_search_locations:
        raise NotComputed(
            "Identity needs the package `face_recognition_models`, which is not here. "
            "Run: pip install face_recognition_models."
        )
    return Path(next(iter(spec.submodule_search_locations))) / "models"


@lru_cache(maxsize=1)
def _predictor() -> Any:
    return _dlib().shape_predictor(str(_folder() / _POINTS_FILE))


@lru_cache(maxsize=1)
def _network() -> Any:
    from bench.metrics.dlib_net import load_dlib_net

    return load_dlib_net(network_path())


@lru_cache(maxsize=1)
def network_sha256() -> str:
    """The hash of dlib's weights.

    Raises:
        NotComputed: they are not on this computer.
    """
    return hashlib.sha256(network_path().read_bytes()).hexdigest()
