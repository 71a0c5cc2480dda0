"""Awkward pictures for tests, drawn on the spot; awkward clips are in `tests/media_clips.py`.

Every maker takes a folder and returns the path of what it drew there:

    @pytest.mark.parametrize("make", BAD_PICTURES.values(), ids=BAD_PICTURES)
    def test_refuses(make, tmp_path):
        path = make(tmp_path)

`BAD_*` must be refused with one clear line, `ODD_*` must work. The odd pictures all show the
same upright face (`face()`), so whatever reads them can be compared with it, and finds a face.
"""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

from reenact.video import ClipReader, ClipWriter
from tests.media_clips import (
    BAD_CLIPS,
    ODD_CLIPS,
    Maker,
    a_folder,
    absent,
    draw_clip,
    face,
    holding,
)

__all__ = ["BAD_CLIPS", "BAD_PICTURES", "ODD_CLIPS", "ODD_PICTURES", "copy_clip", "draw_clip"]
__all__ += ["face"]

# EXIF orientation -> how Pillow must turn the upright picture to store it that way.
_STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def exif(orientation: int) -> Maker:
    """A JPEG stored turned, as phones do, with the tag that says so."""

    def make(folder: Path) -> Path:
        path, image = folder / f"exif{orientation}.jpg", Image.fromarray(face())
        if (how := _STORED[orientation]) is not None:
            image = image.transpose(how)
        tags = Image.Exif()
        tags[0x0112] = orientation
        image.save(path, quality=95, exif=tags)
        return path

    return make


def saved(file_name: str, mode: str = "RGB", **settings: object) -> Maker:
    """The face in another mode or format of Pillow's."""

    def make(folder: Path) -> Path:
        path = folder / file_name
        Image.fromarray(face()).convert(mode).save(path, **settings)
        return path

    return make


def gray_16(file_name: str) -> Maker:
    """16-bit gray: 257 times the 8-bit values."""

    def make(folder: Path) -> Path:
        path = folder / file_name
        gray = np.asarray(Image.fromarray(face()).convert("L"))
        Image.fromarray(gray.astype(np.uint16) * 257).save(path)
        return path

    return make


def rgb_16_png(folder: Path) -> Path:
    """16-bit RGB PNG, which Pillow cannot write."""
    return write_png(folder / "rgb16.png", face().astype(">u2") * 257)


def rgb_16_tiff(folder: Path) -> Path:
    """16-bit RGB TIFF, which Pillow cannot write."""
    path, pixels = folder / "rgb16.tif", face().astype("<u2") * 257
    height, width = pixels.shape[:2]
    data = pixels.tobytes()
    bits_at, tags_at = 8 + len(data), 8 + len(data) + 6
    tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, bits_at), (259, 3, 1, 1)]
    tags += [(262, 3, 1, 2), (273, 4, 1, 8), (277, 3, 1, 3), (278, 4, 1, height)]
    tags += [(279, 4, 1, len(data))]
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *t) for t in tags)
    header = struct.pack("<2sHI", b"II", 42, tags_at)
    path.write_bytes(header + data + struct.pack("<3H", 16, 16, 16) + directory + b"\0" * 4)
    return path


def transparent_png(folder: Path) -> Path:
    """The face, with the left 20 columns fully and the next 20 half transparent."""
    path, alpha = folder / "transparent.png", np.full(face().shape[:2], 255, np.uint8)
    alpha[:, :20], alpha[:, 20:40] = 0, 128
    Image.fromarray(np.dstack([face(), alpha])).save(path)
    return path


def palette_transparent(folder: Path) -> Path:
    """A palette PNG in which one color is transparent."""
    path, image = folder / "palette_transparent.png", Image.fromarray(face()).quantize(64)
    image.save(path, transparency=int(np.asarray(image)[0, 0]))
    return path


def moving(file_name: str) -> Maker:
    """An animated picture; its first frame is the face, the second is black."""

    def make(folder: Path) -> Path:
        path, first = folder / file_name, Image.fromarray(face())
        rest = [Image.new("RGB", first.size)]
        first.save(path, save_all=True, append_images=rest, duration=100, loop=0)
        return path

    return make


def heic(folder: Path) -> Path:
    """What an iPhone takes: HEIC, stored turned with the tag that says so."""
    import pillow_heif

    path, tags = folder / "iphone.heic", Image.Exif()
    tags[0x0112] = 6
    image = Image.fromarray(face()).transpose(_STORED[6])
    pillow_heif.from_pillow(image).save(path, quality=90, exif=tags.tobytes())
    return path


def swapped_profile(folder: Path) -> Path:
    """A JPEG whose red and blue are exchanged, and whose color profile says so."""
    path = folder / "swapped.png"
    Image.fromarray(face()[..., ::-1].copy()).save(path, icc_profile=_swapped_srgb())
    return path


def useless_profile(folder: Path) -> Path:
    """A picture with a damaged color profile, which must be ignored."""
    return saved("useless_profile.jpg", icc_profile=b"not a profile" * 20)(folder)


