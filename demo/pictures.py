"""Pictures as the page shows them: small copies, numbered faces, data addresses."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from reenact.media.provenance import Marking, Provenance
from reenact.media.write import jpeg_bytes

if TYPE_CHECKING:
    from reenact.types import Face, Frame

SHOWN_SIDE_PX = 1280
PREVIEW_SIDE_PX = 480
_BOX_COLOR = "#ff7a1a"


def shrink(frame: Frame, side: int = SHOWN_SIDE_PX) -> Image.Image:
    """The frame as a Pillow image whose longer side has at most `side` pixels."""
    image = Image.fromarray(frame)
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    return image


def save_shown(frame: Frame, path: Path, side: int = SHOWN_SIDE_PX) -> Path:
    """Write a JPEG for the page; the full result is a file of its own."""
    shrink(frame, side).save(path, quality=92, subsampling=0)
    return path


def data_address(
    frame: Frame,
    provenance: Provenance,
    marking: Marking | None = None,
    side: int = 640,
) -> str:
    """A result as a `data:` address, marked like every output; no file is written for it."""
    small = np.asarray(shrink(frame, side))
    data = jpeg_bytes(small, provenance, quality=85, marking=marking)
    return "data:image/jpeg;base64," + base64.b64encode(data).decode()


def plain_address(frame: Frame, side: int = 640) -> str:
    """A visitor's own picture as a `data:` address, as it is."""
    buffer = io.BytesIO()
    shrink(frame, side).save(buffer, "JPEG", quality=90)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


def numbered_faces(frame: Frame, faces: Sequence[Face]) -> Image.Image:
    """A small copy of the picture with a numbered box around each face, from left to right."""
    image = shrink(frame, PREVIEW_SIDE_PX)
    ratio = image.width / frame.shape[1]
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=22)
    for number, face in enumerate(faces, 1):
        box = [value * ratio for value in face.box]
        draw.rounded_rectangle(box, radius=6, outline=_BOX_COLOR, width=3)
        label = (box[0], max(0, box[1] - 15), box[0] + 16 + 13 * len(str(number)), 0)
        tab = (label[0], label[1], label[2], label[1] + 28)
        draw.rounded_rectangle(tab, radius=6, fill=_BOX_COLOR)
        draw.text(
            ((tab[0] + tab[2]) / 2, (tab[1] + tab[3]) / 2),
            str(number),
            fill="black",
            font=font,
            anchor="mm",
        )
    return image
