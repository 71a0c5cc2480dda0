"""How the differentiable landmark detector is trained: `python -m reenact train landmark-net`.

It learns MediaPipe's points of packed faces, brought to ibug68, under turns, sizes, light, blur
and noise. Loss: distance of the points and the spread of the maps after every hourglass (DSNT,
Nibali et al., 2018, section 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.optim import AdamW, Optimizer

from reenact.data.augment import NONE, Augmentation
from reenact.data.pack import Pack
from reenact.errors import InputError, UnknownNameError
from reenact.face.schemes import convert
from reenact.geometry.heatmaps import expected_points, spatial_softmax, spread_loss
from reenact.nn.hourglass import HourglassConfig
from reenact.nn.landmark_net import SCHEME, LandmarkNet, landmark_state, to_places
from reenact.training.recipe import Recipe, read_settings
from reenact.training.results import save_tensors
from reenact.training.trainable import Batch, Networks, Trainable

_EYES = slice(36, 48)


@dataclass(frozen=True)
class LandmarkSettings:
    """Options of the run.

    Attributes:
        size, channels, stacks: see `HourglassConfig`.
        rate: of AdamW.
        spread: weight of the maps' spread.
        blur: share of pictures that are blurred, shrunk or made noisy, as a network's outputs are.
    """

    size: int = 128
    channels: int = 64
    stacks: int = 2
    rate: float = 2e-3
    spread: float = 0.5
    blur: float = 0.3

    def __post_init__(self) -> None:
        for name in ("size", "channels", "stacks", "rate"):
            if not getattr(self, name) > 0:
                raise InputError(f"`{name}` must be more than 0, got {getattr(self, name)}.")
        if self.size % 32:
            raise InputError(f"`size` must be a multiple of 32, got {self.size}.")
        if not 0 <= self.blur <= 1:
            raise InputError(f"`blur` must be 0 to 1, got {self.blur}.")


class LandmarkFaces:
    """Faces of a pack by number, changed at random; the number alone decides how.

    `faces[k]` has image (3, S, S) uint8 and points (68, 2) float32, pixels of it.
    """

    def __init__(
        self, pack: Pack, size: int, split: str, change: Augmentation, seed: int, blur: float = 0.0
    ) -> None:
        self.pack, self.size, self.change, self.seed, self.blur = pack, size, change, seed, blur
        self.rows = pack.indices(split)
        if not self.rows:
            raise InputError(f"{pack.path} must hold faces of the split '{split}', it holds none.")

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, number: int) -> dict[str, NDArray]:
        rng = np.random.default_rng([self.seed, number])
        is_random = self.change is not NONE
        row = self.rows[rng.integers(len(self.rows)) if is_random else number % len(self.rows)]
        image, mesh = self.pack.image(row), self.pack.points(row)
        change = self.change.draw(rng, self.pack.size)
        image, mesh = change.picture(image), change.points(mesh, self.pack.size)
        zoom = self.size / self.pack.size
        if zoom != 1:
            image = cv2.resize(image, (self.size, self.size), interpolation=cv2.INTER_AREA)
            mesh = (mesh + 0.5) * zoom - 0.5
        if rng.random() < self.blur:
            image = _spoiled(image, rng)
        points = convert(mesh, "mediapipe478", SCHEME)[:, :2]
        picture = np.ascontiguousarray(image.transpose(2, 0, 1))
        return {"image": picture, "points": points.astype(np.float32)}


class LandmarkTraining(Trainable):
    """The detector while it is trained."""

    averaged = ("detector",)
    phases = ("detector",)

    def __init__(self, pack: Pack, recipe: Recipe) -> None:
        self.settings = read_settings(LandmarkSettings, recipe.options)
        one = self.settings
        config = HourglassConfig(size=one.size, channels=one.channels, stacks=one.stacks)
        self.networks = {"detector": LandmarkNet(config)}
        change = Augmentation(moved=0.9, turn=9.0, scale=0.1, shift=0.04, light=0.2, color=0.08)
        self.data = LandmarkFaces(pack, one.size, "train", change, recipe.seed, one.blur)
        self.sheet_data = LandmarkFaces(pack, one.size, "held_out", NONE, recipe.seed)

    def optimizer(self, phase: str) -> Optimizer:
        network = self.networks["detector"]
        return AdamW(network.parameters(), lr=self.settings.rate, weight_decay=1e-4)

    def losses(self, batch: Batch, phase: str) -> dict[str, Tensor]:
        network = self.networks["detector"]
        goal = to_places(batch["points"])  # (B, 68, 2) places of the maps
        maps = network.hourglass(batch["image"])
        total: dict[str, Tensor] = {"distance": 0.0, "spread": 0.0}
        for scores in maps:
            shares = spatial_softmax(scores)  # (B, 68, S/4, S/4)
            gap = (expected_points(shares) - goal).norm(dim=-1)  # (B, 68)
            total["distance"] = total["distance"] + (gap.mean() + 0.5 * gap[:, _EYES].mean())
            total["spread"] = total["spread"] + self.settings.spread * spread_loss(shares, goal)
        return total

    @torch.no_grad()
    def sample(self, batch: Batch, networks: Networks) -> Tensor:
        """Faces with the true points in green and the found ones in red."""
        found = networks["detector"](batch["image"]).cpu().numpy()
        drawn = []
        for image, goal, points in zip(batch["image"], batch["points"], found, strict=True):
            picture = (image.permute(1, 2, 0).cpu().numpy() * 255).astype(np.uint8).copy()
            for places, color in ((goal.cpu().numpy(), (0, 230, 0)), (points, (255, 40, 40))):
                for x, y in np.round(places).astype(int):
                    cv2.circle(picture, (int(x), int(y)), 1, color, -1)
            drawn.append(torch.from_numpy(picture).permute(2, 0, 1).float() / 255)
        return torch.stack(drawn)

    def export(self, path: Path, networks: Networks) -> None:
        tensors, notes = landmark_state(networks["detector"])
        save_tensors(tensors, path, notes)

    def notes(self) -> dict[str, str]:
        return {"points": "MediaPipe Face Mesh, as ibug68 (reenact.face.schemes)"}


def prepare(pack: Pack, recipe: Recipe) -> Trainable:
    """The trainable of `landmark-net`; it has one recipe."""
    if recipe.recipe != "light":
        raise UnknownNameError("recipe", recipe.recipe, ("light",))
    return LandmarkTraining(pack, recipe)


def pixel_error(network: LandmarkNet, faces: LandmarkFaces, batch: int = 32) -> NDArray:
    """(N, 68) distance of found and true points of all faces, pixels of the network's picture."""
    errors = []
    for start in range(0, len(faces), batch):
        some = [faces[k] for k in range(start, min(start + batch, len(faces)))]
        images = torch.from_numpy(np.stack([one["image"] for one in some])).float() / 255
        with torch.inference_mode():
            found = network(images).numpy()
        errors.append(np.linalg.norm(found - np.stack([one["points"] for one in some]), axis=-1))
    return np.concatenate(errors)


def _spoiled(image: NDArray, rng: np.random.Generator) -> NDArray:
    """Blurred, shrunk and grown, or noisy: what outputs of a network look like."""
    kind, strength = rng.integers(3), rng.random()
    if kind == 0:
        return cv2.GaussianBlur(image, None, 0.4 + 1.6 * strength)
    if kind == 1:
        side = int(image.shape[0] * (0.9 - 0.5 * strength))
        small = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
        return cv2.resize(small, image.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    noise = rng.normal(scale=2 + 12 * strength, size=image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)
