"""Figure 4 of GC-GAN: the manifold of expressions, without and with the contrastive loss.

E is trained twice on ICT-FaceKit people by the paper's recipe, alike but for L_contr, and shown
people who were left out; a third picture shows the embedded E.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from bench.tsne import tsne
from reenact.geometry.expression import ExpressionModel
from reenact.methods import gcgan
from reenact.methods.gcgan.embedding import Embedding
from reenact.methods.gcgan.labels import mesh_faces
from reenact.methods.gcgan.pretrain import EmbeddingRecipe, train_embedding
from reenact.training.expression import CACHE
from reenact.training.expression_meshes import PROTOTYPES, load_meshes

_NEIGHBORS = 5
_STEPS = 3000
_POSED = 1  # each third entry of the bank is a posed emotion


def draw_manifold(data: Path, output: Path, weights: Path | None = None) -> list[str]:
    """Write the picture; one line for each part of it.

    Args:
        data: folder with ict_facekit, for the meshes; they are cached.
        output: PNG.
        weights: of the third picture; None for the embedded ones.
    """
    meshes = load_meshes("ict", data, data.resolve().parent / "models", CACHE)
    model = ExpressionModel.load()
    shown = mesh_faces(meshes, model, "held_out")
    names = np.array([expression_of(entry) for entry in shown.label])
    kept = np.flatnonzero(names != "")
    faces = {"meshes": mesh_faces(meshes, model, "train")}
    parts = {
        "without the contrastive loss": train_embedding(
            faces, EmbeddingRecipe(contrast=0.0, steps=_STEPS)
        ),
        "with it": train_embedding(faces, EmbeddingRecipe(steps=_STEPS)),
        "embedded weights": gcgan.create(weights).embedding,
    }
    codes = {title: _codes(one, shown.geometry[kept]) for title, one in parts.items()}
    _plot({title: tsne(code) for title, code in codes.items()}, names[kept], output)
    return [
        f"{title:30} {len(kept)} faces of people left out, "
        f"{agreement(code, names[kept]):.3f} of the {_NEIGHBORS} nearest show the same expression"
        for title, code in codes.items()
    ]


def expression_of(entry: int) -> str:
    """Name of an entry of the bank of expressions; empty where it has none (mixtures)."""
    if entry < 0:
        return "neutral"
    return list(PROTOTYPES)[entry // 3 % len(PROTOTYPES)] if entry % 3 == _POSED else ""


def agreement(codes: NDArray, names: NDArray) -> float:
    """Share of each face's nearest neighbors (N, D) that have its name (N,)."""
    squares = ((codes[:, None] - codes[None]) ** 2).sum(-1)
    np.fill_diagonal(squares, np.inf)
    nearest = np.argsort(squares, axis=1)[:, :_NEIGHBORS]
    return float((names[nearest] == names[:, None]).mean())


def _codes(network: Embedding, faces: NDArray) -> NDArray[np.float32]:
    with torch.no_grad():
        return network.encoder(torch.from_numpy(faces)).numpy()


def _plot(layouts: dict[str, NDArray], names: NDArray, output: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, len(layouts), figsize=(5 * len(layouts), 5.2))
    colors = plt.get_cmap("tab10")
    for axis, (title, places) in zip(axes, layouts.items(), strict=True):
        for number, name in enumerate(sorted(set(names))):
            chosen = places[names == name]
            axis.scatter(*chosen.T, s=14, color=colors(number), label=name.replace("_", ", "))
        axis.set_title(title)
        axis.set_xticks([])
        axis.set_yticks([])
    axes[-1].legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
    figure.tight_layout()
    figure.savefig(output, dpi=110)
    plt.close(figure)
