"""What a run begins from: shared layers of earlier weights, and drivers for the converter."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from reenact.data.pack import Pack
from reenact.data.sets.items import TRAIN
from reenact.data.warped_faces import warped_faces
from reenact.errors import WeightsError
from reenact.geometry.expression import ExpressionModel
from reenact.methods.landmarkgan.config import LandmarkGANRecipe, Networks
from reenact.methods.landmarkgan.converter_losses import ConverterData, at_rest, taught_pairs
from reenact.methods.landmarkgan.faces import People
from reenact.methods.landmarkgan.networks import TL2F, Converter
from reenact.methods.landmarkgan.weights import NAME, read_people
from reenact.nn.weights import FOLDER

if TYPE_CHECKING:
    from torch import Tensor

_TAUGHT = 1000  # pairs of each person


@dataclass(frozen=True)
class Begin:
    """Earlier weights.

    Attributes:
        name: what they are called on record.
        state: tensors of both networks by name; empty for none.
        drivers: (N, 478, 3) meshes of their people.
    """

    name: str = "nothing"
    state: dict[str, Tensor] = field(default_factory=dict)
    drivers: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 478, 3), np.float32))

    @classmethod
    def find(cls, wanted: str, networks: Networks) -> Begin:
        """The weights to begin from; see `Switches.begin`.

        Raises:
            WeightsError: the named ones are of another shape.
        """
        path = Path(wanted) if wanted else FOLDER / f"{NAME}.safetensors"
        if wanted == "none" or not (wanted or path.is_file()):
            return cls()
        known = read_people(path)
        if known.networks != networks:
            if not wanted:
                return cls()
            raise WeightsError(f"`begin` must be weights of the recipe's shape, {path} is not.")
        return cls(path.name, known.state, known.drivers)

    def fill(self, converter: Converter, face: TL2F) -> bool:
        """Take over the shared layers; everybody's own layers begin as the first person's.

        Returns:
            Whether there are weights to begin from.
        """
        if not self.state:
            return False
        for prefix, network in (("converter.", converter), ("face.", face)):
            own = network.state_dict()
            taken = {name: self.state[prefix + _first(name)] for name in own}
            network.load_state_dict(taken)
        return True


def _first(name: str) -> str:
    """The same tensor of the first person.

    Example:
        >>> _first("people.3.paint.bias"), _first("encoder.0.bias")
        ('people.0.paint.bias', 'encoder.0.bias')
    """
    head, _, rest = name.partition(".")
    if head not in ("people", "decoders"):
        return name
    return f"{head}.0.{rest.partition('.')[2]}"


def converter_data(
    people: People, side: int, own: LandmarkGANRecipe, drivers: str, begin: Begin, seed: int
) -> ConverterData:
    """Landmarks for the converter; with known answers, where the recipe wants them.

    Args:
        side: of the pack's crops.
        drivers: a packed file, or nothing.
    """
    points = people.points(side)
    if not own.taught:
        return ConverterData(points, [])
    expression = ExpressionModel.load()
    taught = []
    for person, meshes in enumerate(people.meshes):
        rest = meshes[at_rest(expression, meshes)]
        pool = _drivers(people, person, drivers, begin)
        taught.append(taught_pairs(expression, rest, pool, _TAUGHT, seed + person))
    return ConverterData(points, taught)


def with_warped(
    people: People, pack: Pack, own: LandmarkGANRecipe, drivers: str, begin: Begin, seed: int
) -> People:
    """The people with as many warped faces each as the recipe wants; see `converter_data`."""
    if not own.warped:
        return people
    more = [
        warped_faces(
            pack,
            rows,
            _drivers(people, person, drivers, begin),
            own.warped,
            size=own.net.face.size,
            seed=seed + person,
        )
        for person, rows in enumerate(people.rows)
    ]
    return replace(people, warped=tuple(more))


def _drivers(people: People, person: int, file: str, begin: Begin) -> list[NDArray[np.float32]]:
    """Meshes that a person is driven with: other people's of the run and of elsewhere."""
    others = [m for n, more in enumerate(people.meshes) if n != person for m in more[::3]]
    return [*others, *begin.drivers, *read_drivers(file)] or list(people.meshes[person])


@lru_cache(maxsize=1)  # asked for by every person of a run
def read_drivers(file: str) -> NDArray[np.float32]:
    """(N, 478, 3) meshes of people to drive with; no clips: their last frames are for measuring.

    Args:
        file: a packed file; empty for none.
    """
    if not file:
        return np.zeros((0, 478, 3), np.float32)
    pack = Pack.open(file)
    rows = [row for row in pack.indices(TRAIN) if pack.rows[row]["set"] != "clips"]
    return pack.all_points(rows)
