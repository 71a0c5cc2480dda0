"""The tab *Compare*: one pair through every registered method, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from demo import text
from demo import text_compare as words
from demo.components.examples_row import build_examples
from demo.components.face_choice import FacePart, draw_face_choice
from demo.components.inputs import region_and_strength
from demo.components.markup import heading, status
from demo.components.media import PictureFile
from demo.components.method_card import MethodCard, build_card
from demo.examples import Example
from demo.people import find_portraits
from demo.site import Carrier, Site
from demo.tabs.compare_handlers import CompareHandlers

QUIET = {"show_progress": "hidden", "api_visibility": "private"}
TO_RESULTS = """() => document.getElementById("compare-results")?.scrollIntoView(
    {behavior: "smooth", block: "start"})"""


@dataclass
class CompareParts:
    """All parts of the tab. `target` is the optional ground truth."""

    source: PictureFile
    source_face: FacePart
    driving: PictureFile
    driving_face: FacePart
    target: PictureFile
    region: gr.Radio
    strength: gr.Slider
    run: gr.Button
    cancel: gr.Button
    status: gr.HTML
    sheet: gr.DownloadButton
    cards: dict[str, MethodCard]


def build(site: Site) -> None:
    """Draw the tab and connect it."""
    pictures = [example for example in site.examples if not example.is_clip]
    with gr.Tab(words.TAB_COMPARE, id="compare", elem_id="compare"):
        buttons = build_examples(pictures, site.public, tab="compare")
        parts = _draw(site, pictures)
    site.places |= {"compare.source": parts.source, "compare.driving": parts.driving}
    handlers = CompareHandlers(site.services, parts)
    _connect(site, handlers)
    for button, example in zip(buttons, pictures, strict=False):
        _connect_example(handlers, button, example)


def _draw(site: Site, examples: list[Example]) -> CompareParts:
    first = examples[0] if examples else None
    engine = site.services.engine
    with gr.Row(elem_classes="panels inputs"):
        with gr.Column(min_width=230):
            gr.HTML(heading(text.SOURCE_HEAD, text.SOURCE_HINT))
            source = _picture(text.SOURCE_LABEL, "source", first)
            source_face = draw_face_choice(text.FACE_LABEL, "compare-source-face")
        with gr.Column(min_width=230):
            gr.HTML(heading(text.DRIVING_HEAD, text.DRIVING_HINT))
            driving = _picture(text.DRIVING_PICTURE_LABEL, "driving", first)
            driving_face = draw_face_choice(text.DRIVING_FACE_LABEL, "compare-driving-face")
        with gr.Column(min_width=230):
            gr.HTML(heading(words.TARGET_HEAD, words.TARGET_HINT))
            target = _picture(words.TARGET_LABEL, "target", first)
    with gr.Row(elem_classes="options-row"):
        region, strength = region_and_strength("compare")
    with gr.Row(elem_classes="actions"):
        run = gr.Button(words.RUN, variant="primary", elem_id="compare-run")
        cancel = gr.Button(text.CANCEL, variant="stop", visible=False, elem_id="compare-cancel")
    line = gr.HTML(status(words.START), elem_id="compare-status", elem_classes="status-line")
    gr.HTML(heading(words.RESULTS_HEAD, words.RESULTS_HINT), elem_id="compare-results")
    people = find_portraits(engine, engine.method_names(), site.public)
    cards = {}
    with gr.Row(elem_classes="cards"):
        for name in engine.method_names():
            info = engine.method_info(name)
            known = people.get(name, ())
            cards[name] = build_card(name, info.title, info.summary, known, site.public)
    sheet = gr.DownloadButton(words.SHEET, interactive=False, elem_id="compare-sheet")
    return CompareParts(
        source=source,
        source_face=source_face,
        driving=driving,
        driving_face=driving_face,
        target=target,
        region=region,
        strength=strength,
        run=run,
        cancel=cancel,
        status=line,
        sheet=sheet,
        cards=cards,
    )


def _picture(label: str, role: str, first: Example | None) -> PictureFile:
    file = getattr(first, role, None)
    return PictureFile(
        None if file is None else str(file),
        label=label,
        sources=["upload", "clipboard"],
        elem_id=f"compare-{role}",
        show_label=False,
        height=224,
        buttons=["fullscreen"],
    )


def _connect(site: Site, handlers: CompareHandlers) -> None:
    p = handlers.parts
    _then_run(handlers, p.run.click(handlers.wait, None, handlers.begun, queue=False, **QUIET))
    p.cancel.click(handlers.cancel, None, handlers.begun, queue=False, **QUIET)
    looks = {"concurrency_id": "faces", "concurrency_limit": 2}
    for part, face, name in (
        (p.source, p.source_face, "source"),
        (p.driving, p.driving_face, "driving"),
        (p.target, None, "target"),
    ):

        def look(path: str | None, request: gr.Request, part=part, face=face, name=name):
            return handlers.look(part, path, name, request, face)

        chosen = [] if face is None else face.outputs
        part.change(look, part, [part, p.status, *chosen], **looks, **QUIET)
    for card in p.cards.values():
        site.carriers += [
            Carrier("source", card.as_source, card.file, p.status),
            Carrier("driving", card.as_driving, card.file, p.status),
        ]
        for file, button in card.portraits:
            _connect_portrait(handlers, button, file)


def _connect_portrait(handlers: CompareHandlers, button: gr.Button, file: Path) -> None:
    """One click: somebody whom a method draws becomes the source, and all run again."""
    p = handlers.parts

    def fill(request: gr.Request):
        return handlers.portrait(file, request)

    filled = [p.source, p.target, *p.source_face.outputs, *handlers.begun]
    _then_run(handlers, button.click(fill, None, filled, queue=False, **QUIET))


def _then_run(handlers: CompareHandlers, pressed: Any) -> None:
    """What follows when the pictures are filled in."""
    limits = {"concurrency_id": "comparisons", "concurrency_limit": 1}
    pressed.then(handlers.run, handlers.inputs, handlers.outputs, **limits, **QUIET)
    pressed.then(None, None, None, js=TO_RESULTS)


def _connect_example(handlers: CompareHandlers, button: gr.Button, example: Example) -> None:
    p = handlers.parts

    def fill(request: gr.Request):
        return handlers.example(example, request)

    faces = [*p.source_face.outputs, *p.driving_face.outputs]
    filled = [p.source, p.driving, p.target, p.region, p.strength, *faces, *handlers.begun]
    _then_run(handlers, button.click(fill, None, filled, queue=False, **QUIET))
