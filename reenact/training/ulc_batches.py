"""Pairs of people for one training step of the landmark converter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from reenact.face.schemes import mirror_order
from reenact.methods.freenet.config import CROP_PX, ULCAugmentation
from reenact.methods.freenet.ulc_losses import ULCBatch
from reenact.training.ulc_tables import FaceTable

FACES = ("source", "driving", "target", "driving_rest", "source_other")


class PairBatches:
    """Draws sources at rest, driving faces, and the truth, as the authors' code pairs them.

    The driving face is any picture of one person; the source is another person (or, seldom, the
    same one) at rest in any view, in variant 0; the truth is the source with the driving face's
    expression, in the source's own view and variant.
    """

    def __init__(self, table: FaceTable, augmentation: ULCAugmentation, seed: int) -> None:
        self.table, self.augmentation = table, augmentation
        self.points = torch.from_numpy(np.ascontiguousarray(table.points, np.float32))
        self.rng = np.random.default_rng(seed)
        self.order = torch.from_numpy(mirror_order("face106"))

    def draw(self, count: int, sources: int = 0) -> ULCBatch:
        """A batch of `count` driving faces, each with a source of its own.

        With `sources`, there are only so many, in turns, and the truth of each of them with each
        driving face is there too.
        """
        _, views, expressions, variants = self.table.points.shape[:4]
        draw, rest = self.rng.integers, self.table.rest
        source, driving = self._person(sources or count), self._person(count)
        view, driving_view = draw(views, size=sources or count), draw(views, size=count)
        expression, variant = draw(expressions, size=count), draw(variants, size=count)
        other = [draw(most, size=count) for most in (views, expressions, variants)]
        pick = np.arange(count) % (sources or count)
        paired = tuple(column[pick] for column in source)
        every = None
        if sources:
            across = tuple(column[:, None] for column in source)
            every = self._faces(across, view[:, None], expression[None], 0)  # (S, D, K, 2)
        faces = ULCBatch(
            source=self._faces(source, view, rest, 0),
            driving=self._faces(driving, driving_view, expression, variant),
            target=self._faces(paired, view[pick], expression, 0) if every is None else every,
            driving_rest=self._faces(driving, driving_view, rest, variant),
            source_other=self._faces(paired, *other),
            pick=torch.from_numpy(pick) if sources else None,
        )
        return self._augment(faces)

    def _person(self, count: int) -> tuple[NDArray, NDArray, NDArray]:
        """Two people for each pair (B,), and the share of the first (B,)."""
        first, second = self.rng.integers(len(self.points), size=(2, count))
        outside = self.augmentation.blend_outside
        share = self.rng.uniform(-outside, 1 + outside, count).astype(np.float32)
        share[self.rng.random(count) >= self.augmentation.blend] = 1
        return first, second, share

    def _faces(self, person: tuple, view: NDArray, expression, variant) -> Tensor:
        first, second, share = person
        faces = self.points[first, view, expression, variant]  # (..., K, 2)
        if self.augmentation.blend:
            others = self.points[second, view, expression, variant]
            faces = others + torch.from_numpy(share)[..., None, None] * (faces - others)
        return faces

    def _augment(self, batch: ULCBatch) -> ULCBatch:
        """The batch, perhaps mirrored, with noise on what the converter sees."""
        how = self.augmentation
        if self.rng.random() < how.mirror:
            mirrored = {name: self._mirrored(getattr(batch, name)) for name in FACES}
            batch = replace(batch, **mirrored)
        if how.noise_px:
            batch = replace(
                batch, source=self._noisy(batch.source), driving=self._noisy(batch.driving)
            )
        return batch

    def _mirrored(self, faces: Tensor) -> Tensor:
        """In the mirrored crop, whose middle stays where it is."""
        turned = torch.stack([CROP_PX - faces[..., 0], faces[..., 1]], dim=-1)
        return turned[..., self.order, :]

    def _noisy(self, faces: Tensor) -> Tensor:
        noise = self.rng.normal(0, self.augmentation.noise_px, faces.shape)
        return faces + torch.from_numpy(noise.astype(np.float32))
