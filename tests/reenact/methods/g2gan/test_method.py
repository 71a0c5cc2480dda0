"""The three steps on a real face: removal, transfer, intensity, edits, one clear error."""

from __future__ import annotations

import numpy as np
import pytest

from reenact.base import Driving, Motion
from reenact.errors import InputError, UnknownNameError
from reenact.face.detect import make_face
from reenact.face.pose import HeadPose
from reenact.geometry.regions import MOUTH_CORNERS_OUTER
from reenact.methods import g2gan
from reenact.methods.g2gan.inputs import check_heat, runner_inputs
from reenact.methods.g2gan.method import G2GAN, _around
from reenact.pipeline import Reenactor
from reenact.types import Options


@pytest.fixture(scope="module")
def method():
    made = g2gan.build("tiny")
    made.express_runner.is_fast = made.remove_runner.is_fast = False
    return made


@pytest.fixture(scope="module")
def reenactor(method, portrait, portrait_face):
    return Reenactor(portrait, method, source_face=portrait_face)


@pytest.fixture(scope="module")
def wide(portrait_face):
    """The face with its mouth corners further apart."""
    points = portrait_face.points.copy()
    unit = np.linalg.norm(points[33] - points[263])
    for index, x in zip(MOUTH_CORNERS_OUTER, (-0.12, 0.12), strict=True):
        away = np.linalg.norm(points[:, :2] - portrait_face.points[index, :2], axis=1) / unit
        points[:, 0] += np.exp(-((away / 0.15) ** 2)) * x * unit
    return make_face(points, 1.0, portrait_face.frame_size)


def corners(points):
    return float(points[291, 0] - points[61, 0])


def test_encoding_removes_the_expression_and_knows_the_way_back(reenactor):
    state = reenactor.state
    gaps = [mesh[14, 1] - mesh[13, 1] for mesh in (state.source.points, state.rest_points)]
    assert gaps[1] < 0.3 * gaps[0]
    assert state.rest.shape == state.source.image.shape
    assert (state.rest != state.source.image).any()
    np.testing.assert_allclose(state.placement.apply(state.neutral), state.rest_points, atol=1e-2)


def test_a_source_known_to_be_neutral_is_its_own_neutral_picture(method, portrait, portrait_face):
    known = Reenactor(
        portrait, method, source_face=portrait_face, source_neutral=portrait_face.points
    )
    np.testing.assert_array_equal(known.state.rest, known.state.source.image)
    np.testing.assert_array_equal(known.neutral().image, portrait)


def test_removal_leaves_all_but_the_face_and_says_what_it_is(reenactor, portrait):
    result = reenactor.neutral()
    assert result.kind == "neutral" and result.method == "g2gan"
    untouched = result.pasted.full() == 0
    np.testing.assert_array_equal(result.image[untouched], portrait[untouched])
    assert (result.image != portrait).any()


def test_intensity_moves_the_mouth_corners_steadily(reenactor, portrait, wide):
    widths = []
    for strength in (0.0, 0.5, 1.0, 1.5):
        reenactor.options = Options(strength=strength, follow_pose=False)
        widths.append(corners(reenactor.drive(portrait, wide).landmarks))
    assert (np.diff(widths) > 0.5).all()
    first, second = np.diff(widths)[:2]  # then skin that would fold gives way
    assert first == pytest.approx(second, rel=0.1)


def test_a_known_neutral_face_of_the_driving_person_counts(reenactor, portrait_face, wide):
    state, method = reenactor.state, reenactor.method
    still = Driving(face=wide, neutral=wide)
    moved = Driving(face=wide, neutral=portrait_face)
    options = Options(mode="relative", follow_pose=False)
    at_rest = method.retarget(state, still, options).points
    np.testing.assert_allclose(at_rest, state.source.points, atol=0.1)
    assert corners(method.retarget(state, moved, options).points) > corners(at_rest) + 1


def test_parameters_of_nothing_are_the_neutral_face(reenactor):
    state, method = reenactor.state, reenactor.method
    motion = method.motion_of(state, np.zeros(len(method.shapes.modes)))
    np.testing.assert_allclose(motion.points, state.rest_points, atol=0.05)
    with pytest.raises(UnknownNameError, match="expression"):
        method.shapes.direction("smile")


