"""A GPU where there is one; the processor elsewhere, and bfloat16 that stays near float32."""

from __future__ import annotations

import pytest
import torch

from reenact.methods import stylefusion
from reenact.methods.stylefusion.fastest import device, placed, precision
from reenact.methods.stylefusion.inversion import FastRecipe


@pytest.fixture(scope="module")
def studio():
    return stylefusion.build("tiny").studio


@pytest.fixture(scope="module")
def faces(studio):
    torch.manual_seed(0)
    return studio.render(studio.generator.styles(torch.randn(2, studio.config.style)))


@pytest.mark.skipif(torch.cuda.is_available(), reason="this computer has a GPU")
def test_without_a_gpu_nothing_is_copied_or_rounded(studio):
    assert device().type == "cpu" and placed(studio.generator) is studio.generator
    with precision("cpu"):
        assert not torch.is_autocast_enabled("cpu")


@pytest.mark.parametrize(("shared", "kind"), [("", "cuda"), ("true", "cpu")])
def test_a_gpu_that_is_only_lent_is_left_alone(monkeypatch, shared, kind):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setenv("SPACES_ZERO_GPU", shared)
    assert device().type == kind


def test_bfloat16_draws_and_measures_nearly_the_same(studio, faces):
    styles = studio.guess(faces).requires_grad_()
    plain = studio.distance(studio.generator(styles), studio.distance.features(faces))
    with torch.autocast("cpu", torch.bfloat16):
        rough = studio.distance(studio.generator(styles), studio.distance.features(faces))
    assert rough.dtype == torch.float32
    torch.testing.assert_close(rough, plain, atol=2e-2, rtol=0.1)
    assert torch.isfinite(torch.autograd.grad(rough.sum(), styles)[0]).all()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_on_a_gpu_the_same_is_found_and_given_back(studio, faces):
    recipe = FastRecipe(steps=20)
    seen = []
    watch = lambda step: seen.append(step.picture().device.type)  # noqa: E731
    found = studio.infer(faces, recipe, watch=watch)
    assert found.styles.device.type == "cpu" and set(seen) == {"cpu"}
    assert torch.tensor(found.losses[-1]).mean() < torch.tensor(found.losses[0]).mean()
