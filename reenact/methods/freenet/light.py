"""A light GAG that minutes on a processor can train, and that runs live on one.

It keeps the paper's four parts (image encoder, landmark encoder, a transformer whose three parts
each read the landmark features, decoder) and departs where an hour of two cores cannot teach a
decoder every face: it looks at the reference moved along its landmarks, corrects that motion, and
paints with a mask only what no motion can show. README.md says more.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from reenact.geometry.landmark_maps import MAP_CHANNELS
from reenact.methods.freenet.config import GAGConfig
from reenact.nn.mover import FLOW_UNIT, STEP, Fields, Mover, composed


class LightGAG(Mover):
    """The reference with other landmarks: moved, toned, and painted where that is not enough."""

    def __init__(self, config: GAGConfig) -> None:
        inside = MAP_CHANNELS * (STEP // 2) ** 2 + 2
        super().__init__(config.widths, inside, config.landmark_channels)
        self.config = config

    def forward(self, reference: Tensor, maps: Tensor, flow: Tensor) -> Tensor:
        """See `parts`; (B, 3, S, S) 0..1."""
        return self.parts(reference, maps, flow)[0]

    def parts(
        self, reference: Tensor, maps: Tensor, flow: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The output, and what it is made of; arguments as in `fields`.

        Returns:
            (B, 3, S, S) output, (B, 1, S, S) share that is painted, (B, 2, S/4, S/4) correction of
            the motion, pixels, (B, 3, S, S) the paint, everywhere.
        """
        fields = self.fields(reference, maps, flow)
        output, mask = composed(reference, fields)
        return output, mask, fields[0] - flow, fields[3]

    def fields(self, reference: Tensor, maps: Tensor, flow: Tensor) -> Fields:
        """What an output is composed of, at any resolution.

        Args:
            reference: (B, 3, S, S) 0..1.
            maps: (B, 5, S/2, S/2) 0..1, `landmark_maps` of the wanted geometry.
            flow: (B, 2, S/4, S/4) pixels, `landmark_flow`.
        """
        geometry = torch.cat([F.pixel_unshuffle(maps, STEP // 2), flow / FLOW_UNIT], 1)
        return self.heads(self.features(reference, geometry, flow), flow, maps[:, 2:3])