def test_what_does_not_move_keeps_the_sources_own_pixels(reenactor, portrait, portrait_face):
    points = portrait_face.points.copy()
    points[list(MOUTH_CORNERS_OUTER), 1] += 4
    image = reenactor.edit(points).image
    x, y = portrait_face.points[10, :2].astype(int)  # the forehead
    np.testing.assert_array_equal(
        image[y - 4 : y, x - 8 : x + 8], portrait[y - 4 : y, x - 8 : x + 8]
    )
    assert (image != portrait).any()


def test_surroundings_follow_a_head_that_given_landmarks_move_and_no_jaw(reenactor):
    state, mean = reenactor.state, reenactor.method.expression.mean
    points = state.source.points
    scale = state.window.scale
    given = points + np.float32([10, 0, 0])
    before, after = _around(state, points, Motion(given, driving=Driving(points=given)), mean)
    moved = np.linalg.norm(after[-18:] - before[-18:], axis=1)  # the window is turned
    np.testing.assert_allclose(moved, 4 * scale, atol=0.02)
    before, after = _around(state, points, Motion(given), mean)
    np.testing.assert_allclose(after[-18:], before[-18:], atol=1e-3)
    dropped = points.copy()
    dropped[152, 1] += 40 / scale  # the chin
    before, after = _around(state, points, Motion(dropped), mean)
    np.testing.assert_allclose(after[-18:], before[-18:], atol=1e-3)


def test_a_head_is_turned_after_the_expression_was_drawn(reenactor, wide, monkeypatch):
    method, state = reenactor.method, reenactor.state
    seen = []
    monkeypatch.setattr(
        "reenact.methods.g2gan.method.runner_inputs",
        lambda *given: seen.append(given) or runner_inputs(*given),
    )
    still = method.retarget(state, Driving(face=wide), Options(follow_pose=False))
    turn = Driving(points=still.points, head=HeadPose(yaw=6.0, pitch=0.0, roll=0.0))
    turned = method.retarget(state, turn, Options())
    pictures = [method.draw(state, one).astype(int) for one in (still, turned)]
    np.testing.assert_allclose(seen[0][3], seen[1][3], atol=1e-3)  # what the network is asked for
    assert np.abs(turned.points - still.points)[:, :2].max() > 3
    ahead = Driving(points=still.points, head=HeadPose(0.0, 0.0, 0.0))
    kept = method.draw(state, method.retarget(state, ahead, Options()))
    gaps = [np.abs(one - pictures[0]).mean() for one in (kept, pictures[1])]
    assert gaps[0] < 0.3 * gaps[1]


def test_heat_maps_off_the_picture_are_refused_in_one_line(reenactor, portrait_face):
    with pytest.raises(InputError, match="must lie on the face, 0% of the 68") as told:
        reenactor.edit(portrait_face.points + np.float32([4000, 0, 0]))
    assert "\n" not in str(told.value)
    check_heat(np.full((68, 2), 128, np.float32))


def test_openvino_and_torch_agree_within_two_levels(method, portrait, portrait_face, wide):
    pytest.importorskip("openvino")
    fast = G2GAN(method.expression, method.generators, method.shapes, is_fast=True)
    pictures = [
        Reenactor(portrait, one, source_face=portrait_face).drive(portrait, wide).image
        for one in (fast, method)
    ]
    assert np.abs(pictures[0].astype(int) - pictures[1]).max() <= 2


@pytest.mark.parametrize("config", ["paper", "cgan", "cgan-moved"])
def test_the_papers_network_and_the_baseline_are_laid_back(
    config, method, portrait, portrait_face, wide
):
    from reenact.methods.g2gan.config import G2GANConfig
    from reenact.methods.g2gan.networks import Generators
    from reenact.methods.g2gan.training import RECIPES, configured

    net = G2GANConfig(width=2, levels=3)
    if config != "paper":
        net = configured(RECIPES["tiny"], config).net
    other = G2GAN(method.expression, Generators(net), method.shapes, is_fast=False)
    result = Reenactor(portrait, other, source_face=portrait_face).drive(portrait, wide)
    assert result.image.shape == portrait.shape and (result.image != portrait).any()


def test_the_papers_generator_sees_heat_maps_at_full_size(reenactor):
    state = reenactor.state
    heat = np.full((68, 2), 99, np.float32)
    inputs = runner_inputs(state.face, heat, state.points, state.points, is_light=False)
    assert [one.shape for one in inputs] == [(1, 3, 256, 256), (1, 68, 256, 256)]


def test_unknown_variants_are_said():
    with pytest.raises(UnknownNameError, match="variant"):
        g2gan.build("big")
