"""The parts of the tab *Style fusion*, drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from demo import text
from demo import text_style as words
from demo.components.face_choice import FacePart, draw_face_choice
from demo.components.markup import heading, status
from demo.components.media import PictureFile, PlainFile
from demo.components.result import result_slider
from demo.examples import Example
from demo.inverting import Inversions
from demo.style_pictures import EMPTY_FORMING


@dataclass
class StyleParts:
    """All parts of the tab. `layers` has a group of boxes for each side of the features."""

    source: PictureFile
    source_face: FacePart
    driving: PictureFile
    driving_face: FacePart
    generator: gr.Radio
    recipe: gr.Radio
    steps: gr.Slider
    about: gr.HTML
    run: gr.Button
    cancel: gr.Button
    status: gr.HTML
    forming: gr.HTML
    curve: gr.HTML
    slider: gr.ImageSlider
    drawn: gr.HTML
    download: gr.DownloadButton
    as_source: gr.Button
    as_driving: gr.Button
    file: gr.State
    layers: list[gr.CheckboxGroup]
    share: gr.Slider
    usual: gr.Button
    paper: gr.Button
    solve: gr.Button
    grid: gr.Button
    stop: gr.Button
    costs: gr.HTML
    sheet: gr.Image
    save: gr.Button
    styles_file: gr.DownloadButton
    load: PlainFile


def draw_style(inversions: Inversions, first: Example | None) -> StyleParts:
    """Draw all parts.

    Args:
        first: the example whose pictures lie ready.
    """
    parts: dict[str, Any] = {}
    with gr.Row(elem_classes="panels"):
        with gr.Column(scale=6, min_width=320):
            with gr.Row(elem_classes="pair"):
                parts |= _picture("source", first)
                parts |= _picture("driving", first)
            for role, question in _QUESTIONS.items():  # below both: numbers need room
                parts[f"{role}_face"] = draw_face_choice(question, f"style-{role}-face")
            parts |= _recipe(inversions)
        with gr.Column(scale=5, min_width=320):
            parts |= _result()
            gr.HTML(heading(words.LAYERS_HEAD, words.LAYERS_HINT))
            parts |= _layers(inversions)
    parts |= _looks()
    with gr.Accordion(words.STYLES_HEAD, open=False, elem_id="style-files"):
        parts |= _files()
    return StyleParts(**parts)


_PICTURES = {
    "source": (text.SOURCE_HEAD, words.SOURCE_HINT, text.SOURCE_LABEL),
    "driving": (text.DRIVING_HEAD, words.DRIVING_HINT, text.DRIVING_PICTURE_LABEL),
}
_QUESTIONS = {"source": text.FACE_LABEL, "driving": text.DRIVING_FACE_LABEL}


def _picture(role: str, first: Example | None) -> dict[str, Any]:
    head, hint, label = _PICTURES[role]
    file = getattr(first, role, None)
    with gr.Column(min_width=150):
        gr.HTML(heading(head, hint))
        picture = PictureFile(
            None if file is None else str(file),
            label=label,
            sources=["upload", *(["webcam"] if role == "driving" else []), "clipboard"],
            elem_id=f"style-{role}",
            show_label=False,
            height=256,
            buttons=["fullscreen"],
        )
    return {role: picture}


def _recipe(inversions: Inversions) -> dict[str, Any]:
    offers = inversions.offers
    generator = gr.Radio(
        [(offer.title, offer.name) for offer in offers] if len(offers) > 1 else [words.BUILT_IN],
        value=words.BUILT_IN,
        label=words.GENERATOR_LABEL,
        visible=len(offers) > 1,
        elem_id="style-generator",
    )
    recipe = gr.Radio(
        list(words.RECIPES), value="fast", label=words.RECIPE_LABEL, elem_id="style-recipe"
    )
    steps = gr.Slider(
        *(words.FEWEST_STEPS, words.MOST_STEPS),
        value=words.STEPS["fast"],
        step=10,
        label=words.STEPS_LABEL,
        elem_id="style-steps",
    )
    about = gr.HTML(words.UNKNOWN_TIME, elem_id="style-about", elem_classes="hint")
    with gr.Row(elem_classes="actions"):
        run = gr.Button(words.RUN, variant="primary", elem_id="style-run")
        cancel = gr.Button(text.CANCEL, variant="stop", visible=False, elem_id="style-cancel")
    line = gr.HTML(status(words.START), elem_id="style-status", elem_classes="status-line")
    gr.HTML(heading(words.FORMING_HEAD, words.FORMING_HINT), elem_id="style-forming-head")
    forming = gr.HTML(EMPTY_FORMING, elem_id="style-forming")
    curve = gr.HTML("", elem_id="style-curve")
    return {
        "generator": generator,
        "recipe": recipe,
        "steps": steps,
        "about": about,
        "run": run,
        "cancel": cancel,
        "status": line,
        "forming": forming,
        "curve": curve,
    }


def _result() -> dict[str, Any]:
    gr.HTML(heading(text.RESULT_HEAD, words.RESULT_HINT), elem_id="style-results")
    slider = result_slider("style-result")
    with gr.Row(elem_classes="actions"):
        settings = {"interactive": False, "min_width": 80}
        download = gr.DownloadButton(
            text.DOWNLOAD, variant="primary", elem_id="style-download", **settings
        )
        as_source = gr.Button(text.USE_AS_SOURCE, elem_id="style-as-source", **settings)
        as_driving = gr.Button(text.USE_AS_DRIVING, elem_id="style-as-driving", **settings)
    drawn = gr.HTML("", elem_id="style-drawn")
    return {
        "slider": slider,
        "download": download,
        "as_source": as_source,
        "as_driving": as_driving,
        "file": gr.State(None),
        "drawn": drawn,
    }


def _layers(inversions: Inversions) -> dict[str, Any]:
    first = inversions.offers.of().layers
    largest = max((offer.layers for offer in inversions.offers), key=lambda one: len(one.sizes))
    groups = []
    with gr.Row(elem_id="style-layers"):
        for size, layers in words.layer_groups(largest.sizes):
            own = [layer for layer in layers if layer < len(first.sizes)]
            group = gr.CheckboxGroup(
                [(first.names[layer], layer) for layer in own],
                value=[layer for layer in own if layer in first.usual],
                label=words.SIZE.format(size),
                elem_id=f"style-layers-{size}",
                min_width=160,
                visible=bool(own),
            )
            groups.append(group)
    share = gr.Slider(
        *(0.0, 1.0),
        value=1.0,
        step=0.05,
        label=words.SHARE_LABEL,
        info=words.SHARE_INFO,
        elem_id="style-share",
        buttons=["reset"],
    )
    with gr.Row(elem_classes="actions"):
        usual = gr.Button(words.USUAL, elem_id="style-usual", min_width=80)
        paper = gr.Button(words.PAPER, elem_id="style-paper", min_width=80)
    with gr.Row(elem_classes="actions"):
        off = {"interactive": False, "min_width": 80}
        solve = gr.Button(words.SOLVE, elem_id="style-solve", **off)
        grid = gr.Button(words.GRID, elem_id="style-grid", **off)
        stop = gr.Button(text.CANCEL, variant="stop", visible=False, elem_id="style-stop")
    return {
        "layers": groups,
        "share": share,
        "usual": usual,
        "paper": paper,
        "solve": solve,
        "grid": grid,
        "stop": stop,
    }


def _looks() -> dict[str, Any]:
    costs = gr.HTML("", elem_id="style-costs")
    sheet = gr.Image(
        label=words.GRID_LABEL,
        elem_id="style-sheet",
        interactive=False,
        visible=False,
        type="filepath",
        buttons=["download", "fullscreen"],
    )
    return {"costs": costs, "sheet": sheet}


def _files() -> dict[str, Any]:
    gr.Markdown(words.STYLES_HINT, elem_classes="hint")
    load = PlainFile(
        label=words.LOAD_LABEL, file_types=[".safetensors"], elem_id="style-load", height=140
    )
    save = gr.Button(words.SAVE, interactive=False, elem_id="style-save")
    file = gr.DownloadButton(words.SAVE, elem_id="style-styles-file", visible="hidden")
    return {"load": load, "save": save, "styles_file": file}
