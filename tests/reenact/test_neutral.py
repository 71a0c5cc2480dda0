"""Expression removal by API and command: an output like the others, or one clear line."""

from __future__ import annotations

import numpy as np
import pytest
from typer.testing import CliRunner

import reenact
from reenact.cli import app
from reenact.errors import InputError


@pytest.fixture(scope="module")
def method():
    return reenact.create("g2gan")


def lip_gap(picture) -> float:
    (face,) = reenact.find_faces(picture)
    return float(face.points[14, 1] - face.points[13, 1])


def test_a_laughing_mouth_is_closed_and_the_rest_of_the_picture_stays(method, portrait):
    result = reenact.neutral(portrait, method)
    assert result.kind == "neutral"
    assert lip_gap(result.image) < 0.4 * lip_gap(portrait)
    untouched = result.pasted.full() == 0
    assert untouched.mean() > 0.1
    np.testing.assert_array_equal(result.image[untouched], portrait[untouched])


def test_the_command_writes_a_marked_picture(portrait_path, tmp_path):
    out = tmp_path / "rest.png"
    done = CliRunner().invoke(app, ["neutral", str(portrait_path), "-o", str(out)])
    assert done.exit_code == 0, done.output
    answer = reenact.verify(out)
    assert (answer.kind, answer.method) == ("neutral", "g2gan")
    assert "expression was removed" in answer.text


def test_a_method_that_cannot_is_named_with_one_that_can(portrait):
    for name in ("warp", "landmarkgan"):  # whatever the picture shows
        with pytest.raises(InputError, match=r"cannot remove expressions. Use `g2gan`"):
            reenact.neutral(portrait, name)


def test_a_picture_without_a_face_is_one_line(method):
    with pytest.raises(reenact.ReenactError) as told:
        reenact.neutral(np.full((200, 200, 3), 128, np.uint8), method)
    assert "\n" not in str(told.value)
