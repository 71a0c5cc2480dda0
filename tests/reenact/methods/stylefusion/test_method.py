"""The method: its own face stays, blending takes over what changed, limits are said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from reenact.errors import InputError, ShapeError
from reenact.landmark_driven import FACE_PX, points_in
from reenact.methods import stylefusion
from reenact.methods.stylefusion.blend import blend, in_window
from reenact.methods.stylefusion.choice import aligned, choose, expression_distance
from reenact.methods.stylefusion.distance import encoder_distance
from reenact.methods.stylefusion.inversion import FOLLOW, FastRecipe
from reenact.methods.stylefusion.watching import WorkCanceled
from reenact.pipeline import Reenactor
from reenact.types import Options


@pytest.fixture(scope="module")
def method():
    return stylefusion.build("tiny")


@pytest.fixture(scope="module")
def reenactor(method, portrait, portrait_face):
    return Reenactor(portrait, method, source_face=portrait_face)


def test_its_own_face_leaves_the_picture_as_it_is(portrait, portrait_face):
    reenactor = Reenactor(portrait, stylefusion.create(), source_face=portrait_face)
    gap = np.abs(reenactor.drive(portrait, portrait_face).image.astype(int) - portrait)
    assert gap.mean() < 0.1 and gap.max() < 24  # the driving picture is cut out anew


def test_a_generator_that_draws_no_face_says_so(method, reenactor, portrait, portrait_face):
    from reenact.base import Driving

    mirrored = np.ascontiguousarray(portrait[:, ::-1])
    driving = Driving(face=portrait_face, frame=mirrored)
    state = replace(reenactor.state, own_points=None)
    motion = method.retarget(state, driving, Options())
    assert any("No face was seen" in note for note in motion.notes)
    np.testing.assert_array_equal(method.render_frame(state, motion), state.source.image)


def test_strength_and_layers_decide_what_is_fused(method, reenactor, portrait, portrait_face):
    from reenact.base import Driving

    mirrored = np.ascontiguousarray(portrait[:, ::-1])
    driving = Driving(face=portrait_face, frame=mirrored)
    state = reenactor.state
    there = method.styles_of(mirrored, portrait_face)
    none, whole, more = (method.fuse(state, driving, Options(strength=s)) for s in (0.0, 1.0, 1.5))
    assert torch.equal(none, state.styles)
    changed = (whole != state.styles).any(dim=1)
    assert torch.nonzero(changed).flatten().tolist() == [3, 4]
    torch.testing.assert_close(whole[3:5], there[3:5])
    torch.testing.assert_close(more[3] - state.styles[3], 1.5 * (there - state.styles)[3])


def test_the_next_frame_of_a_clip_starts_where_the_last_one_ended(
    method, reenactor, portrait, portrait_face
):
    recipe = FastRecipe(steps=9)
    searching = stylefusion.StyleFusion(method.expression, method.studio, recipe=recipe)
    state = replace(reenactor.state)
    brighter = np.clip(portrait.astype(int) + 5, 0, 255).astype(np.uint8)
    other = np.ascontiguousarray(255 - portrait)
    first, then, anew = (
        searching.styles_of(frame, portrait_face, state) for frame in (portrait, brighter, other)
    )
    studio = searching.studio
    faces = [studio.face(frame, portrait_face.points).picture[None] for frame in (brighter, other)]
    followed = studio.infer(faces[0], FOLLOW, first[None]).styles[0]
    torch.testing.assert_close(then, followed)
    torch.testing.assert_close(anew, studio.infer(faces[1], recipe).styles[0])


def test_landmarks_cannot_be_edited(reenactor, portrait_face):
    with pytest.raises(InputError, match="cannot edit landmarks"):
        reenactor.edit(portrait_face.points)


def test_landmarks_are_found_in_small_pictures(method, portrait, portrait_face):
    studio = method.studio
    face = studio.face(portrait, portrait_face.points)
    assert face.picture.shape == (3, 16, 16)
    small = torch.from_numpy(portrait[::2, ::2].transpose(2, 0, 1).copy()).float() / 255
    near = portrait_face.points / 2
    found = studio.landmarks(small, near)
    eyes = np.linalg.norm(near[33, :2] - near[263, :2])
    assert np.linalg.norm((found - near)[:, :2], axis=1).mean() < 0.03 * eyes


def test_blending_moves_the_photograph_and_adds_what_changed(reenactor):
    state = reenactor.state
    window = state.window
    ring = np.array([[4.0, 4.0], [250.0, 4.0], [4.0, 250.0], [250.0, 250.0]], np.float32)
    size = 64
    before = in_window(np.full((size, size, 3), 0.5, np.float32), state.normal.crop, window)
    assert np.isnan(before).any() and np.isfinite(before[128, 128]).all()
    how = (state.source.image, window, state.points)
    same = blend(*how, state.points, state.points, (ring, ring), before, before)
    np.testing.assert_array_equal(same, state.source.image)
    there = state.points + np.array([0.0, 3.0], np.float32)
    lighter = np.where(np.isnan(before), before, 0.6).astype(np.float32)
    moved, lit = (blend(*how, there, there, (ring, ring), before, a) for a in (before, lighter))
    x, y = np.round(window.to_frame(points_of(window))[0, :2]).astype(int)
    gain = lit.astype(int) - moved
    assert gain[y - 2 : y + 3, x - 2 : x + 3].mean() == pytest.approx(25.5, abs=4)
    assert (moved != state.source.image).any()


def test_what_changed_turns_with_the_head(reenactor):
    """Generated faces look ahead: a head that turns alone takes nothing over from them."""
    state = reenactor.state
    window = state.window
    ring = np.array([[4.0, 4.0], [250.0, 4.0], [4.0, 250.0], [250.0, 250.0]], np.float32)
    picture = np.random.default_rng(0).random((64, 64, 3)).astype(np.float32)
    drawn = in_window(picture, state.normal.crop, window)
    turned = state.points + np.array([12.0, 0.0], np.float32)
    how = (state.source.image, window, state.points, state.points, turned, (ring, ring))
    plain, other = (blend(*how, one, one) for one in (np.full_like(drawn, 0.5), drawn))
    assert (plain != state.source.image).any()
    np.testing.assert_array_equal(other, plain)


def points_of(window):
    return np.array([[FACE_PX / 2, FACE_PX / 2]], np.float32)


def test_similarity_alignment_undoes_a_similarity():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(9, 2))
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    moved = 2.5 * points @ turn.T + [3, -4]
    np.testing.assert_allclose(aligned(points, moved), moved, atol=1e-9)


def test_expression_distance_is_0_for_a_turned_face_and_grows_with_a_smile(portrait_face):
    points = portrait_face.points
    turned = points.copy()
    turned[:, :2] = points[:, 1::-1] * [1.5, -1.5]
    assert expression_distance(points, turned) < 1e-3
    smile = points.copy()
    smile[[61, 291], 1] -= 6
    assert expression_distance(smile, points) > 1e-3


class Toy:
    """A judge whose costs are known: layer 1 helps alone, 0 and 2 only together do harm."""

    def __init__(self, method):
        self.studio = method.studio
        layers, length = self.studio.config.layers, self.studio.config.style
        self.styles = torch.zeros(layers, length), torch.ones(layers, length)
        self.gains = np.array([-0.1, -0.5, -0.2, 0.3, 0.4, 0.2])
        self.alone = iter([1.0, *(1 + self.gains)])

    def appearance(self, pictures):
        return np.zeros(len(pictures))

    def expression(self, pictures):
        assert len(pictures) == 1
        return np.array([next(self.alone)])

    def total(self, layers):
        harm = 1.0 if {0, 2} <= set(layers) else 0.0
        return float(1 + self.gains[list(layers)].sum() + harm)


def test_the_choice_is_measured_together_and_never_worse_than_the_fixed_layers(method):
    choice = choose(Toy(method))
    assert choice.layers == (1, 2)
    assert choice.total == pytest.approx(0.3)
    assert choice.total <= choice.fixed_total == pytest.approx(1.7)


def test_the_choice_can_be_canceled_while_layers_and_while_answers_are_measured(method):
    for number in (3, 9):
        with pytest.raises(WorkCanceled, match=f"Canceled after {number} of "):
            choose(Toy(method), watch=lambda done, _, number=number: done == number)
    steps = []
    choose(Toy(method), watch=lambda *step: steps.append(step))
    assert [done for done, _ in steps] == [*range(1, len(steps) + 1)]
    assert {total for _, total in steps} == {12} and 8 < len(steps) <= 12


def test_distance_without_public_weights_is_the_encoders(method):
    distance = encoder_distance(method.studio.encoder)
    pictures = torch.rand(2, 3, 16, 16)
    assert "own encoder" in distance.source
    assert distance(pictures, distance.features(pictures)).abs().max() < 1e-6


def test_styles_of_a_wrong_shape_are_refused(method):
    with pytest.raises(ShapeError, match="styles"):
        method.studio.render(torch.zeros(1, 2, 3))


def test_points_of_the_window_are_106(reenactor):
    assert points_in(reenactor.state.window, reenactor.state.source.points).shape == (106, 2)
