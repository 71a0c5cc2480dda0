"""The landmark editor without a screen: a face, a hand, sliders, undo.

    editor = FaceEditor(face)
    editor.begin(); editor.drag([61], shift=(-6, -4), radius=0.3)     # a mouth corner
    editor.slide("mouth_open", 0.5)
    result = render_edit(reenactor, editor.edit())

Everything is kept in the face's own canonical frame (`geometry/canonical.py`), so an expression
that was made on one face can be put on another, blended and interpolated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from reenact.edit_file import Edit, from_pixels
from reenact.errors import EditError
from reenact.geometry.canonical import canonicalize, check_mesh
from reenact.geometry.contour import contour_give
from reenact.geometry.expression import ExpressionModel
from reenact.geometry.handles import move
from reenact.geometry.head import turn_beyond
from reenact.geometry.openings import GAZE_LIMIT, Openings
from reenact.geometry.presets import preset
from reenact.geometry.regions import POINT_COUNT
from reenact.geometry.relax import retract, unfold
from reenact.geometry.shape_model import ShapeModel
from reenact.geometry.sliders import HEAD, HEAD_DEGREES, apply_sliders, check_sliders, head_turn
from reenact.types import Face, HeadPose, Points

STEPS_KEPT = 100
_STILL = HeadPose(0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Expression:
    """What an edit does to a face, whoever's it is.

    Attributes:
        move: (478, 3) movement of the canonical points.
        head: degrees that the head turns by.
    """

    move: NDArray[np.float64]
    head: HeadPose = _STILL

    @classmethod
    def nothing(cls) -> Expression:
        """The face as it is."""
        return cls(np.zeros((POINT_COUNT, 3)))


def blend(first: Expression, second: Expression, share: float) -> Expression:
    """Between two expressions: 0 is the first, 1 the second."""
    if not 0 <= share <= 1:
        raise EditError(f"`share` must be 0 to 1, got {share:g}.")
    turn = (
        (1 - share) * getattr(first.head, axis) + share * getattr(second.head, axis)
        for axis in HEAD
    )
    return Expression((1 - share) * first.move + share * second.move, HeadPose(*turn))


@dataclass(frozen=True)
class EditState:
    """One step of the undo history.

    Attributes:
        move: (478, 3) canonical movement by hand, presets and pictures.
        sliders: -1 to 1 by name, those that are not 0.
    """

    move: NDArray[np.float64]
    sliders: dict[str, float] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not self.sliders and not self.move.any()


class FaceEditor:
    """One face whose landmarks are edited.

    Args:
        face: the face in the source picture.

    Attributes:
        constrained: whether the result is kept within what faces look like.
        symmetric: whether the other side of the face does what a dragged side does.
    """

    def __init__(self, face: Face) -> None:
        self.face = face
        self.model = ShapeModel.load()
        expression = ExpressionModel.load()
        self.openings: Openings = expression.openings
        self.own, self.placement = canonicalize(check_mesh(face.points, "face"), expression.mean)
        self.constrained, self.symmetric = True, False
        self.state = EditState(np.zeros((POINT_COUNT, 3)))
        self._start = self.state
        self._loaded: tuple[EditState, Edit] | None = None
        self._past: list[EditState] = []
        self._future: list[EditState] = []

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    def begin(self) -> None:
        """A drag, or another change that undo takes back as a whole, starts here."""
        self._start = self.state
        self._past = [*self._past[-STEPS_KEPT + 1 :], self.state]
        self._future.clear()

    def snapshot(self) -> tuple:
        """All that `restore` needs to bring back the face and its history as they are now."""
        return self.state, list(self._past), list(self._future)

    def restore(self, snapshot: tuple) -> None:
        """The face and its history as they were."""
        self.state, self._past, self._future = snapshot

    def drag(self, held: Sequence[int], shift: NDArray | Sequence[float], radius: float) -> None:
        """Points were dragged, since `begin`, by so many pixels of the picture.

        Args:
            held: indices of the points.
            shift: (2,) pixels.
            radius: how far the skin follows, outer eye corner distances.

        Raises:
            EditError: nothing is held, or a number makes no sense.
        """
        pixels = np.append(np.asarray(shift, np.float64), 0.0)
        if pixels.shape != (3,) or not np.isfinite(pixels).all():
            raise EditError(f"`shift` must be two finite numbers, got {shift!r:.60}.")
        turned = pixels @ self.placement.rotation.T / self.placement.scale
        mirror = self.model.mirror if self.symmetric else None
        change = move(self.own, held, turned[:2], radius, mirror)
        self.state = replace(self._start, move=self._start.move + change)

    def settle(self) -> None:
        """The hand let go: what the limits took away is forgotten, so that it need not be undone
        by hand before a drag back is seen."""
        if self.constrained:
            wanted = self._shaped()
            kept = self._kept(wanted) - wanted
            self.state = replace(self.state, move=self.state.move + kept)

    def slide(self, name: str, value: float) -> None:
        """Put a slider to a place, -1 to 1."""
        sliders = {key: v for key, v in self.state.sliders.items() if key != name}
        self.state = replace(self.state, sliders=sliders | check_sliders({name: value}))

    def put(self, expression: Expression) -> None:
        """Put an expression on the face in place of everything else."""
        head = {
            axis: float(
                np.clip(getattr(expression.head, axis) / getattr(HEAD_DEGREES, axis), -1, 1)
            )
            for axis in HEAD
        }
        self.state = EditState(expression.move, check_sliders(head))

    def preset(self, name: str) -> None:
        """Put a preset on the face in place of everything else; its sliders show where it is."""
        chosen = preset(name)
        move = contour_give(self.own)[:, None] * self.model.shape(chosen.shapes)
        self.state = EditState(move, dict(chosen.sliders))

    def take(self, driving: Points) -> None:
        """Take the expression of another face, (478, 3) pixels of its own picture."""
        self.put(self.expression_of(driving))

    def load(self, edit: Edit) -> None:
        """Put an edit from a file on the face in place of everything else.

        It is shown as it is, even where the limits would change it, so that a file gives the same
        picture everywhere.

        Raises:
            EditError: a point lies outside of the picture.
        """
        from reenact.edits import moved_mesh

        height, width = self.face.frame_size
        frame = np.broadcast_to(np.uint8(0), (height, width, 3))
        moved = moved_mesh(self.face.points, edit, frame)
        expression = Expression(self.placement.undo(moved) - self.own, edit.head or _STILL)
        self.put(expression)
        self._loaded = self.state, edit

    def reset(self) -> None:
        """The face as it is in the picture."""
        self.state = EditState(np.zeros((POINT_COUNT, 3)))

    def undo(self) -> None:
        """Take back what was done since the last `begin`; nothing to undo does nothing."""
        if self._past:
            self._future.append(self.state)
            self.state = self._past.pop()

    def redo(self) -> None:
        """Do again what was undone."""
        if self._future:
            self._past.append(self.state)
            self.state = self._future.pop()

    def expression(self) -> Expression:
        """What the edit does to the face, for other faces, blending and interpolation."""
        return Expression(self._final() - self.own, head_turn(self.state.sliders))

    def expression_of(self, driving: Points) -> Expression:
        """What another face's expression does to this one."""
        own = self.face.points
        moved = ExpressionModel.load().transfer(own, driving)
        moved = own + contour_give(own)[:, None] * (moved - own)
        return Expression(self.placement.undo(moved) - self.own, turn_beyond(own, driving))

    def points(self) -> Points:
        """(478, 3) pixels of the source picture, before the head turns."""
        final = self._final()
        moved = self.placement.apply(final).astype(np.float32)
        untouched = (np.abs(final - self.own) < 1e-9).all(axis=1)
        moved[untouched] = self.face.points[untouched]
        return moved

    def edit(self) -> Edit:
        """The edit as data, exactly as a file holds it; a loaded one as it was loaded."""
        if self._loaded is not None and self._loaded[0] is self.state:
            return self._loaded[1]
        size = self.face.frame_size
        head = head_turn(self.state.sliders)
        return Edit(
            points=from_pixels(self.points()[:, :2], size),
            scheme="mediapipe478",
            head=None if head == _STILL else head,
            source=from_pixels(self.face.points, size),
            size=tuple(int(side) for side in size),
        )

    def _shaped(self) -> NDArray[np.float64]:
        """(478, 3) canonical face as the hand and the sliders want it."""
        return apply_sliders(
            self.own + self.state.move, self.state.sliders, self.openings, self.model
        )

    def _final(self) -> NDArray[np.float64]:
        """(478, 3) canonical face as it is shown."""
        wanted = self._shaped()
        return self._kept(wanted) if self.constrained else wanted

    def _kept(self, wanted: NDArray) -> NDArray[np.float64]:
        """The wanted face within what faces look like: skin, lips, lids and irises in order."""
        kept = self.model.constrain(self.own, wanted)
        self._keep_order(kept)
        own = self.face.points
        moved = self.placement.apply(kept).astype(np.float32)
        smooth = retract(own, unfold(own, moved))
        if not np.array_equal(smooth, moved):
            changed = (smooth != moved).any(axis=1)
            kept[changed] = self.placement.undo(smooth.astype(np.float64))[changed]
            self._keep_order(kept)
        return kept

    def _keep_order(self, mesh: NDArray) -> None:
        """Lips and lids that crossed, and irises beside their eyes, in place."""
        for slit in (self.openings.mouth, *(eye.lids for eye in self.openings.eyes)):
            gaps, least = slit.gaps(mesh), np.minimum(slit.gaps(self.own), 0.0)
            if (gaps < least - 1e-6).any():
                slit.set_gaps(mesh, np.maximum(gaps, least))
        for eye in self.openings.eyes:
            gaze, limit = eye.gaze(mesh), np.maximum(GAZE_LIMIT, np.abs(eye.gaze(self.own)))
            if (np.abs(gaze) > limit).any():
                eye.set_gaze(mesh, gaze.clip(-limit, limit), mesh[list(eye.iris)])
