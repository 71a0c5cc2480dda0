"""Names of public checkpoints' tensors, and what they are here.

- `ada`: NVIDIA's stylegan2-ada-pytorch and stylegan3 repositories (StyleGAN2 networks):
  `mapping.fc0.weight`, `synthesis.b4.conv1.weight` ...
- `g_ema`: rosinality's stylegan2-pytorch and what is converted to it: `style.1.weight`,
  `convs.0.conv.weight` ...
- `g_synthesis`: conversions of StyleGAN's TensorFlow files: `g_mapping.dense0.weight`,
  `g_synthesis.blocks.8x8.conv0_up.weight` ...
- `own`: what this project writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from reenact.errors import WeightsError
from reenact.methods.stylefusion.config import STYLEGAN, STYLEGAN2, GeneratorConfig

State = dict[str, Tensor]
_FILTERS = ("resample_filter", ".kernel")
"""Fixed low-pass filters, which the layers bring themselves."""


def to_own(
    given: Mapping[str, Tensor], clamp: float | None = None
) -> tuple[GeneratorConfig, State]:
    """A public state dict as this project's.

    Args:
        given: tensors by name, of one generator.
        clamp: of activations, where the checkpoint says so.

    Returns:
        The shape, and tensors that `Generator.load_state_dict` takes.

    Raises:
        WeightsError: of no known layout, or without tensors that it needs (named).
    """
    state = {name: value.float() for name, value in given.items() if not name.endswith(_FILTERS)}
    for is_one, convert in (
        ("synthesis.b4.const", _from_ada),
        ("input.input", _from_g_ema),
        ("g_synthesis.blocks.4x4.const", _from_g_synthesis),
    ):
        if is_one in state:
            config, renamed = _Reader(state, convert, clamp).read()
            return config, renamed
    some = ", ".join(sorted(state)[:3]) or "nothing"
    raise WeightsError(
        "A checkpoint must be a StyleGAN or StyleGAN2 generator (layout ada, g_ema or "
        f"g_synthesis), got tensors like {some}."
    )


class _Reader:
    """Takes tensors by their public names and counts those that are missing."""

    def __init__(self, state: State, convert: Callable, clamp: float | None) -> None:
        self.state, self.convert, self.clamp = state, convert, clamp
        self.missing: list[str] = []
        self.out: State = {}

    def read(self) -> tuple[GeneratorConfig, State]:
        config = self.convert(self)
        if self.missing:
            some = ", ".join(self.missing[:4]) + (" ..." if len(self.missing) > 4 else "")
            raise WeightsError(
                f"The checkpoint lacks {len(self.missing)} tensors: {some}. Get it whole."
            )
        return config, self.out

    def take(self, there: str, here: str, change: Callable[[Tensor], Tensor] | None = None) -> None:
        """One tensor; `change` brings it to this project's shape."""
        if there not in self.state:
            self.missing.append(there)
            return
        value = self.state[there]
        self.out[here] = value if change is None else change(value)

    def maybe(self, there: str, here: str, change: Callable | None = None) -> None:
        """A tensor that some files leave out."""
        if there in self.state:
            self.take(there, here, change)

    def linear(self, there: str, here: str) -> None:
        """Weight and bias of a linear layer."""
        self.take(f"{there}.weight", f"{here}.weight")
        self.take(f"{there}.bias", f"{here}.bias")

    def sides(self, pattern: str) -> int:
        """How many sides (4, 8 ...) there are without a gap, by a pattern with {size}."""
        count = 0
        while pattern.format(size=4 * 2**count) in self.state:
            count += 1
        return count

    def numbers(self, pattern: str) -> int:
        """How many names there are that match a pattern with {index}, from 0 on."""
        count = 0
        while pattern.format(index=count) in self.state:
            count += 1
        return count


def _config(reader: _Reader, kind: str, channels: list[int], mapping: int) -> GeneratorConfig:
    size = 4 * 2 ** (len(channels) - 1)
    style = next(v.shape[1] for k, v in reader.out.items() if k.endswith("style.weight"))
    if size < 8:
        raise WeightsError(f"A generator must make at least 8 x 8 pixels, got {size} x {size}.")
    return GeneratorConfig(kind, size, tuple(channels), style, mapping, reader.clamp)


def _one(value: Tensor) -> Tensor:
    return value.reshape(1)


def _square(value: Tensor) -> Tensor:
    return value.reshape(1, 1, *value.shape[-2:])


