"""Edits files, and how moved points move a mesh."""

from __future__ import annotations

import json

import numpy as np
import pytest

from reenact.edit_file import from_pixels, parse_edit, to_pixels, write_edit
from reenact.edits import (
    Edit,
    edit_data,
    is_of_another_face,
    load_edit,
    moved_mesh,
    save_edit,
    spread,
)
from reenact.errors import EditError, OutputError
from reenact.types import HeadPose

SIZE = (101, 201)


def mesh() -> np.ndarray:
    """(478, 3) points in a picture of 201 x 101 pixels; two of them are the eye corners."""
    points = np.random.default_rng(0).uniform(10, 90, (478, 3)).astype(np.float32)
    points[33], points[263] = (40, 50, 0), (80, 50, 0)
    return points


def good() -> dict:
    return edit_data(mesh(), "mediapipe478", SIZE)


def write(folder, data) -> str:
    path = folder / "edits.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


def changed(**changes) -> dict:
    return {**good(), **changes}


def with_point(value) -> dict:
    data = good()
    data["points"][7] = value
    return data


def test_saved_edits_load_as_they_were(tmp_path):
    save_edit(tmp_path / "e.json", mesh(), "mediapipe478", SIZE)
    loaded = load_edit(tmp_path / "e.json")
    assert loaded.scheme == "mediapipe478"
    np.testing.assert_allclose(loaded.pixels(SIZE), mesh()[:, :2], atol=1e-3)


def test_minus_one_and_one_are_the_centers_of_the_edge_pixels():
    edge = Edit(np.array([[-1.0, -1.0], [1.0, 1.0]]), "ibug68").pixels(SIZE)
    np.testing.assert_allclose(edge, [[0, 0], [200, 100]])


BAD = {
    "empty": ("", "0 bytes"),
    "not_json": ("{oops", "must be a JSON file"),
    "deep": ("[" * 100_000, "must be a JSON file"),
    "a_list": ([1, 2], "must be a JSON object"),
    "no_points": ({"version": 1, "scheme": "ibug68"}, "must have `points`"),
    "points_text": (changed(points="all"), "got text"),
    "count": (changed(points=good()["points"][:70]), "478 points for mediapipe478, got 70"),
    "scheme": (changed(scheme="mediapipe468"), "Did you mean 'mediapipe478'?"),
    "no_scheme": ({k: v for k, v in good().items() if k != "scheme"}, "Unknown scheme"),
    "version": (changed(version=3), "must have version 1 or 2, got 3"),
    "nan": (with_point([float("nan"), 0]), "point 7 must be finite numbers, got NaN"),
    "infinity": (with_point([0, float("inf")]), "point 7 must be finite numbers"),
    "huge": (with_point([0, 10**400]), "point 7 must be finite numbers"),
    "text": (with_point(["0.1", 0]), "point 7 must be two numbers, got text"),
    "null": (with_point([None, 0]), "point 7 must be two numbers, got nothing"),
    "bool": (with_point([True, 0]), "point 7 must be two numbers"),
    "three": (with_point([0, 0, 0]), "point 7 must be [x, y], got 3 numbers"),
}


@pytest.mark.parametrize(("content", "expected"), BAD.values(), ids=BAD)
def test_refuses_what_is_no_edit(content, expected, tmp_path):
    with pytest.raises(EditError) as caught:
        load_edit(write(tmp_path, content))
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_refuses_a_missing_file(tmp_path):
    with pytest.raises(EditError, match="does not exist"):
        load_edit(tmp_path / "none.json")


def test_refuses_a_point_outside_of_the_picture():
    wanted = Edit(np.array(with_point([0.0, -1.4])["points"]), "mediapipe478")
    with pytest.raises(EditError, match=r"point 7 must lie in the picture .* got \(0, -1.4\)"):
        moved_mesh(mesh(), wanted, np.zeros((*SIZE, 3), np.uint8))


def test_a_point_that_lies_outside_from_the_beginning_may_stay():
    points = mesh()
    points[5, 1] = 140
    wanted = Edit(np.array(edit_data(points, "mediapipe478", SIZE)["points"]), "mediapipe478")
    moved = moved_mesh(points, wanted, np.zeros((*SIZE, 3), np.uint8))
    np.testing.assert_allclose(moved, points, atol=1e-3)


def test_moved_mesh_moves_the_moved_point_alone():
    data = good()
    before = mesh()
    data["points"][7][0] += 0.05
    moved = moved_mesh(before, Edit(np.array(data["points"]), "mediapipe478"), np.zeros((*SIZE, 3)))
    shift = moved - before
    assert shift[7, 0] == pytest.approx(0.05 * 100, abs=1e-3)
    shift[7] = 0
    assert np.abs(shift).max() < 1e-3


def test_spread_is_exact_at_known_points_and_nothing_far_away():
    known = np.array([[0.0, 0.0], [10.0, 0.0], [20.0, 0.0]])
    shift = np.array([[0.0, 0.0], [0.0, 5.0], [0.0, 0.0]])
    points = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 3.0], [20.0, 0.0], [100.0, 0.0]])
    moved = spread(known, shift, points, reach=30.0)
    np.testing.assert_allclose(moved[[0, 1, 3]], shift, atol=1e-6)
    assert 3.0 < moved[2, 1] < 5.5
    assert not moved[4].any()


