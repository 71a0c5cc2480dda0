"""How far a driving head is turned beyond the source's own."""

from __future__ import annotations

import numpy as np

from reenact.face.pose import head_pose
from reenact.types import HeadPose, Points


def turn_beyond(source: Points, driving: Points) -> HeadPose:
    """Degrees that the source's head has to turn to look as far aside as the driving head.

    Args:
        source, driving: (478, 3) pixels, each of its own picture.

    Returns:
        Nothing for a frontal driving head, and for one in the source's own pose.
    """
    here, there = head_pose(source), head_pose(driving)
    return HeadPose(
        yaw=_beyond(here.yaw, there.yaw),
        pitch=_beyond(here.pitch, there.pitch),
        roll=_beyond(here.roll, there.roll),
    )


def _beyond(here: float, there: float) -> float:
    """How far `there` lies beyond `here`, seen from the frontal pose."""
    return there - float(np.clip(here, min(0.0, there), max(0.0, there)))
