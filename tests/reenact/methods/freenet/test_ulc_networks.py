"""The converter's networks: the paper's sizes, and paths that must agree."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from reenact.errors import ShapeError, UnknownNameError
from reenact.methods.freenet.config import LOSS_SETTINGS, ULCConfig
from reenact.methods.freenet.recipes import RECIPES, recipe_of
from reenact.methods.freenet.ulc import ULC, ULCStream, parameter_count

SMALL = ULCConfig(width=16, layers=2, decoder=(24, 16))


@pytest.fixture
def faces():
    torch.manual_seed(0)
    return torch.rand(40, 106, 2) * 200 + 20


@pytest.fixture
def small():
    torch.manual_seed(0)
    return ULC(SMALL).eval()


def test_transfer_part_has_the_size_of_table_2():
    assert parameter_count(ULC(RECIPES["paper"].net)) == pytest.approx(4.5e6, rel=0.03)


def test_encoders_are_six_layers_of_512_and_the_decoder_1024_1024_512_212():
    ulc = ULC()
    widths = [
        [(layer.in_features, layer.out_features) for layer in part if isinstance(layer, nn.Linear)]
        for part in (ulc.source_encoder, ulc.driving_encoder, ulc.decoder)
    ]
    encoder = [(212, 512)] + [(512, 512)] * 5
    assert widths == [encoder, encoder, [(1024, 1024), (1024, 512), (512, 212)]]
    slopes = {layer.negative_slope for layer in ulc.modules() if isinstance(layer, nn.LeakyReLU)}
    assert slopes == {0.2}


def test_paper_recipe_is_the_papers():
    recipe = RECIPES["paper"]
    assert (recipe.losses.l1, recipe.losses.cycle, recipe.losses.adversarial) == (100, 10, 0.1)
    assert (recipe.learning_rate, recipe.beta1, recipe.beta2) == (3e-4, 0.99, 0.999)
    assert (recipe.batch, recipe.sources, recipe.axes) == (16, 0, False)
    assert RECIPES["quick"].net == recipe.net


def test_output_is_the_source_plus_a_shift(small, faces):
    nn.init.zeros_(small.decoder[-1].weight)
    nn.init.zeros_(small.decoder[-1].bias)
    assert torch.equal(small(faces[:3], faces[3:6]), faces[:3])


def test_grid_gives_each_source_with_each_driving_face(small, faces):
    grid = small.grid(faces[:3], faces[3:8])
    assert grid.shape == (3, 5, 106, 2)
    one = small(faces[2:3], faces[7:8])[0]
    torch.testing.assert_close(grid[2, 4], one, atol=1e-4, rtol=0)


@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_folded_network_is_the_same_function_without_axes(faces, dropout):
    torch.manual_seed(0)
    ulc = ULC(ULCConfig(width=16, layers=2, decoder=(24, 16), dropout=dropout)).eval()
    ulc.learn_axes(faces)
    plain = ulc.folded()
    assert plain.axes is None and not plain.training
    assert parameter_count(plain) == parameter_count(ulc)
    output = plain(faces[:3], faces[3:6])
    torch.testing.assert_close(output, ulc(faces[:3], faces[3:6]), atol=1e-3, rtol=0)


def test_numpy_stream_equals_torch_for_each_source(small, faces):
    stream = ULCStream(small, faces[0].numpy())
    for source in (faces[0], faces[1]):
        stream.set_source(source.numpy())
        expected = small(source[None], faces[5:6])[0].detach().numpy()
        np.testing.assert_allclose(stream(faces[5].numpy()), expected, atol=1e-3)


def test_wrong_point_counts_are_refused(small, faces):
    with pytest.raises(ShapeError, match=r"`driving` must be \(B, 106, 2\), got \(3, 68, 2\)"):
        small(faces[:3], faces[:3, :68])
    with pytest.raises(ShapeError, match="`driving` must be"):
        ULCStream(small, faces[0].numpy())(faces[0, :68].numpy())


def test_unknown_recipes_and_losses_are_named():
    with pytest.raises(UnknownNameError, match="Did you mean 'paper'"):
        recipe_of("papr")
    with pytest.raises(UnknownNameError, match="loss setting"):
        recipe_of("paper", "l2")
    assert recipe_of("light", "l1").losses == LOSS_SETTINGS["l1"]
