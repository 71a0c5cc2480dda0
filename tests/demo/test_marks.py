import io

import numpy as np
from PIL import Image

from demo.marks import MARK, mark_picture, save_preview
from reenact.media.provenance import Marking, Provenance
from reenact.media.verify import verify


def test_a_sheet_is_marked_as_a_whole(tmp_path, gray):
    path = tmp_path / "sheet.png"
    Image.fromarray(gray).save(path)
    mark_picture(path)
    with Image.open(path) as image:
        image.load()
        assert image.text["Description"] == MARK
        assert "AI-generated" in MARK
        assert np.abs(np.asarray(image).astype(int) - gray).max() <= 4
    answer = verify(path)
    assert (answer.verdict, answer.method) == ("here", "several methods")


def test_a_preview_is_marked_like_the_output(tmp_path, gray):
    path = save_preview(Image.fromarray(gray), tmp_path / "after.jpg", Provenance("warp"))
    assert verify(path).verdict == "here"
    assert MARK.encode() in path.read_bytes()


def test_where_the_owner_wants_no_marks_there_are_none(tmp_path, gray):
    off = Marking(credentials=False, watermark=False)
    path = save_preview(Image.fromarray(gray), tmp_path / "after.jpg", Provenance("warp"), off)
    buffer = io.BytesIO()
    Image.fromarray(gray).save(buffer, "JPEG", quality=92, subsampling=0)
    assert path.read_bytes() == buffer.getvalue()
