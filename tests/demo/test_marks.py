import av
import numpy as np
import pytest
from PIL import Image

from demo.marks import MARK, mark_clip, mark_picture
from tests.media import draw_clip


def test_a_marked_picture_says_so_and_keeps_its_pixels(tmp_path, gray):
    gray[3, 4] = (1, 2, 3)
    path = tmp_path / "out.png"
    Image.fromarray(gray).save(path)
    mark_picture(path)
    with Image.open(path) as image:
        image.load()
        assert image.text["Description"] == MARK
        assert "AI-generated" in MARK
        assert np.array_equal(np.asarray(image), gray)


def test_only_png_can_be_marked(tmp_path):
    path = tmp_path / "x.png"
    path.write_bytes(b"GIF89a")
    with pytest.raises(ValueError, match="not a PNG"):
        mark_picture(path)


def test_a_marked_clip_says_so_and_keeps_frames_and_sound(tmp_path):
    path = draw_clip(tmp_path / "out.mp4", frames=12, audio="aac")

    def content():
        with av.open(str(path)) as clip:
            frames = [f.to_ndarray(format="rgb24") for f in clip.decode(video=0)]
            kinds = [s.type for s in clip.streams]
            return frames, kinds, dict(clip.metadata)

    before, kinds_before, _ = content()
    mark_clip(path)
    after, kinds_after, metadata = content()
    assert metadata["comment"] == MARK
    assert kinds_after == kinds_before == ["video", "audio"]
    assert len(after) == len(before) == 12
    assert all(np.array_equal(a, b) for a, b in zip(after, before, strict=True))
    assert list(tmp_path.iterdir()) == [path]
