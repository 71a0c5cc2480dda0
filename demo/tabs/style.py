"""The tab *Style fusion*: two faces in a generator's styles, and which layers are exchanged."""

from __future__ import annotations

from typing import Any

import gradio as gr

from demo import text_style as words
from demo.components.consent import Consent
from demo.components.examples_row import build_examples
from demo.components.save import SAVE
from demo.components.style_parts import draw_style
from demo.examples import Example
from demo.generators import named_generators
from demo.inverting import Inversions
from demo.looking import connect_look
from demo.site import Carrier, Site
from demo.styling import METHOD
from demo.tabs.style_handlers import StyleHandlers

QUIET = {"show_progress": "hidden", "api_visibility": "private"}

_SCROLL = """() => {
  if (innerWidth < 700 && document.querySelector("#style-status .status.%s"))
    document.getElementById("%s")?.scrollIntoView({behavior: "smooth", block: "start"});
}"""
TO_FORMING = _SCROLL % ("busy", "style-forming-head")
TO_RESULT = _SCROLL % ("done", "style-results")
TO_COSTS = _SCROLL % ("done", "style-costs")
TO_SHEET = _SCROLL % ("done", "style-sheet")
"""On a phone all of them are below what was pressed."""


def build(site: Site) -> None:
    """Draw the tab and connect it; there is none where the method is not registered.

    Raises:
        InputError: a generator that the host offers cannot be used.
    """
    services = site.services
    if METHOD not in services.engine.method_names():
        return
    config = services.config
    inversions = Inversions(
        services.engine,
        named_generators(),
        at_once=config.inversions_at_once,
        longest=config.queue_size,
    )
    pictures = [example for example in site.examples if not example.is_clip]
    with gr.Tab(words.TAB, id="style", elem_id="style") as tab:
        buttons = build_examples(pictures, site.public, tab="style")
        parts = draw_style(inversions, pictures[0] if pictures else None)
    site.places |= {"style.source": parts.source, "style.driving": parts.driving}
    site.carriers += [
        Carrier("source", parts.as_source, parts.file, parts.status),
        Carrier("driving", parts.as_driving, parts.file, parts.status),
    ]
    handlers = StyleHandlers(services, inversions, parts)
    _connect_run(handlers, tab)
    _connect_pictures(handlers, site.consent)
    _connect_layers(handlers)
    _connect_tools(handlers)
    for button, example in zip(buttons, pictures, strict=False):
        _connect_example(handlers, button, example)


def _connect_run(handlers: StyleHandlers, tab: gr.Tab) -> None:
    p = handlers.parts
    looks = {"concurrency_id": "faces", "concurrency_limit": 2}
    chosen = [p.generator, p.recipe, p.steps]
    gr.on([tab.select, p.steps.release], handlers.about, chosen, p.about, **looks, **QUIET)
    p.recipe.input(handlers.recipe, chosen[:2], [p.steps, p.about], **looks, **QUIET)
    p.generator.input(handlers.generator, p.generator, handlers.chosen, **looks, **QUIET)
    pressed = p.run.click(handlers.wait, None, handlers.begun, queue=False, **QUIET)
    _connect_search(handlers, pressed)
    p.cancel.click(handlers.cancel, None, handlers.begun, queue=False, **QUIET)


def _connect_pictures(handlers: StyleHandlers, consent: Consent | None) -> None:
    p = handlers.parts
    for name, part, face in (
        ("source", p.source, p.source_face),
        ("driving", p.driving, p.driving_face),
    ):

        def look(path: str | None, request: gr.Request, name=name):
            return handlers.look(name, path, request)

        connect_look(part, look, [part, *face.outputs, p.status], p.status, consent)


def _connect_search(handlers: StyleHandlers, pressed: Any) -> None:
    """The tab's own line says who is next, and how long it takes: Gradio's says neither."""
    p = handlers.parts
    limits = {"concurrency_id": "inversions", "concurrency_limit": None}
    faces = [p.source_face.choice, p.driving_face.choice]
    inputs = [p.generator, p.source, p.driving, p.recipe, p.steps, *faces, p.share, *p.layers]

    pressed.then(None, None, None, js=TO_FORMING)
    ran = pressed.then(handlers.run, inputs, handlers.outputs, **limits, **QUIET)
    ran.then(None, None, None, js=TO_RESULT)


def _connect_layers(handlers: StyleHandlers) -> None:
    p = handlers.parts
    limits = {"concurrency_id": "styles", "concurrency_limit": 1}
    settings = limits | QUIET
    chosen = [p.share, *p.layers]
    gr.on(
        [p.share.release, *(group.input for group in p.layers)],
        handlers.redraw,
        chosen,
        handlers.result,
        trigger_mode="always_last",
        **settings,
    )
    for button, choose in ((p.usual, handlers.usual), (p.paper, handlers.paper)):
        chosen = [p.share, p.generator]
        button.click(choose, chosen, [*p.layers, *handlers.result], **settings)
    saved = p.save.click(handlers.save, None, [p.styles_file, p.status], **settings)
    saved.then(None, p.styles_file, None, js=SAVE)
    loads = [p.load, p.generator, p.source, p.source_face.choice, p.share, *p.layers]
    p.load.upload(handlers.load, loads, handlers.outputs, **settings)


def _connect_tools(handlers: StyleHandlers) -> None:
    """*Solve* and *Splice grid* wait in a line of their own, which says who is next."""
    p = handlers.parts
    limits = {"concurrency_id": "style-tools", "concurrency_limit": None}
    solved = p.solve.click(handlers.solve, p.share, handlers.solved, **limits, **QUIET)
    solved.then(None, None, None, js=TO_COSTS)
    drawn = p.grid.click(handlers.grid, None, [*handlers.begun, p.sheet], **limits, **QUIET)
    drawn.then(None, None, None, js=TO_SHEET)
    p.stop.click(handlers.stop, None, handlers.begun, queue=False, **QUIET)


def _connect_example(handlers: StyleHandlers, button: gr.Button, example: Example) -> None:
    p = handlers.parts

    def fill(generator: str, request: gr.Request):
        return handlers.example(example, generator, request)

    faces = [*p.source_face.outputs, *p.driving_face.outputs]
    options = [p.recipe, p.steps, p.about, p.share, *p.layers]
    filled = [p.source, p.driving, *faces, *options, *handlers.begun]
    pressed = button.click(fill, p.generator, filled, queue=False, **QUIET)
    _connect_search(handlers, pressed)
