"""Gradio's file parts, changed where they would lose messages or leave files behind."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.data_classes import FileData, ImageData


class PictureFile(gr.Image):
    """A picture that is handed on as the file the visitor brought.

    Gradio's own would open it first, and fail without saying why on files that are no pictures.
    """

    is_template = True

    def __init__(self, value: Any = None, *, label: str, **settings: Any) -> None:
        settings = {"type": "filepath", "image_mode": None, **settings}
        super().__init__(value, label=label, **settings)

    def get_config(self, cls: type | None = None) -> dict[str, Any]:
        """What the page needs to know: all that it needs for Gradio's own."""
        return super().get_config(cls or gr.Image)

    def preprocess(self, payload: ImageData | None) -> str | None:
        """The path of the file; None where there is none."""
        return None if payload is None else payload.path


class LivePicture(gr.Image):
    """A picture that changes many times a second; it is sent as it is and never written to disk."""

    is_template = True

    def __init__(self, *, label: str, **settings: Any) -> None:
        super().__init__(label=label, interactive=False, **settings)

    def get_config(self, cls: type | None = None) -> dict[str, Any]:
        """What the page needs to know: all that it needs for Gradio's own."""
        return super().get_config(cls or gr.Image)

    def postprocess(self, value: str | None) -> ImageData | None:
        """A `data:` address as Gradio's picture."""
        return None if value is None else ImageData(url=value)


class PlainFile(gr.File):
    """A file that is handed on where it was uploaded to.

    Gradio's own makes an empty file beside each one, which nobody removes.
    """

    is_template = True

    def __init__(self, value: Any = None, *, label: str, **settings: Any) -> None:
        super().__init__(value, label=label, **settings)

    def get_config(self, cls: type | None = None) -> dict[str, Any]:
        """What the page needs to know: all that it needs for Gradio's own."""
        return super().get_config(cls or gr.File)

    def preprocess(self, payload: FileData | None) -> str | None:
        """The path of the file; None where there is none."""
        return None if payload is None else payload.path
