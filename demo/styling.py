"""One visitor's two faces in styles: fused, solved and drawn as often as they like."""

from __future__ import annotations

import threading
import time
import weakref
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from demo import text_style as words
from demo.chosen import chosen_face
from reenact.errors import InputError
from reenact.media.provenance import Provenance

if TYPE_CHECKING:
    from torch import Tensor

    from demo.engine import Engine
    from demo.generators import Offers
    from demo.sessions import Session
    from reenact.methods.stylefusion.choice import Choice
    from reenact.methods.stylefusion.keep import FaceStyles
    from reenact.methods.stylefusion.method import StyleFusion
    from reenact.methods.stylefusion.studio import NormalFace
    from reenact.methods.stylefusion.watching import Progress
    from reenact.pipeline import Reenactor
    from reenact.types import Frame, Points, Result

METHOD = "stylefusion"
FAR = 0.1
"""Mean difference of the drawn and the true face, 0..1, from which it is another face: guesses of
held-out faces are at 0.03 to 0.08, ninety-nine in a hundred other people's above it."""
GRID_PX = 128
"""Largest side of a face in the splice grid, pixels."""


@dataclass
class Photo:
    """The source's picture, encoded once.

    Attributes:
        file: where it lies. frame: (H, W, 3).
        notes: which face was taken, where the picture shows several.
    """

    file: str
    frame: Frame
    reenactor: Reenactor
    notes: tuple[str, ...] = ()

    @classmethod
    def read(
        cls, engine: Engine, method: StyleFusion, file: str, index: int | None = None
    ) -> Photo:
        """Find one face of a picture; see `chosen_face`.

        Raises:
            ReenactError: it cannot be read, or shows no face.
        """
        from reenact.pipeline import Reenactor

        frame = engine.load(file, "source")
        face, notes = chosen_face(engine, frame, index, "source")
        return cls(file, frame, Reenactor(frame, method, source_face=face), notes)

    @property
    def normal(self) -> NormalFace:
        """The face as the generator sees it."""
        return self.reenactor.state.normal

    @property
    def picture(self) -> Tensor:
        """(3, S, S) the face as the generator sees it."""
        return self.normal.picture

    @property
    def points(self) -> Points:
        """(478, 3) its landmarks."""
        return self.normal.points


@dataclass(frozen=True)
class Drawn:
    """What layers and an amount make of two faces.

    Attributes:
        faces: (3, 3, S, S) source, fused and driving face as the generator draws them.
        result: in the photograph; None where there is none.
    """

    faces: Tensor
    result: Result | None
    seconds: float
    notes: tuple[str, ...] = ()


