"""What results depend on, as hashes: pictures and faces of a pair, a method's weights, the code.

Nothing that was kept is used again unless all of this is the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

import reenact
from bench.tasks import Pair
from reenact.base import Method

WEIGHTS = Path(reenact.__file__).parent / "weights"
LIBRARIES = (
    "numpy",
    "scipy",
    "torch",
    "mediapipe",
    "opencv-contrib-python",
    "openvino",
    "facenet-pytorch",
    "dlib-bin",
)
"""Libraries whose version may change a figure."""


def own_weights(method: Method) -> dict[str, str]:
    """File name to SHA-256 of the weights that a method was made with; empty where it has none."""
    found = {}
    if method.weights_sha256:
        found[method.own_weights_file()] = method.weights_sha256
        for other in method.other_weights:
            found[other] = hashlib.sha256((WEIGHTS / other).read_bytes()).hexdigest()
    return dict(sorted(found.items()))


def method_fingerprint(method: Method) -> str:
    """Of all that an output depends on besides its pair: weights, this package's code, libraries.

    Every file of `reenact/weights` counts, as any method may come to use any of them.
    """
    return _hash([method.name, own_weights(method), _embedded(), code("reenact"), versions()])


def measuring_fingerprint(measured_with: dict[str, str]) -> str:
    """Of all that a figure depends on besides protocol, pair and output."""
    return _hash([measured_with, code("bench"), code("reenact"), versions()])


def output_key(pair: Pair) -> str:
    """Of what an output is made from."""
    faces = (pair.source_face, pair.driving_face, pair.driving_neutral)
    parts: list[Any] = [pair.source, pair.driving, *faces, asdict(pair.options)]
    if pair.way is not None:
        parts += [pair.way.gives, pair.way.converts, pair.way.back, pair.way.back_face]
        parts += [pair.way.removes]
    return _hash([*parts, pair.target])  # which is the output of `truth`


def pair_key(pair: Pair, output: str) -> str:
    """Of what a pair's figures are measured on, besides the output.

    Args:
        output: its `output_key`.
    """
    names = [pair.name, pair.group, pair.person, pair.driving_person, pair.label, pair.clip]
    parts = [output, names, pair.index, pair.target_face, pair.crop.matrix]
    parts += [pair.crop.size, pair.gallery, pair.gallery_face, pair.exact_points]
    return _hash(parts)


def content_key(pair: Pair) -> str:
    """Of the pictures alone, whatever face finder and machine: the same data give the same."""
    return _hash([pair.name, pair.source, pair.driving, pair.target])


def versions(names: Iterable[str] = LIBRARIES) -> dict[str, str]:
    """Versions of libraries, by name."""
    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found


@lru_cache(maxsize=4)
def code(package: str) -> str:
    """Of all Python files of `reenact` or `bench`."""
    folder = Path(reenact.__file__).parents[1] / package
    files = sorted(folder.rglob("*.py"))
    return _hash([(path.relative_to(folder).as_posix(), path.read_bytes()) for path in files])


@lru_cache(maxsize=1)
def _embedded() -> str:
    return _hash([(path.name, path.read_bytes()) for path in sorted(WEIGHTS.iterdir())])


def _hash(parts: Any) -> str:
    digest = hashlib.blake2b(digest_size=16)
    _feed(digest, parts)
    return digest.hexdigest()


def _feed(digest: Any, part: Any) -> None:
    """Each part with its kind and length, so that no two lists of parts look alike."""
    if isinstance(part, np.ndarray):
        array = np.ascontiguousarray(part)
        digest.update(f"a{array.dtype}{array.shape}".encode())
        digest.update(array.tobytes())
    elif isinstance(part, bytes):
        digest.update(b"b%d:" % len(part))
        digest.update(part)
    elif isinstance(part, (list, tuple)):
        digest.update(b"l%d:" % len(part))
        for one in part:
            _feed(digest, one)
    elif isinstance(part, dict):
        _feed(digest, sorted(part.items()))
    elif hasattr(part, "points"):  # a Face
        _feed(digest, [part.points, part.frame_size])
    else:
        text = repr(part)
        digest.update(f"r{len(text)}:{text}".encode())
