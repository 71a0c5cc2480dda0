"""The one place where outputs get their watermark and their credentials.

save_result(result, "out.png")                   a picture of `reenact.reenact` or `reenact.edit`
save_marked(frame, "strip.png", provenance)      any other picture made of outputs
MarkedClipWriter("out.mp4", provenance, ...)     a clip, frame by frame
sign_output("faces.gif", provenance)             a file that something else wrote from marked frames
jpeg_bytes(frame, provenance)                    a picture for a page, never on disk
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reenact.errors import OutputError
from reenact.images import save_picture
from reenact.media.credentials import MIME_TYPES, sign_bytes, sign_file
from reenact.media.labels import MARK, label_picture
from reenact.media.payload import to_payload
from reenact.media.provenance import Kind, Marking, Provenance
from reenact.types import Frame, Result
from reenact.video_write import ClipWriter

CLIP_STRENGTH = 1.3
"""Clips are encoded again wherever they are posted, and grain shows less in them."""


def save_result(
    result: Result,
    path: str | Path,
    *,
    kind: Kind | None = None,
    crop_only: bool = False,
    marking: Marking | None = None,
) -> None:
    """Write a result as .png, .jpg or .webp, with its watermark and its content credentials.

    Args:
        kind: what the method was used for; None for what the result says.
        crop_only: write the face crop alone.
        marking: what the file carries; None for what the environment says (everything).

    Raises:
        OutputError: the file cannot be written.
        CertificateError: the owner's certificate cannot be used.
    """
    provenance = Provenance.of(result, kind, crop_only=crop_only)
    frame = result.crop if crop_only else result.image
    save_marked(frame, path, provenance, marking=marking)


def save_marked(
    frame: Frame,
    path: str | Path,
    provenance: Provenance,
    *,
    alpha: NDArray[np.uint8] | None = None,
    marking: Marking | None = None,
) -> None:
    """Write any picture that was made of outputs; see `save_result`.

    Args:
        frame: (H, W, 3), without a watermark of its own.
        alpha: (H, W), 255 is opaque.
    """
    marking = marking or Marking.from_environ()
    marked = mark_frame(frame, provenance, marking)
    save_picture(marked, path, alpha=alpha, finish=_signer(path, provenance, marking))


def mark_frame(frame: Frame, provenance: Provenance, marking: Marking | None = None) -> Frame:
    """(H, W, 3) the frame with the invisible watermark, where the owner wants one."""
    marking = marking or Marking.from_environ()
    if not marking.watermark:
        return frame
    from reenact.media.certificate import identity
    from reenact.media.watermark import embed

    strength = CLIP_STRENGTH if provenance.kind == "clip" else 1.0
    return embed(frame, to_payload(provenance, identity().tag), strength=strength)


def sign_output(
    path: str | Path, provenance: Provenance, *, marking: Marking | None = None
) -> None:
    """Put credentials into a file that was made of marked frames (.gif, .mp4, a picture).

    Raises:
        OutputError: no such format, or the file cannot be written.
        CertificateError: the owner's certificate cannot be used.
    """
    file = Path(path)
    if file.suffix.lower() not in MIME_TYPES:
        known = ", ".join(MIME_TYPES)
        raise OutputError(f"Output {file.name!r} must end in {known} to carry credentials.")
    finish = _signer(file, provenance, marking or Marking.from_environ())
    if finish is not None:
        finish(file)


def jpeg_bytes(
    frame: Frame, provenance: Provenance, *, quality: int = 85, marking: Marking | None = None
) -> bytes:
    """A JPEG in memory with watermark and credentials, for live frames and previews."""
    from PIL import Image

    marking = marking or Marking.from_environ()
    buffer = io.BytesIO()
    marked = mark_frame(frame, provenance, marking)
    Image.fromarray(marked).save(buffer, "JPEG", quality=quality, subsampling=0)
    data = buffer.getvalue()
    if not marking.credentials:
        return data
    data = label_picture(data)
    return sign_bytes(data, "image/jpeg", provenance, has_watermark=marking.watermark)


class MarkedClipWriter(ClipWriter):
    """A `ClipWriter` whose frames carry the watermark, and whose file carries the credentials.

    Args:
        path: where the clip goes.
        provenance: what was done.
        marking: what the clip carries; None for what the environment says (everything).
        settings: of `ClipWriter`: `fps`, `size`, `audio_from` ...
    """

    def __init__(
        self,
        path: str | Path,
        provenance: Provenance,
        *,
        marking: Marking | None = None,
        **settings: Any,
    ) -> None:
        self._provenance = provenance
        self._marking = marking or Marking.from_environ()
        finish = _signer(path, provenance, self._marking)
        super().__init__(path, finish=finish, comment=MARK if finish else "", **settings)

    def write(self, frame: Frame, time_s: float | None = None) -> None:
        """Add a frame; see `ClipWriter.write`."""
        self._check(frame)
        super().write(mark_frame(frame, self._provenance, self._marking), time_s)


def _signer(path: str | Path, provenance: Provenance, marking: Marking) -> Any:
    """What to do with a file of this name before it is finished; None for nothing."""
    if not marking.credentials:
        return None
    mime = MIME_TYPES.get(Path(path).suffix.lower(), "")

    def finish(unfinished: Path) -> None:
        if mime.startswith("image/"):
            data = label_picture(unfinished.read_bytes())
            signed = sign_bytes(data, mime, provenance, has_watermark=marking.watermark)
            unfinished.write_bytes(signed)
        else:
            sign_file(unfinished, mime, provenance, has_watermark=marking.watermark)

    return finish
