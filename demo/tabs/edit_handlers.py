"""Between the tab *Edit landmarks* and `demo.editing`: what changes on the page."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from demo import text
from demo import text_edit as words
from demo.components.face_choice import face_index
from demo.components.markup import status
from demo.desks import Desks
from demo.editing import Desk, DeskKey
from demo.services import Services, explain, needed, result_name
from demo.sessions import Session
from reenact.errors import InputError

if TYPE_CHECKING:
    from demo.tabs.edit import EditParts

Updates = dict[Any, Any]


class EditHandlers:
    """What happens when a visitor does something. Nothing of a visitor is kept in here."""

    def __init__(self, services: Services, desks: Desks, parts: EditParts) -> None:
        self.services, self.desks, self.parts = services, desks, parts

    def opened(
        self, source: str | None, first: str | None, method: str, request: gr.Request
    ) -> Updates:
        """The tab was opened: an example face lies ready, unless there is a face already."""
        if source is not None or first is None:
            return self._nothing()
        return {self.parts.source: first}

    def source(
        self, source: str | None, method: str, face: int | str, request: gr.Request
    ) -> Updates:
        """Another picture was chosen or removed."""
        p = self.parts
        updates: Updates = {
            p.face: gr.update(choices=text.face_choices(0), value="largest", visible=False),
            p.faces: gr.update(visible=False),
        }
        if source is None:
            return updates | {p.status: status(words.NO_SOURCE)}
        try:
            found = self.services.faces(
                self._session(request), source, name="source", is_clip=False
            )
        except Exception as error:
            return updates | self._error(error)
        if found.copy is not None:
            return updates | {p.source: str(found.copy)}
        if found.preview is not None:
            choices = text.face_choices(found.count)
            updates[p.faces] = gr.update(value=str(found.preview), visible=True)
            updates[p.face] = gr.update(choices=choices, value="largest", visible=True)
        return updates | self._shown(request, source, method, None)

    def again(
        self, source: str | None, method: str, face: int | str, request: gr.Request
    ) -> Updates:
        """Another method or another face of the picture was chosen."""
        return self._shown(request, source, method, face_index(face))

    def agreed(
        self, source: str | None, method: str, face: int | str, request: gr.Request
    ) -> Updates:
        """The visitor ticked the line: what waited for it goes on."""
        session = self._session(request)
        desk = self.desks.peek(session)
        if source is None or (desk is not None and desk.key.source == source):
            return self._nothing()
        return self.source(source, method, face, request)

    def take(self, driving: str | None, request: gr.Request) -> Updates:
        """*Take the expression from a picture*."""
        if driving is None:
            return self._nothing()
        try:
            session = self._session(request)
            self.services.note(session, driving)
            desk = self.desks.of(session)
            frame = self.services.engine.load(needed(driving, words.GONE), "driving")
            face = self.services.engine.face(frame, None, "driving")
            expression = desk.editor.expression_of(face.points)
            desk.put(expression)
            name = desk.keep(words.PICTURE_NAME, expression)
        except Exception as error:
            return self._error(error)
        return self._scene(desk, words.TAKEN.format(name))

    def load(self, file: str | None, request: gr.Request) -> Updates:
        """*Load an edit*."""
        if file is None:
            return self._nothing()
        try:
            from reenact.edits import load_edit

            session = self._session(request)
            self.services.note(session, file)
            desk = self.desks.of(session)
            name = desk.keep(words.FILE_NAME, desk.load(load_edit(file)))
        except Exception as error:
            return self._error(error)
        return self._scene(desk, words.LOADED.format(name))

    def keep(self, request: gr.Request) -> Updates:
        """*Keep on the shelf*."""
        try:
            desk = self._changed(request)
            name = desk.keep(words.EDIT_NAME, desk.editor.expression())
        except Exception as error:
            return self._error(error)
        return self._scene(desk, words.KEPT.format(name))

    def blend(self, first: str, second: str, share: float, request: gr.Request) -> Updates:
        """Another place between two expressions was chosen."""
        from reenact.editing import blend

        try:
            desk = self.desks.of(self._session(request))
            ends = desk.expression_named(first), desk.expression_named(second)
            desk.put(blend(*ends, float(share)))
        except Exception as error:
            return self._error(error)
        updates = self._scene(desk, words.BLENDED.format(first, second))
        return {part: updates[part] for part in (self.parts.canvas, self.parts.status)}

    def interpolate(
        self, first: str, second: str, steps: float, kind: str, request: gr.Request
    ) -> Iterator[Updates]:
        """*Interpolate*: N steps between two expressions, as a strip, GIF or clip."""
        p = self.parts
        yield {p.status: status(text.WORKING, "busy"), p.make: gr.update(interactive=False)}
        start = time.perf_counter()
        try:
            session = self._session(request)
            file = self.desks.of(session).interpolate(
                *(first, second, int(steps)), session.request_folder() / f"interpolation.{kind}"
            )
        except Exception as error:
            yield self._error(error) | {p.make: gr.update(interactive=True)}
            return
        is_clip = kind == "mp4"
        line = words.MADE.format(int(steps), first, second)
        yield {
            p.status: status(f"{line} {text.picture_done(time.perf_counter() - start)}", "done"),
            p.make: gr.update(interactive=True),
            p.made_picture: gr.update(value=None if is_clip else str(file), visible=not is_clip),
            p.made_clip: gr.update(value=str(file) if is_clip else None, visible=is_clip),
            p.made_file: gr.update(value=str(file), visible=True),
        }

    def save_picture(self, request: gr.Request) -> Updates:
        """*Save picture*: the full-size result, marked as every result is."""
        try:
            file = self._saved(self._changed(request), self._session(request))
        except Exception as error:
            return {self.parts.picture: None} | self._error(error)
        line = status(words.SAVED.format(file.name), "done")
        return {self.parts.status: line, self.parts.picture: str(file)}

    def save_edit(self, request: gr.Request) -> Updates:
        """*Save edit*: the landmarks as a JSON file."""
        from reenact.edits import write_edit

        try:
            desk, session = self._changed(request), self._session(request)
            name = result_name(desk.key.source, "edit", ".json")
            file = session.request_folder() / name
            write_edit(file, desk.final()[0])
        except Exception as error:
            return {self.parts.edit_file: None} | self._error(error)
        line = status(words.SAVED.format(file.name), "done")
        return {self.parts.status: line, self.parts.edit_file: str(file)}

    def hand_on(self, request: gr.Request) -> Updates:
        """*Use as driving*: the result as a file, for other tabs."""
        p = self.parts
        try:
            file = self._saved(self._changed(request), self._session(request))
        except Exception as error:
            return {p.file: None} | self._error(error)
        return {p.file: str(file), p.status: status(words.HANDED_ON, "done")}

    def _saved(self, desk: Desk, session: Session) -> Path:
        start = time.perf_counter()
        _, result = desk.final()
        folder = session.request_folder()
        source, method = desk.key.source, desk.key.method
        took = time.perf_counter() - start
        return self.services.finish(folder, source, desk.frame, method, result, took).file

    def _changed(self, request: gr.Request) -> Desk:
        """The visitor's desk, if there is something to save on it."""
        desk = self.desks.of(self._session(request))
        if desk.editor.state.is_empty:
            raise InputError(words.NOT_YET)
        return desk

    def _shown(
        self, request: gr.Request, source: str | None, method: str, face: int | None
    ) -> Updates:
        """The face on the canvas; what cannot be shown leaves what is there."""
        p = self.parts
        try:
            session = self._session(request)
            self.services.note(session, source)
            key = DeskKey(needed(source, words.NO_SOURCE), method, face)
            desk = self.desks.open(session, key)
        except Exception as error:
            updates = self._error(error)
            before = self.desks.peek(self._session(request))
            return updates if before is None else updates | {p.method: before.key.method}
        return {p.canvas: desk.scene(), p.status: status("")}

    def _scene(self, desk: Desk, message: str) -> Updates:
        p, names = self.parts, desk.names()
        return {
            p.canvas: desk.scene() | {"message": message},
            p.status: status(message, "done"),
            p.first: gr.update(choices=names),
            p.second: gr.update(choices=names),
        }

    def _session(self, request: gr.Request) -> Session:
        return self.services.sessions.get(request.session_hash)

    def _error(self, error: BaseException) -> Updates:
        return {self.parts.status: status(explain(error), "error")}

    def _nothing(self) -> Updates:
        return {self.parts.status: gr.skip()}
