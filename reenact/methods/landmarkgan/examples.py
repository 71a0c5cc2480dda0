"""A few pictures of each person, kept with the weights: eyes and mouths as they really looked.

TL2F of the light recipe draws eyes and teeth softly, and the source picture may have its eyes shut.
So some of the pictures that were trained on are kept, as unlike one another as can be; of these
`detail.py` takes the finest details of eyes and mouth, of those whose shape is nearest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.data.pack import Pack
from reenact.landmark_driven import FACE_PX
from reenact.methods.landmarkgan.space import as_pixels, seen_in_crop
from reenact.types import Frame

if TYPE_CHECKING:
    from torch import Tensor

EYES = ((52, 53, 72, 54, 55, 56, 73, 57, 104), (58, 59, 75, 60, 61, 62, 76, 63, 105))
MOUTH = (tuple(range(84, 104)),)
_COUNT = 12
_QUALITY = 85
_EYES_COUNT, _MOUTH_COUNT, _POSE_COUNTS = 3.0, 2.0, 0.5  # when pictures are chosen
_POSE = 0.1  # of a difference of the whole face, next to one of the part
_ALIKE = 1.0  # pixels: pictures that are nearly as near as the nearest have their share
_MOST = 2


@dataclass(frozen=True)
class Example:
    """One picture of a person.

    Attributes:
        picture: (256, 256, 3) the upright window. points: (106, 2) landmarks, its pixels.
    """

    picture: Frame
    points: NDArray[np.float32]


def choose(points: NDArray, rest: int, count: int = _COUNT) -> list[int]:
    """Which of (N, 106, 2) landmarks, pixels, to keep: the middle one, then ever the farthest.

    Args:
        rest: one that is kept in any case.
        count: how many besides.
    """
    features = np.stack([_features(one) for one in points])
    chosen = [int(np.linalg.norm(features - features.mean(0), axis=1).argmin())]
    far = np.full(len(features), np.inf)
    while len(chosen) < min(count, len(features)):
        far = np.minimum(far, np.linalg.norm(features - features[chosen[-1]], axis=1))
        chosen.append(int(far.argmax()))
    return chosen if rest in chosen else [*chosen, rest]


def nearest(
    examples: Sequence[Example], there: NDArray, parts: Sequence[Sequence[int]]
) -> list[tuple[Example, float]]:
    """The examples whose parts look most as wanted, with shares that add up to 1.

    Shares go to 0 before another example takes a place, so that clips do not jump.

    Args:
        examples: one or more. there: (106, 2) wanted landmarks, pixels.
        parts: numbers of landmarks.
    """
    far = np.array([_distance(one.points, there, parts) for one in examples])
    order = far.argsort(kind="stable")[: _MOST + 1]
    limit = far[order[0]] + _ALIKE
    if len(order) > _MOST:
        limit = min(limit, max(far[order[_MOST]], far[order[0]] + 1e-6))
    shares = np.square(np.maximum(limit - far[order[:_MOST]], 0))
    shares = shares / shares.sum()
    return [
        (examples[index], float(share))
        for index, share in zip(order, shares, strict=False)
        if share > 0
    ]


def by_distance(
    examples: Sequence[Example], there: NDArray, parts: Sequence[Sequence[int]]
) -> list[Example]:
    """The examples, first those whose parts look most as wanted; see `nearest`."""
    return sorted(examples, key=lambda one: _distance(one.points, there, parts))


def _distance(here: NDArray, there: NDArray, parts: Sequence[Sequence[int]]) -> float:
    """Pixels between two shapes of parts; and a little of the whole faces, for the pose."""
    moves = [_shape(there[list(part)]) - _shape(here[list(part)]) for part in parts]
    whole = _shape(there) - _shape(here)
    near, far = (float(np.linalg.norm(m, axis=1).mean()) for m in (np.concatenate(moves), whole))
    return near + _POSE * far


def _shape(points: NDArray) -> NDArray:
    return points - points.mean(0)


def _features(points: NDArray) -> NDArray[np.float64]:
    parts = [_EYES_COUNT * _shape(points[list(part)]) for part in EYES]
    parts += [_MOUTH_COUNT * _shape(points[list(MOUTH[0])]), _POSE_COUNTS * _shape(points)]
    return np.concatenate(parts).ravel()


def example_tensors(number: int, pack: Pack, rows: Sequence[int], rest: int) -> dict[str, Tensor]:
    """By name, of the rows of a pack that a person was trained on.

    Args:
        rest: which of them the portrait is made of.
    """
    import torch

    points = np.stack([as_pixels(seen_in_crop(pack.points(row), pack.size)) for row in rows])
    chosen = choose(points, rest)
    tensors = {f"examples.{number}.points": torch.from_numpy(points[chosen])}
    for place, index in enumerate(chosen):
        picture = cv2.cvtColor(pack.image(rows[index]), cv2.COLOR_RGB2BGR)
        picture = cv2.resize(picture, (FACE_PX, FACE_PX), interpolation=cv2.INTER_CUBIC)
        data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()
        kept = torch.frombuffer(bytearray(data), dtype=torch.uint8)
        tensors[f"examples.{number}.picture{place}"] = kept
    return tensors


def examples_of(state: Mapping[str, Tensor], number: int) -> list[Example]:
    """A person's examples.

    Raises:
        KeyError: the weights were made without.
    """
    found = []
    for place, one in enumerate(state[f"examples.{number}.points"].float().numpy()):
        data = state[f"examples.{number}.picture{place}"].numpy().astype(np.uint8)
        picture = cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
        found.append(Example(picture, np.ascontiguousarray(one, np.float32)))
    return found
