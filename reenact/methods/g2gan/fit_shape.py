"""Learn the shape model of training people and of the mesh model's named expressions.

    python -m reenact.methods.g2gan.fit_shape --data faces.pack --labelled DIR -o OUT.safetensors

Shapes are the landmarks of the pack's training people, as they are, and the same people with
seeded mixtures of ICT-FaceKit's named expressions, whose landmarks the project embeds
(`face_shape.safetensors`). The labelled directions are what rendered people (the `ict` set) with
named expressions have in common: the mean difference to their neutral pictures. What guessed
neutral landmarks leave over is learned of both (`fit_rest.py`).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from reenact import terminal
from reenact.data.pack import Pack
from reenact.data.synthetic.people_set import POSED
from reenact.errors import InputError
from reenact.face.detect import find_face
from reenact.geometry.canonical import canonicalize
from reenact.geometry.expression import ExpressionModel
from reenact.geometry.shape_model import ShapeModel as NamedShapes
from reenact.images import load_picture
from reenact.methods.g2gan.fit_rest import known_of_pack, known_of_rendered, rest_of
from reenact.methods.g2gan.shape import arrays_of, learn

MODES = 48
_LABELS = {"happy": "smile", "grin": "laugh"}  # the set's names in the words of the project
HELD_OUT = range(3030, 7000)
"""Seeds of rendered people who are never learned from."""
_MIXED = 0.5  # share of people who are also seen with a mixture
_NAMES = 3  # of a mixture


def main(
    data: Annotated[Path, typer.Option(help="Packed faces.")],
    labelled: Annotated[Path, typer.Option(help="Rendered people, one folder each.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The model, .safetensors.")],
    modes: Annotated[int, typer.Option(help="How many modes are kept.")] = MODES,
) -> None:
    """Write the model, and print what it explains."""
    from safetensors.numpy import save_file

    pack = Pack.open(data)
    shapes = training_shapes(pack)
    model = learn(shapes, labelled_moves(labelled), modes)
    known = [*known_of_pack(pack), *known_of_rendered(_people(labelled))]
    model = replace(model, rest=rest_of(model, known))
    save_file(arrays_of(model), output)
    flat = (shapes - model.mean).reshape(len(shapes), -1)
    rest = flat - flat @ model.modes.T @ model.modes
    print(f"{len(shapes)} shapes, {modes} modes: {1 - (rest**2).sum() / (flat**2).sum():.2%}")


def training_shapes(pack: Pack, seed: int = 0) -> NDArray[np.float32]:
    """(M, 478, 3) canonical shapes of training people, then of some with mixed expressions."""
    expression, named = ExpressionModel.load(), NamedShapes.load()
    meshes = pack.all_points(pack.indices("train"))
    seen = np.stack([canonicalize(mesh, expression.mean)[0] for mesh in meshes])
    rng, mixed = np.random.default_rng(seed), []
    for shape in seen[rng.random(len(seen)) < _MIXED]:
        neutral = shape - expression.motion(shape, None)
        chosen = rng.choice(sorted(named.shapes), _NAMES, replace=False)
        weights = {str(name): float(rng.uniform(0.2, 1.0)) for name in chosen}
        mixed.append(neutral + named.shape(weights))
    return np.concatenate([seen, mixed]).astype(np.float32)


def labelled_moves(folder: Path) -> dict[str, NDArray]:
    """(478, 3) by label: how a labelled expression moves a neutral shape, mean over people.

    Args:
        folder: of the `ict` loader: `3000/neutral.jpg`, `3000/happy.jpg` ...

    Raises:
        InputError: nobody there has a neutral picture and a labelled one.
    """
    expression, found = ExpressionModel.load(), {}
    for person in _people(folder):
        neutral = _shape_in(person / "neutral.jpg", expression)
        for label in POSED:
            picture = person / f"{label}.jpg"
            if label != "neutral" and picture.is_file():
                move = _shape_in(picture, expression) - neutral
                found.setdefault(_LABELS.get(label, label), []).append(move)
    if not found:
        raise InputError(f"`labelled` must hold people with neutral.jpg and happy.jpg: {folder}.")
    return {label: np.mean(moves, axis=0) for label, moves in found.items()}


def _people(folder: Path) -> list[Path]:
    """Folders of the rendered people who are learned from."""
    named = sorted(path for path in folder.iterdir() if path.name.isdigit())
    seen = [person for person in named if int(person.name) not in HELD_OUT]
    return [person for person in seen if (person / "neutral.jpg").is_file()]


def _shape_in(picture: Path, expression: ExpressionModel) -> NDArray[np.float64]:
    return canonicalize(find_face(load_picture(picture)).points, expression.mean)[0]


if __name__ == "__main__":
    terminal.program(main, "reenact.methods.g2gan.fit_shape")
