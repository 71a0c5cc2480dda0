"""Landmarks drawn for the finer blocks of TL2F, so that these know where things lie."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from reenact.geometry.landmark_maps import landmark_maps
from reenact.landmark_driven import FACE_PX
from reenact.methods.landmarkgan.space import as_pixels


def draw_maps(points: Tensor, side: int) -> Tensor:
    """(B, 106, 2) normalized points as (B, 5, side, side) maps by part, 0..1, without gradient."""
    rows = [landmark_maps(as_pixels(one), FACE_PX, side) for one in points.detach().cpu().numpy()]
    return torch.from_numpy(np.stack(rows)).to(points).div(255)
