"""Losses of GC-GAN."""

from __future__ import annotations

from torch import Tensor

from reenact.errors import ShapeError

MARGIN = 5.0
"""m of equation 4 (appendix)."""


def contrastive_loss(
    z: Tensor, reference: Tensor, differs: Tensor, margin: float = MARGIN
) -> Tensor:
    """L_contr, equation 4: same expressions together, others at least a margin apart.

    Args:
        z, reference: (B, Z) embeddings.
        differs: (B,) alpha: 1 where the expression labels differ, 0 where they are the same.
        margin: least squared distance of different expressions.

    Returns:
        A scalar, 0 where all pairs are as they should be.

    Example:
        >>> import torch
        >>> near, far = torch.zeros(2, 1), torch.tensor([[1.0], [3.0]])
        >>> contrastive_loss(near, far, torch.tensor([1.0, 1.0]))
        tensor(1.)
    """
    if z.shape != reference.shape or differs.shape != z.shape[:1]:
        got = f"{tuple(z.shape)}, {tuple(reference.shape)} and {tuple(differs.shape)}"
        raise ShapeError(f"`z`, `reference` and `differs` must be (B, Z), (B, Z), (B,), got {got}.")
    squared = (z - reference).square().sum(dim=1)
    apart, together = (margin - squared).relu(), squared
    return (differs * apart / 2 + (1 - differs) * together / 2).mean()


def landmark_loss(made: Tensor, geometry: Tensor, weights: Tensor | None = None) -> Tensor:
    """L_gr: squared distance of landmarks (B, 136) and what E makes of them, mean over faces.

    Args:
        made, geometry: (B, 136).
        weights: (136,) how much each number counts; the paper has no such weights.
    """
    squared = (made - geometry).square()
    return (squared if weights is None else weights * squared).sum(dim=1).mean()