def _from_ada(reader: _Reader) -> GeneratorConfig:
    sides = reader.sides("synthesis.b{size}.torgb.weight")
    reader.take("synthesis.b4.const", "synthesis.const", lambda v: v.unsqueeze(0))
    channels = []
    for side in range(sides):
        block = f"synthesis.b{4 * 2**side}"
        for conv in ("conv0", "conv1") if side else ("conv1",):
            there, here = f"{block}.{conv}", f"synthesis.layers.{2 * side - (conv == 'conv0')}"
            reader.linear(there, here)
            reader.linear(f"{there}.affine", f"{here}.style")
            reader.take(f"{there}.noise_strength", f"{here}.noise.strength", _one)
            reader.take(f"{there}.noise_const", f"{here}.noise.fixed", _square)
        reader.linear(f"{block}.torgb", f"synthesis.pictures.{side}")
        reader.linear(f"{block}.torgb.affine", f"synthesis.pictures.{side}.style")
        channels.append(reader.state[f"{block}.torgb.weight"].shape[1])
    mapping = reader.numbers("mapping.fc{index}.weight")
    for index in range(mapping):
        reader.linear(f"mapping.fc{index}", f"mapping.layers.{index}")
    if any(name.startswith("mapping.embed") for name in reader.state):
        raise WeightsError("The generator must have no classes, got a class-conditional one.")
    reader.take("mapping.w_avg", "mean_style")
    return _config(reader, STYLEGAN2, channels, mapping)


def _from_g_ema(reader: _Reader) -> GeneratorConfig:
    sides = 1 + reader.numbers("to_rgbs.{index}.conv.weight")
    reader.take("input.input", "synthesis.const")
    channels = []
    for index in range(2 * sides - 1):
        there = f"convs.{index - 1}" if index else "conv1"
        here = f"synthesis.layers.{index}"
        reader.take(f"{there}.conv.weight", f"{here}.weight", lambda v: v[0])
        reader.take(f"{there}.activate.bias", f"{here}.bias", torch.Tensor.flatten)
        reader.linear(f"{there}.conv.modulation", f"{here}.style")
        reader.take(f"{there}.noise.weight", f"{here}.noise.strength", _one)
        side = (index + 1) // 2
        reader.maybe(f"noises.noise_{index}", f"{here}.noise.fixed", _square)
        reader.out.setdefault(f"{here}.noise.fixed", _fixed_noise(4 * 2**side, index))
    for side in range(sides):
        there = f"to_rgbs.{side - 1}" if side else "to_rgb1"
        here = f"synthesis.pictures.{side}"
        reader.take(f"{there}.conv.weight", f"{here}.weight", lambda v: v[0])
        reader.take(f"{there}.bias", f"{here}.bias", torch.Tensor.flatten)
        reader.linear(f"{there}.conv.modulation", f"{here}.style")
        if f"{here}.weight" in reader.out:
            channels.append(reader.out[f"{here}.weight"].shape[1])
    found = [re.fullmatch(r"style\.(\d+)\.weight", name) for name in reader.state]
    numbers = sorted(int(match[1]) for match in found if match)
    for index, number in enumerate(numbers):
        reader.linear(f"style.{number}", f"mapping.layers.{index}")
    style = reader.state.get("latent_avg", torch.zeros(_style_length(reader)))
    reader.out["mean_style"] = style.reshape(-1)
    return _config(reader, STYLEGAN2, channels, len(numbers))


def _from_g_synthesis(reader: _Reader) -> GeneratorConfig:
    sides = reader.sides("g_synthesis.blocks.{size}x{size}.epi1.style_mod.lin.weight")
    channels = []
    for side in range(sides):
        size = 4 * 2**side
        block = f"g_synthesis.blocks.{size}x{size}"
        for half in (0, 1):
            here = f"synthesis.layers.{2 * side + half}"
            there = f"{block}.epi{half + 1}"
            reader.linear(f"{there}.style_mod.lin", f"{here}.style")
            reader.take(f"{there}.top_epi.noise.weight", f"{here}.noise.strength")
            reader.out[f"{here}.noise.fixed"] = _fixed_noise(size, 2 * side + half)
            if (side, half) == (0, 0):
                reader.take(f"{block}.const", "synthesis.const")
                reader.take(f"{block}.bias", f"{here}.bias")
            else:
                conv = "conv" if side == 0 else ("conv0_up", "conv1")[half]
                reader.linear(f"{block}.{conv}", here)
        channels.append(len(reader.out.get(f"synthesis.layers.{2 * side}.bias", ())))
    for part in ("weight", "bias"):
        reader.take(f"g_synthesis.torgb.{part}", f"synthesis.to_rgb.{part}")
    mapping = reader.numbers("g_mapping.dense{index}.weight")
    for index in range(mapping):
        reader.linear(f"g_mapping.dense{index}", f"mapping.layers.{index}")
    mean = reader.state.get("truncation.avg_latent", torch.zeros(_style_length(reader)))
    reader.out["mean_style"] = mean.reshape(-1)[: _style_length(reader)]
    return _config(reader, STYLEGAN, channels, mapping)


def _style_length(reader: _Reader) -> int:
    return next((v.shape[1] for k, v in reader.out.items() if k.endswith("style.weight")), 512)


def _fixed_noise(size: int, seed: int) -> Tensor:
    """The noise that a new `Noise` has; some files keep none."""
    return torch.randn(1, 1, size, size, generator=torch.Generator().manual_seed(seed))
