"""The losses of TL2F (section 2.2), and its critics."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from reenact.nn.patch_critic import LightCritic, PatchCritic


class Critics(nn.Module):
    """D of each person: a PatchGAN each, or one small PatchGAN that is told who it is.

    Args:
        people: how many.
        is_light: one for all.
    """

    def __init__(self, people: int, is_light: bool) -> None:
        super().__init__()
        self.people, self.is_light = people, is_light
        count = 1 if is_light else people
        make = (lambda: LightCritic(people)) if is_light else (lambda: PatchCritic(3))
        self.critics = nn.ModuleList(make() for _ in range(count))

    def forward(self, pictures: Tensor, people: Tensor) -> Tensor:
        """Scores of (B, 3, S, S) pictures 0..1 of people (B,): (B, 1, h, w)."""
        if self.is_light:
            who = nn.functional.one_hot(people, self.people).to(pictures)
            side = pictures.shape[-1] // 2
            return self.critics[0](pictures, who[..., None, None].expand(-1, -1, side, side))
        scores = [
            self.critics[person](2 * one[None] - 1)
            for one, person in zip(pictures, people.tolist(), strict=True)
        ]
        return torch.cat(scores)


def pixel_loss(output: Tensor, target: Tensor, face: Tensor, face_weight: float) -> Tensor:
    """Equation 2; a pixel of the face counts `face_weight` times one beside it.

    Args:
        output, target: (B, 3, S, S). face: (B, 1, S, S) 0..1.
    """
    weight = 1 + (face_weight - 1) * face
    return (weight * (output - target).abs()).mean() / weight.mean()


def same_cut(pictures: tuple[Tensor, ...], side: int) -> tuple[Tensor, ...]:
    """The same random square of some pictures (B, 3, S, S), near the middle, where the face is."""
    size = pictures[0].shape[-1]
    if not side or side >= size:
        return pictures
    low, high = (size - side) // 6, size - side - (size - side) // 6
    x, y = (int(torch.randint(low, high + 1, ())) for _ in range(2))
    return tuple(one[:, :, y : y + side, x : x + side] for one in pictures)
