"""Pictures in and out: reading anything a person can bring, writing safely, changing ranges.

Inside the project a picture is a `Frame`: (H, W, 3) uint8 RGB, 0 to 255, upright, sRGB. This is
the only file where ranges change (`to_tensor`, `to_frame`).
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from reenact.errors import ImageError, OutputError, ShapeError
from reenact.files import (
    HEIC_BRANDS,
    atomic_path,
    check_can_write,
    iso_brand,
    read_head,
    require_file,
    why_not_a_picture,
)
from reenact.types import Frame

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["check_can_write", "is_still_picture", "load_picture", "load_picture_with_alpha"]
__all__ += ["save_picture", "to_frame", "to_tensor"]

MIN_SIDE_PX = 64
"""The shorter side of a picture must have at least this many pixels."""

MAX_PIXELS = 100_000_000
"""Most pixels a picture may have; checked from the header, before anything is decoded."""

PICTURE_SUFFIXES = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
"""What `save_picture` can write."""

# Pillow's other readers are left out on purpose: EPS, for one, would start Ghostscript.
_FORMATS = ("JPEG", "MPO", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF", "JPEG2000", "HEIF")
_MOVING_FORMATS = ("GIF", "PNG", "WEBP", "AVIF")

Source = str | Path | bytes | Image.Image | np.ndarray
Alpha, Finish = NDArray[np.uint8], Callable[[Path], None]


def load_picture(source: Source, *, name: str = "source") -> Frame:
    """Read any picture as an upright (H, W, 3) RGB frame; what is transparent becomes white.

    Args:
        source: a file, its bytes, a Pillow image, or a uint8 array (H, W), (H, W, 3) or (H, W, 4).
        name: what the picture is for; it appears in error messages.

    Raises:
        ImageError: the picture cannot be read, is damaged, too small or too large.
    """
    frame, alpha = load_picture_with_alpha(source, name=name)
    return frame if alpha is None else flatten_on_white(frame, alpha)


def load_picture_with_alpha(
    source: Source, *, name: str = "source"
) -> tuple[Frame, NDArray[np.uint8] | None]:
    """Like `load_picture`, but the color stays as stored and transparency comes beside it.

    Returns:
        (H, W, 3) RGB and (H, W) uint8 alpha, 255 is opaque; None where all of it is opaque.
    """
    if isinstance(source, np.ndarray):
        return _from_array(source, name)
    if isinstance(source, Image.Image):
        return _decode(source, f"`{name}`")
    label, data = _read_bytes(source, name)
    suffix = data.suffix if isinstance(data, Path) else ""
    with warnings.catch_warnings():  # of damaged EXIF and of large sizes; `_check_size` refuses
        warnings.simplefilter("ignore")
        with _open(data, label, suffix) as image:
            return _decode(image, label)


def flatten_on_white(frame: Frame, alpha: NDArray[np.uint8]) -> Frame:
    """Put a transparent picture on white: (H, W, 3) and (H, W) alpha to (H, W, 3)."""
    part = alpha[..., None].astype(np.uint16)
    return ((frame * part + 255 * (255 - part) + 127) // 255).astype(np.uint8)


def is_still_picture(path: Path) -> bool:
    """True if the file is a picture that does not move. False for clips and for anything else."""
    with suppress(Exception):  # "not a picture" has as many exceptions as Pillow has readers
        if iso_brand(read_head(path)) in HEIC_BRANDS:
            return True
        with Image.open(path, formats=_readers()) as image:
            return image.format not in _MOVING_FORMATS or getattr(image, "n_frames", 1) == 1
    return False


def save_picture(
    frame: Frame, path: str | Path, *, alpha: Alpha | None = None, finish: Finish | None = None
) -> None:
    """Write a picture as .png, .jpg or .webp, whole or not at all, without any metadata.

    Args:
        frame: (H, W, 3) RGB.
        alpha: (H, W), 255 is opaque. JPEG has no transparency: there it is put on white.
        finish: gets the whole file before it has its name; see `reenact.media.write`.

    Raises:
        OutputError: the file cannot be written.
        ShapeError: `frame` or `alpha` is not what it must be.
    """
    target = check_can_write(path, PICTURE_SUFFIXES)
    kind = PICTURE_SUFFIXES[target.suffix.lower()]
    _check_frame(frame)
    if alpha is not None and (alpha.shape != frame.shape[:2] or alpha.dtype != np.uint8):
        got = f"{alpha.shape} {alpha.dtype}"
        raise ShapeError(f"`alpha` must be uint8 {frame.shape[:2]} like `frame`, got {got}.")
    if alpha is not None and kind == "JPEG":
        frame, alpha = flatten_on_white(frame, alpha), None
    pixels = frame if alpha is None else np.dstack([frame, alpha])
    with atomic_path(target) as unfinished:
        try:  # PNG ignores the quality; subsampling 0 (4:4:4) keeps the edges of red lips
            Image.fromarray(pixels).save(unfinished, format=kind, quality=95, subsampling=0)
        except ValueError as error:
            what = f"{target.name!r} ({frame.shape[1]} x {frame.shape[0]})"
            message = f"{what} cannot be written as {kind}: {error}. Use .png."
            raise OutputError(message) from error
        if finish:
            finish(unfinished)


def to_tensor(frame: Frame) -> Tensor:
    """(H, W, 3) uint8 to (1, 3, H, W) float32, 0 to 1.

    Raises:
        ShapeError: `frame` is not a frame.
    """
    import torch

    _check_frame(frame)
    return torch.tensor(frame).permute(2, 0, 1)[None].float().div(255).contiguous()


def to_frame(tensor: Tensor) -> Frame:
    """(1, 3, H, W) or (3, H, W) float, 0 to 1, to (H, W, 3) uint8, rounded.

    Raises:
        ShapeError: the shape or the range is wrong (half a gray level beyond 0..1 is rounding).
    """
    image = tensor[0] if tensor.ndim == 4 and tensor.shape[0] == 1 else tensor
    if image.ndim != 3 or image.shape[0] != 3:
        raise ShapeError(f"`tensor` must be (1, 3, H, W), got {tuple(tensor.shape)}.")
    values = image.detach().float().cpu().permute(1, 2, 0).numpy()
    low, high = float(values.min()), float(values.max())
    if not (low >= -0.5 / 255 and high <= 1 + 0.5 / 255):  # also false for NaN
        raise ShapeError(f"`tensor` must be 0 to 1, got {low:.3g} to {high:.3g}. Clamp it first.")
    return (values * 255).round().clip(0, 255).astype(np.uint8)


def _check_frame(frame: Frame) -> None:
    if frame.ndim != 3 or frame.shape[2] != 3 or frame.dtype != np.uint8:
        raise ShapeError(f"`frame` must be uint8 (H, W, 3), got {frame.dtype} {frame.shape}.")


def _from_array(array: np.ndarray, name: str) -> tuple[Frame, NDArray[np.uint8] | None]:
    label = f"`{name}`"
    channels = array.shape[2] if array.ndim == 3 else 1
    if array.ndim not in (2, 3) or channels not in (1, 3, 4):
        hint = "an array (H, W, 3), channels last"
        if array.ndim == 3 and array.shape[0] in (1, 3, 4):
            hint += ": use `array.transpose(1, 2, 0)`"
        raise ImageError(f"{label} must be one picture, got shape {array.shape}. Pass {hint}.")
    if array.dtype != np.uint8:
        raise ImageError(_dtype_message(array, label))
    _check_size(array.shape[1], array.shape[0], label)
    pixels = array.reshape(*array.shape[:2], channels)
    alpha = pixels[..., 3].copy() if channels == 4 else None
    frame = pixels[..., :3].copy() if channels > 1 else np.repeat(pixels, 3, axis=2)
    return frame, None if alpha is None or alpha.min() == 255 else alpha


def _dtype_message(array: np.ndarray, label: str) -> str:
    got, fix = str(array.dtype), "astype('uint8')"
    if array.size and array.dtype.kind in "fiub":
        got += f" from {array.min():.4g} to {array.max():.4g}"
        if array.max() <= 1:
            fix = "(array * 255).round().astype('uint8')"
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        got, fix = f"{array.dtype} with NaN or infinite values", "numpy.nan_to_num first"
    return f"{label} must be uint8, 0 to 255, got {got}. Use {fix}."


def _read_bytes(source: str | Path | bytes, name: str) -> tuple[str, io.BytesIO | Path]:
    """What to call the picture in messages, and where Pillow reads it."""
    if isinstance(source, bytes | bytearray | memoryview):
        if not source:
            raise ImageError(f"`{name}` must be a picture, got 0 bytes. Choose another one.")
        return f"`{name}`", io.BytesIO(source)
    if not isinstance(source, str | Path):
        got = type(source).__name__
        raise ImageError(f"`{name}` must be a file, bytes, a picture or an array, got {got}.")
    path = require_file(source, name, ImageError)
    return f"`{name}` ({path.name!r})", path


def _open(data: io.BytesIO | Path, label: str, suffix: str) -> Image.Image:
    head = read_head(data) if isinstance(data, Path) else data.getvalue()[:400]
    if iso_brand(head) in HEIC_BRANDS:
        _register_heic(label)
    try:
        return Image.open(data, formats=_readers())
    except Image.DecompressionBombError as error:
        pixels = int((re.findall(r"\d+", str(error)) or ["0"])[0])
        raise ImageError(_too_large(label, f"{pixels / 1e6:.0f} megapixels")) from error
    except UnidentifiedImageError as error:
        raise ImageError(f"{label} {why_not_a_picture(head, suffix)}") from error
    except Exception as error:  # damaged headers raise whatever Pillow's readers stumble over
        raise ImageError(_damaged(label, error)) from error


def _decode(image: Image.Image, label: str) -> tuple[Frame, NDArray[np.uint8] | None]:
    _check_size(*image.size, label)
    try:
        image.load()
    except Exception as error:  # as above; also MemoryError, and errors of plugins
        raise ImageError(_damaged(label, error)) from error
    with suppress(Exception):  # a picture with damaged EXIF is taken as it lies
        image = ImageOps.exif_transpose(image)
    if image.mode == "I" or image.mode.startswith("I;16"):
        return _from_16_bit(np.asarray(image), label), None
    if image.mode == "F":
        raise ImageError(f"{label} must have 8 or 16 bits a channel, got 32-bit. Save it as PNG.")
    alpha = None
    if image.has_transparency_data:
        image = image.convert("RGBA")
        alpha = np.array(image.getchannel("A"))
    frame = np.array(_to_srgb(image))
    return frame, None if alpha is None or alpha.min() == 255 else alpha


def _from_16_bit(gray: np.ndarray, label: str) -> Frame:
    """(H, W) 0..65535 to (H, W, 3) 0..255. (Pillow itself would clip at 255.)"""
    if gray.min() < 0 or gray.max() > 65535:
        raise ImageError(f"{label} must have 8 or 16 bits a channel, got 32-bit. Save it as PNG.")
    levels = (gray.astype(np.uint32) + 128) // 257
    return np.repeat(levels.astype(np.uint8)[..., None], 3, axis=2)


def _to_srgb(image: Image.Image) -> Image.Image:
    """To RGB, through the color profile that the picture carries (Adobe RGB, Display P3, CMYK)."""
    carried = image.info.get("icc_profile")
    if image.mode not in ("RGB", "CMYK", "L"):
        image = image.convert("RGB")
    if carried:
        with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):  # a useless profile
            profile = ImageCms.ImageCmsProfile(io.BytesIO(carried))
            if image.mode == "CMYK" or "sRGB" not in ImageCms.getProfileDescription(profile):
                srgb = ImageCms.createProfile("sRGB")
                return ImageCms.profileToProfile(image, profile, srgb, outputMode="RGB")
    return image.convert("RGB")


def _check_size(width: int, height: int, label: str) -> None:
    if min(width, height) < MIN_SIDE_PX:
        limit, got = f"{MIN_SIDE_PX} pixels on its shorter side", f"{width} x {height}"
        raise ImageError(f"{label} must have at least {limit}, got {got}. Use a larger picture.")
    if width * height > MAX_PIXELS:
        raise ImageError(_too_large(label, f"{width} x {height}"))


def _too_large(label: str, got: str) -> str:
    limit = f"{MAX_PIXELS // 1_000_000} megapixels"
    return f"{label} must have at most {limit}, got {got}. Make it smaller first."


def _damaged(label: str, error: Exception) -> str:
    what = "cut off" if re.search("(?i)truncat|end of file|cut off|EOF", str(error)) else "damaged"
    return f"{label} must be a whole picture, but the file is {what}. Copy it again."


def _readers() -> list[str]:
    Image.init()
    return [name for name in _FORMATS if name in Image.OPEN]


def _register_heic(label: str) -> None:
    try:
        import pillow_heif
    except ImportError as error:
        message = f"{label} is a HEIC picture and needs `pip install pillow-heif`."
        raise ImageError(message) from error
    pillow_heif.register_heif_opener()
