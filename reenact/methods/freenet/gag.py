"""The geometry-aware generator (GAG) to the letter, section 3.2, Eq. 7.

Image encoder, landmark encoder, a transformer of nine residual blocks in three parts, each of which
reads the landmark features too, and an image decoder. The paper gives no layer table; widths, the
16 landmark channels and the convolution beside each residual block are those of the authors' public
code, and the sum comes to Table 2's 17.3 M within 3 %.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from reenact.methods.freenet.config import GAGConfig
from reenact.nn.resnet import ResBlock, begin_normal, conv_norm, up_norm


class GAG(nn.Module):
    """I_{T,n} = decoder(transformer(encoder(I_{T,r}), landmark encoder(L_{T,n})))."""

    def __init__(self, config: GAGConfig) -> None:
        super().__init__()
        self.config = config
        width, geometry = config.width, config.landmark_channels
        self.image_encoder = nn.Sequential(
            *conv_norm(3, width, 7),
            *conv_norm(width, 2 * width, 3, stride=2),
            *conv_norm(2 * width, 4 * width, 3, stride=2),
        )
        self.landmark_encoder = nn.Sequential(
            *conv_norm(1, geometry // 2, 3),
            *conv_norm(geometry // 2, geometry, 3),
            *conv_norm(geometry, geometry, 3)[:-1],
        )
        every = config.blocks // 3
        self.transformer = nn.ModuleList(
            ResBlock(4 * width + (geometry if (i + 1) % every == 0 else 0), 4 * width)
            for i in range(config.blocks)
        )
        self.image_decoder = nn.Sequential(
            *up_norm(4 * width, 2 * width),
            *up_norm(2 * width, width),
            nn.Conv2d(width, 3, 7, padding=3, padding_mode="reflect"),
            nn.Tanh(),
        )
        self.apply(begin_normal)

    def forward(self, reference: Tensor, landmarks: Tensor) -> Tensor:
        """The reference face with another geometry.

        Args:
            reference: (B, 3, S, S) 0..1, the paper's I_{T,r}; S is 256.
            landmarks: (B, 1, S/4, S/4) 0..1, the paper's L_{T,n}.

        Returns:
            (B, 3, S, S) 0..1.
        """
        geometry = self.landmark_encoder(2 * landmarks - 1)  # (B, 16, S/4, S/4)
        x = self.image_encoder(2 * reference - 1)  # (B, 256, S/4, S/4)
        every = self.config.blocks // 3
        for i, block in enumerate(self.transformer):
            reads = (i + 1) % every == 0
            x = block(torch.cat([x, geometry], 1) if reads else x)
        return (self.image_decoder(x) + 1) / 2
