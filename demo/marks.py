"""What the demo's outputs carry: credentials, watermark, and a line of plain text.

The work is done in `reenact.media`; here are the demo's small copies and sheets.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reenact.media.labels import MARK as MARK
from reenact.media.provenance import Marking, Provenance

if TYPE_CHECKING:
    from PIL import Image


def save_preview(
    image: Image.Image, path: Path, provenance: Provenance, marking: Marking | None = None
) -> Path:
    """Write a small copy of an output as a JPEG for the page; it is marked like the output."""
    import numpy as np

    from reenact.media.write import jpeg_bytes

    frame = np.asarray(image.convert("RGB"))
    path.write_bytes(jpeg_bytes(frame, provenance, quality=92, marking=marking))
    return path


def mark_picture(
    path: Path, method: str = "several methods", marking: Marking | None = None
) -> None:
    """Mark a picture file that was put together from unmarked outputs (a sheet, a strip).

    Args:
        method: whose outputs they are.
        marking: what the owner wants; None for what the environment says.
    """
    from reenact.images import load_picture
    from reenact.media.write import save_marked

    save_marked(load_picture(path), path, Provenance(method), marking=marking)
