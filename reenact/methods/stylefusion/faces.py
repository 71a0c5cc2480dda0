"""What the embedded generator learns from: a face, another face, and the first with the other's
expression as the project's own mesh warp makes it.

An autoencoder alone need not keep the expression in the expression layers. These triples say which
picture must come out when those layers, and no others, are the driving face's.
"""

from __future__ import annotations

from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from reenact.base import Driving
from reenact.data.augment import Augmentation
from reenact.data.pack import Pack
from reenact.data.pairs import PairOptions, Pairs, laid_onto, padded_crop
from reenact.errors import InputError
from reenact.face.detect import make_face
from reenact.files import atomic_path
from reenact.methods.stylefusion.config import GeneratorConfig
from reenact.methods.stylefusion.normalize import normalized_crop
from reenact.types import Frame, Options, Points

_NAMES = ("source", "driving", "target")
_LIGHT = Augmentation(moved=0.0, light=0.1, color=0.03)
_PAD = 8  # see `padded_crop`


class FacePairs:
    """Triples of one split, by number; a map-style data set.

    `faces[k]` is a dictionary of (3, S, S) uint8 pictures: `source`, `driving`, `target`.

    Args:
        pack: faces in upright crops.
        config: of the generator; says how faces are normalized.
        split: `train` or `held_out` people.
        real_share: share of triples whose target is a photograph of the same person, and the
            driving face too.
        count: how many are made; they come again and again, lit and mirrored anew.
        seed: of the draws.
        file: where they are kept (.npz); made where it is missing. None makes each when asked for.
    """

    def __init__(
        self,
        pack: Pack,
        config: GeneratorConfig,
        split: str = "train",
        *,
        real_share: float = 0.15,
        count: int = 8000,
        seed: int = 0,
        file: Path | None = None,
    ) -> None:
        self.pack, self.config, self.split, self.seed = pack, config, split, seed
        self.real_share, self.count = real_share, count
        self.pairs = Pairs(pack, PairOptions(split=split, seed=seed))
        self.kept: dict[str, NDArray] | None = None
        if file is not None:
            self.kept = self._read(file) if file.is_file() else self._keep(file)

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, number: int) -> dict[str, NDArray]:
        row, change = number % self.count, None
        rng = np.random.default_rng([self.seed, 3, number])
        if self.split == "train":
            change = _LIGHT.draw(rng, self.config.size)
        one = self.made(row) if self.kept is None else {n: self.kept[n][row] for n in _NAMES}
        other = _LIGHT.draw(rng, self.config.size)
        out = {}
        for name, picture in one.items():
            if change is not None:
                tables = other.tables if name == "driving" else change.tables
                picture = type(change)(change.flip, None, tables).picture(picture)
            out[name] = np.ascontiguousarray(picture.transpose(2, 0, 1))
        return out

    def made(self, number: int) -> dict[str, Frame]:
        """One triple, (S, S, 3) each."""
        rng = np.random.default_rng([self.seed, number])
        pairs = self.pairs
        if pairs.groups and rng.random() < self.real_share:
            group = pairs.groups[rng.choice(len(pairs.groups), p=pairs.shares)]
            row, other = rng.choice(group, 2, replace=False)
            here = pairs.points[row]
            moved, _ = laid_onto(self.pack.image(other), pairs.points[other], here)
            target = self._cut(moved, here)
        else:
            row, other = rng.choice(pairs.rows, 2, replace=False)
            target = self._warped(row, other)
        source, driving = (self.normal(one) for one in (row, other))
        return {"source": source, "driving": driving, "target": target}

    def _warped(self, row: int, other: int) -> Frame:
        """The source with the other's expression, in the source's normalized crop."""
        image, points = self.pack.image(row), self.pairs.points[row]
        size = (self.pack.size, self.pack.size)
        face = make_face(self.pairs.points[other], 1.0, size)
        driving = Driving(face=face, frame=self.pack.image(other))
        state = self.pairs.warp.encode(padded_crop(image, points))
        motion = self.pairs.warp.retarget(state, driving, Options(follow_pose=False))
        made = self.pairs.warp.render_frame(state, motion)[_PAD:-_PAD, _PAD:-_PAD]
        return self._cut(made, points)

    def normal(self, row: int) -> Frame:
        """(S, S, 3) the normalized face of a row of the pack."""
        return self._cut(self.pack.image(row), self.pairs.points[row])

    def _cut(self, image: Frame, points: Points) -> Frame:
        config = self.config
        crop = normalized_crop(
            points, image.shape[:2], config.size, zoom=config.zoom, middle=config.middle
        )
        return crop.cut(image)

    def _key(self) -> str:
        faces, size = len(self.pairs), self.pack.size
        cut = f"{self.config.size} {self.config.zoom} {self.config.middle}"
        return f"{self.count} {faces} {size} {self.split} {self.seed} {self.real_share} {cut}"

    def _keep(self, file: Path) -> dict[str, NDArray]:
        all_made = [self.made(number) for number in range(self.count)]
        arrays = {name: np.stack([one[name] for one in all_made]) for name in _NAMES}
        with atomic_path(file) as unfinished, unfinished.open("wb") as stream:
            np.savez(stream, key=np.array(self._key()), **arrays)
        return arrays

    def _read(self, file: Path) -> dict[str, NDArray]:
        try:
            with np.load(file, allow_pickle=False) as stored:
                arrays, key = {name: stored[name] for name in _NAMES}, str(stored["key"])
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise InputError(f"{file} must be a whole file of kept faces. Remove it.") from error
        if key != self._key():
            raise InputError(f"{file} must hold the faces of this pack and recipe. Move it.")
        return arrays
