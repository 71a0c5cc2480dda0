"""Network E alone, first: L_E = L_contr + L_gr (section 3.3, overall learning).

python -m reenact.methods.gcgan embed --pack FILE [--meshes FILE] -o E.safetensors
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.optim import Adam

from reenact.methods.gcgan.config import POINTS, EmbeddingConfig
from reenact.methods.gcgan.embedding import Embedding
from reenact.methods.gcgan.labels import Faces
from reenact.methods.gcgan.losses import contrastive_loss, landmark_loss

logger = logging.getLogger(__name__)
SHARES = {"made": 0.5, "meshes": 0.3, "named": 0.2}
"""Share of each kind of faces in a batch, where there is more than one kind."""
BROWS, EYES = slice(17, 27), slice(36, 48)
"""Of the 68 points."""
_STRONGEST = 1.15


@dataclass(frozen=True)
class EmbeddingRecipe:
    """How E is trained; rate, betas, batch size and weights are the paper's.

    Attributes:
        contrast, landmarks: lambda 1 and 2.
        of_mean: whether E_dec shall give the mean person with the expression instead of the face
            that E_enc saw, so that an embedding has no need to know whose face it was.
        noise: deviation of landmarks, so that a detector's trembling moves nothing; 0.002 is about
            half a pixel of a 256 crop.
        mix: how far faces at rest are varied: this much, at most, of the difference of two other
            people is added, so that E meets more people than there are. 0 for none.
        weaker: share of faces whose expression is scaled by 0 to 1.15; both of a pair with one
            label alike, so that their expressions stay the same.
        eyes, brows: how much more L_gr counts the points of both; they move little.
        steps, batch, rate, beta1, beta2, seed: as usual.
    """

    net: EmbeddingConfig = EmbeddingConfig()
    contrast: float = 1.0
    landmarks: float = 1.0
    of_mean: bool = False
    noise: float = 0.002
    mix: float = 0.0
    weaker: float = 0.0
    eyes: float = 1.0
    brows: float = 1.0
    steps: int = 6000
    batch: int = 64
    rate: float = 3e-4
    beta1: float = 0.5
    beta2: float = 0.999
    seed: int = 0


def train_embedding(faces: Faces, recipe: EmbeddingRecipe | None = None) -> Embedding:
    """E for some labelled faces, in evaluation mode."""
    recipe = recipe or EmbeddingRecipe()
    rng = np.random.default_rng([recipe.seed, 17])
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        network = Embedding(recipe.net).train()
    optimizer = Adam(network.parameters(), recipe.rate, (recipe.beta1, recipe.beta2))
    rests = np.concatenate([kind.rest for kind in faces.values()])
    mean, weights = torch.from_numpy(rests.mean(0)), point_weights(recipe)
    for step in range(recipe.steps):
        seen, differs, moves = _batch(faces, rests, rng, recipe)
        z, back = network(seen)
        wanted = mean + moves if recipe.of_mean else seen
        losses = {"landmarks": recipe.landmarks * landmark_loss(back, wanted, weights)}
        if recipe.contrast:
            loss = contrastive_loss(*z.chunk(2), differs)
            losses["contrast"] = recipe.contrast * loss
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate * min(1.0, 3 * (1 - step / recipe.steps))
        optimizer.zero_grad(set_to_none=True)
        torch.stack(list(losses.values())).sum().backward()
        optimizer.step()
        if step % 1000 == 999:
            logger.info("E %d %s", step + 1, {n: round(v.item(), 4) for n, v in losses.items()})
    if not recipe.landmarks:
        silence(network)
    return network.eval().requires_grad_(False)


def silence(network: Embedding) -> None:
    """E_dec that was not trained says one and the same face, not noise: nothing begins to move."""
    for parameter in network.decoder[-2].parameters():
        torch.nn.init.zeros_(parameter)


def point_weights(recipe: EmbeddingRecipe) -> Tensor:
    """(136,) how much L_gr counts each number."""
    weights = torch.ones(POINTS)
    weights[EYES], weights[BROWS] = recipe.eyes, recipe.brows
    return weights.repeat_interleave(2)


def _batch(
    faces: Faces, rests: NDArray, rng: np.random.Generator, recipe: EmbeddingRecipe
) -> tuple[Tensor, ...]:
    """Pairs of all kinds, the second faces after the first: (2 B, 136), alpha (B,), moves."""
    total = sum(SHARES[kind] for kind in faces)
    parts = [
        faces[kind].draw(rng, max(2, round(recipe.batch * SHARES[kind] / total))) for kind in faces
    ]
    first, second, differs, *both = (np.concatenate(column) for column in zip(*parts, strict=True))
    moves = np.concatenate(both)
    seen = _varied(np.concatenate([first, second]) - moves, rests, rng, recipe.mix)
    moves = moves * _strengths(differs, rng, recipe.weaker)
    seen = seen + moves + recipe.noise * rng.standard_normal(seen.shape, np.float32)
    columns = seen.astype(np.float32), differs, moves.astype(np.float32)
    return tuple(torch.from_numpy(column) for column in columns)


def _varied(faces: NDArray, rests: NDArray, rng: np.random.Generator, mix: float) -> NDArray:
    """Other people at rest: (N, 136) with some of the difference of two of `rests` added."""
    if not mix:
        return faces
    one, other = rests[rng.integers(len(rests), size=(2, len(faces)))]
    return faces + mix * rng.random((len(faces), 1)) * (one - other)


def _strengths(differs: NDArray, rng: np.random.Generator, share: float) -> NDArray:
    """(2 B, 1) how much of each expression is shown; the same for pairs with one label."""
    first, second = np.where(
        rng.random((2, len(differs))) < share, rng.uniform(0, _STRONGEST, (2, len(differs))), 1
    )
    return np.concatenate([first, np.where(differs > 0, second, first)])[:, None]
