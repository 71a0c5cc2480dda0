"""The individual-specific shape model (section 3.2, equations 9 to 12).

A face is a basic shape plus modes; a *person* with an expression is the person's own neutral shape
plus the same modes. So parameters that were read off one person give another person the same
expression in the other's own proportions, and scaling them scales the expression.

Shapes are the project's canonical meshes: the head turned to the front, outer eye corners level
and 1 apart. The paper has 68 points in the plane; here are 478 with depth, of which 68 are drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from reenact.errors import InputError, ShapeError, UnknownNameError
from reenact.geometry.canonical import canonicalize, check_mesh
from reenact.geometry.expression import ExpressionModel
from reenact.geometry.regions import POINT_COUNT
from reenact.types import Points

LENGTH = 3 * POINT_COUNT
_READINGS = 2
Shape = NDArray[np.float64]
"""(478, 3) canonical."""
Parameters = NDArray[np.float64]
"""(N,) p of Eq. 9; 0 is no expression."""


@dataclass(frozen=True)
class ShapeModel:
    """PCA over eye-aligned shapes.

    Attributes:
        mean: (478, 3) s_0 of Eq. 9.
        modes: (N, 1434) S, transposed: the eigenvectors of the N largest eigenvalues, orthonormal.
        spread: (N,) standard deviation of the training shapes along each.
        directions: (N,) parameters by the name of what they mean: `smile`, `surprise` ...
        rest: (N + 1, N) what a guess of neutral landmarks leaves over (`neutral_of`), read off
            the parameters of the face as it is, over `spread`; the last row is a constant. None
            takes the guess as it is.
    """

    mean: NDArray[np.float32]
    modes: NDArray[np.float32]
    spread: NDArray[np.float32]
    directions: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    rest: NDArray[np.float32] | None = None

    def shape(self, parameters: Parameters, neutral: Shape | None = None) -> Shape:
        """Eq. 9, or Eq. 10 where a person's neutral shape is given."""
        base = self.mean if neutral is None else check_mesh(neutral, "neutral")
        return base + self.move(parameters)

    def move(self, parameters: Parameters) -> Shape:
        """(478, 3) S p: what parameters do to any shape."""
        if np.shape(parameters) != (len(self.modes),):
            got = np.shape(parameters)
            raise ShapeError(f"`parameters` must be ({len(self.modes)},), got {got}.")
        return (np.asarray(parameters, np.float64) @ self.modes).reshape(POINT_COUNT, 3)

    def parameters(self, shape: Shape, neutral: Shape) -> Parameters:
        """Eq. 11: the parameters that bring a neutral shape nearest to a shape (least squares)."""
        gap = check_mesh(shape, "shape") - check_mesh(neutral, "neutral")
        return self.modes.astype(np.float64) @ gap.ravel()  # the modes are orthonormal

    def transfer(self, neutral: Shape, shape: Shape, shape_neutral: Shape) -> Shape:
        """Eq. 12: one person's neutral shape with the parameters of another person."""
        return self.shape(self.parameters(shape, shape_neutral), neutral)

    def left_over(self, shape: Shape) -> Shape:
        """(478, 3) what is still to be added to the guessed neutral shape of a canonical shape."""
        if self.rest is None:
            return np.zeros((POINT_COUNT, 3))
        return self.move(self.seen(shape) @ self.rest)

    def seen(self, shape: Shape) -> NDArray[np.float64]:
        """(N + 1,) what `rest` reads: a shape's parameters over their spread, and 1."""
        return np.append(self.parameters(shape, self.mean) / self.spread, 1.0)

    def direction(self, name: str, intensity: float = 1.0) -> Parameters:
        """Parameters of a named expression, of any intensity; 0 is neutral, 1 is as learned.

        Raises:
            UnknownNameError: no such expression.
            InputError: the intensity is no number.
        """
        if name not in self.directions:
            raise UnknownNameError("expression", name, self.directions)
        if not np.isfinite(intensity):
            raise InputError(f"`intensity` must be a finite number, got {intensity}.")
        return intensity * np.asarray(self.directions[name], np.float64)


def neutral_of(
    expression: ExpressionModel, points: Points, shapes: ShapeModel | None = None
) -> Points:
    """(478, 3) a person's neutral landmarks, in the same place and pose, where nobody knows them.

    The expression model's reading falls short of strong expressions, so what it left over is read
    off and removed once more. What both leave over on people whose neutral face is known, `shapes`
    has learned (`fit_shape.py`).
    """
    guess = points
    for _ in range(_READINGS):
        guess = expression.transfer(guess, expression.mean)
    if shapes is None or shapes.rest is None:
        return guess
    own, placement = canonicalize(points, expression.mean)
    neutral = placement.undo(guess.astype(np.float64)) + shapes.left_over(own)
    expression.openings.solve(neutral, own, expression.mean, None, 1.0)  # lips stay closed
    return placement.apply(neutral).astype(np.float32)


def between(first: Parameters, second: Parameters, share: float) -> Parameters:
    """Parameters on the line through two: 0 the first, 1 the second, beyond it extrapolates."""
    return (1 - share) * np.asarray(first, np.float64) + share * np.asarray(second, np.float64)


def learn(shapes: NDArray, labelled: Mapping[str, Shape], count: int) -> ShapeModel:
    """A model of shapes.

    Args:
        shapes: (M, 478, 3) canonical, of many people and expressions.
        labelled: (478, 3) by name: how an expression moves a neutral shape.
        count: N, how many modes are kept.
    """
    if shapes.ndim != 3 or shapes.shape[1:] != (POINT_COUNT, 3) or len(shapes) <= count:
        raise ShapeError(
            f"`shapes` must be more than {count} of ({POINT_COUNT}, 3), got {shapes.shape}."
        )
    flat = shapes.reshape(len(shapes), LENGTH).astype(np.float64)
    mean = flat.mean(0)
    _, values, modes = np.linalg.svd(flat - mean, full_matrices=False)
    modes, spread = modes[:count], values[:count] / np.sqrt(len(shapes) - 1)
    named = {name: modes @ move.ravel() for name, move in labelled.items()}
    return ShapeModel(
        mean.reshape(POINT_COUNT, 3).astype(np.float32),
        modes.astype(np.float32),
        spread.astype(np.float32),
        {name: parameters.astype(np.float32) for name, parameters in named.items()},
    )


def any_shapes(expression: ExpressionModel) -> ShapeModel:
    """An untrained model: the directions in which expressions move a mesh, without labels."""
    modes = expression.subspace
    return ShapeModel(
        expression.mean.astype(np.float32), modes, np.ones(len(modes), np.float32), {}
    )


def arrays_of(model: ShapeModel) -> dict[str, NDArray]:
    """Arrays by name, as the weights file has them; directions are `direction.NAME`."""
    arrays = {f"direction.{name}": value for name, value in model.directions.items()}
    if model.rest is not None:
        arrays["rest"] = model.rest
    return {"mean": model.mean, "modes": model.modes, "spread": model.spread} | arrays


def model_of(arrays: dict[str, NDArray]) -> ShapeModel:
    """The model of such arrays."""
    directions = {
        name.removeprefix("direction."): value
        for name, value in arrays.items()
        if name.startswith("direction.")
    }
    rest = arrays.get("rest")
    return ShapeModel(arrays["mean"], arrays["modes"], arrays["spread"], directions, rest)
