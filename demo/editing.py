"""One visitor's edited face: rendered small while the hand moves, at full size when it lets go."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from demo import text_edit as words
from demo.desk_pictures import face_of, relative, scaled
from demo.pictures import SHOWN_SIDE_PX, data_address, plain_address, shrink
from reenact.errors import EditError, InputError, ReenactError
from reenact.geometry.regions import POINT_COUNT
from reenact.media.provenance import Marking, Provenance

if TYPE_CHECKING:
    from demo.engine import Engine
    from reenact.editing import Expression, FaceEditor
    from reenact.edits import Edit
    from reenact.pipeline import Reenactor
    from reenact.types import Frame, Result

PREVIEW_SIDE_PX = 640
"""While the hand moves, the picture is not worked on at more than this."""

SHELF_KEPT = 12


@dataclass(frozen=True)
class DeskKey:
    """What an open face depends on; another key means opening another."""

    source: str
    method: str
    face: int | None


@dataclass
class Desk:
    """A face that is being edited. One visitor's steps never run at the same time.

    Attributes:
        shelf: expressions that the visitor kept, by name.
        result: the full-size result of the edit as it is; None while the hand moves.
        number: which face this is, so that the page knows another one when it sees it.
    """

    key: DeskKey
    frame: Frame
    full: Reenactor
    preview: Reenactor
    editor: FaceEditor
    marking: Marking
    shelf: dict[str, Expression] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    result: Result | None = None
    number: int = field(default_factory=count(1).__next__)
    _stroke: str | None = None
    _counts: dict[str, int] = field(default_factory=dict)

    @classmethod
    def open(cls, engine: Engine, key: DeskKey, marking: Marking) -> Desk:
        """Read the picture, find the face and encode it.

        Raises:
            ReenactError: no such picture, no face, or a method that cannot edit.
        """
        from reenact.editing import FaceEditor

        why = engine.no_edits(key.method)
        if why:
            raise InputError(why)
        frame = engine.load(key.source, "source")
        full = engine.reenactor(frame, key.method, key.face)
        small = np.asarray(shrink(frame, PREVIEW_SIDE_PX))
        preview = full
        if small.shape != frame.shape:
            face = scaled(full.face, small.shape[:2])
            preview = engine.reenactor(small, key.method, None, face)
        return cls(key, frame, full, preview, FaceEditor(full.face), marking)

    def step(self, message: dict[str, Any]) -> dict[str, Any]:
        """One thing that the visitor did on the canvas; what the canvas shows next.

        Args:
            message: `op`, and what belongs to it; see `_do`. `stroke` names a drag as a whole,
                `end` says that the hand let go.

        Raises:
            ReenactError: it makes no sense; the face is as it was.
        """
        with self.lock:
            before, stroke = self.editor.snapshot(), self._stroke
            try:
                self._do(message)
                return self.view(full=bool(message.get("end", True)))
            except ReenactError:
                self.editor.restore(before)
                self._stroke = stroke
                raise

    def _do(self, message: dict[str, Any]) -> None:
        editor, op = self.editor, message.get("op")
        if "constrained" in message:
            editor.constrained = bool(message["constrained"])
        if "symmetric" in message:
            editor.symmetric = bool(message["symmetric"])
        if op in ("drag", "slide"):
            self._stroked(message)
        elif op == "preset":
            editor.begin()
            editor.preset(str(message.get("name")))
        elif op == "shelf":
            editor.begin()
            editor.put(self.expression_named(str(message.get("name"))))
        elif op == "reset":
            editor.begin()
            editor.reset()
        elif op in ("undo", "redo"):
            getattr(editor, op)()
        elif op != "look":
            raise EditError(f"The canvas asked for {str(op)!r:.40}, which nobody knows. Reload.")
        if op not in ("drag", "slide"):
            self._stroke = None

    def _stroked(self, message: dict[str, Any]) -> None:
        """A drag or a slider: from where it began, so that steps may be left out."""
        editor, stroke = self.editor, str(message.get("stroke"))
        if stroke != self._stroke:
            editor.begin()
            self._stroke = stroke
        if message["op"] == "slide":
            editor.slide(str(message.get("name")), _number(message.get("value"), "value"))
            return
        held = message.get("held")
        if not isinstance(held, list) or len(held) > POINT_COUNT:
            raise EditError("Nothing is selected. Select a point or a group first.")
        height, width = self.frame.shape[:2]
        shift = message.get("shift")
        if not isinstance(shift, list) or len(shift) != 2:
            raise EditError("A drag must have two numbers. Reload the page.")
        pixels = np.array([_number(v, "shift") for v in shift]) * (width - 1, height - 1)
        indices = [int(_number(index, "held")) for index in held]
        editor.drag(indices, pixels, _number(message.get("radius", 0.3), "radius"))
        if message.get("end"):
            editor.settle()

    def view(self, *, full: bool) -> dict[str, Any]:
        """What the canvas shows: the picture, the landmarks, the sliders.

        Args:
            full: whether the picture is rendered at its own size, as it would be saved.
        """
        from reenact.edits import render_edit

        reenactor = self.full if full else self.preview
        shown = render_edit(reenactor, self.editor.edit())
        self.result = shown if full else None
        side = SHOWN_SIDE_PX if full else PREVIEW_SIDE_PX
        return {
            "image": data_address(shown.image, Provenance.of(shown), self.marking, side),
            "points": relative(shown.landmarks, reenactor.source.shape[:2]),
            "sliders": dict(self.editor.state.sliders),
            "undo": self.editor.can_undo,
            "redo": self.editor.can_redo,
            "changed": not self.editor.state.is_empty,
            "full": full,
            "note": " ".join(dict.fromkeys(shown.notes)),
        }

    def scene(self) -> dict[str, Any]:
        """All that a canvas needs to show this face: `view`, and the picture before."""
        with self.lock:
            method = self.full.method
            return self.view(full=True) | {
                "face": self.number,
                "before": plain_address(self.frame, SHOWN_SIDE_PX),
                "size": [int(side) for side in self.frame.shape[:2]],
                "head": "" if method.turns_head else words.NO_HEAD.format(method.info.title),
                "shelf": list(self.shelf),
                "box": relative(np.reshape(self.full.face.box, (2, 2)), self.frame.shape[:2]),
            }

    def final(self) -> tuple[Edit, Result]:
        """The edit as data, and its full-size result."""
        from reenact.edits import render_edit

        with self.lock:
            edit = self.editor.edit()
            if self.result is None:
                self.result = render_edit(self.full, edit)
            return edit, self.result

    def keep(self, name: str, expression: Expression) -> str:
        """Put an expression on the shelf under a new name ("Picture 1"); the oldest goes."""
        with self.lock:
            self._counts[name] = self._counts.get(name, 0) + 1
            label = name.format(self._counts[name])
            self.shelf[label] = expression
            while len(self.shelf) > SHELF_KEPT:
                del self.shelf[next(iter(self.shelf))]
            return label

    def put(self, expression: Expression) -> None:
        """Show an expression, as one step of the undo history."""
        with self.lock:
            self.editor.begin()
            self.editor.put(expression)

    def load(self, edit: Edit) -> Expression:
        """Show an edit from a file, exactly as the command line renders it.

        Raises:
            ReenactError: it does not fit; the face is as it was.
        """
        with self.lock:
            before = self.editor.snapshot()
            self.editor.begin()
            try:
                self.editor.load(edit)
                self.view(full=True)
            except ReenactError:
                self.editor.restore(before)
                raise
            return self.editor.expression()

    def expression_named(self, name: str) -> Expression:
        """An expression of the shelf, or a preset, put on this face.

        Raises:
            InputError: it is not there any more.
        """
        from reenact.editing import Expression, FaceEditor
        from reenact.geometry.presets import PRESETS

        if name == words.AS_IT_IS:
            return Expression.nothing()
        if name in self.shelf:
            return self.shelf[name]
        by_title = {preset.title: key for key, preset in PRESETS.items()}
        if name not in by_title:
            raise InputError(f"“{name}” is no longer on the shelf. Choose another expression.")
        editor = FaceEditor(self.full.face)
        editor.preset(by_title[name])
        return editor.expression()

    def faces(self) -> dict[str, str]:
        """Small pictures of the shelf's expressions on this face, by the buttons' names."""
        from reenact.editing import FaceEditor
        from reenact.edits import render_edit
        from reenact.geometry.presets import PRESETS

        found = {}
        editor = FaceEditor(self.full.face)
        with self.lock:
            for name in (*PRESETS, *self.shelf):
                if name in PRESETS:
                    editor.preset(name)
                else:
                    editor.put(self.shelf[name])
                with suppress(ReenactError):  # one that does not fit has no picture
                    result = render_edit(self.preview, editor.edit())
                    small = face_of(result.image, self.preview.face)
                    found[name] = data_address(
                        small, Provenance.of(result), replace(self.marking, watermark=False)
                    )
        return found

    def interpolate(self, first: str, second: str, steps: int, file: Path) -> Path:
        """Write what lies between two expressions of the shelf.

        Args:
            file: .png for a strip, .gif or .mp4.

        Raises:
            ReenactError: one of them is not there, or the file cannot be written.
        """
        from reenact.interpolation import between, write_frames

        ends = [self.expression_named(name) for name in (first, second)]
        write_frames(between(self.full, *ends, steps), file, marking=self.marking)
        return file

    def names(self) -> list[str]:
        """What `expression_named` knows, in the order of menus."""
        from reenact.geometry.presets import PRESETS

        return [words.AS_IT_IS, *(p.title for p in PRESETS.values()), *self.shelf]


def _number(value: Any, name: str) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not -1e6 < value < 1e6:
        raise EditError(f"`{name}` must be a number, got {value!r:.40}. Reload the page.")
    return float(value)
