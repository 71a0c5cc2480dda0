"""The tab *Reenact*: source, driving (picture, clip or camera), options, result."""

from __future__ import annotations

from typing import Any

import gradio as gr

from demo import text
from demo.components.consent import Consent
from demo.components.examples_row import build_examples
from demo.components.inputs import Inputs, build_inputs
from demo.components.people_row import build_people
from demo.components.result import ResultParts, build_result
from demo.config import DemoConfig
from demo.examples import Example
from demo.looking import connect_look
from demo.people import Portrait, find_portraits
from demo.site import Carrier, Site
from demo.tabs.reenact_handlers import Handlers
from demo.tabs.removal import RemovalHandlers

QUIET = {"show_progress": "hidden", "api_visibility": "private"}


def build(site: Site) -> None:
    """Draw the tab and connect it."""
    services = site.services
    with gr.Tab(text.TAB_REENACT, id="reenact"):
        buttons = build_examples(site.examples, site.public, tab="reenact")
        people = find_portraits(services.engine, services.engine.method_names(), site.public)
        people_place = gr.Column(visible=bool(people))
        with gr.Row(elem_classes="panels"):
            with gr.Column(scale=6, min_width=320, elem_id="inputs"):
                inputs = build_inputs(services.engine.method_names())
            with gr.Column(scale=5, min_width=320, elem_id="outputs"):
                result = build_result()
        with people_place:
            build_people(people, inputs.method, inputs.source, site.public)
    handlers = RemovalHandlers(services, site.welcome, inputs, result)
    site.places |= {"reenact.source": inputs.source, "reenact.driving": inputs.picture}
    site.carriers += [
        Carrier("source", result.as_source, result.file, result.status),
        Carrier("driving", result.as_driving, result.file, result.status),
    ]
    site.methods.append(inputs.method)
    site.loaded = _connect_page(handlers)
    _connect_faces(handlers, site.consent)
    _connect_pictures(handlers)
    _connect_removal(handlers)
    _connect_clips(handlers)
    _connect_camera(handlers)
    for button, example in zip(buttons, site.examples, strict=False):
        _connect_example(handlers, button, example, people)


def _connect_page(handlers: Handlers) -> Any:
    """The event that shows the first screen."""
    i, r = handlers.inputs, handlers.result
    page = gr.context.Context.root_block
    first = [i.source, i.picture, i.method, *_picture_outputs(i, r)]
    loaded = page.load(handlers.load, None, first, concurrency_limit=None, **QUIET)
    page.unload(handlers.unload)
    i.tabs.select(handlers.tab, [r.file, r.clip_file], _shown(i, r), queue=False, **QUIET)
    return loaded


def _connect_faces(handlers: Handlers, consent: Consent) -> None:
    i, line = handlers.inputs, handlers.result.status
    for component, part, name in (
        (i.source, i.source_face, "source"),
        (i.picture, i.driving_face, "driving"),
        (i.clip, i.driving_face, "driving clip"),
    ):

        def look(path: str | None, request: gr.Request, at=(component, part), name=name):
            return handlers.new_picture(*at, path, name, request)

        connect_look(component, look, [component, *part.outputs, line], line, consent)


def _picture_inputs(i: Inputs) -> list:
    return [i.source, i.picture, i.method, *i.options, i.source_face.choice, i.driving_face.choice]


def _shown(i: Inputs, r: ResultParts) -> list:
    return [r.status, i.kind, r.slider, r.clip, r.live, r.download, r.as_source, r.as_driving]


def _picture_outputs(i: Inputs, r: ResultParts) -> list:
    return [*_shown(i, r), r.file, i.run_picture]


def _clip_outputs(i: Inputs, r: ResultParts) -> list:
    return [*_shown(i, r), r.clip_file, i.run_clip, i.cancel]


def _picture_limits(config: DemoConfig) -> dict:
    return {"concurrency_id": "pictures", "concurrency_limit": config.pictures_at_once}


def _clip_limits(config: DemoConfig) -> dict:
    return {"concurrency_id": "clips", "concurrency_limit": config.clips_at_once}


def _connect_pictures(handlers: Handlers) -> None:
    i, r = handlers.inputs, handlers.result
    settings = _picture_limits(handlers.services.config) | QUIET
    outputs = _picture_outputs(i, r)
    i.run_picture.click(
        handlers.picture, _picture_inputs(i), outputs, scroll_to_output=True, **settings
    )
    gr.on(
        [i.strength.release, i.region.input, i.follow_pose.input],
        handlers.adjust,
        [i.kind, *_picture_inputs(i)],
        outputs,
        trigger_mode="always_last",
        **settings,
    )


def _connect_removal(handlers: RemovalHandlers) -> None:
    i, r = handlers.inputs, handlers.result
    i.method.change(handlers.offer, i.method, i.make_neutral, queue=False, **QUIET)
    i.make_neutral.click(
        handlers.remove,
        [i.source, i.method, i.source_face.choice],
        [*_shown(i, r), r.file, i.tabs, i.make_neutral],
        scroll_to_output=True,
        **_picture_limits(handlers.services.config),
        **QUIET,
    )


def _connect_clips(handlers: Handlers) -> None:
    """Gradio's own `cancels` is not used: it would mark the status line as an error."""
    i, r = handlers.inputs, handlers.result
    inputs = [i.source, i.clip, *_picture_inputs(i)[2:]]
    buttons = [r.status, i.run_clip, i.cancel]
    settings = _clip_limits(handlers.services.config) | QUIET
    pressed = i.run_clip.click(
        handlers.wait_for_clip, None, buttons, queue=False, scroll_to_output=True, **QUIET
    )
    pressed.then(handlers.clip, inputs, _clip_outputs(i, r), **settings)
    i.cancel.click(handlers.cancel, None, buttons, queue=False, **QUIET)


def _connect_camera(handlers: Handlers) -> None:
    i, r = handlers.inputs, handlers.result
    config = handlers.services.config
    i.camera.stream(
        handlers.frame,
        [i.camera, i.kind, i.source, i.method, *i.options, i.source_face.choice],
        _shown(i, r),
        time_limit=config.camera_seconds,
        stream_every=config.camera_every_ms / 1000,
        concurrency_id="cameras",
        concurrency_limit=config.cameras_at_once,
        **QUIET,
    )
    i.neutral.click(handlers.neutral, None, r.status, queue=False, **QUIET)


def _connect_example(
    handlers: Handlers, button: gr.Button, example: Example, people: dict[str, list[Portrait]]
) -> None:
    """One click; a method that draws only people it knows is given one of them as the source."""
    i, r = handlers.inputs, handlers.result
    config = handlers.services.config
    driving = i.clip if example.is_clip else i.picture
    limits = _clip_limits(config) if example.is_clip else _picture_limits(config)
    run = handlers.clip if example.is_clip else handlers.picture
    ran = _clip_outputs(i, r) if example.is_clip else _picture_outputs(i, r)

    def fill(method: str, request: gr.Request):
        updates = handlers.example(example, request)
        known = people.get(method)
        return updates | ({i.source: str(known[0].file)} if known else {})

    filled = [i.source, driving, i.tabs, i.kind, *i.options, r.status, i.run_clip, i.cancel]
    pressed = button.click(fill, i.method, filled, queue=False, scroll_to_output=True, **QUIET)
    inputs = [i.source, driving, *_picture_inputs(i)[2:]]
    pressed.then(run, inputs, ran, **limits, **QUIET)
