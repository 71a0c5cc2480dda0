"""The embedded landmark converter: taught by the project's expression model and by real pairs.

    python -m reenact.training.ulc_taught --data FILE.pack --out ulc.safetensors

No set at hand shows many people with many expressions in the same place, so the truth of most
pairs is the expression model's: a face of the pack with the expression of another. The rest is
real: neutral and smiling portraits of one person, driven by another person's smile, and frames of
one clip. RaFD's points are not used.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from numpy.typing import NDArray

from reenact import terminal
from reenact.data.augment import NONE
from reenact.data.pack import Pack
from reenact.data.pairs import PairOptions, Pairs, laid_onto
from reenact.face.schemes import convert, mirror_order
from reenact.geometry.expression import ExpressionModel
from reenact.methods.freenet.config import CROP_PX, ULCConfig, ULCRecipe
from reenact.methods.freenet.recipes import RECIPES
from reenact.methods.freenet.ulc import ULC, parameter_count
from reenact.methods.freenet.ulc_losses import point_distance
from reenact.training.ulc import rate_share

logger = logging.getLogger(__name__)
_REAL = 0.25  # share of pairs with a real face as the truth
_MIRROR = 0.5
_NOISE = 0.7  # px on what the converter sees
_SELF = 0.2  # weight of the identity term, L1 is 1
RECIPE = replace(
    RECIPES["generalizing"],
    net=ULCConfig(width=192, layers=3, decoder=(384, 192), dropout=0.0),
    steps=8000,
    learning_rate=2e-3,
    weight_decay=0.02,
    average=0.995,
)


@dataclass(frozen=True)
class TaughtPairs:
    """(N, 106, 2) crop pixels each: the source, the driving face, the truth."""

    source: NDArray[np.float32]
    driving: NDArray[np.float32]
    target: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.source)


def taught_pairs(
    pack: Pack, count: int, *, split: str = "train", real: float = _REAL, seed: int = 0
) -> TaughtPairs:
    """Pairs of the people of a split.

    Args:
        pack: faces in upright crops of `CROP_PX`.
        count: how many.
        real: share whose truth is a real face.
        seed: of the draws.
    """
    rng = np.random.default_rng([seed, 11])
    teacher = ExpressionModel.load()
    pairs = Pairs(pack, PairOptions(split=split, augmentation=NONE))
    smiles = _smiles(pack, pairs.rows)
    made = []
    for _ in range(count):
        if rng.random() < real and pairs.groups:
            made.append(_real(rng, pairs, smiles))
            continue
        source, driving = pairs.points[rng.choice(pairs.rows, 2, replace=False)]
        made.append((source, driving, teacher.transfer(source, driving)))
    columns = (np.stack([_flat(one[i]) for one in made]) for i in range(3))
    return TaughtPairs(*columns)


def _smiles(pack: Pack, rows: list[int]) -> list[int]:
    return [row for row in rows if pack.rows[row]["expression"] == "smiling"]


def _real(rng: np.random.Generator, pairs: Pairs, smiles: list[int]) -> tuple:
    """Two pictures of one person; a smile may be driven by anybody's."""
    group = pairs.groups[rng.choice(len(pairs.groups), p=pairs.shares)]
    source, target = rng.choice(group, 2, replace=False)
    driving = rng.choice(smiles) if target in smiles and rng.random() < 0.8 else target
    here, there = pairs.points[source], pairs.points[target]
    nothing = np.zeros((2, 2, 3), np.uint8)
    return here, pairs.points[driving], laid_onto(nothing, there, here)[1]


def _flat(points: NDArray) -> NDArray[np.float32]:
    return convert(points, "mediapipe478", "face106")[:, :2].astype(np.float32)


def fit_taught(pairs: TaughtPairs, recipe: ULCRecipe = RECIPE) -> ULC:
    """Train a converter on pairs."""
    torch.manual_seed(recipe.seed)
    ulc, average = ULC(recipe.net).train(), ULC(recipe.net)
    average.load_state_dict(ulc.state_dict())
    betas, decay = (recipe.beta1, recipe.beta2), recipe.weight_decay
    optimizer = torch.optim.AdamW(ulc.parameters(), betas=betas, weight_decay=decay, fused=True)
    columns = [torch.from_numpy(part) for part in (pairs.source, pairs.driving, pairs.target)]
    for step in range(recipe.steps):
        progress = step / recipe.steps
        optimizer.param_groups[0]["lr"] = recipe.learning_rate * rate_share(progress, "cosine")
        source, driving, target = _batch(columns, recipe.batch)
        seen, seen_driving = (x + _NOISE * torch.randn_like(x) for x in (source, driving))
        output = ulc(seen, seen_driving) + source - seen
        same = ulc(source, source)
        loss = point_distance(output, target) + _SELF * point_distance(same, source)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        keep = min(recipe.average, step / (step + 10))
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), ulc.parameters(), strict=True):
                slow.lerp_(fast, 1 - keep)
        if step % 1000 == 0:
            logger.info("Step %d: %.3f px.", step, float(loss.detach()))
    return average.eval()


def _batch(columns: list[torch.Tensor], count: int) -> list[torch.Tensor]:
    rows = torch.randint(len(columns[0]), (count,))
    batch = [column[rows] for column in columns]
    if torch.rand(()) < _MIRROR:
        order = torch.from_numpy(mirror_order("face106"))
        flip, shift = torch.tensor([-1.0, 1.0]), torch.tensor([CROP_PX - 1.0, 0.0])
        batch = [(part * flip + shift)[:, order] for part in batch]
    return batch


def errors(ulc: ULC, pairs: TaughtPairs) -> dict[str, float]:
    """Mean landmark distance in crop pixels: doing nothing, and the converter."""
    source, driving = torch.from_numpy(pairs.source), torch.from_numpy(pairs.driving)
    with torch.inference_mode():
        output = ulc(source, driving).numpy()
    faces = {"nothing": pairs.source, "converter": output}
    return {
        name: float(np.linalg.norm(face - pairs.target, axis=-1).mean())
        for name, face in faces.items()
    }


def main(
    data: Annotated[Path, typer.Option(help="Packed file of 256 crops.")],
    out: Annotated[Path, typer.Option(help="The weights file to write.")],
    count: Annotated[int, typer.Option(help="Pairs to learn from.")] = 30000,
) -> None:
    """Train the converter and write it, with its error on held-out people."""
    from reenact.training.results import save_tensors

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(1)
    pack = Pack.open(data)
    ulc = fit_taught(taught_pairs(pack, count))
    for name, real in (("expression model", 0.0), ("real faces", 1.0)):
        check = taught_pairs(pack, 1000, split="held_out", real=real, seed=1)
        logger.info("Held-out people, truth by the %s: %s", name, errors(ulc, check))
    save_tensors({f"ulc.{name}": value for name, value in ulc.state_dict().items()}, out)
    logger.info("Wrote %s (%.2f M numbers).", out, parameter_count(ulc) / 1e6)


if __name__ == "__main__":
    terminal.program(main, "reenact.training.ulc_taught")
