"""Adversarial losses: logarithm, least squares, hinge, Wasserstein with gradient penalty.

Scores are what a discriminator gives: a tensor of any shape, or a list of them (one a scale).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from reenact.errors import UnknownNameError

Scores = Tensor | Sequence[Tensor]
KINDS = ("log", "lsgan", "hinge", "wgan")


def discriminator_loss(real: Scores, made: Scores, kind: str = "lsgan") -> Tensor:
    """What the discriminator minimizes. For `wgan` add `gradient_penalty`.

    Args:
        real: scores of real pictures.
        made: scores of outputs, made from detached pictures.
        kind: `log` (Goodfellow et al., 2014), `lsgan` (Mao et al., 2017), `hinge` (Lim and Ye,
            2017) or `wgan` (Gulrajani et al., 2017).

    Returns:
        A scalar. 0 is perfect for `lsgan` and `hinge`, and the limit of `log`; `wgan` has no lower
        bound.
    """
    _check(kind)
    return _mean(real, _REAL[kind]) + _mean(made, _MADE[kind])


def generator_loss(made: Scores, kind: str = "lsgan") -> Tensor:
    """What the generator minimizes, from the scores of its outputs; 0 is perfect for `lsgan`."""
    _check(kind)
    return _mean(made, _WANTED[kind])


def gradient_penalty(
    discriminator: Callable[[Tensor], Scores], real: Tensor, made: Tensor
) -> Tensor:
    """(|gradient| - 1)^2 between real and made pictures, mean over the batch (WGAN-GP, eq. 3).

    Args:
        discriminator: pictures to scores.
        real, made: (B, C, H, W), the same shape.

    Returns:
        A scalar, 0 where the gradient's norm is 1 everywhere. The paper's weight is 10.
    """
    share = torch.rand(len(real), 1, 1, 1, device=real.device)
    between = (real + share * (made.detach() - real)).requires_grad_(True)
    scores = _list(discriminator(between))
    total = torch.stack([score.float().sum() for score in scores]).sum()
    (slope,) = torch.autograd.grad(total, between, create_graph=True)
    norm = (slope.float().square().flatten(1).sum(dim=1) + 1e-12).sqrt()  # (B,)
    return (norm - 1).square().mean()


_REAL = {
    "log": lambda s: functional.softplus(-s),
    "lsgan": lambda s: (s - 1).square(),
    "hinge": lambda s: (1 - s).relu(),
    "wgan": lambda s: -s,
}
_MADE = {
    "log": lambda s: functional.softplus(s),
    "lsgan": lambda s: s.square(),
    "hinge": lambda s: (1 + s).relu(),
    "wgan": lambda s: s,
}
_WANTED = {
    "log": lambda s: functional.softplus(-s),
    "lsgan": lambda s: (s - 1).square(),
    "hinge": lambda s: -s,
    "wgan": lambda s: -s,
}


def _mean(scores: Scores, rule: Callable[[Tensor], Tensor]) -> Tensor:
    """Mean over all places, then over scales."""
    return torch.stack([rule(score.float()).mean() for score in _list(scores)]).mean()


def _list(scores: Scores) -> list[Tensor]:
    return [scores] if isinstance(scores, Tensor) else list(scores)


def _check(kind: str) -> None:
    if kind not in KINDS:
        raise UnknownNameError("adversarial loss", kind, KINDS)
