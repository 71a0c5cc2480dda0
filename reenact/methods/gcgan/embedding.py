"""Network E: the facial geometry embedding (Table 3, left column)."""

from __future__ import annotations

from torch import Tensor, nn

from reenact.methods.gcgan.config import GEOMETRY, EmbeddingConfig


class Embedding(nn.Module):
    """E_enc from landmarks to the manifold of expressions, and E_dec back."""

    def __init__(self, config: EmbeddingConfig | None = None) -> None:
        super().__init__()
        self.config = config or EmbeddingConfig()
        widths = self.config.widths
        middle = len(widths) // 2 + 1
        self.encoder = nn.Sequential(*_layers((GEOMETRY, *widths[:middle])))
        self.decoder = nn.Sequential(
            *_layers(widths[middle - 1 :]), nn.Linear(widths[-1], GEOMETRY), nn.Tanh()
        )

    def forward(self, geometry: Tensor) -> tuple[Tensor, Tensor]:
        """z_g (B, 32) of landmarks (B, 136), and the landmarks (B, 136) that it still shows."""
        z = self.encoder(geometry)
        return z, self.decoder(z)


def _layers(widths: tuple[int, ...]) -> list[nn.Module]:
    """FC, BN, ReLU of each width after the first."""
    layers: list[nn.Module] = []
    for before, after in zip(widths, widths[1:], strict=False):
        layers += [nn.Linear(before, after), nn.BatchNorm1d(after), nn.ReLU()]
    return layers
