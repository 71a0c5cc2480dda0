"""Make a weights file of a finished run, with everybody in it or only some.

python -m reenact.methods.landmarkgan --run runs/me -o OUT.safetensors [--only anna]
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reenact import terminal

if TYPE_CHECKING:
    from torch import Tensor

    from reenact.methods.landmarkgan.weights import KnownPeople

_NUMBERED = re.compile(
    r"^(converter\.decoders|face\.people|face\.enter|portrait|seen|examples)\.(\d+)(.*)$"
)


def main(
    run: Annotated[Path, typer.Option(help="Of `python -m reenact train landmarkgan`.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The weights file.")],
    only: Annotated[str, typer.Option(help="Names, with commas between; all if left out.")] = "",
    portraits: Annotated[Path | None, typer.Option(help="Write the portraits here.")] = None,
    examples: Annotated[
        Path | None, typer.Option(help="Choose the examples anew, from the run's packed file.")
    ] = None,
    alike: Annotated[
        float | None, typer.Option(help="How alike a picture must be to show somebody, 0 to 1.")
    ] = None,
) -> None:
    """Write the people of a run, in half precision, with a card."""
    from reenact.images import save_picture
    from reenact.methods.landmarkgan.weights import read_people, save_people
    from reenact.nn.weights import in_folder
    from reenact.training.results import write_card

    known = read_people(in_folder(run))
    numbers = [known.number(name) for name in filter(None, only.split(","))]
    numbers = numbers or list(range(len(known.people)))
    people = [known.people[number] for number in numbers]
    state = kept(known, numbers)
    if examples is not None:
        state |= _chosen(examples, [person.name for person in people])
    limit = known.alike if alike is None else alike
    save_people(output, state, known.networks, people, limit)
    write_card(output, known.path, {"people": [person.name for person in people]})
    for number, person in zip(numbers, people, strict=True):
        if portraits is not None:
            portraits.mkdir(parents=True, exist_ok=True)
            file = f"{person.name.replace('/', '-')}.jpg"
            save_picture(known.portrait(number), portraits / file)


def kept(known: KnownPeople, numbers: list[int]) -> dict[str, Tensor]:
    """The tensors of some people, who are counted anew, and those that all share."""
    new = {old: number for number, old in enumerate(numbers)}
    each = len(known.drivers) // len(known.people)
    state = {}
    for name, tensor in known.state.items():
        found = _NUMBERED.match(name)
        is_own = found and not (found[1] == "face.enter" and known.networks.face.shared)
        if not is_own:
            state[name] = tensor
        elif int(found[2]) in new:
            state[f"{found[1]}.{new[int(found[2])]}{found[3]}"] = tensor
    state["drivers"] = known.state["drivers"].reshape(-1, each, 478, 3)[numbers].flatten(0, 1)
    return state


def _chosen(file: Path, names: list[str]) -> dict[str, Tensor]:
    """Examples of some people, by name of the tensors.

    Raises:
        UnknownNameError: the packed file shows no such person.
    """
    from reenact.data.pack import Pack
    from reenact.data.sets.items import TRAIN
    from reenact.errors import UnknownNameError
    from reenact.geometry.expression import ExpressionModel
    from reenact.methods.landmarkgan.converter_losses import at_rest
    from reenact.methods.landmarkgan.examples import example_tensors

    pack, expression = Pack.open(file), ExpressionModel.load()
    rows = pack.by_person(TRAIN)
    found: dict[str, Tensor] = {}
    for number, name in enumerate(names):
        if name not in rows:
            raise UnknownNameError("person", name, rows)
        rest = at_rest(expression, pack.all_points(rows[name]))
        found |= example_tensors(number, pack, rows[name], rest)
    return found


if __name__ == "__main__":
    terminal.program(main, "reenact.methods.landmarkgan")
