"""One button an example, with small pictures of its source and driving."""

from __future__ import annotations

from pathlib import Path

import gradio as gr
from PIL import Image

from demo import text
from demo.components.markup import heading
from demo.examples import Example

_ICON_PX = 128


def build_examples(examples: list[Example], folder: Path, *, tab: str) -> list[gr.Button]:
    """Draw a button for each example, with its source and driving; see `build_buttons`."""
    return build_buttons([(e.title, [e.source, e.driving]) for e in examples], folder, tab=tab)


def build_buttons(
    examples: list[tuple[str, list[Path]]], folder: Path, *, tab: str
) -> list[gr.Button]:
    """Draw a button for each title with its pictures; `<tab>-example-1` is the first one's id.

    Args:
        folder: where the icons are written; visitors can read it.
        tab: the tab's id. Links such as `?tab=compare&example=2` press the button by its id.
    """
    if not examples:
        return []
    with gr.Row(elem_classes="examples"):
        gr.HTML(heading(text.EXAMPLES_HEAD, ""), min_width=120)
        return [
            gr.Button(
                title,
                icon=button_icon(files, folder / f"{tab}_example_{number}.jpg"),
                elem_id=f"{tab}-example-{number}",
                min_width=120,
            )
            for number, (title, files) in enumerate(examples, 1)
        ]


def button_icon(files: list[Path], path: Path) -> str:
    """Pictures, and first frames of clips, side by side, written to `path`."""
    icon = Image.new("RGB", (_ICON_PX * len(files), _ICON_PX))
    for number, file in enumerate(files):
        read = _first_frame if file.suffix == ".mp4" else _picture
        icon.paste(_square(read(file)), (number * _ICON_PX, 0))
    icon.save(path, quality=88)
    return str(path)


def _picture(path: Path) -> Image.Image:
    with Image.open(path) as image:
        image.draft("RGB", (_ICON_PX * 2, _ICON_PX * 2))
        return image.convert("RGB")


def _first_frame(path: Path) -> Image.Image:
    import av

    with av.open(str(path)) as clip:
        return next(clip.decode(video=0)).to_image()


def _square(image: Image.Image) -> Image.Image:
    side = min(image.size)
    left = (image.width - side) // 2
    top = (image.height - side) // 4
    return image.resize((_ICON_PX, _ICON_PX), box=(left, top, left + side, top + side))
