"""The editor without a screen."""

from __future__ import annotations

import json

import numpy as np
import pytest

from reenact.edit_file import as_data, parse_edit
from reenact.editing import Expression, FaceEditor, blend
from reenact.edits import render_edit
from reenact.errors import EditError
from reenact.geometry import regions
from reenact.geometry.presets import PRESETS
from reenact.geometry.sliders import SLIDERS
from reenact.geometry.topology import face_triangles
from reenact.pipeline import Reenactor
from reenact.types import HeadPose


@pytest.fixture
def editor(portrait_face) -> FaceEditor:
    return FaceEditor(portrait_face)


@pytest.fixture(scope="module")
def reenactor(portrait, portrait_face) -> Reenactor:
    return Reenactor(portrait, "warp", source_face=portrait_face)


def moved(editor: FaceEditor) -> np.ndarray:
    """(478, 2) pixels."""
    return (editor.points() - editor.face.points)[:, :2]


def test_nothing_done_is_nothing_moved(editor):
    np.testing.assert_array_equal(moved(editor), 0)
    assert editor.state.is_empty and not editor.can_undo and not editor.can_redo


def test_a_dragged_point_goes_where_the_hand_is(editor):
    editor.constrained = False
    editor.begin()
    editor.drag([61], (-4.0, 2.0), radius=0.3)
    np.testing.assert_allclose(moved(editor)[61], (-4, 2), atol=0.3)
    assert np.abs(moved(editor)[[33, 263, 10, 473]]).max() < 0.01
    editor.drag([61], (-1.0, 0.0), radius=0.3)  # counted from where the drag began
    np.testing.assert_allclose(moved(editor)[61], (-1, 0), atol=0.2)


def test_limits_stop_a_wild_drag_and_can_be_turned_off(editor):
    editor.begin()
    editor.drag([4], (60.0, 0.0), radius=0.3)
    kept = np.abs(moved(editor)[4, 0])
    editor.constrained = False
    assert kept < 20 < 50 < np.abs(moved(editor)[4, 0])


def test_after_a_wild_drag_the_way_back_begins_at_once(editor):
    editor.begin()
    editor.drag([61], (-80.0, 0.0), radius=0.3)
    editor.settle()
    stopped = moved(editor)[61, 0]
    editor.begin()
    editor.drag([61], (4.0, 0.0), radius=0.3)
    assert moved(editor)[61, 0] > stopped + 0.8


@pytest.mark.parametrize("seed", range(4))
def test_limits_keep_order_whatever_the_hand_does(seed, editor):
    rng = np.random.default_rng(seed)
    for _ in range(4):
        editor.begin()
        editor.drag(rng.choice(478, 3).tolist(), rng.normal(0, 40, 2), rng.uniform(0, 0.5))
        editor.settle()
    editor.slide("mouth_open", rng.uniform(-1, 1))
    mesh = editor.placement.undo(editor.points())
    gaps = editor.openings.mouth.gaps(mesh)
    assert (gaps > np.minimum(editor.openings.mouth.gaps(editor.own), 0) - 0.02).all()
    assert folded(editor) < 0.05


def test_limits_take_folds_away(editor):
    editor.begin()
    editor.drag([4, 105, 61], (25.0, -20.0), radius=0.2)
    kept = folded(editor)
    editor.constrained = False
    assert 2 * kept < folded(editor)


def folded(editor: FaceEditor) -> float:
    """Share of the skin's triangles that lie upside down."""
    triangles, before, after = face_triangles(), editor.face.points, editor.points()
    return float((area(before, triangles) * area(after, triangles) < 0).mean())


def area(points: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    one = points[triangles[:, 1], :2] - points[triangles[:, 0], :2]
    two = points[triangles[:, 2], :2] - points[triangles[:, 0], :2]
    return one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]


def test_undo_takes_back_a_drag_as_a_whole_and_redo_does_it_again(editor):
    editor.begin()
    for x in range(5):
        editor.drag([61], (-float(x), 0.0), radius=0.3)
    editor.settle()
    after = moved(editor)
    editor.begin()
    editor.slide("smile", 0.5)
    editor.undo()
    np.testing.assert_array_equal(moved(editor), after)
    editor.undo()
    np.testing.assert_array_equal(moved(editor), 0)
    assert not editor.can_undo
    editor.undo()  # nothing more to undo
    editor.redo()
    np.testing.assert_array_equal(moved(editor), after)
    editor.begin()
    assert not editor.can_redo


def test_both_sides_move_with_the_symmetry_lock(editor):
    editor.symmetric = True
    editor.begin()
    editor.drag([61], (-3.0, -2.0), radius=0.3)
    right, left = moved(editor)[[61, 291]]
    assert left[0] == pytest.approx(-right[0], abs=0.8) and left[1] == pytest.approx(
        right[1], abs=0.8
    )


