"""Fit the expression model: `python -m reenact.training.expression --data DIR`.

The network reads an expression off one canonical mesh, as a movement of the 478
points. It is trained on differences: for two meshes of any two people, the
difference of its readings must be the movement of one person who makes both
faces. So whatever it says about face shape cancels out or costs. What it sees:

- made pairs: a person at rest + an expression of somebody else (`expression_sets.py`);
  the expression that it must read is told more or less strongly than the one in the truth,
  as people show one expression more or less strongly;
- london: A at rest and B smiling, the truth is A's own smile;
- ICT-FaceKit: the same expression on two people.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import silu

from reenact import terminal
from reenact.training.expression_batches import Batches
from reenact.training.expression_meshes import DATA_SETS, load_meshes
from reenact.training.expression_sets import Sets, Split, build_sets

logger = logging.getLogger(__name__)
WEIGHTS = Path(__file__).parent.parent / "weights" / "expression.safetensors"
CACHE = Path("/tmp/expr_cache")


@dataclass(frozen=True)
class Recipe:
    """How the network is built and trained. Losses weigh as named; the made pairs weigh 1."""

    steps: int = 2500
    inputs: int = 96
    hidden: int = 192
    code: int = 64
    depth_weight: float = 0.3  # of z in the input coordinates
    dropout: float = 0.2
    learning_rate: float = 3e-3
    weight_decay: float = 0.02
    style: float = 0.2  # deviation of the log strength at which people show one expression
    made_pairs: int = 96
    real_pairs: int = 24
    london_weight: float = 1.0
    ict_weight: float = 0.5
    reader_weight: float = 0.3
    seed: int = 0


class ExpressionNet(nn.Module):
    """Mesh (B, 478, 3) to expression code (B, E) and coefficients (B, C)."""

    def __init__(self, sets: Sets, recipe: Recipe) -> None:
        super().__init__()
        faces, moves = _samples(sets, np.random.default_rng(recipe.seed))
        depth = np.array([1, 1, recipe.depth_weight], np.float32)
        axes, size = _principal_axes((faces - faces.mean(axis=0)) * depth, recipe.inputs)
        scale = 1 / np.sqrt(size * size[20])  # half whitened: small axes count, but not as much
        weight = (axes * scale[:, None] * np.tile(depth, 478)).T
        self.register_buffer("input_weight", _tensor(weight))
        self.register_buffer("input_bias", _tensor((sets.mean - faces.mean(0)).ravel() @ weight))
        self.register_buffer("mean", _tensor(sets.mean))
        depth = np.array([1, 1, 0.5], np.float32)
        axes, size = _principal_axes(np.concatenate([moves, -moves]) * depth, recipe.code)
        self.decode = nn.Parameter(_tensor(axes * size[:, None] / np.tile(depth, 478)))
        self.hidden1 = nn.Linear(recipe.inputs, recipe.hidden)
        self.hidden2 = nn.Linear(recipe.hidden, recipe.hidden)
        self.code = nn.Linear(recipe.hidden, recipe.code)
        self.code_skip = nn.Linear(recipe.inputs, recipe.code, bias=False)
        self.coef = nn.Linear(recipe.hidden, len(sets.names))
        self.coef_skip = nn.Linear(recipe.inputs, len(sets.names), bias=False)
        self.dropout = nn.Dropout(recipe.dropout)
        nn.init.zeros_(self.code.weight)
        nn.init.zeros_(self.code_skip.weight)

    def forward(self, mesh: Tensor) -> tuple[Tensor, Tensor]:
        inputs = (mesh - self.mean).flatten(1) @ self.input_weight + self.input_bias  # (B, I)
        hidden = self.dropout(silu(self.hidden1(inputs)))  # (B, H)
        hidden = self.dropout(silu(self.hidden2(hidden)))  # (B, H)
        code = self.code(hidden) + self.code_skip(inputs)  # (B, E)
        return code, torch.sigmoid(self.coef(hidden) + self.coef_skip(inputs))

    def movement(self, code: Tensor) -> Tensor:
        """Codes (B, E) as movements of the points: (B, 478, 3)."""
        return (code @ self.decode).unflatten(1, (478, 3))


def fit(sets: Sets, recipe: Recipe) -> ExpressionNet:
    """Train the network; deterministic for one recipe on one machine."""
    torch.manual_seed(recipe.seed)
    batches = Batches(sets, recipe.style, recipe.seed)
    net = ExpressionNet(sets, recipe).train()
    settings = {"lr": recipe.learning_rate, "weight_decay": recipe.weight_decay}
    optimizer = torch.optim.AdamW(net.parameters(), **settings)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, recipe.learning_rate, total_steps=recipe.steps, pct_start=0.1
    )
    for step in range(recipe.steps):
        loss = _loss(net, batches, recipe)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if (step + 1) % 500 == 0:
            logger.info("Step %d of %d: loss %.3f.", step + 1, recipe.steps, loss.item())
    return net.eval()


def _loss(net: ExpressionNet, batches: Batches, recipe: Recipe) -> Tensor:
    parts = [batches.made(recipe.made_pairs)]
    parts += [batches.real(name, recipe.real_pairs) for name in ("london", "ict")]
    meshes, labels = batches.labeled(64)
    stacked = [part[side] for side in (0, 1) for part in parts]
    code, coef = net(_tensor(np.concatenate([*stacked, meshes])))
    sizes = [len(part[0]) for part in parts]
    pieces = code[: 2 * sum(sizes)].split(sizes * 2)
    total = recipe.reader_weight * 10 * (coef[-64:] - _tensor(labels)).abs().mean()
    weights = (1.0, recipe.london_weight, recipe.ict_weight)
    for i, (part, weight) in enumerate(zip(parts, weights, strict=True)):
        movement = net.movement(pieces[i + len(parts)] - pieces[i])
        total = total + weight * _distance(movement - _tensor(part[2]))
    return total


def _distance(rest: Tensor) -> Tensor:
    """Mean distance in the picture, percent of the eye distance, and a little of the depth."""
    flat = (rest[..., :2].square().sum(-1) + 1e-6).sqrt().mean()
    return 100 * (flat + 0.15 * rest[..., 2].abs().mean())


def _samples(sets: Sets, rng: np.random.Generator) -> tuple[NDArray, NDArray]:
    """Up to 3000 faces and 1200 moves of each set, for the principal axes."""
    faces = np.concatenate([sets.meshes, sets.flip(sets.people["london"])])
    faces = faces[rng.permutation(len(faces))[:3000]]
    moves = [m[rng.permutation(len(m))[:1200]] for m in sets.moves.values()]
    moves = np.concatenate(moves)
    return faces, np.concatenate([moves, sets.flip(moves)])


def _principal_axes(rows: NDArray, count: int) -> tuple[NDArray, NDArray]:
    """(count, 1434) axes and their deviations, of rows (N, 478, 3) about zero."""
    flat = rows.reshape(len(rows), -1).astype(np.float64)
    values, vectors = np.linalg.eigh(flat.T @ flat / len(flat))
    return vectors[:, ::-1][:, :count].T, np.sqrt(values[::-1][:count])


def _tensor(array: NDArray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array, dtype=np.float32))


def export(net: ExpressionNet, sets: Sets, path: Path) -> str:
    """Write what `ExpressionModel.load` reads; gives the file's SHA-256."""
    from safetensors.numpy import save

    kept = [i for i, name in enumerate(sets.names) if name != "_neutral"]
    jaw = sets.basis[sets.names.index("jawOpen")]
    state = {name: value.detach().numpy() for name, value in net.state_dict().items()}
    half = {
        "input.weight": state["input_weight"],
        "hidden1.weight": state["hidden1.weight"].T,
        "hidden2.weight": state["hidden2.weight"].T,
        "code.weight": state["code.weight"].T,
        "code.skip": state["code_skip.weight"].T,
        "coef.weight": state["coef.weight"][kept].T,
        "coef.skip": state["coef_skip.weight"][kept].T,
        "decode.weight": state["decode"],
    }
    full = {
        "mean": state["mean"],
        "jaw": (jaw + sets.flip(jaw)) / 2,
        "input.bias": state["input_bias"],
    }
    full |= {f"{n}.bias": state[f"{n}.bias"] for n in ("hidden1", "hidden2", "code")}
    full["coef.bias"] = state["coef.bias"][kept]
    arrays = {name: np.ascontiguousarray(value, np.float16) for name, value in half.items()}
    arrays |= {name: np.ascontiguousarray(value, np.float32) for name, value in full.items()}
    names = ",".join(sets.names[i] for i in kept)
    data = save(arrays, {"names": names, "format": "reenact.expression.1"})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return sha256(data).hexdigest()


