"""Expression of a face, read off its landmarks by rules; no network, so none that a method aims at.

Thirteen lengths (brow heights, lid gap, mouth corners ...) of the face turned to the front, in eye
distances, less those of the same person at rest, over their spread among people at rest. FACS says
which of them each of seven emotions moves, and where to (EMFACS, Friesen and Ekman 1983); the
nearest by angle is the expression, and where little moves it is `neutral`.

On RaFD's published landmarks (67 people, 8 expressions, frontal view, each against the same
person's neutral picture) the rule names 92 % as RaFD does; G2-GAN's classifier names 67 % of
Oulu-CASIA's real pictures, another set. The directions are FACS's; where a length saturates and
where `neutral` ends was chosen with RaFD in view, so 92 % is not a held-out figure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bench.metrics.checks import check_finite
from reenact.errors import ShapeError, UnknownNameError
from reenact.types import Points

MEASURES = (
    *("inner brows", "outer brows", "brow gap", "lid gap", "mouth width", "mouth corners"),
    *("upper lip", "lips' gap", "jaw", "lips' thickness", "corners over middle", "nose wings"),
    "one-sidedness",
)

AT_REST = np.array(
    [0.205, 0.242, 0.297, 0.090, 0.547, -0.760, 0.153, 0.002, 0.754, 0.190, 0.001, -0.474, 0.010]
)
"""Mean over 82 people at rest (Face Research Lab London Set, CC BY 4.0), eye distances."""

SPREAD = np.array(
    [0.025, 0.027, 0.014, 0.009, 0.033, 0.036, 0.028, 0.005, 0.048, 0.044, 0.016, 0.022, 0.007]
)
"""Standard deviation over the same people, eye distances."""

_FULL = 2.0
"""Spreads from which more of a movement says little more."""

REST = 1.0
"""Length of `expression_vector` up to which a face is at rest."""

SIGNS: dict[str, tuple[float, ...]] = {
    "anger": (-1, -1, -0.5, -0.5, 0, 0, 0, 0, 0, -1, 0, 0, 0),  # AU 4 + 7 + 23
    "contempt": (0, 0, 0, 0, 0.3, 0, 0, 0, 0, 0, 0.3, 0, 1),  # 12 + 14 on one side
    "disgust": (-1, -0.5, 0, -1, 0, 0, -1, 0.5, 0, 0, 0, 1, 0),  # 9 + 10
    "fear": (1, 0.5, 0, 1, 0.5, -0.5, 0, 0.5, 0, 0, -0.5, 0, 0),  # 1 + 2 + 4 + 5 + 20 + 25
    "happiness": (0, 0, 0, -0.5, 1, 1, -0.5, 0.5, 0, -0.5, 1, 0, 0),  # 6 + 12
    "sadness": (0.5, 0, -0.5, -0.5, 0, -0.5, 0, 0, 0, 0, -1, 0, 0),  # 1 + 4 + 15
    "surprise": (1, 1, 0, 0.5, -0.5, -0.5, 0, 1, 1, 0, 0, 0, 0),  # 1 + 2 + 5 + 26
}
EXPRESSIONS = ("neutral", *SIGNS)

_SPELLINGS = {
    **{"angry": "anger", "disgusted": "disgust", "contemptuous": "contempt", "afraid": "fear"},
    **{"fearful": "fear", "happy": "happiness", "smile": "happiness", "smiling": "happiness"},
    **{"joy": "happiness", "sad": "sadness", "surprised": "surprise", "calm": "neutral"},
}


def expression_name(label: str) -> str:
    """The expression that a data set's label means (happy, smiling, joy: happiness).

    Raises:
        UnknownNameError: it is none of `EXPRESSIONS`.
    """
    name = label.strip().lower()
    name = _SPELLINGS.get(name, name)
    if name not in EXPRESSIONS:
        raise UnknownNameError("expression", label, EXPRESSIONS)
    return name


def measures(points: Points) -> NDArray[np.float64]:
    """The thirteen lengths of a face.

    Args:
        points: (68, 2) ibug68 landmarks of a face turned to the front, any scale.

    Returns:
        (13,) eye distances; up, wider and open are more.
    """
    x, y = _leveled(points).T
    lips = (y[51] + y[57]) / 2
    corners = (y[48] + y[54]) / 2
    gap = y[66] - y[62]
    return np.array(
        [
            (y[39] + y[42] - y[21] - y[22]) / 2,
            (y[36] + y[45] - y[18] - y[25]) / 2,
            x[22] - x[21],
            (y[[40, 41, 46, 47]].sum() - y[[37, 38, 43, 44]].sum()) / 4,
            np.hypot(x[54] - x[48], y[54] - y[48]),
            -corners,
            y[51] - y[33],
            gap,
            y[8] - y[33],
            y[57] - y[51] - gap,
            lips - corners,
            -(y[31] + y[35]) / 2,
            abs(y[48] - y[54]),
        ]
    )


def mesh_measures(mesh: Points) -> NDArray[np.float64]:
    """`measures` of a (478, 3) mediapipe478 mesh of any pose."""
    from reenact.face.scheme_tables import mean_mesh
    from reenact.face.schemes import convert
    from reenact.geometry.canonical import canonicalize, check_mesh

    front, _ = canonicalize(check_mesh(mesh), mean_mesh())
    return measures(convert(front, "mediapipe478", "ibug68")[:, :2])


def expression_vector(found: NDArray, at_rest: NDArray | None = None) -> NDArray[np.float64]:
    """What an expression moves, each measure from -1 to 1: (13,); 0 is a face at rest.

    Args:
        found: (13,) `measures` of the face.
        at_rest: (13,) of the same person at rest; without them, of people's mean.
    """
    check_finite(np.asarray(found), "found")
    moved = (found - (AT_REST if at_rest is None else at_rest)) / SPREAD
    return np.tanh(moved / _FULL)


def expression_similarity(output: NDArray, driving: NDArray) -> float:
    """Cosine of two expressions; GC-GAN, table 2, with rules in place of its embedding.

    Args:
        output, driving: (13,) `expression_vector`; driving must not be at rest.

    Returns:
        -1 (opposite) to 1 (the same, at whatever strength).

    Example:
        >>> expression_similarity(np.array([0.0, 3.0]), np.array([4.0, 3.0]))
        0.6
    """
    if output.shape != driving.shape:
        got = f"{output.shape} and {driving.shape}"
        raise ShapeError(f"`output` and `driving` must have the same shape, got {got}.")
    lengths = np.linalg.norm(output) * np.linalg.norm(driving)
    return float(output @ driving / lengths) if lengths > 0 else 0.0


def classify(vector: NDArray) -> str:
    """The expression that a (13,) `expression_vector` shows, one of `EXPRESSIONS`."""
    if np.linalg.norm(vector) < REST:
        return "neutral"
    scores = {
        name: float(vector @ np.array(signs) / np.linalg.norm(signs))
        for name, signs in SIGNS.items()
    }
    return max(scores, key=scores.__getitem__)


def shows(vector: NDArray, label: str) -> float:
    """1 where a (13,) `expression_vector` shows the labeled expression, else 0.

    Raises:
        UnknownNameError: the label is none of `EXPRESSIONS`, nor another word for one.
    """
    return float(classify(vector) == expression_name(label))


def _leveled(points: Points) -> NDArray[np.float64]:
    """(68, 2) with the outer eye corners level, 1 apart, their middle at 0."""
    array = np.asarray(points, np.float64)
    if array.shape != (68, 2):
        raise ShapeError(f"`points` must be (68, 2) ibug68 landmarks, got {array.shape}.")
    check_finite(array, "points")
    right, left = array[36], array[45]
    across = left - right
    size = float(np.hypot(*across))
    if size < 1e-6:
        raise ShapeError("`points` must be a face, its eye corners lie on one another.")
    cos, sin = across / size
    return (array - (right + left) / 2) @ np.array([[cos, -sin], [sin, cos]]) / size
