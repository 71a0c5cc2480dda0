"""The pictures of a study: pairs drawn from a protocol, different people first, and outputs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from bench.baselines import make_method
from bench.protocol import Protocol
from bench.study.design import TRUTH, Shown
from bench.tasks import Pair, Unusable, pairs
from bench.ways import Maker
from reenact.errors import InputError, ReenactError
from reenact.face.align import face_crop
from reenact.types import Frame

Progress = Callable[[int, int | None], None]


def draw_pairs(
    protocol: Protocol,
    data: Path,
    count: int,
    seed: int,
    progress: Progress,
    limit: int | None = None,
) -> list[Pair]:
    """Pairs for a study, at most `count`: first one of every person, then a second one, ...

    The draw does not depend on the order in which the data come.

    Raises:
        InputError: no pair can be used.
    """
    drawn = choose(_usable(pairs(protocol, data, limit), progress), count, seed)
    if not drawn:
        raise InputError(f"No pair of '{data}' shows a face in every picture.")
    return drawn


def choose(found: Iterable[Pair], count: int, seed: int) -> list[Pair]:
    """Keep those with the lowest (rank within the person, drawn number); memory holds few.

    A pair that is out can never come in again, as later pairs only make ranks worse.
    """
    kept: list[tuple[int, str, Pair]] = []
    for pair in found:
        kept.append((0, _drawn(seed, pair.name), pair))
        kept = _ranked(kept)[:count]
    return [pair for _, _, pair in kept]


def _ranked(kept: Iterable[tuple[int, str, Pair]]) -> list[tuple[int, str, Pair]]:
    seen: dict[str, int] = {}
    ranked = []
    for _, number, pair in sorted(kept, key=lambda item: item[1]):
        rank = seen.get(person(pair), 0)
        seen[person(pair)] = rank + 1
        ranked.append((rank, number, pair))
    return sorted(ranked, key=lambda item: item[:2])


def person(pair: Pair) -> str:
    """Whose face a pair's output shows."""
    return pair.person or pair.group


def _drawn(seed: int, name: str) -> str:
    return hashlib.sha256(f"{seed}/{name}".encode()).hexdigest()


def _usable(found: Iterable[Pair | Unusable], progress: Progress) -> Iterator[Pair]:
    for done, pair in enumerate(found, start=1):
        progress(done, None)
        if isinstance(pair, Pair):
            yield pair


class Painter:
    """Makes the pictures that a plan shows, all of one size.

    Args:
        methods: made once.
        size: side in pixels.
    """

    def __init__(self, drawn: Sequence[Pair], methods: Sequence[str], size: int) -> None:
        self.size = size
        self._pairs = {pair.name: pair for pair in drawn}
        self._methods = {name: make_method(name) for name in methods}

    def __call__(self, shown: Shown) -> Frame:
        """(size, size, 3) the picture.

        Raises:
            InputError: a method cannot make it; a study with holes would not be blind.
        """
        pair = self._pairs[shown.pair]
        if shown.what == "driving":
            return self._driving(pair)
        if shown.what == "source":
            return self._cut(pair, pair.source)
        if shown.what == TRUTH:
            return self._cut(pair, self._same_size(pair.target, pair.source))
        return self._cut(pair, self._output(pair, shown.what))

    def person(self, name: str) -> str:
        """Whose face the pictures of a pair show."""
        return person(self._pairs[name])

    def _output(self, pair: Pair, method: str) -> Frame:
        try:
            return Maker(self._methods[method])(pair)
        except ReenactError as error:
            raise InputError(
                f"Method '{method}' fails on pair '{pair.name}' ({error}) and a study shows every "
                "picture. Leave the method out, or use another `--seed`."
            ) from error

    def _cut(self, pair: Pair, frame: Frame) -> Frame:
        return self._resized(pair.crop.cut(frame))

    def _driving(self, pair: Pair) -> Frame:
        scale = pair.crop.size / pair.crop.scale / _box_side(pair)
        crop = face_crop(pair.driving_face, scale=scale, size=self.size, upright=False)
        return crop.cut(pair.driving)

    def _resized(self, frame: Frame) -> Frame:
        import cv2

        side = (self.size, self.size)
        if frame.shape[:2] == side:
            return frame
        shrinks = frame.shape[0] > self.size
        return cv2.resize(frame, side, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)

    def _same_size(self, frame: Frame, like: Frame) -> Frame:
        import cv2

        if frame.shape == like.shape:
            return frame
        size = (like.shape[1], like.shape[0])
        return cv2.resize(frame, size, interpolation=cv2.INTER_AREA)


def _box_side(pair: Pair) -> float:
    """The longer side of the source face's box, as `face_crop` measures it."""
    xy = pair.source_face.points[:, :2]
    return float((xy.max(0) - xy.min(0)).max())
