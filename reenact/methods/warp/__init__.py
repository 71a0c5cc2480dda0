"""`warp`, the photographic baseline: no paper, no training, MIT like the project.

The source's photograph is bent along MediaPipe's face mesh: expression coefficients of the driving
face move the source's own mesh (`reenact/geometry/expression.py`), the eyeballs stay behind the
lids, and the inside of an opening mouth comes from the driving picture, in the source's light.
"""

from __future__ import annotations

from pathlib import Path

from reenact.errors import WeightsError
from reenact.geometry.expression import ExpressionModel
from reenact.methods.warp.method import Warp

METHOD = Warp


def create(weights: str | Path | None = None) -> Warp:
    """`warp` with the embedded expression model, or one from a file."""
    if weights is not None and not Path(weights).is_file():
        raise WeightsError(
            f"`weights` of warp must be an expression model file, got '{weights}'. "
            "Leave it out to use the embedded one."
        )
    return Warp(ExpressionModel.load(None if weights is None else Path(weights)))
