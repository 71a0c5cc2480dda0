"""The left side: source, driving (picture, clip or camera) and options."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from demo import text
from demo.components.face_choice import FacePart, draw_face_choice
from demo.components.markup import heading
from demo.components.media import PictureFile

CAMERA_CONSTRAINTS = {"video": {"width": {"ideal": 640}, "height": {"ideal": 480}}}


@dataclass
class Inputs:
    """All parts of the left side."""

    source: PictureFile
    source_face: FacePart
    picture: PictureFile
    clip: gr.Video
    camera: gr.Image
    driving_face: FacePart
    tabs: gr.Tabs
    run_picture: gr.Button
    run_clip: gr.Button
    cancel: gr.Button
    neutral: gr.Button
    make_neutral: gr.Button
    region: gr.Radio
    strength: gr.Slider
    method: gr.Dropdown
    mode: gr.Radio
    follow_pose: gr.Checkbox
    kind: gr.State

    @property
    def options(self) -> list[gr.components.Component]:
        """Region, strength, mode, follow the head: the order that handlers take them in."""
        return [self.region, self.strength, self.mode, self.follow_pose]


def build_inputs(methods: tuple[str, ...]) -> Inputs:
    """Draw the left side."""
    parts: dict = {}
    with gr.Row(elem_classes="pair"):
        with gr.Column(min_width=230, elem_id="source-panel"):
            gr.HTML(heading(text.SOURCE_HEAD, text.SOURCE_HINT))
            parts |= _source()
        with gr.Column(min_width=230, elem_id="driving-panel"):
            gr.HTML(heading(text.DRIVING_HEAD, text.DRIVING_HINT))
            parts |= _driving()
    parts |= _options(methods)
    return Inputs(**parts, kind=gr.State("picture"))


def _source() -> dict:
    source = PictureFile(
        label=text.SOURCE_LABEL,
        sources=["upload", "clipboard"],
        elem_id="source",
        show_label=False,
        height=312,
        buttons=["fullscreen"],
    )
    make_neutral = gr.Button(text.MAKE_NEUTRAL, visible=False, elem_id="make-neutral")
    face = draw_face_choice(text.FACE_LABEL, "source-face")
    return {"source": source, "make_neutral": make_neutral, "source_face": face}


def _driving() -> dict:
    with gr.Tabs(elem_id="driving-tabs", selected="picture") as tabs:
        with gr.Tab(text.TAB_PICTURE, id="picture"):
            picture = PictureFile(
                label=text.DRIVING_PICTURE_LABEL,
                sources=["upload", "webcam", "clipboard"],
                elem_id="driving-picture",
                show_label=False,
                height=256,
                buttons=["fullscreen"],
            )
            run_picture = gr.Button(text.RUN_PICTURE, variant="primary", elem_id="run-picture")
        with gr.Tab(text.TAB_CLIP, id="clip"):
            clip = gr.Video(
                label=text.DRIVING_CLIP_LABEL,
                sources=["upload"],
                elem_id="driving-clip",
                show_label=False,
                height=256,
            )
            run_clip = gr.Button(text.RUN_CLIP, variant="primary", elem_id="run-clip")
            cancel = gr.Button(text.CANCEL, variant="stop", visible=False, elem_id="cancel")
        with gr.Tab(text.TAB_CAMERA, id="camera"):
            camera = gr.Image(
                label=text.CAMERA_LABEL,
                sources=["webcam"],
                streaming=True,
                type="numpy",
                elem_id="camera",
                show_label=False,
                height=256,
                webcam_options=gr.WebcamOptions(mirror=True, constraints=CAMERA_CONSTRAINTS),
            )
            neutral = gr.Button(text.SET_NEUTRAL, elem_id="neutral")
            gr.Markdown(text.CAMERA_HINT, elem_classes="hint")
    return {
        "tabs": tabs,
        "picture": picture,
        "run_picture": run_picture,
        "clip": clip,
        "run_clip": run_clip,
        "cancel": cancel,
        "camera": camera,
        "neutral": neutral,
        "driving_face": draw_face_choice(text.DRIVING_FACE_LABEL, "driving-face"),
    }


def region_and_strength(tab: str = "") -> tuple[gr.Radio, gr.Slider]:
    """What of the expression is transferred, and how much; the same on every tab.

    Args:
        tab: put before the parts' ids.
    """
    before = f"{tab}-" if tab else ""
    region = gr.Radio(
        list(text.REGIONS), value="all", label=text.REGION_LABEL, elem_id=f"{before}region"
    )
    strength = gr.Slider(
        *(0.0, 1.5),
        value=1.0,
        step=0.05,
        label=text.STRENGTH_LABEL,
        info=text.STRENGTH_INFO,
        elem_id=f"{before}strength",
        buttons=["reset"],
    )
    return region, strength


def _options(methods: tuple[str, ...]) -> dict:
    with gr.Group(elem_id="options"):
        region, strength = region_and_strength()
        with gr.Accordion(text.OPTIONS_HEAD, open=False):
            mode = gr.Radio(
                list(text.MODES), value="absolute", label=text.MODE_LABEL, info=text.MODE_INFO
            )
            follow_pose = gr.Checkbox(True, label=text.FOLLOW_LABEL)
            method = gr.Dropdown(list(methods), value=methods[0], label=text.METHOD_LABEL, info=" ")
    return {
        "region": region,
        "strength": strength,
        "mode": mode,
        "follow_pose": follow_pose,
        "method": method,
    }