@dataclass
class StyleDesk:
    """Two faces whose styles are known. One visitor's steps never run at the same time.

    Args:
        kept: what was found or loaded.
        photo: where the result goes back to; None for the generated faces alone.
        notes: what a person should know about the styles.
        generator: the name of the generator that they belong to.

    Attributes:
        both: (2, 3, S, S) what the generator draws of them.
        choice: what `solve` found.
    """

    method: StyleFusion
    kept: FaceStyles
    photo: Photo | None
    notes: tuple[str, ...] = ()
    generator: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock)
    both: Tensor = field(init=False)
    choice: Choice | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        if self.photo is not None:
            reenactor = self.photo.reenactor
            reenactor.state = self.method.with_styles(reenactor.state, self.kept.styles[0])
        self.both = self.method.studio.render(self.kept.styles)

    @property
    def provenance(self) -> Provenance:
        """Of faces that the generator draws."""
        return Provenance(METHOD, weights_sha256=self.method.weights_sha256, is_whole=True)

    def draw(self, layers: tuple[int, ...], share: float) -> Drawn:
        """The fused face, and the photograph with its expression.

        Args:
            layers: from the driving face, counted from 0. share: 0..1 of them.

        Raises:
            InputError: layers or a share that do not exist.
        """
        import torch

        from reenact.methods.stylefusion.fuse import fuse, shares_of

        with self.lock:
            start = time.perf_counter()
            source, driving = self.kept.styles
            fused = fuse(source, driving, shares_of(layers, len(source), share))
            result = None if self.photo is None else self._in_photo(fused)
            picture = self.method.studio.render(fused[None])
            faces = torch.stack([self.both[0], picture[0], self.both[1]])
            notes = list(self.notes) + ([] if result is None else result.notes)
            if not layers:
                notes.insert(0, words.NO_LAYERS)
            return Drawn(faces, result, time.perf_counter() - start, tuple(notes))

    def _in_photo(self, fused: Tensor) -> Result:
        from reenact.base import Driving
        from reenact.types import Options

        reenactor = self.photo.reenactor
        motion = self.method.motion_of(
            reenactor.state, fused, Driving(), Options(follow_pose=False)
        )
        return reenactor.apply(motion)

    def solve(self, watch: Progress | None = None) -> Choice:
        """The layers that cost least for these two faces, by the integer linear program.

        Args:
            watch: told after each picture that was measured; see `choice.choose`.
        """
        from reenact.methods.stylefusion.choice import Judge, choose

        if self.choice is None:  # without the lock: layers may be redrawn meanwhile
            faces = (_Place(points) for points in self.kept.points)
            judge = Judge(self.method.studio, *faces, *self.kept.styles)
            self.choice = choose(judge, watch=watch)
        return self.choice

    def grid(self, watch: Progress | None = None) -> list[list[Tensor]]:
        """See `fuse.splice_grid`; pictures of at most `GRID_PX`, a large generator has many."""
        from torch.nn import functional

        from reenact.methods.stylefusion.fuse import splice_grid

        def small(styles: Tensor) -> Tensor:
            picture = self.method.studio.render(styles)
            if picture.shape[-1] <= GRID_PX:
                return picture
            return functional.interpolate(picture, (GRID_PX, GRID_PX), mode="area")

        return splice_grid(small, *self.kept.styles, watch=watch)

    def save(self, file: Path) -> Path:
        """Write the styles of both faces."""
        from reenact.methods.stylefusion.keep import save_styles

        save_styles(self.kept, file, self.method.weights_sha256)
        return file


@dataclass(frozen=True)
class _Place:
    """All that the judge asks of a face: where its landmarks are about."""

    points: Points


def load_desk(
    offers: Offers, name: str, styles_file: str, source: str | None, face: int | None = None
) -> StyleDesk:
    """A desk with styles from a file, in the source picture where it shows the same face.

    Args:
        name: of the generator that is chosen.
        face: of the source picture, from left to right; None for the largest.

    Raises:
        ReenactError: the styles cannot be used, or the source picture cannot.
    """
    from reenact.methods.stylefusion.keep import OtherGeneratorError, load_styles

    offer = offers.of(name)
    method = offer.method
    try:
        kept = load_styles(styles_file, method.studio.config, method.weights_sha256)
    except OtherGeneratorError as error:
        theirs = offers.with_weights(error.generator)
        if theirs is None:
            raise
        message = words.OTHER_STYLES.format(theirs.name, offer.name)
        raise OtherGeneratorError(message, error.generator) from error
    photo, notes = None, (words.NO_PHOTO,)
    if source is not None:
        photo = Photo.read(offer.engine, method, source, face)
        notes = photo.notes
        if drawn_gap(method, kept.styles[:1], photo.picture[None])[0] > FAR:
            photo, notes = None, (words.OTHER_PHOTO,)
    return StyleDesk(method, kept, photo, notes, generator=name)


def drawn_gap(method: StyleFusion, styles: Tensor, faces: Tensor) -> np.ndarray:
    """(B,) mean difference, 0..1, of faces (B, 3, S, S) and what is drawn of their styles."""
    drawn = method.studio.render(styles)
    return (drawn - faces).abs().mean(dim=(1, 2, 3)).numpy()


class StyleDesks:
    """Each visitor's desk; it goes with their session."""

    def __init__(self) -> None:
        self._open: weakref.WeakKeyDictionary[Session, StyleDesk] = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()

    def of(self, session: Session) -> StyleDesk:
        """The visitor's desk.

        Raises:
            InputError: they have none.
        """
        desk = self.peek(session)
        if desk is None or session.is_closed:
            raise InputError(words.NOT_YET)
        return desk

    def peek(self, session: Session) -> StyleDesk | None:
        """The visitor's desk, if they have one."""
        with self._lock:
            return self._open.get(session)

    def put(self, session: Session, desk: StyleDesk | None) -> None:
        """Another desk for the visitor; None takes it away."""
        with self._lock:
            self._open.pop(session, None)
            if desk is not None:
                self._open[session] = desk
