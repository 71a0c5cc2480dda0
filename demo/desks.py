"""Whose face is edited on which desk; nothing of one visitor reaches another."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING

from demo import text_edit as words
from demo.editing import Desk, DeskKey
from reenact.errors import InputError
from reenact.media.provenance import Marking

if TYPE_CHECKING:
    from demo.engine import Engine
    from demo.sessions import Session


class Desks:
    """Each visitor's desk; it goes with their session."""

    def __init__(self, engine: Engine, marking: Marking | None = None) -> None:
        self._engine, self._marking = engine, marking or Marking()
        self._open: weakref.WeakKeyDictionary[Session, Desk] = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()

    def of(self, session: Session) -> Desk:
        """The visitor's desk.

        Raises:
            InputError: they have none, or have none any more.
        """
        desk = self.peek(session)
        if desk is None or session.is_closed:
            raise InputError(words.GONE)
        return desk

    def peek(self, session: Session) -> Desk | None:
        """The visitor's desk, if they have one."""
        with self._lock:
            return self._open.get(session)

    def open(self, session: Session, key: DeskKey) -> Desk:
        """Another face on the visitor's desk; the shelf of the one before stays.

        Raises:
            ReenactError: the picture cannot be edited; the desk is as it was.
        """
        desk = Desk.open(self._engine, key, self._marking)
        with self._lock:
            before = self._open.get(session)
            if before is not None:
                desk.shelf, desk._counts = dict(before.shelf), dict(before._counts)
                if before.key.source == key.source and before.key.face == key.face:
                    desk.editor.state = before.editor.state
            self._open[session] = desk
        return desk
