"""Faces to styles and back: what the method, the demo's tab and the benchmark share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch
from torch import Tensor

from reenact.errors import WeightsError
from reenact.face.align import Crop
from reenact.face.landmarks import mesh_in_box
from reenact.methods.stylefusion.config import GeneratorConfig
from reenact.methods.stylefusion.distance import FeatureDistance, encoder_distance, load_distance
from reenact.methods.stylefusion.encoder import Encoder
from reenact.methods.stylefusion.generator import Generator
from reenact.methods.stylefusion.inversion import FastRecipe, Inversion, Watch, infer_fast
from reenact.methods.stylefusion.normalize import normalized_crop
from reenact.types import Frame, Points

if TYPE_CHECKING:
    from pathlib import Path

_LOOK_PX = 256  # side at which landmarks are looked for in generated faces


@dataclass
class NormalFace:
    """A face as the generator sees it.

    Attributes:
        crop: where it lies in its picture.
        picture: (3, S, S) 0..1.
        points: (478, 3) landmarks, pixels of `picture`.
    """

    crop: Crop
    picture: Tensor
    points: Points


class Studio:
    """Generator, encoder and distance.

    Args:
        generator: frozen.
        encoder: None for public generators, which start from their mean style.
        distance: D of Eq. 1.
    """

    def __init__(
        self, generator: Generator, encoder: Encoder | None, distance: FeatureDistance
    ) -> None:
        self.generator, self.encoder, self.distance = generator, encoder, distance

    @property
    def config(self) -> GeneratorConfig:
        return self.generator.config

    def face(self, frame: Frame, points: Points) -> NormalFace:
        """A face of a picture, normalized (section 3.2).

        Args:
            frame: (H, W, 3). points: (478, 3) its landmarks.
        """
        config = self.config
        crop = normalized_crop(
            points, frame.shape[:2], config.size, zoom=config.zoom, middle=config.middle
        )
        picture = torch.from_numpy(crop.cut(frame).transpose(2, 0, 1).copy()).float() / 255
        return NormalFace(crop, picture, crop.to_crop(points))

    @torch.no_grad()
    def guess(self, faces: Tensor) -> Tensor:
        """(B, 3, S, S) to (B, L, D): the encoder's styles, or the mean style."""
        if self.encoder is None:
            mean = self.generator.mean_style
            return mean.expand(len(faces), self.config.layers, -1).clone()
        return self.encoder.styles(faces)

    def infer(
        self,
        faces: Tensor,
        recipe: FastRecipe | None = None,
        start: Tensor | None = None,
        watch: Watch | None = None,
    ) -> Inversion:
        """Styles by the encoder and the fast optimizer; without a recipe the encoder's alone."""
        start = self.guess(faces) if start is None else start
        if recipe is None:
            return Inversion(start, source="encoder")
        return infer_fast(
            self.generator, faces, self.distance, start=start, recipe=recipe, watch=watch
        )

    @torch.no_grad()
    def render(self, styles: Tensor) -> Tensor:
        """(B, L, D) to (B, 3, S, S) 0..1."""
        return self.generator(styles).clamp(0, 1)

    def landmarks(self, picture: Tensor, near: Points) -> Points | None:
        """(478, 3) landmarks of a generated face, its own pixels; None where none is seen.

        Args:
            picture: (3, S, S) 0..1.
            near: (478, 3) where they were in the face that it was made from.
        """
        size = picture.shape[-1]
        zoom = max(1, _LOOK_PX // size)
        frame = np.round(255 * picture.clamp(0, 1).permute(1, 2, 0).numpy()).astype(np.uint8)
        large = cv2.resize(frame, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)
        half = np.array([0.5, 0.5], np.float32)
        places = (near[:, :2] + half) * zoom - half
        box = np.concatenate([places.min(0), places.max(0)])
        found = mesh_in_box(large, box)
        if found is None:
            return None
        found[:, :2] = (found[:, :2] + half) / zoom - half
        found[:, 2] /= zoom
        return found


def load_studio(weights: str | Path | None = None, *, is_exact: bool = False) -> Studio:
    """A studio with the embedded networks, or those of a file.

    Args:
        weights: see `weights.read_networks`.
        is_exact: measure in VGG-16, as the paper does, or what stands in for it; otherwise in the
            encoder's own features, which are the same on every computer.

    Raises:
        WeightsError: they cannot be used, or nothing is here to measure the distance with.
    """
    from reenact.methods.stylefusion.weights import read_networks

    generator, encoder = read_networks(weights)
    return Studio(generator, encoder, _distance(encoder, is_exact))


def as_paper(studio: Studio) -> Studio:
    """The same networks, measured in VGG-16 as in the paper, or in what stands in for it."""
    return Studio(studio.generator, studio.encoder, _distance(studio.encoder, is_exact=True))


def _distance(encoder: Encoder | None, is_exact: bool) -> FeatureDistance:
    if encoder is not None and not is_exact:
        return encoder_distance(encoder)
    try:
        return load_distance()
    except WeightsError:
        if encoder is not None:
            return encoder_distance(encoder)
        from reenact.methods.stylefusion.weights import read_networks

        return encoder_distance(read_networks()[1])
