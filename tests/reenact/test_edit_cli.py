"""`interpolate`, `presets` and `edit` on the command line."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from reenact.edit_file import write_edit
from reenact.editing import FaceEditor
from reenact.edits import render_edit
from reenact.geometry.presets import PRESETS
from reenact.pipeline import Reenactor


def test_interpolate_writes_a_strip(reenact, portrait_path, tmp_path):
    target = tmp_path / "out.png"
    code, out, err = reenact(
        *("interpolate", portrait_path, portrait_path, "laugh", "-o", target, "--steps", 3),
        *("--method", "warp"),
    )
    assert (code, err) == (0, "")
    assert "3 steps from portrait.png to laugh, each at most 512 pixels" in out
    with Image.open(target) as image:
        assert image.size == (3 * 304 + 2 * 4, 304)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("smile", "wink", "-o", "out.webm"), "must end in"),
        (("smile", "winkk", "-o", "out.png"), "Did you mean 'wink'?"),
        (("smile", "wink", "-o", "out.png", "--steps", "1"), "`steps` must be 2 to 240, got 1."),
        (("smile", "none.jpg", "-o", "out.png"), "does not exist"),
    ],
)
def test_mistakes_are_one_line(arguments, message, reenact, portrait_path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, err = reenact("interpolate", portrait_path, *arguments)
    assert code == 2
    assert message in err and err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_an_input_is_never_replaced(reenact, portrait_path):
    before = portrait_path.read_bytes()
    code, _, err = reenact("interpolate", portrait_path, "smile", "wink", "-o", portrait_path)
    assert code == 2 and "must not be an input" in err
    assert portrait_path.read_bytes() == before


def test_presets_are_listed(reenact):
    code, out, _ = reenact("presets")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == list(PRESETS)


def test_edit_gives_the_editors_pixels(
    reenact, portrait, portrait_path, portrait_face, tmp_path, monkeypatch
):
    monkeypatch.setenv("REENACT_WATERMARK", "off")
    reenactor = Reenactor(portrait, "warp", source_face=portrait_face)
    editor = FaceEditor(portrait_face)
    editor.preset("surprise")
    editor.slide("roll", 0.5)
    edits, target = tmp_path / "edits.json", tmp_path / "out.png"
    write_edit(edits, editor.edit())
    code, _, err = reenact("edit", portrait_path, edits, "-o", target, "--method", "warp")
    assert (code, err) == (0, "")
    wanted = render_edit(reenactor, editor.edit()).image
    np.testing.assert_array_equal(np.asarray(Image.open(target)), wanted)
