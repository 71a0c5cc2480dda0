"""Promises that every method of the registry keeps."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import pytest

import reenact
from reenact.base import Driving, Method
from reenact.errors import InputError, StrangerError, UnknownNameError
from reenact.face.detect import find_face, make_face
from reenact.pipeline import Reenactor
from reenact.registry import create, method_class, method_names
from reenact.types import REGIONS, Face, Frame, Options

EVERY_METHOD = pytest.mark.parametrize("name", method_names())


@pytest.fixture(scope="module")
def methods() -> dict[str, Method]:
    return {name: create(name) for name in method_names()}


@pytest.fixture
def source(name, methods, portrait) -> Frame:
    """A picture that the method takes: anybody's, or that of one of the people whom it draws."""
    people = methods[name].info.people
    return methods[name].portrait(people[0]) if people else portrait


@pytest.fixture
def source_face(name, methods, source, portrait_face) -> Face:
    return find_face(source) if methods[name].info.people else portrait_face


@pytest.fixture
def reenactor(name, methods, source, source_face) -> Reenactor:
    return Reenactor(source, methods[name], source_face=source_face)


@pytest.fixture
def smile(source_face) -> Face:
    """The source's own face with its mouth corners drawn up and apart, and its jaw dropped."""
    points = source_face.points.copy()
    unit = np.linalg.norm(points[33] - points[263])
    for index, (x, y) in {61: (-0.12, -0.08), 291: (0.12, -0.08), 14: (0, 0.15)}.items():
        away = np.linalg.norm(points[:, :2] - source_face.points[index, :2], axis=1) / unit
        weight = np.exp(-((away / 0.12) ** 2))[:, None]
        points[:, :2] += weight * np.array([x, y]) * unit
    return make_face(points, 1.0, source_face.frame_size)


@EVERY_METHOD
def test_says_what_it_is(name):
    kind = method_class(name)
    assert kind.name == name
    assert kind.info.title and kind.info.summary
    json.dumps(asdict(kind.info))
    if kind.info.trained:
        assert kind.info.weights_license


@EVERY_METHOD
def test_retarget_gives_landmarks_of_the_crop(reenactor, source, smile):
    motion = reenactor.method.retarget(
        reenactor.state, Driving(face=smile, frame=source), Options()
    )
    assert motion.points.shape == (478, 3)
    assert motion.points.dtype == np.float32
    assert np.isfinite(motion.points).all()


@EVERY_METHOD
def test_render_gives_pictures_from_0_to_1(reenactor, source, smile):
    import torch

    state, method = reenactor.state, reenactor.method
    driving = Driving(face=smile, frame=source)
    motions = [method.retarget(state, driving, Options(strength=s)) for s in (0.0, 1.0)]
    rendered = method.render(state, motions)
    side = state.source.image.shape[0]
    assert rendered.shape == (2, 3, side, side)
    assert rendered.dtype == torch.float32
    assert 0 <= float(rendered.min()) and float(rendered.max()) <= 1
    one = method.render_frame(state, motions[1])
    assert np.abs(rendered[1].permute(1, 2, 0).numpy() * 255 - one).max() <= 0.51


@EVERY_METHOD
def test_mask_is_0_to_1_and_of_the_crops_size(reenactor, source, smile):
    motion = reenactor.method.retarget(
        reenactor.state, Driving(face=smile, frame=source), Options()
    )
    mask = reenactor.method.mask(reenactor.state, motion)
    assert mask.shape == reenactor.state.source.image.shape[:2]
    assert mask.dtype == np.float32
    assert mask.min() >= 0 and mask.max() <= 1


@EVERY_METHOD
def test_same_input_gives_the_same_output(reenactor, source, smile):
    first = reenactor.drive(source, smile)
    second = reenactor.drive(source, smile)
    np.testing.assert_array_equal(first.image, second.image)
    np.testing.assert_array_equal(first.landmarks, second.landmarks)


@EVERY_METHOD
@pytest.mark.parametrize("mode", ["absolute", "relative"])
def test_its_own_face_leaves_the_source_where_it_is(mode, reenactor, source, source_face):
    reenactor.options = Options(mode=mode)
    result = reenactor.drive(source, source_face, source_face)
    moved = np.abs(result.landmarks - source_face.points[:, :2]).max()
    assert moved < 0.5
    assert np.abs(result.image.astype(int) - source).mean() < 1


@EVERY_METHOD
def test_strength_0_leaves_the_source_where_it_is(reenactor, source, source_face, smile):
    reenactor.options = Options(strength=0)
    result = reenactor.drive(source, smile)
    assert np.abs(result.landmarks - source_face.points[:, :2]).max() < 0.5


@EVERY_METHOD
def test_output_has_the_sources_size_and_leaves_what_is_far_away(reenactor, source, smile):
    result = reenactor.drive(source, smile)
    assert result.image.shape == source.shape
    assert result.image.dtype == np.uint8
    assert result.method == reenactor.method.name
    untouched = result.pasted.full() == 0
    assert untouched.mean() > 0.1
    np.testing.assert_array_equal(result.image[untouched], source[untouched])
    assert (result.image != source).any()


@EVERY_METHOD
def test_the_source_is_not_written_to(name, methods, source, smile):
    before = source.copy()
    Reenactor(source, methods[name]).drive(source, smile)
    np.testing.assert_array_equal(source, before)


@EVERY_METHOD
@pytest.mark.parametrize("region", REGIONS)
def test_every_region_and_strength_is_finite(region, reenactor, source, smile):
    for strength in (0.0, 0.5, 1.5):
        reenactor.options = Options(region=region, strength=strength, follow_pose=False)
        assert np.isfinite(reenactor.drive(source, smile).landmarks).all()


@EVERY_METHOD
def test_edited_landmarks_are_taken_as_they_are(reenactor, smile):
    if reenactor.method.no_edits:
        with pytest.raises(InputError, match="cannot edit landmarks"):
            reenactor.edit(smile.points)
        return
    result = reenactor.edit(smile.points)
    np.testing.assert_allclose(result.landmarks, smile.points[:, :2], atol=0.05)


@EVERY_METHOD
def test_a_face_cut_off_by_the_border_works(name, methods, source, smile):
    cut = source[:, : round(0.625 * source.shape[1])]
    result = reenact.reenact(cut, source, methods[name])
    assert result.image.shape == cut.shape


@EVERY_METHOD
def test_a_method_that_draws_only_people_it_knows_says_so(name, methods, portrait):
    people = methods[name].info.people
    if not people:
        return
    with pytest.raises(StrangerError, match=f"must show somebody.*{people[0]}") as caught:
        reenact.reenact(portrait, portrait, methods[name])
    assert caught.value.people == people
    with pytest.raises(UnknownNameError, match=f"Did you mean '{people[0]}'"):
        reenact.reenact(people[0] + "x", portrait, methods[name])
    result = reenact.reenact(people[-1], portrait, methods[name])
    assert result.image.shape == methods[name].portrait(people[-1]).shape
