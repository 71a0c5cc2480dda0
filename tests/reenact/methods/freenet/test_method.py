"""`freenet` as a method: at rest it is the photograph, both ways agree, weights load strictly."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import pytest
import torch

from reenact.base import Driving
from reenact.errors import InputError, UnknownNameError, WeightsError
from reenact.face.detect import make_face
from reenact.face.schemes import convert, spread_shift
from reenact.images import to_tensor
from reenact.landmark_driven import points_in, upright_window
from reenact.methods import freenet
from reenact.methods.freenet import strips
from reenact.methods.freenet.method import FreeNet
from reenact.nn.compose import compose, moved_share, warm_mouth
from reenact.nn.runner import Runner
from reenact.pipeline import Reenactor
from reenact.training.results import save_tensors
from reenact.types import Options


@pytest.fixture(scope="module")
def method():
    made = freenet.build("tiny")
    made.runner.is_fast = False
    made.gag.paint.weight.data.normal_(std=0.1)
    made.gag.mask.bias.data.fill_(0.5)
    return made


@pytest.fixture(scope="module")
def open_face(portrait_face):
    points = portrait_face.points.copy()
    lower = points[:, 1] > points[14, 1] - 0.5
    points[lower, 1] += 0.12 * np.ptp(points[:, 1])
    return make_face(points, 1.0, portrait_face.frame_size)


def card_of(method, folder):
    path = folder / "net.safetensors"
    tensors = {f"gag.{k}": v for k, v in method.gag.state_dict().items()}
    tensors |= {f"ulc.{k}": v for k, v in method.ulc.state_dict().items()}
    save_tensors(tensors, path)
    configs = {"ulc": asdict(method.ulc.config), "gag": asdict(method.gag.config)}
    path.with_suffix(".json").write_text(json.dumps({"method": "freenet"} | configs))
    return path


def test_at_rest_it_is_the_photograph(method, portrait, portrait_face):
    result = Reenactor(portrait, method, source_face=portrait_face).drive(portrait, portrait_face)
    np.testing.assert_array_equal(result.image, portrait)


def test_an_open_mouth_changes_the_mouth_and_leaves_what_is_far_away(
    method, portrait, portrait_face, open_face
):
    result = Reenactor(portrait, method, source_face=portrait_face).edit(open_face.points)
    changed = np.abs(result.image.astype(int) - portrait).sum(-1)
    x, y = portrait_face.points[14, :2].astype(int)
    assert changed[y - 8 : y + 24, x - 15 : x + 15].mean() > 5
    np.testing.assert_array_equal(result.image[:, :20], portrait[:, :20])


def test_the_composed_picture_is_the_networks_own(method, portrait, portrait_face, open_face):
    """What is put together from fields in the 256 window is what training saw."""
    window = upright_window(portrait_face)
    face = window.cut(portrait)
    points = points_in(window, portrait_face.points)
    there = points_in(window, open_face.points)
    drawn = method.inputs(face, points, there)
    with torch.no_grad():
        tensors = [torch.from_numpy(one) for one in drawn]
        whole = method.gag(*tensors)[0].permute(1, 2, 0).numpy() * 255
        fields = [one[0].numpy() for one in method.gag.fields(*tensors)]
    here = window.__class__(np.array([[1.0, 0, 0], [0, 1.0, 0]]), 256, (256, 256))
    made = compose(face, here, *fields).astype(float)
    moved = moved_share(fields[0]).repeat(4, 0).repeat(4, 1) > 0.999
    moved[:32] = moved[-32:] = moved[:, :32] = moved[:, -32:] = False
    assert moved.mean() > 0.1
    assert np.abs(made - whole).mean(-1)[moved].mean() < 2.5  # cubic here, linear there


def test_openvino_and_torch_agree_within_two_levels(method, portrait, portrait_face, open_face):
    pytest.importorskip("openvino")
    fast = FreeNet(method.expression, method.ulc, method.gag, is_fast=True)
    pictures = [
        Reenactor(portrait, one, source_face=portrait_face).edit(open_face.points).image
        for one in (fast, method)
    ]
    assert np.abs(pictures[0].astype(int) - pictures[1]).max() <= 2


def test_the_paper_variant_draws_the_whole_window(portrait, portrait_face, open_face):
    from reenact.methods.freenet.config import GAGConfig
    from reenact.methods.freenet.networks import make_generator

    tiny = freenet.build("tiny")
    made = FreeNet(tiny.expression, tiny.ulc, make_generator(GAGConfig(width=4, blocks=3)), False)
    reenactor = Reenactor(portrait, made, source_face=portrait_face)
    result = reenactor.edit(open_face.points)
    assert result.image.shape == portrait.shape
    assert (result.image != portrait).any()
    np.testing.assert_array_equal(result.image[:, :10], portrait[:, :10])


def test_relative_motion_strength_and_region_are_the_converters_shift_scaled(
    method, portrait, portrait_face, open_face
):
    method = FreeNet(method.expression, method.ulc, method.gag, is_fast=False, blend=0.0)
    state = Reenactor(portrait, method, source_face=portrait_face).state
    driving = Driving(face=open_face, frame=portrait, neutral=portrait_face)

    def moved(**options):
        return (method.express(state, driving, Options(**options)) - state.source.points)[:, :2]

    whole = moved()
    assert np.abs(whole).max() > 0.01
    np.testing.assert_allclose(moved(strength=0.5), whole / 2, atol=5e-3)
    np.testing.assert_allclose(moved(mode="relative"), whole, atol=0.05)
    mouth = moved(region="mouth")
    assert np.abs(mouth[[159, 386]]).max() <= np.abs(whole[[159, 386]]).max() + 1e-3


def test_the_expression_model_is_averaged_with_the_converter(
    method, portrait, portrait_face, open_face
):
    state = Reenactor(portrait, method, source_face=portrait_face).state
    driving = Driving(face=open_face, frame=portrait)
    alone, both, model = (
        FreeNet(method.expression, method.ulc, method.gag, False, blend).express(
            state, driving, Options()
        )
        for blend in (0.0, 0.5, 1.0)
    )
    wanted = method.expression.transfer(state.source.points, open_face.points)
    inner = list(range(0, 18))  # lips and nose, away from the contour
    np.testing.assert_allclose(model[inner], wanted[inner], atol=0.6)
    away = [np.linalg.norm(one - model, axis=1)[inner].mean() for one in (alone, both)]
    assert 0 < away[1] < 0.6 * away[0]


def test_the_inside_of_a_mouth_has_no_green_cast():
    paint = np.stack([np.full((8, 8), v, np.float32) for v in (0.2, 0.4, 0.3)])
    inside = np.zeros((4, 4), np.float32)
    inside[:, :2] = 1
    warm = warm_mouth(paint, inside)
    np.testing.assert_allclose(warm[:, 0, 0], [0.2, 0.2, 0.194], atol=1e-6)
    np.testing.assert_array_equal(warm[:, :, -1], paint[:, :, -1])


def test_hair_and_ears_stay_when_the_mouth_opens(method, portrait, portrait_face, open_face):
    state = Reenactor(portrait, method, source_face=portrait_face).state
    there = points_in(state.window, state.source.points)
    there[84:104, 1] += 8
    drawn = method.inputs(state.face, state.points, there)[2]
    ring = state.points[:33] + 0.32 * (state.points[:33] - state.points[:33].mean(0))
    held = method.inputs(state.face, state.points, there, (ring, ring))[2]
    x, y = np.clip((ring[[0, 32]] / 4).round().astype(int), 0, 63).T
    assert np.abs(held[0][:, y, x]).mean() < np.abs(drawn[0][:, y, x]).mean()


def test_a_shift_spreads_through_its_points_and_opens_closed_lips(portrait_face):
    mesh = portrait_face.points
    shift = np.zeros((106, 2), np.float32)
    shift[101:104, 1] = shift[89:95, 1] = 6  # inner and outer lower lip
    moved = mesh.copy()
    moved[:, :2] += spread_shift(shift, "face106")
    gap = convert(moved, "mediapipe478", "face106") - convert(mesh, "mediapipe478", "face106")
    np.testing.assert_allclose(gap[:, :2], shift, atol=0.3)
    opened = (moved - mesh)[[13, 14], 1]
    assert opened[1] - opened[0] > 5


def test_weights_load_strictly(method, tmp_path, portrait):
    path = card_of(method, tmp_path)
    loaded = freenet.create(path)
    for name, value in method.gag.state_dict().items():
        torch.testing.assert_close(loaded.gag.state_dict()[name], value)
    card = json.loads(path.with_suffix(".json").read_text())
    path.with_suffix(".json").write_text(json.dumps(card | {"method": "pix2pix"}))
    with pytest.raises(WeightsError, match="pix2pix"):
        freenet.create(path)
    wide = card | {"gag": card["gag"] | {"widths": [8, 8, 16]}}
    path.with_suffix(".json").write_text(json.dumps(wide))
    with pytest.raises(WeightsError, match="shape"):
        freenet.create(path)
    path.with_suffix(".json").write_text(json.dumps(card))
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(WeightsError, match="must be weights of freenet"):
        freenet.create(path)
    with pytest.raises(WeightsError, match="must be a file"):
        freenet.create(tmp_path / "none.safetensors")


def test_weights_that_are_not_finite_are_refused(method, tmp_path):
    broken = freenet.build("tiny")
    broken.gag.enter.bias.data[0] = float("nan")
    with pytest.raises(WeightsError, match="finite"):
        freenet.create(card_of(broken, tmp_path))


def test_interpolation_ends_at_both_drivings(method, portrait, portrait_face, open_face):
    reenactor = Reenactor(portrait, method, source_face=portrait_face)
    results = list(strips.interpolated(reenactor, portrait_face, open_face, 3))
    places = [result.landmarks for result in results]
    np.testing.assert_allclose(places[1], (places[0] + places[2]) / 2, atol=0.05)
    picture = strips.strip(results, 64)
    assert picture.shape == (64, 192, 3)
    with pytest.raises(InputError, match="steps"):
        list(strips.interpolated(reenactor, portrait_face, open_face, 1))


@pytest.mark.parametrize("what", list(strips.AMOUNTS))
def test_manipulation_moves_what_it_names_and_keeps_the_rest(what, method, portrait, portrait_face):
    reenactor = Reenactor(portrait, method, source_face=portrait_face)
    first, last = list(strips.manipulated(reenactor, what, 2))
    moved = np.linalg.norm(last.landmarks - first.landmarks, axis=1)
    unit = np.linalg.norm(portrait_face.points[33, :2] - portrait_face.points[263, :2])
    own = {"mouth": 14, "contour": 172, "eyes": 33}[what]
    rest = {"mouth": 159, "contour": 1, "eyes": 14}[what]
    assert moved[own] > 0.03 * unit
    assert moved[rest] < 0.25 * moved[own]


def test_an_unknown_manipulation_and_variant_are_said(method, portrait, portrait_face):
    reenactor = Reenactor(portrait, method, source_face=portrait_face)
    with pytest.raises(UnknownNameError, match="manipulation"):
        next(strips.manipulated(reenactor, "mouht", 3))
    with pytest.raises(UnknownNameError, match="variant"):
        freenet.build("smal")


def test_a_runner_gives_all_outputs_of_a_network():
    class Two(torch.nn.Module):
        def forward(self, x):
            return x + 1, 2 * x

    x = np.ones((1, 1, 2, 2), np.float32)
    one, two = Runner(Two(), [x.shape], is_fast=False)(x)
    np.testing.assert_array_equal(one, two)
    assert to_tensor(np.zeros((2, 2, 3), np.uint8)).shape == (1, 3, 2, 2)
