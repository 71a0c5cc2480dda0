"""One weights file: both networks, who is in it, portraits, examples of each, and drivers.

All that a face needs lies in the file itself, so a run's folder works as it is. The portraits show
the people who were trained: whoever has the file can see and drive them.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.data.pack import Pack
from reenact.errors import UnknownNameError, WeightsError
from reenact.face.pose import head_pose
from reenact.geometry.expression import ExpressionModel
from reenact.methods.landmarkgan.config import ConverterConfig, Networks, TL2FConfig
from reenact.methods.landmarkgan.converter_losses import at_rest
from reenact.methods.landmarkgan.examples import Example, example_tensors, examples_of
from reenact.methods.landmarkgan.faces import People
from reenact.methods.landmarkgan.networks import TL2F, Converter, make_networks
from reenact.methods.landmarkgan.seen import Seen
from reenact.methods.landmarkgan.who import ALIKE
from reenact.nn.weights import fill, read_weights
from reenact.types import Frame

if TYPE_CHECKING:
    from torch import Tensor, nn

NAME = "landmarkgan"
_DRIVERS = 24  # meshes of each person
_SEEN = "center", "axes", "reach", "beside"


@dataclass(frozen=True)
class Person:
    """One trained person.

    Attributes:
        name: as asked for.
        yaw, pitch: lowest and highest head turn that was trained on, degrees.
    """

    name: str
    yaw: tuple[float, float]
    pitch: tuple[float, float]


@dataclass(frozen=True)
class KnownPeople:
    """What a weights file holds.

    Attributes:
        path: the file. networks: their shape. people: who. state: all tensors.
        drivers: (N, 478, 3) meshes of the people.
        alike: from which `who.resemblance` on a picture shows one of them.
    """

    path: Path
    networks: Networks
    people: tuple[Person, ...]
    state: dict[str, Tensor]
    drivers: NDArray[np.float32]
    alike: float = ALIKE

    def load(self) -> tuple[Converter, TL2F]:
        """Both networks.

        Raises:
            WeightsError: the tensors are of another shape, or of another count of people.
        """
        converter, face = make_networks(self.networks, len(self.people))
        fill(converter, self.state, "converter.", self.path)
        return converter, fill(face, self.state, "face.", self.path)

    def number(self, name: str) -> int:
        """A person's number.

        Raises:
            UnknownNameError: nobody is called like that; names the closest.
        """
        names = [person.name for person in self.people]
        if name not in names:
            raise UnknownNameError("person", name, names)
        return names.index(name)

    def seen(self, number: int) -> Seen:
        """Which landmarks were seen of a person.

        Raises:
            WeightsError: the file does not say.
        """
        try:
            parts = [self.state[f"seen.{number}.{part}"] for part in _SEEN]
        except KeyError as error:
            raise WeightsError(
                f"{self.path} must say what was seen of each person. Train it again."
            ) from error
        return Seen(*(part.float().numpy() for part in parts))

    def examples(self, number: int) -> list[Example]:
        """Pictures of a person that were trained on.

        Raises:
            WeightsError: the file holds none.
        """
        try:
            return examples_of(self.state, number)
        except KeyError as error:
            raise WeightsError(
                f"{self.path} must hold examples of each person. Train it again, or add them: "
                "python -m reenact.methods.landmarkgan --examples PACK."
            ) from error

    def portrait(self, number: int) -> Frame:
        """(H, W, 3) a picture of a person, without expression."""
        data = self.state[f"portrait.{number}"].numpy().astype(np.uint8)
        return cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def nobody(networks: Networks) -> KnownPeople:
    """Random networks of one nameless person, whom no picture shows."""
    import torch

    torch.manual_seed(0)
    converter, face = make_networks(networks, 1)
    state = {f"converter.{name}": value for name, value in converter.state_dict().items()}
    state |= {f"face.{name}": value for name, value in face.state_dict().items()}
    state |= _seen_tensors(0, np.random.default_rng(0).normal(0, 0.5, (64, 106, 2)))
    state |= {"examples.0.points": torch.zeros(0, 106, 2)}
    person = Person("nobody", (-30.0, 30.0), (-20.0, 20.0))
    drivers = np.zeros((0, 478, 3), np.float32)
    return KnownPeople(Path("random weights"), networks, (person,), state, drivers)


def write_people(
    path: Path, pair: nn.ModuleDict, networks: Networks, people: People, pack: Pack
) -> None:
    """Write a weights file, in half precision.

    Args:
        pair: `converter` and `face`. people: who they are, of `pack`.
    """
    import torch

    expression = ExpressionModel.load()
    tensors, persons, drivers = dict(pair.state_dict()), [], []
    points = people.points(pack.size)
    for number, (name, rows, meshes) in enumerate(
        zip(people.names, people.rows, people.meshes, strict=True)
    ):
        rest = at_rest(expression, meshes)
        data = _portrait(pack, name, rows[rest])
        tensors[f"portrait.{number}"] = torch.frombuffer(bytearray(data), dtype=torch.uint8)
        tensors |= _seen_tensors(number, points[number])
        tensors |= example_tensors(number, pack, rows, rest)
        drivers.append(meshes[np.linspace(0, len(meshes) - 1, _DRIVERS).astype(int)])
        persons.append(_person(name, people.all_meshes(number)))
    tensors["drivers"] = torch.from_numpy(np.concatenate(drivers))
    save_people(path, tensors, networks, persons)


def save_people(
    path: Path,
    tensors: dict[str, Tensor],
    networks: Networks,
    people: Sequence[Person],
    alike: float = ALIKE,
) -> None:
    """Write networks, pictures and drivers by name, and who they are of."""
    import torch

    from reenact.training.results import save_tensors

    small = {
        name: value.to(torch.uint8 if _is_picture(name) else torch.float16)
        for name, value in tensors.items()
    }
    notes = {
        "networks": json.dumps(asdict(networks)),
        "people": json.dumps([asdict(person) for person in people]),
        "alike": str(alike),
    }
    save_tensors(small, path, notes)


def read_people(path: Path) -> KnownPeople:
    """What a weights file holds.

    Raises:
        WeightsError: damaged, of another method, or without people.
    """
    state, _ = read_weights(path, NAME)
    notes = _notes(path)
    try:
        made = json.loads(notes["networks"])
        face = made["face"] | {"widths": tuple(made["face"]["widths"])}
        networks = Networks(ConverterConfig(**made["converter"]), TL2FConfig(**face))
        people = tuple(
            Person(one["name"], tuple(one["yaw"]), tuple(one["pitch"]))
            for one in json.loads(notes["people"])
        )
        drivers = state["drivers"].numpy()
        alike = float(notes.get("alike", ALIKE))
    except (KeyError, TypeError, ValueError) as error:
        raise WeightsError(f"{path} must say whose faces it holds. Train it again.") from error
    have = {name.split(".")[1] for name in state if name.startswith("portrait.")}
    if not people or len(have) != len(people):
        raise WeightsError(
            f"{path} must hold {len(people)} people as its notes say, got {len(have)}. "
            "Train it again."
        )
    return KnownPeople(path, networks, people, state, drivers, alike)


def _seen_tensors(number: int, points: NDArray) -> dict[str, Tensor]:
    """By name, of (N, 106, 2) normalized points of a person."""
    import torch

    seen = Seen.fit(points)
    return {f"seen.{number}.{part}": torch.from_numpy(getattr(seen, part)) for part in _SEEN}


def _is_picture(name: str) -> bool:
    return name.startswith("portrait.") or ".picture" in name


def _person(name: str, meshes: Sequence[NDArray]) -> Person:
    poses = [head_pose(mesh) for mesh in meshes]
    yaw, pitch = (
        tuple(np.quantile([getattr(pose, part) for pose in poses], (0.02, 0.98)).round(1).tolist())
        for part in ("yaw", "pitch")
    )
    return Person(name, yaw, pitch)


def _portrait(pack: Pack, name: str, row: int) -> bytes:
    """JPEG of the person's portrait: the one kept in the pack, else a crop."""
    kept = pack.info.get("portraits", {}).get(name)
    if kept:
        return base64.b64decode(kept)
    picture = cv2.cvtColor(pack.image(row), cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()


def _notes(path: Path) -> dict[str, str]:
    """The texts of a safetensors file, which `read_weights` has found whole."""
    with path.open("rb") as stream:
        size = int.from_bytes(stream.read(8), "little")
        return json.loads(stream.read(size)).get("__metadata__", {})
