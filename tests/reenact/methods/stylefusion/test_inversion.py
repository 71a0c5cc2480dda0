"""Style inference on a small generator of random weights, whose own pictures it must find."""

from __future__ import annotations

import pytest
import torch

from reenact.errors import ShapeError
from reenact.losses.perceptual import Perceptual
from reenact.methods.stylefusion.config import GeneratorConfig
from reenact.methods.stylefusion.distance import FeatureDistance
from reenact.methods.stylefusion.generator import Generator
from reenact.methods.stylefusion.inversion import FastRecipe, follow, infer_fast, infer_paper
from reenact.methods.stylefusion.watching import WorkCanceled


@pytest.fixture(scope="module")
def generator() -> Generator:
    torch.manual_seed(0)
    config = GeneratorConfig(size=16, channels=(8, 8, 8), style=8, mapping_layers=2)
    return Generator(config).eval().requires_grad_(False)


@pytest.fixture(scope="module")
def distance() -> FeatureDistance:
    torch.manual_seed(1)
    layers = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3, padding=1), torch.nn.ReLU())
    network = Perceptual(layers, (1,), (0.5,) * 3, (0.5,) * 3, source="tiny")
    return FeatureDistance(network, "relu1_2", smallest=16)


@pytest.fixture(scope="module")
def faces(generator):
    torch.manual_seed(2)
    return generator(generator.styles(torch.randn(2, 8)))


def test_the_papers_recipe_starts_at_zero_and_goes_down(generator, distance, faces):
    steps = []
    found = infer_paper(generator, faces, distance, steps=30, rate=0.05, watch=steps.append)
    zero = distance(generator(torch.zeros(2, 6, 8)), distance.features(faces))
    assert found.losses[0] == pytest.approx(zero.tolist())
    assert len(found.losses) == len(steps) == 30
    assert all(last < first for first, last in zip(found.losses[0], found.losses[-1], strict=True))
    assert steps[-1].picture().shape == (2, 3, 16, 16)
    assert found.source == "tiny, relu1_2"


def test_plain_gradient_descent_is_what_it_says(generator, distance, faces):
    styles = torch.zeros(2, 6, 8, requires_grad=True)
    distance(generator(styles), distance.features(faces)).sum().backward()
    found = infer_paper(generator, faces, distance, steps=1, rate=0.5)
    torch.testing.assert_close(found.styles, -0.5 * styles.grad)


def test_fast_gets_further_in_fewer_steps(generator, distance, faces):
    slow = infer_paper(generator, faces, distance, steps=60, rate=0.05)
    fast = infer_fast(generator, faces, distance, recipe=FastRecipe(steps=40))

    def gap(styles):
        return float((generator(styles) - faces).abs().mean())

    assert gap(fast.styles) < gap(slow.styles)


def test_a_good_start_stops_early(generator, distance, faces):
    first = infer_fast(generator, faces, distance, recipe=FastRecipe(steps=200))
    recipe = FastRecipe(steps=200, gain=0.2, patience=5)
    again = infer_fast(generator, faces, distance, start=first.styles, recipe=recipe)
    assert again.stopped == "early" and len(again.losses) < 60


def test_canceling_ends_at_once(generator, distance, faces):
    with pytest.raises(WorkCanceled, match="after 3 steps"):
        infer_fast(generator, faces, distance, watch=lambda step: step.number == 3)


def test_frames_follow_from_the_frame_before(generator, distance, faces):
    start = infer_fast(generator, faces[:1], distance).styles
    frames = [faces[0], faces[0] * 0.98]
    found = list(follow(generator, iter(frames), distance, start))
    assert [one.shape for one in found] == [(1, 6, 8)] * 2


def test_other_shapes_are_refused(generator, distance, faces):
    with pytest.raises(ShapeError, match=r"`faces` must be \(B, 3, 16, 16\)"):
        infer_fast(generator, faces[..., :8], distance)
    with pytest.raises(ShapeError, match=r"`start` must be \(2, 6, 8\)"):
        infer_fast(generator, faces, distance, start=torch.zeros(1, 6, 8))
