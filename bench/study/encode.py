"""Pictures that say nothing but what they show: one size, one encoding, one length, no metadata."""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from bench.study.wording import Wording
from reenact.types import Frame

QUALITY = 92
_GRAY = (128, 128, 128)


def to_jpeg(frame: Frame) -> bytes:
    """A JPEG with full color resolution and no metadata."""
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(frame)).save(
        buffer, "JPEG", quality=QUALITY, subsampling=0, optimize=False, progressive=False
    )
    return buffer.getvalue()


def to_one_length(pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    """Zeros after the end of each JPEG, which every reader leaves alone: all get one length."""
    most = max((len(data) for data in pictures.values()), default=0)
    return {name: data + bytes(most - len(data)) for name, data in pictures.items()}


def catch_picture(what: str, wording: Wording, size: int) -> Frame:
    """A gray picture; "say:<choice>" tells what to choose, "blank" says nothing."""
    image = Image.new("RGB", (size, size), _GRAY)
    if what.startswith("say:"):
        label = wording.label(what.removeprefix("say:"))
        draw = ImageDraw.Draw(image)
        for text, top, share in (("Please choose", 0.36, 0.09), (label, 0.54, 0.13)):
            font = ImageFont.load_default(size=max(10, round(size * share)))
            place = (size / 2, size * top)
            draw.text(place, text, fill="white", font=font, anchor="mm")
    return np.asarray(image)