@pytest.mark.parametrize("scheme", ["ibug68", "face106"])
def test_smaller_schemes_pull_the_mesh(scheme, portrait_face):
    pytest.importorskip("reenact.face.schemes")
    from reenact.edits import scheme_points

    before, size = portrait_face.points, portrait_face.frame_size
    own = scheme_points(before, scheme)
    data = edit_data(own, scheme, size)
    frame = np.zeros((*size, 3), np.uint8)
    unchanged = moved_mesh(before, Edit(np.array(data["points"]), scheme), frame)
    np.testing.assert_allclose(unchanged, before, atol=1e-3)
    lowest = int(own[:, 1].argmax())  # the chin
    data["points"][lowest][1] += 20 / (size[0] - 1)
    moved = moved_mesh(before, Edit(np.array(data["points"]), scheme), frame) - before
    assert 9 < moved[152, 1] < 11
    assert np.abs(moved[[33, 263, 4]]).max() < 0.5


def test_save_edit_needs_json_as_its_name(tmp_path):
    with pytest.raises(OutputError, match=r"must end in \.json"):
        save_edit(tmp_path / "e.txt", mesh(), "mediapipe478", SIZE)


def test_save_edit_refuses_points_of_another_scheme(tmp_path):
    with pytest.raises(EditError, match="68 points for ibug68, got 478"):
        save_edit(tmp_path / "e.json", mesh(), "ibug68", SIZE)
    assert not list(tmp_path.iterdir())


def second(**more) -> dict:
    """A file of version 2 that was made on `mesh()`."""
    source = from_pixels(mesh(), SIZE).tolist()
    return {**good(), "version": 2, "source": source, "size": list(SIZE), **more}


def test_version_2_says_more_and_survives_its_file(tmp_path):
    edit = parse_edit(second(head={"yaw": 8, "roll": -3.5}))
    assert edit.head == HeadPose(8.0, 0.0, -3.5) and edit.size == SIZE
    write_edit(tmp_path / "e.json", edit)
    again = load_edit(tmp_path / "e.json")
    assert again.head == edit.head and again.size == edit.size
    np.testing.assert_array_equal(again.points, edit.points)
    np.testing.assert_array_equal(again.source, edit.source)
    np.testing.assert_allclose(to_pixels(again.source, SIZE), mesh(), atol=1e-3)


def test_version_1_stays_readable_and_says_nothing_more():
    edit = parse_edit({**second(head={"yaw": 8}), "version": 1})
    assert (edit.head, edit.source, edit.size) == (None, None, None)


def test_a_head_that_does_not_turn_is_no_turn():
    assert parse_edit(second(head={"yaw": 0, "pitch": 0, "roll": 0})).head is None


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"head": {"yaw": 90}}, "`head` yaw must be -60 to 60 degrees, got 90"),
        ({"head": {"pitch": float("nan")}}, "`head` pitch must be -60 to 60 degrees, got nan"),
        ({"head": [1, 2, 3]}, "`head` must be yaw, pitch and roll, got a list"),
        ({"source": [[0, 0]]}, "must have 478 source points of the face before the edit, got 1"),
        ({"source": [[0, 0]] * 478}, "source point 0 must be [x, y, z], got 2 numbers"),
        ({"size": [100]}, "`size` must be [height, width] in pixels, got [100]"),
        ({"size": [True, 5]}, "`size` must be [height, width]"),
    ],
)
def test_refuses_what_version_2_cannot_mean(more, message):
    with pytest.raises(EditError) as caught:
        parse_edit(second(**more))
    assert message in str(caught.value)


def test_a_file_that_is_far_too_large_is_not_read(tmp_path):
    path = tmp_path / "edits.json"
    path.write_text(" " * 3_000_000)
    with pytest.raises(EditError, match="at most 2 MB, got 3 MB"):
        load_edit(path)


def test_an_edit_of_another_face_moves_this_one_as_that_one(portrait_face):
    """The face in half the size at another place, with its chin drawn down by a tenth."""
    theirs = portrait_face.points * 0.5 + np.array([40, 20, 0], np.float32)
    size = (200, 240)
    after = theirs[:, :2].copy()
    unit = np.linalg.norm(theirs[33] - theirs[263])
    away = np.linalg.norm(theirs[:, :2] - theirs[152, :2], axis=1) / unit
    after[:, 1] += 0.05 * unit * np.exp(-((away / 0.4) ** 2))
    edit = Edit(
        from_pixels(after, size), "mediapipe478", source=from_pixels(theirs, size), size=size
    )
    frame = np.zeros((*portrait_face.frame_size, 3), np.uint8)
    assert is_of_another_face(portrait_face.points, edit, frame.shape[:2])
    shift = (moved_mesh(portrait_face.points, edit, frame) - portrait_face.points)[:, :2]
    assert shift[152, 1] == pytest.approx(0.05 * 2 * unit, rel=0.1)
    assert abs(shift[152, 0]) < 0.2 and np.abs(shift[[33, 263, 10]]).max() < 0.2
