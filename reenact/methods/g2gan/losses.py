"""Equations 4, 6, 7 and 8, and the weights as they grow."""

from __future__ import annotations

from torch import Tensor

from reenact.losses.parts import pixel_loss
from reenact.methods.g2gan.config import G2GANLossWeights


def identity_weight(weights: G2GANLossWeights, progress: float) -> float:
    """alpha_2: it grows along with training (section 4.2).

    Args:
        progress: 0 to 1 of the run.

    Example:
        >>> round(identity_weight(G2GANLossWeights(), 0.5), 2)
        0.3
    """
    share = min(max(progress, 0.0), 1.0)
    return weights.identity + share * (weights.identity_end - weights.identity)


def cycle_loss(sources: tuple[Tensor, Tensor], rebuilt: tuple[Tensor, Tensor]) -> Tensor:
    """Eq. 4: L1 of both sources and what both generators in turn make of them."""
    return sum((a - b).abs().mean() for a, b in zip(sources, rebuilt, strict=True))


def paired_pixel_loss(
    output: Tensor, truth: Tensor, is_real: Tensor, parts: Tensor, kind: Tensor, weight: float
) -> Tensor:
    """Eq. 7 over those of a batch whose truth is a photograph as it was taken.

    Args:
        output, truth: (B, 3, S, S).
        is_real: (B,) 1 or 0. parts: (B, 1, S, S). kind, weight: see `pixel_loss`.

    Returns:
        A scalar, 0 where none of them is.
    """
    rows = is_real > 0
    if not bool(rows.any()):
        return output.sum() * 0.0
    share = rows.float().mean()
    found = pixel_loss(output[rows], truth[rows], parts[rows], kind[rows], weight)
    return share * found


def turn_weight(weight: float, step: int, every: int) -> float:
    """The weight of a term that only each `every`-th step has: all of it then, else 0."""
    return weight * every if step % every == 0 else 0.0