def register(path: Path, digest: str, recipe: Recipe) -> None:
    """Put the hash and the recipe into the card and the list of hashes beside the weights."""
    card_file, sums = path.with_suffix(".json"), path.parent / "SHA256SUMS"
    card = json.loads(card_file.read_text()) if card_file.is_file() else {}
    card |= {"sha256": digest, "recipe": card.get("recipe", {}) | {"settings": asdict(recipe)}}
    card_file.write_text(json.dumps(card, indent=2) + "\n")
    lines = sums.read_text().splitlines() if sums.is_file() else []
    lines = [line for line in lines if not line.endswith(f"  {path.name}")]
    sums.write_text(
        "\n".join(sorted([*lines, f"{digest}  {path.name}"], key=lambda x: x[66:])) + "\n"
    )


def train(
    data: Path, models: Path, cache: Path, out: Path, fold: int | None, recipe: Recipe
) -> str:
    """Meshes, sets, network, file; gives the file's hash."""
    meshes = {name: load_meshes(name, data, models, cache) for name in DATA_SETS}
    sets = build_sets(meshes, Split(fold))
    return export(fit(sets, recipe), sets, out)


def main(
    data: Annotated[Path, typer.Option(help="Folder with london, clips, sfhq and ict_facekit.")],
    models: Annotated[Path | None, typer.Option(help="Folder with the teacher's .task.")] = None,
    cache: Annotated[Path, typer.Option(help="Meshes of these data are kept here.")] = CACHE,
    out: Annotated[Path, typer.Option(help="The weights file.")] = WEIGHTS,
    fold: Annotated[int | None, typer.Option(help="0 or 1 leaves people out for testing.")] = None,
    steps: int = Recipe.steps,
) -> None:
    """Fit the expression model and write its weights."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(1)  # small layers: more threads only wait for one another
    recipe = Recipe(steps=steps)
    digest = train(data, models or data.parent / "models", cache, out, fold, recipe)
    if fold is None:
        register(out, digest, recipe)
    logger.info("Wrote %s (%s).", out, digest[:12])


if __name__ == "__main__":
    terminal.program(main, "reenact.training.expression")
