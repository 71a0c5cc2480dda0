"""Pictures: everything a person can bring is read right or refused with one clear line."""

from __future__ import annotations

import builtins
import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from reenact import images
from reenact.errors import ImageError, ShapeError
from reenact.images import (
    is_still_picture,
    load_picture,
    load_picture_with_alpha,
    save_picture,
    to_frame,
    to_tensor,
)
from tests.media import BAD_PICTURES, ODD_CLIPS, ODD_PICTURES, face, saved, sized

# How far from `face()` each odd picture may be, in gray levels on average; 4 where not named.
_LOSS = {"palette": 20, "one_bit": None, "palette_transparent": 10, "transparent_png": None}
_GRAY = ("gray_16_png", "gray_16_tiff", "gray_jpeg", "gray_alpha")


def error_of(source: object, **settings: str) -> str:
    with pytest.raises(ImageError) as caught:
        load_picture(source, **settings)
    return str(caught.value)


@pytest.mark.parametrize("name", ODD_PICTURES)
def test_odd_pictures_come_out_upright_and_in_their_colors(name, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a warning would be a second line on the terminal
        frame = load_picture(ODD_PICTURES[name](tmp_path))
    assert frame.dtype == np.uint8 and frame.shape == face().shape
    assert frame.flags.c_contiguous and frame.flags.writeable
    expected = face()
    if name in _GRAY:
        expected = np.array(Image.fromarray(face()).convert("L").convert("RGB"))
    limit = _LOSS.get(name, 4)
    if limit is not None:
        assert np.abs(frame.astype(int) - expected).mean() < limit


@pytest.mark.parametrize("name", BAD_PICTURES)
def test_bad_pictures_are_refused_with_one_clear_line(name, tmp_path):
    path = BAD_PICTURES[name](tmp_path)
    message = error_of(path, name="driving")
    assert "`driving`" in message and path.name in message
    assert "\n" not in message and message.endswith(".") and len(message) < 250


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing", "does not exist"),
        ("folder", "got the folder"),
        ("empty", "0 bytes"),
        ("text", "must be a picture"),
        ("cut_jpeg", "is cut off"),
        ("cut_png", "is cut off"),
        ("cut_heic", "is cut off"),
        ("one_pixel", "at least 64 pixels on its shorter side, got 1 x 1"),
        ("huge", "at most 100 megapixels, got 400"),
        ("video", "got a video. Use `video`"),
        ("float_tiff", "8 or 16 bits"),
    ],
)
def test_refusals_say_why(name, words, tmp_path):
    assert words in error_of(BAD_PICTURES[name](tmp_path))


@pytest.mark.parametrize("name", ["plain", "mov", "webm", "mkv", "avi", "late"])
def test_a_clip_is_recognized_by_content(name, tmp_path):
    path = ODD_CLIPS[name](tmp_path).rename(tmp_path / "picture.png")
    assert "got a video" in error_of(path)


@pytest.mark.parametrize("name", ["gray_16_png", "gray_16_tiff", "rgb_16_png", "rgb_16_tiff"])
def test_16_bit_is_scaled_exactly_and_not_clipped(name, tmp_path):
    frame = load_picture(ODD_PICTURES[name](tmp_path))
    if name.startswith("gray"):
        expected = np.asarray(Image.fromarray(face()).convert("L"))[..., None]
    else:
        expected = face()
    assert (frame == expected).all()


def test_alpha_is_kept_beside_the_color(tmp_path):
    path = ODD_PICTURES["transparent_png"](tmp_path)
    frame, alpha = load_picture_with_alpha(path)
    assert (frame == face()).all()
    assert (alpha[:, :20] == 0).all() and (alpha[:, 20:40] == 128).all()
    assert (alpha[:, 40:] == 255).all()
    shown = load_picture(path)
    assert (shown[:, :20] == 255).all() and (shown[:, 40:] == face()[:, 40:]).all()
    half = face()[:, 20:40] * (128 / 255) + 255 * (127 / 255)
    assert np.abs(shown[:, 20:40] - half).max() <= 0.51


def test_an_opaque_alpha_channel_is_none():
    picture = np.dstack([face(), np.full(face().shape[:2], 255, np.uint8)])
    for source in (picture, Image.fromarray(picture)):
        assert load_picture_with_alpha(source)[1] is None


def test_transparent_png_survives_a_round_trip(tmp_path):
    frame, alpha = load_picture_with_alpha(ODD_PICTURES["transparent_png"](tmp_path))
    save_picture(frame, tmp_path / "out.png", alpha=alpha)
    again, alpha_again = load_picture_with_alpha(tmp_path / "out.png")
    assert (again == frame).all() and (alpha_again == alpha).all()


def test_a_color_profile_is_applied(tmp_path):
    path = ODD_PICTURES["swapped_profile"](tmp_path)
    assert np.abs(np.array(Image.open(path)).astype(int) - face()).mean() > 10
    assert np.abs(load_picture(path).astype(int) - face()).max() <= 2


def test_bytes_pillow_images_and_arrays_read_the_same(tmp_path):
    path = ODD_PICTURES["exif_6"](tmp_path)
    expected = load_picture(path)
    assert (load_picture(path.read_bytes()) == expected).all()
    assert (load_picture(str(path)) == expected).all()
    with Image.open(path) as image:
        assert (load_picture(image) == expected).all()
        assert (load_picture(ImageOps.exif_transpose(image)) == expected).all()
    assert (load_picture(expected) == expected).all()
    gray = expected[..., 0]
    assert (load_picture(gray) == gray[..., None]).all()


