"""G2-GAN's weights file: generators (`express.`, `remove.`) and shapes (`shape.`), with a card."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reenact.errors import WeightsError
from reenact.methods.g2gan.config import G2GANConfig
from reenact.methods.g2gan.shape import ShapeModel, model_of
from reenact.nn.weights import fill, read_config, read_weights

if TYPE_CHECKING:
    from reenact.methods.g2gan.networks import Generators

NAME = "g2gan"
_MOUTH, _FLOW = 4, 2  # the last channels of a light generator's geometry
_EARLIER = {"sees_motion": True, "broad": 0.0}  # cards of then do not name these
_INSIDE_OF_MAPS = slice(8, 12)  # the mouth's inside among maps of five parts, space to depth


def read_method(path: Path) -> tuple[Generators, ShapeModel]:
    """Both generators and the shape model of a file.

    Raises:
        WeightsError: see `read_weights` and `fill`; or the shapes are missing.
    """
    from reenact.methods.g2gan.networks import Generators

    state, card = read_weights(path, NAME)
    config = read_config(G2GANConfig, card, "network", path, _EARLIER)
    shapes = {n[len("shape.") :]: t.numpy() for n, t in state.items() if n.startswith("shape.")}
    own = {name: tensor for name, tensor in state.items() if not name.startswith("shape.")}
    return fill(Generators(config), own, "", path), _model(shapes, path)


def read_shapes(path: Path) -> ShapeModel:
    """The shape model that `fit_shape.py` wrote.

    Raises:
        WeightsError: the file is missing or something else.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return _model(load_file(path), path)
    except (OSError, SafetensorError) as error:
        raise WeightsError(f"{path} must be a shape model. Make it with `fit_shape`.") from error


def _model(arrays: dict, path: Path) -> ShapeModel:
    try:
        return model_of(arrays)
    except (KeyError, ValueError) as error:
        raise WeightsError(f"{path} must hold a shape model, got {sorted(arrays)}.") from error


def begin_with(generators: Generators, path: Path) -> None:
    """Let both generators begin with a file's weights: a pair's, or one light generator's.

    Of another method's light generator all is taken that has the same shape, and of its first
    look at geometry what both see: the inside of the mouth and the motion.

    Raises:
        WeightsError: the file is damaged, or nothing in it fits.
    """
    from reenact.losses.models import read_tensors

    tensors = {name: value.float() for name, value in read_tensors(path).items()}
    whole = {n: t for n, t in tensors.items() if not n.startswith("shape.")}
    own = generators.state_dict()
    if set(whole) == set(own):
        generators.load_state_dict(whole)
        return
    taken = 0
    for prefix in ("express.", "remove."):
        for name in [name for name in own if name.startswith(prefix)]:
            other = tensors.get("gag." + name[len(prefix) :])
            if other is not None and other.shape == own[name].shape:
                own[name].copy_(other)
                taken += 1
            elif other is not None and name.endswith("landmarks1.weight"):
                own[name].zero_()
                own[name][:, -_MOUTH - _FLOW : -_FLOW] = other[:, _INSIDE_OF_MAPS]
                own[name][:, -_FLOW:] = other[:, -_FLOW:]
    if not taken:
        raise WeightsError(f"{path} must hold weights that a light generator can begin with.")
