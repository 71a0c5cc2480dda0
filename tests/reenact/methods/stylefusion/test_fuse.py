"""The choice of layers: the program's answer is the best of all answers."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import torch

from reenact.errors import InputError, ShapeError
from reenact.methods.stylefusion.config import GeneratorConfig
from reenact.methods.stylefusion.fuse import (
    LayerCosts,
    fixed_layers,
    fuse,
    layer_costs,
    shares_of,
    solve_layers,
    splice_grid,
)
from reenact.methods.stylefusion.watching import WorkCanceled


def test_the_paper_takes_layers_4_and_5_of_18():
    config = GeneratorConfig(size=1024, channels=(8,) * 9)
    assert config.layers == 18
    assert fixed_layers(config) == (3, 4)
    assert [config.layer_size(layer) for layer in fixed_layers(config)] == [8, 16]


def test_fusing_takes_whole_layers_or_mixes_them():
    source, driving = torch.zeros(6, 4), torch.ones(6, 4)
    fused = fuse(source, driving, shares_of([2, 5], 6))
    assert fused[:, 0].tolist() == [0, 0, 1, 0, 0, 1]
    half = fuse(source[None], driving[None], shares_of([1], 6, strength=0.25))
    assert half[0, :, 0].tolist() == [0, 0.25, 0, 0, 0, 0]


def test_shares_and_layers_that_cannot_be_are_refused():
    styles = torch.zeros(4, 2)
    with pytest.raises(ShapeError, match="one share a layer"):
        fuse(styles, styles, [0.0, 1.0])
    with pytest.raises(InputError, match=r"0 \(source\) to 1"):
        fuse(styles, styles, [0, 0, 0, 1.5])
    with pytest.raises(InputError, match="`layers` must be 0 to 3, got 4"):
        shares_of([4], 4)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("least", "most"), [(0, 8), (1, 3), (2, 2)])
def test_the_program_finds_the_best_of_all_choices(seed, least, most):
    rng = np.random.default_rng(seed)
    costs = LayerCosts(rng.normal(size=8), rng.normal(size=8))
    choices = [c for n in range(least, most + 1) for c in combinations(range(8), n)]
    best = min(choices, key=lambda c: costs.total[list(c)].sum())
    assert solve_layers(costs, most, least) == best


def test_bounds_and_costs_that_cannot_be_are_refused():
    costs = LayerCosts(np.zeros(4), np.zeros(4))
    with pytest.raises(InputError, match="0 to 4"):
        solve_layers(costs, most=5)
    with pytest.raises(InputError, match="finite"):
        solve_layers(LayerCosts(np.full(4, np.nan), np.zeros(4)), most=2)


def test_costs_are_measured_on_pictures_with_one_layer_changed():
    """A stand-in generator whose picture is its styles."""
    source, driving = torch.zeros(3, 2), torch.tensor([[1.0, 1], [2, 2], [3, 3]])
    costs = layer_costs(
        lambda styles: styles,
        lambda pictures: pictures.abs().sum((1, 2)).numpy(),
        lambda pictures: (pictures - driving).abs().sum((1, 2)).numpy(),
        source,
        driving,
    )
    assert costs.appearance.tolist() == [2, 4, 6]
    assert costs.expression.tolist() == [-2, -4, -6]


def test_the_grid_shows_every_run_of_layers():
    source, driving = torch.zeros(4, 1), torch.ones(4, 1)
    seen = []
    grid = splice_grid(
        lambda styles: styles[:, :, 0],
        *(source, driving, 3),
        watch=lambda done, total: seen.append((done, total)),
    )
    assert [len(runs) for runs in grid] == [3, 3, 2, 1], "none ends behind the last layer"
    assert grid[1][1].tolist() == [0, 1, 1, 0]
    assert grid[3][0].tolist() == [0, 0, 0, 1]
    assert seen == [(n, 9) for n in range(1, 10)]


def test_whoever_watches_can_cancel_after_any_picture():
    source, driving, drawn = torch.zeros(4, 1), torch.ones(4, 1), []

    def render(styles):
        drawn.append(len(styles))
        return styles[:, :, 0]

    def sums(pictures):
        return pictures.sum(1).numpy()

    with pytest.raises(WorkCanceled, match="after 2 of 10 steps"):
        splice_grid(render, source, driving, watch=lambda done, _: done == 2)
    with pytest.raises(WorkCanceled, match="after 3 of 5 steps"):
        layer_costs(render, sums, sums, source, driving, watch=lambda done, _: done == 3)
    assert drawn == [1] * 5, "one picture at a time, and none after it was canceled"
