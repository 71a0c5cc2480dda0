"""What the converter learns from: equations 4 and 5, and drivers whose answer is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from reenact.data.person_clip import unrest
from reenact.geometry.canonical import place
from reenact.geometry.expression import ExpressionModel
from reenact.methods.landmarkgan.networks import Converter, unit
from reenact.methods.landmarkgan.space import normalized

_NOISE = 0.006  # of the points that the converter sees, normalized: 0.8 pixels of 256
_AUXILIARY = 0.1


class ConverterData:
    """Landmarks of the trained people, and of drivers with what each person makes of them.

    Args:
        points: (N, K, 2) normalized points of each person.
        taught: for each person (M, K, 2) drivers and (M, K, 2) answers; empty for none.
    """

    def __init__(self, points: Sequence[NDArray], taught: Sequence[tuple[NDArray, NDArray]]):
        self.points = [torch.from_numpy(one) for one in points]
        self.taught = [tuple(torch.from_numpy(part) for part in pair) for pair in taught]

    def draw(self, person: int, count: int) -> Tensor:
        """(count, K, 2) faces of a person."""
        return _rows(count, self.points[person])[0]

    def draw_taught(self, person: int, count: int) -> tuple[Tensor, Tensor]:
        """Drivers and answers."""
        return _rows(count, *self.taught[person])


def converter_losses(
    converter: Converter, data: ConverterData, batch: int, taught: float
) -> dict[str, Tensor]:
    """Equations 4 and 5 over a batch of each person; with `taught`, also known answers."""
    people = range(len(data.points))
    sums: dict[str, list[Tensor]] = {"L2L": [], "neutral": [], "X-L2L": [], "taught": []}
    for person in people:
        real = data.draw(person, batch)
        seen = real + _NOISE * torch.randn_like(real)
        code = converter.encode(seen)
        sums["L2L"].append(distance(converter.decode(code, person), real))
        sums["neutral"].append(_AUXILIARY * distance(code, unit(real)))  # Eq. 4, second term
        others = [other for other in people if other != person]
        if others:
            other = others[int(torch.randint(len(others), ()))]
            there = converter.decode(code, other)
            sums["X-L2L"].append(distance(converter(there, person), real))  # Eq. 5
        if taught and data.taught:
            driver, answer = data.draw_taught(person, batch)
            driver = driver + _NOISE * torch.randn_like(driver)
            sums["taught"].append(taught * distance(converter(driver, person), answer))
    return {name: torch.stack(parts).mean() for name, parts in sums.items() if parts}


def distance(here: Tensor, there: Tensor) -> Tensor:
    """Mean distance of points."""
    return (here - there).square().sum(-1).add(1e-8).sqrt().mean()


def taught_pairs(
    expression: ExpressionModel,
    rest: NDArray,
    drivers: Sequence[NDArray],
    count: int,
    seed: int,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Drivers, and a person's answers by the expression model, each in the driver's head pose.

    Args:
        rest: (478, 3) the person without expression, pixels.
        drivers: (478, 3) meshes of anybody.
        count: how many pairs.

    Returns:
        (count, 106, 2) normalized points each.
    """
    rng = np.random.default_rng([seed, 17])
    chosen = rng.choice(len(drivers), count, replace=len(drivers) < count)
    pairs = [_taught(expression, rest, drivers[index]) for index in chosen]
    return np.stack([pair[0] for pair in pairs]), np.stack([pair[1] for pair in pairs])


def _taught(expression: ExpressionModel, rest: NDArray, driver: NDArray):
    answer = expression.transfer(rest, driver)
    here, there = place(answer, expression.mean), place(driver, expression.mean)
    turned = there.apply(here.undo(answer)).astype(np.float32)
    return normalized(driver), normalized(turned)


def at_rest(expression: ExpressionModel, meshes: NDArray) -> int:
    """Which of (N, 478, 3) meshes shows the least expression and turn."""
    return int(np.argmin([unrest(expression, mesh) for mesh in meshes]))


def _rows(count: int, *columns: Tensor) -> list[Tensor]:
    index = torch.randint(len(columns[0]), (count,))
    return [column[index] for column in columns]
