"""The tab *Edit landmarks*: a face whose landmarks are dragged, sliders, expressions as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from demo import text
from demo import text_edit as words
from demo.components.landmark_canvas import LandmarkCanvas
from demo.components.markup import heading, status
from demo.components.media import PictureFile, PlainFile
from demo.components.save import SAVE
from demo.desks import Desks
from demo.site import Carrier, Site
from demo.tabs.edit_handlers import EditHandlers
from demo.tabs.edit_remote import Remote

QUIET = {"show_progress": "hidden", "api_visibility": "private"}


@dataclass
class EditParts:
    """All parts of the tab."""

    canvas: LandmarkCanvas
    source: PictureFile
    method: gr.Dropdown
    face: gr.Radio
    faces: gr.Image
    status: gr.HTML
    save_picture: gr.Button
    save_edit: gr.Button
    picture: gr.DownloadButton
    edit_file: gr.DownloadButton
    as_driving: gr.Button
    file: gr.State
    take: PictureFile
    load: gr.File
    keep: gr.Button
    first: gr.Dropdown
    second: gr.Dropdown
    share: gr.Slider
    steps: gr.Slider
    kind: gr.Radio
    make: gr.Button
    made_picture: gr.Image
    made_clip: gr.Video
    made_file: gr.DownloadButton


class After:
    """An event in the place of a button: what is connected to its click runs after the event."""

    def __init__(self, event: Any) -> None:
        self.click = event.then


def build(site: Site) -> None:
    """Draw the tab and connect it."""
    desks = Desks(site.services.engine, site.services.config.marking)
    remote = Remote(site.services, desks)
    with gr.Tab(words.TAB, id="edit", elem_id="edit") as tab:
        examples = _examples(site)
        parts = _draw(site, remote)
    handlers = EditHandlers(site.services, desks, parts)
    site.places["edit.source"] = parts.source
    _connect_face(site, handlers, tab, examples)
    _connect_data(site, handlers)
    _connect_results(site, handlers)


def _examples(site: Site) -> list[tuple[gr.Button, str]]:
    """A button for each of our own faces."""
    files = list(dict.fromkeys(example.source for example in site.examples))
    buttons = []
    with gr.Row(elem_classes="examples edit-faces"):
        gr.HTML(heading(words.EXAMPLES_HEAD, ""), min_width=120)
        for number, file in enumerate(files, 1):
            button = gr.Button(
                words.EXAMPLE.format(number),
                icon=str(file),
                elem_id=f"edit-example-{number}",
                min_width=100,
            )
            buttons.append((button, str(file)))
    return buttons


def _draw(site: Site, remote: Remote) -> EditParts:
    canvas = LandmarkCanvas(remote.functions(), elem_id="edit-canvas")
    parts: dict[str, Any] = {"canvas": canvas}
    with gr.Row(elem_classes="panels"):
        with gr.Column(scale=4, min_width=280):
            gr.HTML(heading(words.SOURCE_LABEL, words.SOURCE_HINT))
            parts |= _source(site)
        with gr.Column(scale=7, min_width=320):
            gr.HTML(heading(words.HEAD_ACTIONS, ""))
            parts |= _results()
            with gr.Accordion(words.DATA_HEAD, open=False, elem_id="edit-data"):
                parts |= _data()
            with gr.Accordion(words.BLEND_HEAD, open=False, elem_id="edit-blend"):
                parts |= _blend()
    return EditParts(**parts)


def _source(site: Site) -> dict[str, Any]:
    source = PictureFile(
        label=words.SOURCE_LABEL,
        sources=["upload", "clipboard"],
        elem_id="edit-source",
        show_label=False,
        height=220,
        buttons=[],
    )
    preview = gr.Image(
        label=text.FACES_PREVIEW_LABEL,
        show_label=False,
        interactive=False,
        visible=False,
        height=160,
        buttons=[],
    )
    face = gr.Radio(text.face_choices(0), value="largest", label=words.FACE_LABEL, visible=False)
    engine = site.services.engine
    names = engine.method_names()
    choices = [(engine.method_info(name).title, name) for name in names]
    method = gr.Dropdown(choices, value=names[0], label=words.METHOD_LABEL, elem_id="edit-method")
    return {"source": source, "faces": preview, "face": face, "method": method}


def _results() -> dict[str, Any]:
    line = gr.HTML(status(""), elem_id="edit-status", elem_classes="status-line")
    with gr.Row(elem_classes="actions"):
        settings = {"min_width": 80}
        picture = gr.Button(
            words.SAVE_PICTURE, variant="primary", elem_id="edit-save-picture", **settings
        )
        edit = gr.Button(words.SAVE_EDIT, elem_id="edit-save-edit", **settings)
        driving = gr.Button(words.USE_AS_DRIVING, elem_id="edit-as-driving", **settings)
    # What the page saves when it is ready.
    hidden = {"elem_classes": "edit-hidden", "visible": "hidden"}
    return {
        "status": line,
        "save_picture": picture,
        "save_edit": edit,
        "as_driving": driving,
        "picture": gr.DownloadButton(words.DOWNLOAD, elem_id="edit-picture-file", **hidden),
        "edit_file": gr.DownloadButton(words.SAVE_EDIT, elem_id="edit-edit-file", **hidden),
        "file": gr.State(None),
    }


def _data() -> dict[str, Any]:
    gr.Markdown(words.DATA_HINT, elem_classes="hint")
    with gr.Row():
        take = PictureFile(
            label=words.TAKE_LABEL,
            sources=["upload", "webcam", "clipboard"],
            elem_id="edit-take",
            height=240,
            buttons=[],
        )
        load = PlainFile(
            label=words.LOAD_LABEL,
            file_types=[".json"],
            elem_id="edit-load",
            height=240,
        )
    keep = gr.Button(words.KEEP, elem_id="edit-keep")
    return {"take": take, "load": load, "keep": keep}


def _blend() -> dict[str, Any]:
    from reenact.geometry.presets import PRESETS

    names = [words.AS_IT_IS, *(preset.title for preset in PRESETS.values())]
    with gr.Row():
        first = gr.Dropdown(
            names, value=names[1], label=words.FIRST_LABEL, elem_id="edit-first", min_width=140
        )
        second = gr.Dropdown(
            names, value=names[3], label=words.SECOND_LABEL, elem_id="edit-second", min_width=140
        )
    share = gr.Slider(
        *(0.0, 1.0),
        value=0.5,
        step=0.05,
        label=words.SHARE_LABEL,
        info=words.SHARE_INFO,
        elem_id="edit-share",
    )
    with gr.Row():
        steps = gr.Slider(
            *(3, 24), value=7, step=1, label=words.STEPS_LABEL, elem_id="edit-steps", min_width=140
        )
        kind = gr.Radio(list(words.KINDS), value="png", label=words.KIND_LABEL, elem_id="edit-kind")
    make = gr.Button(words.MAKE, elem_id="edit-make")
    made = {"interactive": False, "visible": False, "height": 220}
    return {
        "first": first,
        "second": second,
        "share": share,
        "steps": steps,
        "kind": kind,
        "make": make,
        "made_picture": gr.Image(
            label=words.MADE_PICTURE_LABEL,
            elem_id="edit-made-picture",
            buttons=["fullscreen"],
            **made,
        ),
        "made_clip": gr.Video(
            label=words.MADE_CLIP_LABEL,
            elem_id="edit-made-clip",
            autoplay=True,
            loop=True,
            buttons=[],
            **made,
        ),
        "made_file": gr.DownloadButton(
            text.DOWNLOAD, visible=False, variant="primary", elem_id="edit-made-file"
        ),
    }


def _connect_face(site: Site, handlers: EditHandlers, tab: gr.Tab, examples: list) -> None:
    p = handlers.parts
    limits = {"concurrency_id": "faces", "concurrency_limit": 2}
    shown = [p.canvas, p.status, p.source, p.face, p.faces, p.method]
    first = examples[0][1] if examples else None

    def opened(source: str | None, method: str, request: gr.Request):
        return handlers.opened(source, first, method, request)

    tab.select(opened, [p.source, p.method], shown, **limits, **QUIET)
    chosen = [p.source, p.method, p.face]
    p.source.change(handlers.source, chosen, shown, **limits, **QUIET)
    p.face.input(handlers.again, chosen, shown, **limits, **QUIET)
    p.method.input(handlers.again, chosen, shown, **limits, **QUIET)
    if site.consent is not None:
        site.consent.given.then(handlers.agreed, chosen, shown, **limits, **QUIET)
    for button, file in examples:
        button.click(lambda file=file: file, None, p.source, queue=False, **QUIET)


def _connect_data(site: Site, handlers: EditHandlers) -> None:
    p = handlers.parts
    limits = {"concurrency_id": "faces", "concurrency_limit": 2}
    shown = [p.canvas, p.status, p.first, p.second]
    p.take.change(handlers.take, p.take, shown, **limits, **QUIET)
    p.load.upload(handlers.load, p.load, shown, **limits, **QUIET)
    p.keep.click(handlers.keep, None, shown, queue=False, **QUIET)
    blended = [p.first, p.second, p.share]
    gr.on(
        [p.share.release, p.first.input, p.second.input],
        handlers.blend,
        blended,
        [p.canvas, p.status],
        trigger_mode="always_last",
        **limits,
        **QUIET,
    )
    p.make.click(
        handlers.interpolate,
        [p.first, p.second, p.steps, p.kind],
        [p.status, p.make, p.made_picture, p.made_clip, p.made_file],
        concurrency_id="clips",
        concurrency_limit=site.services.config.clips_at_once,
        **QUIET,
    )


def _connect_results(site: Site, handlers: EditHandlers) -> None:
    p = handlers.parts
    limits = {
        "concurrency_id": "pictures",
        "concurrency_limit": site.services.config.pictures_at_once,
    }
    for button, make, file in (
        (p.save_picture, handlers.save_picture, p.picture),
        (p.save_edit, handlers.save_edit, p.edit_file),
    ):
        made = button.click(make, None, [p.status, file], **limits, **QUIET)
        made.then(None, file, None, js=SAVE)
    prepared = p.as_driving.click(handlers.hand_on, None, [p.file, p.status], **limits, **QUIET)
    site.carriers.append(Carrier("driving", After(prepared), p.file, p.status))