def test_a_preset_shows_its_sliders_and_fits_the_face(editor):
    for name, preset in PRESETS.items():
        editor.preset(name)
        assert editor.state.sliders == preset.sliders
        assert np.abs(moved(editor)).max() > 1
        assert np.abs(moved(editor)[[127, 356, 10]]).max() < 0.01


def test_its_own_expression_changes_nothing(editor, portrait_face):
    editor.take(portrait_face.points)
    assert np.abs(moved(editor)).max() < 0.05


def test_blending_goes_from_one_to_the_other(editor):
    editor.preset("smile")
    smile = editor.expression()
    editor.preset("surprise")
    surprise = editor.expression()
    np.testing.assert_array_equal(blend(smile, surprise, 0.0).move, smile.move)
    np.testing.assert_array_equal(blend(smile, surprise, 1.0).move, surprise.move)
    half = blend(smile, surprise, 0.5).move
    np.testing.assert_allclose(half, (smile.move + surprise.move) / 2)
    turned = Expression(smile.move, HeadPose(10.0, 0.0, -4.0))
    assert blend(smile, turned, 0.25).head == HeadPose(2.5, 0.0, -1.0)
    with pytest.raises(EditError, match="`share` must be 0 to 1"):
        blend(smile, surprise, 1.1)


def test_an_edit_survives_its_file_to_the_pixel(editor, reenactor):
    editor.preset("laugh")
    editor.begin()
    editor.drag([105], (0.0, -4.0), radius=0.2)
    editor.slide("yaw", 0.6)
    edit = editor.edit()
    again = parse_edit(json.loads(json.dumps(as_data(edit))))
    first, second = render_edit(reenactor, edit), render_edit(reenactor, again)
    np.testing.assert_array_equal(first.image, second.image)
    other = FaceEditor(editor.face)
    other.load(again)
    np.testing.assert_array_equal(render_edit(reenactor, other.edit()).image, first.image)


def test_a_loaded_edit_can_be_edited_on_and_undone(editor):
    editor.preset("smile")
    other = FaceEditor(editor.face)
    other.load(editor.edit())
    at = moved(other)[61]
    other.begin()
    other.drag([105], (0.0, -3.0), radius=0.2)
    assert np.abs(moved(other)[61] - at).max() < 1.0
    assert moved(other)[105, 1] < -2


def test_the_head_turns_where_the_method_turns_it(editor, reenactor):
    editor.slide("yaw", 1.0)
    edit = editor.edit()
    assert edit.head is not None and edit.head.yaw > 5
    result = render_edit(reenactor, edit)
    nose, before = result.landmarks[4], editor.face.points[4]
    assert nose[0] > before[0] + 2
    assert not any("still" in note for note in result.notes)


def test_a_method_that_keeps_the_head_still_says_so(editor, reenactor, monkeypatch):
    monkeypatch.setattr(type(reenactor.method), "turns_head", False)
    editor.slide("yaw", 1.0)
    result = render_edit(reenactor, editor.edit())
    assert np.abs(result.landmarks - editor.face.points[:, :2]).max() < 0.05
    assert "keeps the head still" in result.notes[0]


def test_a_method_that_cannot_edit_says_why(editor, reenactor, monkeypatch):
    monkeypatch.setattr(type(reenactor.method), "no_edits", "It knows no landmarks.")
    with pytest.raises(Exception, match=r"cannot edit landmarks\. It knows no landmarks\."):
        render_edit(reenactor, editor.edit())


def test_the_mouth_changes_and_the_background_does_not(editor, reenactor, portrait):
    editor.begin()
    editor.drag([61], (-5.0, -3.0), radius=0.3)
    editor.settle()
    image = render_edit(reenactor, editor.edit()).image
    changed = np.abs(image.astype(int) - portrait).max(2) > 12
    x, y = editor.face.points[61, :2].round().astype(int)
    assert changed[y - 12 : y + 12, x - 12 : x + 12].any()
    eyes = editor.face.points[list(regions.RIGHT_EYE), :2].round().astype(int)
    assert not changed[eyes[:, 1], eyes[:, 0]].any()
    assert not changed[:40].any() and not changed[:, :20].any()


@pytest.mark.parametrize("shift", [(1.0,), (float("nan"), 0.0), (1.0, 2.0, 3.0)])
def test_a_drag_must_be_two_numbers(shift, editor):
    editor.begin()
    with pytest.raises(EditError, match="`shift` must be two finite numbers"):
        editor.drag([61], shift, radius=0.3)


def test_every_slider_at_its_ends_renders(editor, reenactor):
    for name in SLIDERS:
        for value in (-1.0, 1.0):
            editor.reset()
            editor.slide(name, value)
            assert np.isfinite(render_edit(reenactor, editor.edit()).landmarks).all()