def test_an_array_is_copied():
    mine = face().copy()
    load_picture(mine)[:] = 0
    assert (mine == face()).all()


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros((80, 80, 3), np.float32), "(array * 255).round().astype('uint8')"),
        (np.full((80, 80, 3), 200.0), "got float64 from 200 to 200. Use astype('uint8')"),
        (np.full((80, 80, 3), np.nan), "NaN"),
        (np.zeros((80, 80, 3), np.int64), "must be uint8"),
        (np.zeros((80, 80, 3), bool), "must be uint8"),
        (np.zeros((3, 80, 80), np.uint8), "array.transpose(1, 2, 0)"),
        (np.zeros((1, 80, 80, 3), np.uint8), "must be one picture"),
        (np.zeros((80, 80, 2), np.uint8), "must be one picture"),
        (np.zeros((0, 0, 3), np.uint8), "got 0 x 0"),
        (np.zeros((10, 80, 3), np.uint8), "got 80 x 10"),
        (np.array("a"), "must be one picture"),
        (b"", "0 bytes"),
        (b"nonsense", "must be a picture"),
        (None, "got NoneType"),
        (7, "got int"),
        ("", "got the folder"),
        ("a\0b.png", "does not exist"),
        ("two\nlines.png", "does not exist"),
        ("x" * 5000 + ".png", "name too long"),
        ("https://example.org/face.jpg", "Download it first"),
        ("/dev/null", "device or pipe"),
    ],
)
def test_other_sources_are_refused_with_what_to_do(array, words):
    message = error_of(array)
    assert words in message and "\n" not in message


def test_a_truncated_pillow_image_is_refused(tmp_path):
    with Image.open(BAD_PICTURES["cut_jpeg"](tmp_path)) as image:
        assert "is cut off" in error_of(image)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_refused(tmp_path):
    path = saved("locked.png")(tmp_path)
    path.chmod(0)
    assert "no permission" in error_of(path)


def test_no_permission_is_one_clear_line(tmp_path, monkeypatch):
    path = saved("locked.png")(tmp_path)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert "no permission" in error_of(path)


def test_heic_without_its_reader_says_how_to_get_it(tmp_path, monkeypatch):
    path, plain_import = ODD_PICTURES["heic"](tmp_path), builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name == "pillow_heif":
            raise ImportError(name)
        return plain_import(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    assert "pip install pillow-heif" in error_of(path)


def test_a_picture_of_twelve_megapixels_works(tmp_path):
    assert load_picture(sized("phone.jpg", 4000, 3000)(tmp_path)).shape == (3000, 4000, 3)


def test_the_limit_is_a_hundred_megapixels(tmp_path):
    assert images.MAX_PIXELS == 100_000_000
    images._check_size(10_000, 10_000, "`source`")
    path = tmp_path / "wide.png"
    Image.new("1", (10_001, 10_000)).save(path)
    assert "at most 100 megapixels, got 10001 x 10000" in error_of(path)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "gif", "tif", "bmp", "heic"])
def test_damaged_files_never_end_in_another_error(suffix, tmp_path):
    make = ODD_PICTURES["heic"] if suffix == "heic" else saved(f"fuzz.{suffix}")
    data, random = make(tmp_path).read_bytes(), np.random.default_rng(0)
    for _ in range(25):
        damaged = bytearray(data[: random.integers(20, len(data))])
        for place in random.integers(0, min(len(damaged), 400), 8):
            damaged[place] = random.integers(256)
        try:
            load_picture(bytes(damaged))
        except ImageError as error:
            assert "\n" not in str(error)


def test_tensors_there_and_back():
    tensor = to_tensor(face())
    assert tensor.shape == (1, 3, 256, 192) and str(tensor.dtype) == "torch.float32"
    assert tensor.is_contiguous() and 0 <= tensor.min() and tensor.max() <= 1
    assert tensor[0, 2, 10, 20] == pytest.approx(face()[10, 20, 2] / 255)
    assert (to_frame(tensor) == face()).all() and (to_frame(tensor[0]) == face()).all()


def test_tensors_out_of_range_are_refused():
    tensor = to_tensor(face())
    assert (to_frame(tensor + 1e-4) == face()).all()
    for wrong in (tensor * 255, tensor - 0.1, tensor * float("nan"), tensor[:, :2], tensor[0, 0]):
        with pytest.raises(ShapeError, match="`tensor` must be"):
            to_frame(wrong)


def test_still_pictures_are_told_from_moving_ones(tmp_path):
    for name in ("exif_1", "gif", "webp", "rgb_16_tiff", "heic"):
        assert is_still_picture(ODD_PICTURES[name](tmp_path))
    for name in ("gif_moving", "webp_moving", "png_moving"):
        assert not is_still_picture(ODD_PICTURES[name](tmp_path))
    for name in ("text", "empty", "missing", "video"):
        assert not is_still_picture(BAD_PICTURES[name](tmp_path))


def test_reading_needs_neither_torch_nor_pyav():
    code = "import sys, reenact.images; print({'torch', 'av', 'pillow_heif'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="counts open files in /proc")
def test_files_are_closed(tmp_path):
    good, bad = saved("open.png")(tmp_path), BAD_PICTURES["cut_jpeg"](tmp_path)
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        load_picture(good)
        is_still_picture(good)
        with pytest.raises(ImageError):
            load_picture(bad)
    assert len(os.listdir("/proc/self/fd")) == before
