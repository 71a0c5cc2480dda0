"""Network E alone, first: L_E = L_contr + L_gr (section 3.3, overall learning).

python -m reenact.methods.gcgan embed --pack FILE [--meshes FILE] -o E.safetensors
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.optim import Adam

from reenact.methods.gcgan.config import EmbeddingConfig
from reenact.methods.gcgan.embedding import Embedding
from reenact.methods.gcgan.labels import Faces
from reenact.methods.gcgan.losses import contrastive_loss, landmark_loss

logger = logging.getLogger(__name__)
SHARES = {"made": 0.5, "meshes": 0.3, "named": 0.2}
"""Share of each kind of faces in a batch, where there is more than one kind."""


@dataclass(frozen=True)
class EmbeddingRecipe:
    """How E is trained; rate, betas, batch size and weights are the paper's.

    Attributes:
        contrast, landmarks: lambda 1 and 2.
        of_mean: whether E_dec shall give the mean person with the expression instead of the face
            that E_enc saw, so that an embedding has no need to know whose face it was.
        noise: deviation of landmarks, so that a detector's trembling moves nothing; 0.002 is about
            half a pixel of a 256 crop.
        steps, batch, rate, beta1, beta2, seed: as usual.
    """

    net: EmbeddingConfig = EmbeddingConfig()
    contrast: float = 1.0
    landmarks: float = 1.0
    of_mean: bool = False
    noise: float = 0.002
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
    mean = torch.from_numpy(np.concatenate([kind.rest for kind in faces.values()]).mean(0))
    for step in range(recipe.steps):
        seen, differs, moves = _batch(faces, rng, recipe)
        z, back = network(seen)
        wanted = mean + moves if recipe.of_mean else seen
        losses = {"landmarks": recipe.landmarks * landmark_loss(back, wanted)}
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


def _batch(faces: Faces, rng: np.random.Generator, recipe: EmbeddingRecipe) -> tuple[Tensor, ...]:
    """Pairs of all kinds, the second faces after the first: (2 B, 136), alpha (B,), moves."""
    total = sum(SHARES[kind] for kind in faces)
    parts = [
        faces[kind].draw(rng, max(2, round(recipe.batch * SHARES[kind] / total))) for kind in faces
    ]
    first, second, differs, *moves = (np.concatenate(column) for column in zip(*parts, strict=True))
    seen = np.concatenate([first, second])
    seen = seen + recipe.noise * rng.standard_normal(seen.shape, np.float32)
    columns = seen.astype(np.float32), differs, np.concatenate(moves).astype(np.float32)
    return tuple(torch.from_numpy(column) for column in columns)
