"""The same work for programs: `/reenact_image` and `/reenact_clip` on the API page."""

from __future__ import annotations

from contextlib import closing

import gradio as gr

from demo import text
from demo.components.media import PictureFile, PlainFile
from demo.services import Services, explain
from demo.sessions import Session
from reenact.types import MODES, REGIONS, Options


def build_api(services: Services) -> None:
    """Add the two endpoints. Their parts are not drawn on the page."""
    methods = services.engine.method_names()
    config = services.config

    def reenact_image(
        source: str | None,
        driving: str | None,
        method: str,
        region: str,
        strength: float,
        mode: str,
        face: float | None = None,
        driving_face: float | None = None,
        request: gr.Request = None,
    ) -> str:
        try:
            session = _session(services, request)
            options = Options(region, strength, mode)
            faces = (_index(face), _index(driving_face))
            done = services.picture(session, source, driving, method, options, *faces)
        except Exception as error:
            raise gr.Error(explain(error), print_exception=False) from error
        return str(done.file)

    def reenact_clip(
        source: str | None,
        driving: str | None,
        method: str,
        region: str,
        strength: float,
        mode: str,
        face: float | None = None,
        driving_face: float | None = None,
        request: gr.Request = None,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 (Gradio looks for this default)
    ):
        try:
            session = _session(services, request)
            options = Options(region, strength, mode)
            faces = (_index(face), _index(driving_face))
            with closing(services.clip(session, source, driving, method, options, *faces)) as steps:
                for step in steps:
                    progress((step.done, step.total or None))
                    yield None if step.file is None else str(step.file)
        except Exception as error:
            raise gr.Error(explain(error), print_exception=False) from error

    with gr.Column(visible=False):
        source = PictureFile(label=text.API_SOURCE)
        picture = PictureFile(label=text.API_DRIVING)
        clip = PlainFile(label=text.API_DRIVING)
        choices = [
            gr.Dropdown(list(methods), value=methods[0], label=text.API_METHOD),
            gr.Dropdown(list(REGIONS), value="all", label=text.API_REGION),
            gr.Slider(0, 1.5, value=1.0, label=text.API_STRENGTH),
            gr.Dropdown(list(MODES), value="absolute", label=text.API_MODE),
            gr.Number(None, precision=0, label=text.API_FACE),
            gr.Number(None, precision=0, label=text.API_DRIVING_FACE),
        ]
        output = gr.File(label="output")
        gr.Button().click(
            reenact_image,
            [source, picture, *choices],
            output,
            api_name="reenact_image",
            api_description=text.API_PICTURE_ABOUT,
            concurrency_id="pictures",
            concurrency_limit=config.pictures_at_once,
        )
        gr.Button().click(
            reenact_clip,
            [source, clip, *choices],
            output,
            api_name="reenact_clip",
            api_description=text.API_CLIP_ABOUT,
            concurrency_id="clips",
            concurrency_limit=config.clips_at_once,
        )


def _session(services: Services, request: gr.Request) -> Session:
    """Whoever calls an endpoint says by it that they may use what they send; it is said there."""
    services.sessions.agree(request.session_hash)
    return services.sessions.get(request.session_hash)


def _index(face: float | None) -> int | None:
    return None if face is None else int(face)