def damaged_exif(folder: Path) -> Path:
    """A picture with damaged EXIF, which must be ignored."""
    return saved("damaged_exif.jpg", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")(folder)


ODD_PICTURES: dict[str, Maker] = {
    **{f"exif_{number}": exif(number) for number in _STORED},
    "cmyk": saved("cmyk.jpg", "CMYK", quality=95),
    "cmyk_tiff": saved("cmyk.tif", "CMYK"),
    "gray_16_png": gray_16("gray16.png"),
    "gray_16_tiff": gray_16("gray16.tif"),
    "rgb_16_png": rgb_16_png,
    "rgb_16_tiff": rgb_16_tiff,
    "transparent_png": transparent_png,
    "palette": saved("palette.png", "P"),
    "palette_transparent": palette_transparent,
    "gray_jpeg": saved("gray.jpg", "L", quality=95),
    "gray_alpha": saved("gray_alpha.png", "LA"),
    "one_bit": saved("one_bit.png", "1"),
    "gif": saved("one.gif"),
    "gif_moving": moving("moving.gif"),
    "webp": saved("one.webp", quality=95),
    "webp_moving": moving("moving.webp"),
    "png_moving": moving("moving.png"),
    "bmp": saved("one.bmp"),
    "heic": heic,
    "swapped_profile": swapped_profile,
    "useless_profile": useless_profile,
    "damaged_exif": damaged_exif,
    "progressive": saved("progressive.jpg", quality=95, progressive=True),
    "spaces": saved("my photo (1).jpg", quality=95),
    "non_latin": saved("写真 φωτο صورة 🙂.png"),
    "wrong_suffix": saved("really_a_png.jpg", format="PNG"),
    "no_suffix": saved("picture", format="PNG"),
}


def cut(maker: Maker, part: float) -> Maker:
    """The first part (0 to 1) of what another maker draws."""

    def make(folder: Path) -> Path:
        path = maker(folder)
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * part)])
        return path

    return make


def sized(file_name: str, width: int, height: int) -> Maker:
    """A gray picture of the given size."""

    def make(folder: Path) -> Path:
        path = folder / file_name
        Image.new("RGB", (width, height), "gray").save(path)
        return path

    return make


def huge(folder: Path) -> Path:
    """A PNG of a few bytes that claims 20000 x 20000 pixels."""
    path = folder / "huge.png"
    path.write_bytes(_png(20_000, 20_000, 8, 2, b"\0" * 1000))
    return path


def video_as_picture(folder: Path) -> Path:
    """A clip named like a picture."""
    return draw_clip(folder / "clip.mp4", frames=2).rename(folder / "clip.jpg")


def gray_32(folder: Path) -> Path:
    """A 32-bit float TIFF, as scientists make them: nothing says what is white."""
    path = folder / "float.tif"
    Image.fromarray(np.full((80, 80), 1234.5, np.float32)).save(path)
    return path


BAD_PICTURES: dict[str, Maker] = {
    "missing": absent("missing.jpg"),
    "folder": a_folder("folder.jpg"),
    "empty": holding("empty.jpg", b""),
    "text": holding("text.jpg", b"This is no picture.\n" * 50),
    "svg": holding("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "postscript": holding("page.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99 99\n"),
    "cut_jpeg": cut(saved("cut.jpg", quality=95), 0.5),
    "cut_jpeg_head": cut(saved("cut_head.jpg", quality=95), 0.01),
    "cut_png": cut(saved("cut.png"), 0.5),
    "cut_webp": cut(saved("cut.webp"), 0.5),
    "cut_gif": cut(saved("cut.gif"), 0.5),
    "cut_heic": cut(heic, 0.5),
    "one_pixel": sized("one_pixel.png", 1, 1),
    "thin": sized("thin.png", 500, 20),
    "huge": huge,
    "video": video_as_picture,
    "float_tiff": gray_32,
}


def copy_clip(path: Path, out: Path, *, most: int = 10_000) -> ClipWriter:
    """Read a clip and write its first `most` frames, as the pipeline does."""
    with ClipReader(path) as clip:
        size = (clip.height, clip.width)
        with ClipWriter(out, fps=clip.fps, size=size, audio_from=path) as writer:
            for index, time_s, frame in clip:
                if index < most:
                    writer.write(frame, time_s)
    return writer


def write_png(path: Path, pixels: np.ndarray) -> Path:
    """An RGB PNG of uint8 or big-endian uint16 (H, W, 3) pixels."""
    height, width = pixels.shape[:2]
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    path.write_bytes(_png(width, height, pixels.itemsize * 8, 2, rows))
    return path


def _png(width: int, height: int, bits: int, color: int, rows: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@cache
def _swapped_srgb() -> bytes:
    """sRGB's own profile with the tags of red and blue exchanged, under another name."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    name = "sRGB".encode("utf-16-be")
    profile = profile.replace(name, "test".encode("utf-16-be")).replace(b"sRGB", b"test")
    profile = profile.replace(b"rXYZ", b"!XYZ").replace(b"bXYZ", b"rXYZ")
    return io.BytesIO(profile.replace(b"!XYZ", b"bXYZ")).getvalue()
