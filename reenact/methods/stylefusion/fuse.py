"""Section 3.4: which layers come from the driving face.

s0 = alpha s1 + (1 - alpha) s2 with a 0-1 diagonal alpha: each layer's style is the source's or the
driving face's. The choice is an integer linear program over costs that are measured, layer by
layer, on spliced pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from reenact.errors import InputError, ShapeError
from reenact.methods.stylefusion.config import GeneratorConfig
from reenact.methods.stylefusion.watching import Progress, tell


def fixed_layers(config: GeneratorConfig) -> tuple[int, ...]:
    """The fixed expression layers of a generator: the paper's, or those that it was taught.

    Example:
        >>> fixed_layers(GeneratorConfig(size=64, channels=(8, 8, 8, 8, 8)))
        (3, 4)
    """
    return tuple(layer for layer in config.expression if layer < config.layers)


def fuse(source: Tensor, driving: Tensor, shares: NDArray | Sequence[float]) -> Tensor:
    """Eq. 2's s0.

    Args:
        source, driving: (L, D) or (B, L, D) styles.
        shares: (L,) 0..1 of each layer that comes from the driving face (1 - alpha); in between
            mixes the two.

    Returns:
        Styles like `source`.

    Raises:
        ShapeError: not one share a layer.
        InputError: a share outside of 0..1.
    """
    weights = torch.as_tensor(np.asarray(shares, np.float32), device=source.device)
    if source.shape != driving.shape or weights.shape != source.shape[-2:-1]:
        got = f"{tuple(source.shape)}, {tuple(driving.shape)} and {tuple(weights.shape)}"
        raise ShapeError(
            f"`source` and `driving` must be alike, with one share a layer, got {got}."
        )
    if not bool(((weights >= 0) & (weights <= 1)).all()):
        raise InputError("`shares` must be 0 (source) to 1 (driving), got others.")
    return source + weights[:, None] * (driving - source)


def shares_of(layers: Sequence[int], count: int, strength: float = 1.0) -> NDArray[np.float64]:
    """(L,) shares: `strength` for some layers, 0 for the rest.

    Raises:
        InputError: a layer that does not exist.
    """
    wrong = [layer for layer in layers if not 0 <= layer < count]
    if wrong:
        raise InputError(f"`layers` must be 0 to {count - 1}, got {wrong[0]}.")
    shares = np.zeros(count)
    shares[list(layers)] = strength
    return shares


@dataclass(frozen=True)
class LayerCosts:
    """What taking one layer from the driving face does.

    Attributes:
        appearance: (L,) growth of the appearance distance D1 to the source.
        expression: (L,) growth of the expression distance D2 to the driving face; negative is good.
    """

    appearance: NDArray[np.float64]
    expression: NDArray[np.float64]

    @property
    def total(self) -> NDArray[np.float64]:
        """(L,) of Eq. 2."""
        return self.appearance + self.expression


def layer_costs(
    render: Callable[[Tensor], Tensor],
    appearance: Callable[[Tensor], NDArray],
    expression: Callable[[Tensor], NDArray],
    source: Tensor,
    driving: Tensor,
    watch: Progress | None = None,
) -> LayerCosts:
    """Measure each layer alone: splice it, render, compare with the untouched source's picture.

    One picture after the other: those of a large generator would not fit into memory at once.

    Args:
        render: (B, L, D) styles to (B, 3, S, S) pictures.
        appearance: pictures to (B,) distances D1 to the source.
        expression: pictures to (B,) distances D2 to the driving face.
        source, driving: (L, D) styles.
        watch: told after each picture.

    Raises:
        WorkCanceled: `watch` said so.
    """
    count = len(source)
    measured = np.zeros((count + 1, 2))  # the untouched source first
    for number in range(count + 1):
        layers = [number - 1] if number else []
        with torch.no_grad():
            picture = render(fuse(source, driving, shares_of(layers, count))[None])
        measured[number] = appearance(picture)[0], expression(picture)[0]
        tell(watch, number + 1, count + 1)
    first, second = (measured[1:] - measured[0]).T
    return LayerCosts(first, second)


def solve_layers(costs: LayerCosts, most: int, least: int = 1) -> tuple[int, ...]:
    """The choice of layers with the smallest sum of costs: Eq. 2 as an integer linear program.

    minimize c . x  with  x in {0, 1}^L  and  least <= sum x <= most

    Args:
        most, least: bounds on how many layers come from the driving face.

    Returns:
        Layers, in order.

    Raises:
        InputError: bounds that no choice keeps, or costs that are not finite.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    total = costs.total
    count = len(total)
    if not 0 <= least <= most <= count:
        raise InputError(f"Layers must be 0 to {count}, `least` to `most`, got {least} to {most}.")
    if not np.isfinite(total).all():
        raise InputError("Costs of layers must be finite numbers, got others.")
    bound = LinearConstraint(np.ones((1, count)), least, most)
    solved = milp(total, integrality=np.ones(count), bounds=Bounds(0, 1), constraints=bound)
    return tuple(int(layer) for layer in np.flatnonzero(solved.x > 0.5))


def splice_grid(
    render: Callable[[Tensor], Tensor],
    source: Tensor,
    driving: Tensor,
    widest: int | None = None,
    watch: Progress | None = None,
) -> list[list[Tensor]]:
    """Figure 14: every run of neighboring layers taken from the driving face.

    Args:
        render: (1, L, D) styles to (1, ...) pictures, of the size that they are kept in.
        source, driving: (L, D).
        widest: most layers of a run; None for all.
        watch: told after each picture.

    Returns:
        A list for each layer: its picture number w shows layers k to k + w. Runs that would end
        behind the last layer are left out.

    Raises:
        WorkCanceled: `watch` said so.
    """
    count = len(source)
    widest = min(count, widest or count)
    runs = [range(k, k + w + 1) for k in range(count) for w in range(min(widest, count - k))]
    grid: list[list[Tensor]] = [[] for _ in range(count)]
    for number, run in enumerate(runs, 1):
        with torch.no_grad():
            picture = render(fuse(source, driving, shares_of(run, count))[None])[0]
        grid[run.start].append(picture)
        tell(watch, number, len(runs))
    return grid
