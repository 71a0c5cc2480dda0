"""What moves at the contour of a face when its expression changes, and what does not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reenact.geometry.regions import OVAL
from reenact.geometry.topology import face_triangles

_BROW, _CHIN = 168, 152  # between the eyes, and the lowest point of the contour


def contour_give(points: NDArray) -> NDArray[np.float32]:
    """(478,) how far each point goes along with an expression, 0..1.

    The landmarks of the contour move when somebody smiles; temples, ears and hair do not. Only the
    jaw really moves, the more the nearer to the chin. Points next to the contour share half of it.

    Args:
        points: (478, 3) source mesh, pixels.
    """
    down = points[_CHIN, :2] - points[_BROW, :2]
    along = (points[:, :2] - points[_BROW, :2]) @ down / max(float(down @ down), 1e-6)
    jaw = np.clip((along - 0.5) / 0.45, 0, 1) ** 2
    oval = np.array(OVAL)
    give = np.ones(len(points), np.float32)
    links = face_triangles()
    beside = np.unique(links[np.isin(links, oval).any(1)])
    give[beside] = 0.5 + 0.5 * jaw[beside]
    give[oval] = jaw[oval]
    return give
