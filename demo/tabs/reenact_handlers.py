"""Between the tab *Reenact* and `Services`: each handler gives back what changes on the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import gradio as gr

from demo import text
from demo.beside import Canceled
from demo.components.face_choice import FacePart, face_index
from demo.components.inputs import Inputs
from demo.components.markup import status, with_notes
from demo.components.result import ResultParts
from demo.examples import Example, is_example
from demo.pictures import data_address
from demo.services import ClipStep, PictureDone, Services, explain
from demo.sessions import Session
from demo.welcome import Welcome
from reenact.types import Options

Updates = dict[Any, Any]
KINDS = ("picture", "clip", "camera")


class Handlers:
    """What happens when a visitor does something. Nothing of a visitor is kept in here."""

    def __init__(
        self, services: Services, welcome: Welcome, inputs: Inputs, result: ResultParts
    ) -> None:
        self.services, self.welcome = services, welcome
        self.inputs, self.result = inputs, result

    def load(self) -> Updates:
        """A page opens: the first example and its result."""
        i, r = self.inputs, self.result
        done = self.welcome.wait(self.services.config.welcome_seconds)
        updates: Updates = {r.status: status("")}
        if self.welcome.methods:
            updates[i.method] = gr.update(choices=self.welcome.methods)
        if done is not None:
            example = self.welcome.example
            updates |= {i.source: str(example.source), i.picture: str(example.driving)}
            updates |= self._picture_shown(done) | {r.status: status(text.WELCOME)}
        return updates

    def new_picture(
        self, component: Any, part: FacePart, path: str | None, name: str, request: gr.Request
    ) -> Updates:
        """A source or driving was chosen or removed: how many faces does it show?

        Args:
            component: where it was chosen; a copy replaces it where browsers cannot show it.
            part: where one of several faces is chosen.
            name: what messages call it.
        """
        updates = part.shown()
        try:
            found = self.services.faces(
                self._session(request), path, name=name.split()[0], is_clip=name == "driving clip"
            )
        except Exception as error:
            return updates | self._error(error)
        if found.copy is not None:
            updates[component] = str(found.copy)
        if path is None:
            updates[self.result.status] = status("")
        if found.preview is not None:
            updates |= part.shown(found)
            updates[self.result.status] = status(text.faces_found(found.count, name))
        elif path is not None and not is_example(path):
            updates[self.result.status] = status(text.ready(name))
        return updates

    def tab(
        self,
        picture_file: str | None,
        clip_file: str | None,
        event: gr.SelectData,
        request: gr.Request,
    ) -> Updates:
        """Another kind of driving: show the result that belongs to it, and what to do."""
        kind = KINDS[event.index]
        hints = {
            "picture": text.CHOOSE_PICTURE,
            "clip": text.choose_clip(self.services.config.max_clip_seconds),
            "camera": text.CAMERA_READY,
        }
        is_live = self._session(request).live is not None
        shown = self._kind_shown(kind, picture_file, clip_file, is_live)
        return shown | {self.result.status: status(hints[kind])}

    def picture(
        self,
        source: str | None,
        driving: str | None,
        method: str,
        region: str,
        strength: float,
        mode: str,
        follow_pose: bool,
        face: int | str,
        driving_face: int | str,
        request: gr.Request,
    ) -> Iterator[Updates]:
        """*Reenact picture*. Pictures are always absolute: one picture has no motion."""
        del mode
        options = Options(region, strength, "absolute", follow_pose)
        session, run = self._session(request), self.inputs.run_picture
        yield {self.result.status: status(text.WORKING, "busy"), run: gr.update(interactive=False)}
        try:
            faces = (face_index(face), face_index(driving_face))
            done = self.services.picture(session, source, driving, method, options, *faces)
            yield self._picture_shown(done) | {run: gr.update(interactive=True)}
        except Exception as error:
            yield self._error(error) | {run: gr.update(interactive=True)}

    def adjust(
        self,
        kind: str,
        source: str | None,
        driving: str | None,
        method: str,
        region: str,
        strength: float,
        mode: str,
        follow_pose: bool,
        face: int | str,
        driving_face: int | str,
        request: gr.Request,
    ) -> Iterator[Updates]:
        """Region or strength changed: do the picture again, if there is one."""
        if kind == "picture" and source and driving:
            chosen = (method, region, strength, mode, follow_pose, face, driving_face)
            yield from self.picture(source, driving, *chosen, request)
        else:
            yield {self.result.status: gr.skip()}

    def wait_for_clip(self, request: gr.Request) -> Updates:
        """*Reenact clip* was pressed: until its turn comes, it can be canceled."""
        self._session(request).wait("clip")
        line = status(text.QUEUED, "busy", 0.0)
        return {self.result.status: line} | self._clip_buttons(running=True)

    def clip(
        self,
        source: str | None,
        driving: str | None,
        method: str,
        region: str,
        strength: float,
        mode: str,
        follow_pose: bool,
        face: int | str,
        driving_face: int | str,
        request: gr.Request,
    ) -> Iterator[Updates]:
        """The clip's turn has come."""
        options = Options(region, strength, mode, follow_pose)
        faces = (face_index(face), face_index(driving_face))
        session, line = self._session(request), self.result.status
        if not session.take_turn("clip"):
            yield {line: gr.skip()}
            return
        yield {line: status(text.CLIP_STARTING, "busy", 0.0)} | self._clip_buttons(running=True)
        try:
            steps = self.services.clip(session, source, driving, method, options, *faces)
            with closing(steps):
                for step in steps:
                    yield self._clip_step(step)
        except Canceled as error:
            yield {line: status(str(error))} | self._clip_buttons(running=False)
        except Exception as error:
            yield self._error(error) | self._clip_buttons(running=False)

    def cancel(self, request: gr.Request) -> Updates:
        """*Cancel*: stop whatever runs for this visitor."""
        count = self._session(request).cancel("clip")
        message = text.CANCELED if count else text.NOTHING_TO_CANCEL
        return {self.result.status: status(message)} | self._clip_buttons(running=False)

    def frame(
        self,
        frame: Any,
        kind: str,
        source: str | None,
        method: str,
        region: str,
        strength: float,
        mode: str,
        follow_pose: bool,
        face: int | str,
        request: gr.Request,
    ) -> Updates:
        """One camera frame."""
        if frame is None or kind != "camera":
            return {self.result.status: gr.skip()}
        options = Options(region, strength, mode, follow_pose)
        try:
            view = self.services.live(
                self._session(request), frame, source, method, options, face_index(face)
            )
        except Exception as error:
            return self._error(error)
        line = status(text.live_running(view.fps), "done")
        if not view.has_face:
            line = status(text.LIVE_NO_FACE, "info")
        picture = data_address(view.image, view.provenance, self.services.config.marking)
        if view.number > 1:
            return {self.result.live: picture, self.result.status: line}
        shown = self._kind_shown("camera", None, None, is_live=True)
        live = gr.update(value=picture, visible=True)
        return shown | {self.result.live: live, self.result.status: line}

    def neutral(self, request: gr.Request) -> Updates:
        """*Set neutral face*."""
        try:
            self.services.set_neutral(self._session(request))
        except Exception as error:
            return self._error(error)
        return {self.result.status: status(text.NEUTRAL_SET)}

    def example(self, example: Example, request: gr.Request) -> Updates:
        """One click on an example: fill it in, with the usual options; the run follows."""
        i, options = self.inputs, Options()
        updates = {
            i.source: str(example.source),
            (i.clip if example.is_clip else i.picture): str(example.driving),
            i.tabs: gr.update(selected="clip" if example.is_clip else "picture"),
            i.kind: "clip" if example.is_clip else "picture",
            i.region: options.region,
            i.strength: options.strength,
            i.mode: options.mode,
            i.follow_pose: options.follow_pose,
            self.result.status: status(text.WORKING, "busy"),
        }
        return updates | (self.wait_for_clip(request) if example.is_clip else {})

    def unload(self, request: gr.Request) -> None:
        """The page was closed."""
        self.services.leave(request.session_hash)

    def _session(self, request: gr.Request) -> Session:
        return self.services.sessions.get(request.session_hash)

    def _error(self, error: BaseException) -> Updates:
        return {self.result.status: status(explain(error), "error")}

    def _picture_shown(self, done: PictureDone) -> Updates:
        r = self.result
        line, pair = text.picture_done(done.seconds), (str(done.before), str(done.after))
        shown = self._kind_shown("picture", str(done.file), None)
        shown |= {r.slider: gr.update(value=pair, visible=True), r.file: str(done.file)}
        return shown | {r.status: status(with_notes(line, done.notes), "done")}

    def _clip_step(self, step: ClipStep) -> Updates:
        r = self.result
        if step.file is None:
            part = step.done / step.total if step.total else 0.0
            line = text.clip_running(step.done, step.total, step.seconds_left)
            return {r.status: status(line if step.done else text.CLIP_STARTING, "busy", part)}
        line = with_notes(text.clip_done(step.done, step.seconds), step.notes)
        file = str(step.file)
        updates = self._kind_shown("clip", None, file) | self._clip_buttons(running=False)
        updates |= {r.clip: gr.update(value=file, visible=True), r.clip_file: file}
        return updates | {r.status: status(line, "done")}

    def _kind_shown(
        self, kind: str, picture: str | None, clip: str | None, is_live: bool = False
    ) -> Updates:
        """Which of the three results is visible, and what the buttons under it do."""
        r = self.result
        shown = "picture"  # until there is a result of the kind that was chosen
        if (kind == "clip" and clip) or (kind == "camera" and is_live):
            shown = kind
        file = {"picture": picture, "clip": clip, "camera": None}[shown]
        can_be_input = shown == "picture" and file is not None
        return {
            self.inputs.kind: kind,
            r.slider: gr.update(visible=shown == "picture"),
            r.clip: gr.update(visible=shown == "clip"),
            r.live: gr.update(visible=shown == "camera"),
            r.download: gr.update(value=file, interactive=file is not None),
            **dict.fromkeys((r.as_source, r.as_driving), gr.update(interactive=can_be_input)),
        }

    def _clip_buttons(self, *, running: bool) -> Updates:
        i = self.inputs
        return {i.run_clip: gr.update(visible=not running), i.cancel: gr.update(visible=running)}
