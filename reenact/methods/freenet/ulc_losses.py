"""The losses of the landmark converter, Eq. 2 to 6, with least-squares discriminators.

The paper writes the discriminators' losses with logarithms (Eq. 5, 6); the authors' code, and this
one, uses least squares. That code also converts each driving face with its own person at rest,
which must change nothing: the identity term. Distances are means over coordinates in crop pixels,
as in that code; so the discriminators weigh little beside them.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from reenact.methods.freenet.config import ULCLossWeights
from reenact.methods.freenet.ulc import ULC, IdentityDiscriminator, LandmarkDiscriminator


@dataclass(frozen=True)
class ULCBatch:
    """What one step sees; crop pixels.

    Attributes:
        source: (B, K, 2) l_{T,r}, the source person at rest.
        driving: (B, K, 2) l_{S,n}.
        target: (B, K, 2) l_{T,n}, the truth: the source person with the driving expression.
        driving_rest: (B, K, 2) l_{S,r}, the driving person at rest, for the cycle.
        source_other: (B, K, 2) the source person in a random state, D_S's second face.
        pick: (B,) the source of each driving face, where there are fewer sources than driving
            faces. Then `source` is (S, K, 2), and `target` (S, B, K, 2): every source with every
            driving expression.
    """

    source: Tensor
    driving: Tensor
    target: Tensor
    driving_rest: Tensor
    source_other: Tensor
    pick: Tensor | None = None

    def paired(self, faces: Tensor) -> Tensor:
        """(B, K, 2) of (S, B, K, 2): each driving face with its own source."""
        if self.pick is None:
            return faces
        return faces[self.pick, torch.arange(len(self.pick), device=faces.device)]


class Discriminators(nn.Module):
    """D_TF and D_S."""

    def __init__(self, points: int = 106, width: int = 512) -> None:
        super().__init__()
        self.real = LandmarkDiscriminator(points, width)  # D_TF
        self.identity = IdentityDiscriminator(points, width)  # D_S

    def scores(self, points: Tensor, other: Tensor) -> list[Tensor]:
        """D_TF(points) and D_S(points, other), each (B, 1)."""
        return [self.real(points), self.identity(points, other)]


def point_distance(output: Tensor, target: Tensor) -> Tensor:
    """Mean absolute difference of coordinates, in pixels. Eq. 3.

    Example:
        >>> point_distance(torch.zeros(1, 106, 2), torch.full((1, 106, 2), 0.5))
        tensor(0.5000)
    """
    return (output - target).abs().mean()


def converter_loss(
    ulc: ULC, batch: ULCBatch, weights: ULCLossWeights, judges: Discriminators | None = None
) -> tuple[Tensor, Tensor]:
    """L_ULC, Eq. 2, and the converted faces (B, K, 2), which the discriminators learn from.

    Args:
        ulc: the converter.
        batch: what it sees.
        weights: terms of weight 0 are not worked out.
        judges: needed where `weights.adversarial` is not 0.
    """
    convert = ulc if batch.pick is None else ulc.grid
    output = convert(batch.source, batch.driving)  # (B, K, 2) or (S, B, K, 2)
    loss = weights.l1 * point_distance(output, batch.target)
    output = batch.paired(output)  # (B, K, 2)
    if weights.cycle:  # Eq. 4
        back = ulc(batch.driving_rest, output)  # (B, K, 2)
        loss = loss + weights.cycle * point_distance(back, batch.driving)
    if weights.identity:
        same = ulc(batch.driving_rest, batch.driving)  # (B, K, 2)
        loss = loss + weights.identity * point_distance(same, batch.driving)
    if weights.adversarial:
        assert judges is not None
        scores = judges.scores(output, batch.source_other)
        loss = loss + weights.adversarial * sum((score - 1).square().mean() for score in scores)
    return loss, output


def discriminator_loss(judges: Discriminators, batch: ULCBatch, output: Tensor) -> Tensor:
    """Least-squares form of Eq. 5 and 6: real faces score 1, converted ones 0.

    Args:
        judges: both discriminators.
        batch: `target` is the real face, `source_other` the same person in another state.
        output: (B, K, 2) converted faces; no gradient goes back into them.
    """
    real = judges.scores(batch.paired(batch.target), batch.source_other)
    fake = judges.scores(output.detach(), batch.source_other)
    parts = [(r - 1).square().mean() + f.square().mean() for r, f in zip(real, fake, strict=True)]
    return 0.5 * torch.stack(parts).sum()
