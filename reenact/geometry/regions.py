"""Named points of the MediaPipe face mesh, and how much each point belongs to a region.

"Left" and "right" are the person's own: the right eye is on the left of the picture.
Rings run around their contour; pairs are (upper, lower) at the same place.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reenact.errors import InputError
from reenact.types import REGIONS, Region

POINT_COUNT = 478

# Contours, from the corner on the left of the picture along the lower side and back on the upper.
LIPS_OUTER = (
    *(61, 146, 91, 181, 84, 17, 314, 405, 321, 375),
    *(291, 409, 270, 269, 267, 0, 37, 39, 40, 185),
)
LIPS_INNER = (
    *(78, 95, 88, 178, 87, 14, 317, 402, 318, 324),
    *(308, 415, 310, 311, 312, 13, 82, 81, 80, 191),
)
RIGHT_EYE = (
    33,
    7,
    163,
    144,
    145,
    153,
    154,
    155,
    133,
    173,
    157,
    158,
    159,
    160,
    161,
    246,
)
LEFT_EYE = (
    362,
    382,
    381,
    380,
    374,
    373,
    390,
    249,
    263,
    466,
    388,
    387,
    386,
    385,
    384,
    398,
)
RIGHT_BROW = (70, 63, 105, 66, 107, 55, 65, 52, 53, 46)
LEFT_BROW = (336, 296, 334, 293, 300, 276, 283, 282, 295, 285)
RIGHT_IRIS = (468, 469, 470, 471, 472)  # the center first
LEFT_IRIS = (473, 474, 475, 476, 477)
OVAL = (
    *(
        10,
        338,
        297,
        332,
        284,
        251,
        389,
        356,
        454,
        323,
        361,
        288,
        397,
        365,
        379,
        378,
        400,
        377,
    ),
    *(
        152,
        148,
        176,
        149,
        150,
        136,
        172,
        58,
        132,
        93,
        234,
        127,
        162,
        21,
        54,
        103,
        67,
        109,
    ),
)
JAW = (*(288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58),)
CHIN = (18, 200, 199, 175, 152, 83, 313, 201, 421, 208, 428, 171, 396)
FOREHEAD = (
    10,
    151,
    109,
    338,
    67,
    297,
    108,
    337,
    69,
    299,
    104,
    333,
    103,
    332,
    54,
    284,
    68,
    298,
)
NOSE_BRIDGE = (168, 6, 197, 195, 5)
NOSE_TIP = 4
IRISES = (*RIGHT_IRIS, *LEFT_IRIS)

# Single points and pairs.
EYE_CORNERS_OUTER = (33, 263)
RIGHT_EYE_CORNERS = (33, 133)  # left of the picture first
LEFT_EYE_CORNERS = (362, 263)
RIGHT_LID_PAIRS = (
    (246, 7),
    (161, 163),
    (160, 144),
    (159, 145),
    (158, 153),
    (157, 154),
    (173, 155),
)
LEFT_LID_PAIRS = (
    (398, 382),
    (384, 381),
    (385, 380),
    (386, 374),
    (387, 373),
    (388, 390),
    (466, 249),
)
MOUTH_CORNERS_OUTER = (61, 291)
MOUTH_CORNERS_INNER = (78, 308)
INNER_LIP_CENTER = (13, 14)
INNER_LIP_PAIRS = (
    *((191, 95), (80, 88), (81, 178), (82, 87), (13, 14)),
    *((312, 317), (311, 402), (310, 318), (415, 324)),
)

# Points that expressions hardly move: eye corners, nose bridge and tip, temples, forehead.
STABLE = (
    *(33, 133, 362, 263),
    *NOSE_BRIDGE,
    NOSE_TIP,
    *(127, 356, 234, 454, 162, 389, 10, 151, 9),
)

_SEEDS: dict[str, tuple[int, ...]] = {
    "mouth": (
        *LIPS_OUTER,
        *LIPS_INNER,
        *CHIN,
        *JAW,
        *(164, 167, 393, 205, 425, 207, 427),
    ),
    "eyes": (*RIGHT_EYE, *LEFT_EYE, *IRISES),
    "brows": (*RIGHT_BROW, *LEFT_BROW, *FOREHEAD, *(9, 8)),
    "rest": (*(1, *NOSE_BRIDGE, NOSE_TIP, 48, 278, 234, 454, 127, 356, 116, 345, 50, 280),),
}
_SOFTNESS = 0.11  # outer eye corner distances; a smaller number makes harder borders


def region_weights(mean: NDArray, region: Region) -> NDArray[np.float32]:
    """How much each point belongs to `region`: (478,), 0 to 1, smooth over the face.

    Args:
        mean: (478, 3) a neutral face, outer eye corners 1 apart.
        region: `all` gives ones; mouth, eyes and brows share the face softly.
    """
    if region not in REGIONS:
        raise InputError(f"`region` must be one of {', '.join(REGIONS)}, got {region!r}.")
    if region == "all":
        return np.ones(POINT_COUNT, np.float32)
    closeness = {name: _closeness(mean, seeds) for name, seeds in _SEEDS.items()}
    total = np.sum(list(closeness.values()), axis=0)
    weights = closeness[region] / total
    weights[list(_SEEDS[region])] = 1.0
    return weights.astype(np.float32)


def _closeness(mean: NDArray, seeds: tuple[int, ...]) -> NDArray[np.float64]:
    """(478,) one at the seeds, falling off with the distance to the nearest of them."""
    points = np.asarray(mean, np.float64)[:, :2]  # the front view; depth would cut the cheeks
    distance = np.linalg.norm(points[:, None] - points[None, list(seeds)], axis=-1).min(axis=1)
    return np.exp(-((distance / _SOFTNESS) ** 2)) + 1e-9
