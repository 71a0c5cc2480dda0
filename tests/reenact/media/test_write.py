import io
import time

import numpy as np
import pytest
from PIL import Image

from reenact.errors import CertificateError, OutputError
from reenact.media.labels import MARK
from reenact.media.provenance import Marking, Provenance
from reenact.media.verify import verify
from reenact.media.write import (
    MarkedClipWriter,
    jpeg_bytes,
    mark_frame,
    save_marked,
    save_result,
    sign_output,
)
from reenact.types import Pasted, Result
from reenact.video import ClipReader

OFF = Marking(credentials=False, watermark=False)


@pytest.fixture
def result(portrait):
    size = portrait.shape[:2]
    crop = portrait[40:240, 40:240].copy()
    points = np.zeros((478, 2), np.float32)
    return Result(portrait, crop, points, Pasted.nothing(size), method="warp", kind="edit")


def test_a_result_saves_itself_marked(result, tmp_path):
    result.save(tmp_path / "o.png")
    answer = verify(tmp_path / "o.png")
    assert (answer.verdict, answer.kind, answer.method) == ("here", "edit", "warp")
    assert answer.has_watermark
    result.save(tmp_path / "crop.png", crop_only=True)
    assert Image.open(tmp_path / "crop.png").size == (200, 200)
    assert verify(tmp_path / "crop.png").verdict == "here"


def test_the_result_itself_is_not_touched(result, portrait, tmp_path):
    before = result.image.copy()
    result.save(tmp_path / "o.png")
    assert np.array_equal(result.image, before)


def test_the_environment_decides_where_nobody_else_does(result, portrait, tmp_path, monkeypatch):
    monkeypatch.setenv("REENACT_CREDENTIALS", "off")
    monkeypatch.setenv("REENACT_WATERMARK", "off")
    result.save(tmp_path / "o.png")
    assert np.array_equal(np.asarray(Image.open(tmp_path / "o.png")), portrait)
    assert MARK.encode() not in (tmp_path / "o.png").read_bytes()
    assert verify(tmp_path / "o.png").verdict == "unknown"


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_a_line_of_plain_text_is_there_too(result, tmp_path, suffix):
    path = tmp_path / f"o{suffix}"
    result.save(path)
    with Image.open(path) as image:
        image.load()
        text = image.info.get("Description") or image.info["comment"].decode()
    assert text == MARK


def test_transparency_stays(portrait, tmp_path):
    alpha = np.full(portrait.shape[:2], 255, np.uint8)
    alpha[:100] = 0
    save_marked(portrait, tmp_path / "o.png", Provenance("warp"), alpha=alpha)
    assert np.array_equal(np.asarray(Image.open(tmp_path / "o.png"))[..., 3], alpha)


def test_a_clip_is_marked_on_every_frame(portrait, tmp_path):
    path = tmp_path / "o.mp4"
    with MarkedClipWriter(
        path, Provenance("warp", "clip"), fps=25, size=portrait.shape[:2]
    ) as clip:
        for _ in range(8):
            clip.write(portrait)
    answer = verify(path)
    assert (answer.verdict, answer.kind, answer.has_watermark) == ("here", "clip", True)
    with ClipReader(path, name="file") as reader:
        for number, _, frame in reader:
            Image.fromarray(frame).save(tmp_path / f"{number}.png")
            assert verify(tmp_path / f"{number}.png").verdict == "stripped", number
    with MarkedClipWriter(
        path, Provenance("warp", "clip"), fps=25, size=portrait.shape[:2], marking=OFF
    ) as clip:
        clip.write(portrait)
    assert verify(path).verdict == "unknown"


def test_a_moving_gif_of_marked_frames_is_known(portrait, tmp_path):
    provenance, path = Provenance("warp", "edit"), tmp_path / "o.gif"
    frames = [Image.fromarray(mark_frame(portrait, provenance)) for _ in range(4)]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=80)
    sign_output(path, provenance)
    answer = verify(path)
    assert (answer.verdict, answer.kind, answer.has_watermark) == ("here", "edit", True)


def test_what_cannot_carry_credentials_is_refused(tmp_path):
    with pytest.raises(OutputError, match="must end in .png"):
        sign_output(tmp_path / "o.bmp", Provenance("warp"))


def test_a_live_frame_is_marked_in_memory(portrait, tmp_path):
    data = jpeg_bytes(portrait, Provenance("warp", "live"))
    path = tmp_path / "live.jpg"
    path.write_bytes(data)
    assert (verify(path).verdict, verify(path).kind) == ("here", "live")
    plain = jpeg_bytes(portrait, Provenance("warp", "live"), marking=OFF)
    assert np.asarray(Image.open(io.BytesIO(plain))).shape == portrait.shape
    assert MARK.encode() not in plain


def test_where_signing_fails_no_file_is_left(result, tmp_path, monkeypatch):
    monkeypatch.setenv("REENACT_CERTIFICATE", str(tmp_path / "no.pem"))
    monkeypatch.setenv("REENACT_PRIVATE_KEY", str(tmp_path / "no.pem"))
    with pytest.raises(CertificateError, match="`REENACT_CERTIFICATE` must be a PEM file"):
        save_result(result, tmp_path / "o.png")
    writer = MarkedClipWriter(
        tmp_path / "o.mp4", Provenance("warp"), fps=25, size=(64, 64), marking=Marking(True, False)
    )
    with pytest.raises(CertificateError), writer:
        writer.write(np.zeros((64, 64, 3), np.uint8))
    assert list(tmp_path.iterdir()) == []


def test_marking_takes_a_small_part_of_the_time_of_a_frame(portrait):
    """Bar: 20 frames a second for 256 pixels, with a busy computer in mind."""
    frame = np.ascontiguousarray(portrait[:256, :256])
    provenance = Provenance("warp", "live")
    jpeg_bytes(frame, provenance)
    start = time.process_time()
    for _ in range(10):
        jpeg_bytes(frame, provenance)
    assert (time.process_time() - start) / 10 < 0.025
