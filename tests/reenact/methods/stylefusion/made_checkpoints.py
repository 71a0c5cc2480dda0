"""Small checkpoints in each public layout, and what they render by their own plain formula."""

from __future__ import annotations

import pickle
import sys
import types
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

STYLE, CHANNELS = 8, (6, 5, 4)
SIZE = 16
ROOT2 = 2**0.5


def ada_state(seed: int = 0) -> dict[str, Tensor]:
    """NVIDIA's StyleGAN2 names."""
    torch.manual_seed(seed)
    state = {
        "mapping.w_avg": torch.randn(STYLE),
        "synthesis.b4.const": torch.randn(CHANNELS[0], 4, 4),
    }
    for k in range(3):
        state[f"mapping.fc{k}.weight"] = torch.randn(STYLE, STYLE) / 0.01
        state[f"mapping.fc{k}.bias"] = torch.randn(STYLE)
    before = CHANNELS[0]
    for side, channels in enumerate(CHANNELS):
        block = f"synthesis.b{4 * 2**side}"
        state[f"{block}.resample_filter"] = torch.ones(4, 4)
        for conv in ("conv0", "conv1") if side else ("conv1",):
            state |= _layer(f"{block}.{conv}", before, channels, 3)
            state[f"{block}.{conv}.noise_strength"] = torch.tensor(0.3)
            state[f"{block}.{conv}.noise_const"] = torch.randn(4 * 2**side, 4 * 2**side)
            state[f"{block}.{conv}.resample_filter"] = torch.ones(4, 4)
            before = channels
        state |= _layer(f"{block}.torgb", channels, 3, 1)
    return state


def _layer(name: str, inputs: int, outputs: int, kernel: int) -> dict[str, Tensor]:
    return {
        f"{name}.weight": torch.randn(outputs, inputs, kernel, kernel),
        f"{name}.bias": torch.randn(outputs),
        f"{name}.affine.weight": torch.randn(inputs, STYLE),
        f"{name}.affine.bias": torch.randn(inputs) + 1,
    }


def render_ada(state: dict[str, Tensor], styles: Tensor) -> Tensor:
    """(L, D) styles to (3, S, S), -1..1: weights for this picture, one layer after another."""
    x = state["synthesis.b4.const"][None]
    picture, number = None, 0
    for side in range(len(CHANNELS)):
        block = f"synthesis.b{4 * 2**side}"
        for conv in ("conv0", "conv1") if side else ("conv1",):
            x = _modulated(state, f"{block}.{conv}", x, styles[number], True, conv == "conv0")
            x = x + state[f"{block}.{conv}.noise_const"] * state[f"{block}.{conv}.noise_strength"]
            x = x + state[f"{block}.{conv}.bias"].view(1, -1, 1, 1)
            x = functional.leaky_relu(x, 0.2) * ROOT2
            number += 1
        part = _modulated(state, f"{block}.torgb", x, styles[number], False, False)
        part = part + state[f"{block}.torgb.bias"].view(1, -1, 1, 1)
        picture = part if picture is None else _doubled(picture) + part
    return picture[0]


def _modulated(state, name, x, style, demodulate, up):
    factors = state[f"{name}.affine.weight"] @ style / STYLE**0.5 + state[f"{name}.affine.bias"]
    weight = state[f"{name}.weight"]
    if not demodulate:
        factors = factors / weight[0].numel() ** 0.5
    weight = weight * factors[None, :, None, None]
    if demodulate:
        weight = weight / (weight.square().sum((1, 2, 3), keepdim=True) + 1e-8).sqrt()
    if not up:
        return functional.conv2d(x, weight, padding=weight.shape[-1] // 2)
    wide = functional.conv_transpose2d(x, weight.transpose(0, 1), stride=2)
    return _filtered(functional.pad(wide, [1, 1, 1, 1]), 4)


def _filtered(x: Tensor, gain: float) -> Tensor:
    row = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
    kernel = gain * torch.outer(row, row)[None, None]
    return torch.cat([functional.conv2d(x[:, c : c + 1], kernel) for c in range(x.shape[1])], 1)


def _doubled(x: Tensor) -> Tensor:
    wide = torch.zeros(1, x.shape[1], 2 * x.shape[2], 2 * x.shape[3])
    wide[:, :, ::2, ::2] = x
    return _filtered(functional.pad(wide, [2, 1, 2, 1]), 4)


def g_ema_state(ada: dict[str, Tensor]) -> dict[str, Tensor]:
    """The same network by rosinality's names."""
    out = {"input.input": ada["synthesis.b4.const"][None]}
    out |= {f"style.{k + 1}.{p}": ada[f"mapping.fc{k}.{p}"] for k in range(3) for p in _PARTS}
    number = 0
    for side in range(len(CHANNELS)):
        block = f"synthesis.b{4 * 2**side}"
        for conv in ("conv0", "conv1") if side else ("conv1",):
            there, name = f"{block}.{conv}", f"convs.{number - 1}" if number else "conv1"
            out[f"{name}.conv.weight"] = ada[f"{there}.weight"][None]
            out[f"{name}.conv.modulation.weight"] = ada[f"{there}.affine.weight"]
            out[f"{name}.conv.modulation.bias"] = ada[f"{there}.affine.bias"]
            out[f"{name}.activate.bias"] = ada[f"{there}.bias"]
            out[f"{name}.noise.weight"] = ada[f"{there}.noise_strength"].reshape(1)
            out[f"noises.noise_{number}"] = ada[f"{there}.noise_const"][None, None]
            number += 1
        name = f"to_rgbs.{side - 1}" if side else "to_rgb1"
        out[f"{name}.conv.weight"] = ada[f"{block}.torgb.weight"][None]
        out[f"{name}.conv.modulation.weight"] = ada[f"{block}.torgb.affine.weight"]
        out[f"{name}.conv.modulation.bias"] = ada[f"{block}.torgb.affine.bias"]
        out[f"{name}.bias"] = ada[f"{block}.torgb.bias"].view(1, 3, 1, 1)
        if side:
            out[f"{name}.upsample.kernel"] = torch.ones(4, 4)
    return out


_PARTS = ("weight", "bias")


def g_synthesis_state(seed: int = 0, channels=CHANNELS) -> dict[str, Tensor]:
    """StyleGAN as its TensorFlow files are converted."""
    torch.manual_seed(seed)
    state = {f"g_mapping.dense{k}.weight": torch.randn(STYLE, STYLE) / 0.01 for k in range(2)}
    state |= {f"g_mapping.dense{k}.bias": torch.randn(STYLE) for k in range(2)}
    state["truncation.avg_latent"] = torch.randn(STYLE)
    before = channels[0]
    for side, width in enumerate(channels):
        block = f"g_synthesis.blocks.{4 * 2**side}x{4 * 2**side}"
        convs = ("conv",) if side == 0 else ("conv0_up", "conv1")
        for conv in convs:
            state[f"{block}.{conv}.weight"] = torch.randn(width, before, 3, 3)
            state[f"{block}.{conv}.bias"] = torch.randn(width)
            before = width
        for half in (1, 2):
            state[f"{block}.epi{half}.top_epi.noise.weight"] = torch.zeros(width)
            state[f"{block}.epi{half}.style_mod.lin.weight"] = torch.randn(2 * width, STYLE)
            state[f"{block}.epi{half}.style_mod.lin.bias"] = torch.randn(2 * width)
        if side:
            state[f"{block}.conv0_up.intermediate.kernel"] = torch.ones(1, 1, 3, 3)
    state["g_synthesis.blocks.4x4.const"] = torch.randn(1, channels[0], 4, 4)
    state["g_synthesis.blocks.4x4.bias"] = torch.randn(channels[0])
    state["g_synthesis.torgb.weight"] = torch.randn(3, channels[-1], 1, 1)
    state["g_synthesis.torgb.bias"] = torch.randn(3)
    return state


def render_g_synthesis(state: dict[str, Tensor], styles: Tensor, sides: int) -> Tensor:
    """(L, D) styles to (3, S, S), -1..1, as StyleGAN's own layers follow one another."""
    x = state["g_synthesis.blocks.4x4.const"]
    x = x + state["g_synthesis.blocks.4x4.bias"].view(1, -1, 1, 1)
    for side in range(sides):
        block = f"g_synthesis.blocks.{4 * 2**side}x{4 * 2**side}"
        if side:
            x = _up_conv(state, f"{block}.conv0_up", x)
        x = _epilogue(state, f"{block}.epi1", x, styles[2 * side])
        x = _conv(state, f"{block}.{'conv1' if side else 'conv'}", x)
        x = _epilogue(state, f"{block}.epi2", x, styles[2 * side + 1])
    weight = state["g_synthesis.torgb.weight"]
    return functional.conv2d(x, weight / weight[0].numel() ** 0.5, state["g_synthesis.torgb.bias"])[
        0
    ]


def _conv(state, name, x):
    weight = state[f"{name}.weight"]
    scaled = weight * ROOT2 / weight[0].numel() ** 0.5
    return functional.conv2d(x, scaled, state[f"{name}.bias"], padding=1)


def _up_conv(state, name, x):
    weight = state[f"{name}.weight"]
    weight = weight * ROOT2 / weight[0].numel() ** 0.5
    if (
        2 * x.shape[-1] >= 128
    ):  # the fused layer: four shifted kernels in one transposed convolution
        wide = functional.pad(weight.transpose(0, 1), [1, 1, 1, 1])
        four = wide[..., 1:, 1:] + wide[..., :-1, 1:] + wide[..., 1:, :-1] + wide[..., :-1, :-1]
        x = functional.conv_transpose2d(x, four, stride=2, padding=1)
    else:
        x = functional.conv2d(functional.interpolate(x, scale_factor=2), weight, padding=1)
    row = torch.tensor([1.0, 2.0, 1.0]) / 4
    kernel = torch.outer(row, row).expand(x.shape[1], 1, 3, 3)
    x = functional.conv2d(x, kernel, padding=1, groups=x.shape[1])
    return x + state[f"{name}.bias"].view(1, -1, 1, 1)


def _epilogue(state, name, x, style):
    x = functional.leaky_relu(x, 0.2)
    x = (x - x.mean((2, 3), keepdim=True)) / (
        x.var((2, 3), unbiased=False, keepdim=True) + 1e-5
    ).sqrt()
    lin = state[f"{name}.style_mod.lin.weight"] @ style / STYLE**0.5
    scale, shift = (lin + state[f"{name}.style_mod.lin.bias"]).view(2, -1, 1, 1)
    return x * (scale + 1) + shift


@contextmanager
def nvidia_modules():
    """`dnnlib` and `torch_utils.persistence` as long as a pickle is written."""

    class EasyDict(dict):
        pass

    def _reconstruct_persistent_obj(meta):
        raise AssertionError("the code of the file was run")

    util, persistence = types.ModuleType("dnnlib.util"), types.ModuleType("torch_utils.persistence")
    EasyDict.__module__, EasyDict.__qualname__ = "dnnlib.util", "EasyDict"
    _reconstruct_persistent_obj.__module__ = "torch_utils.persistence"
    _reconstruct_persistent_obj.__qualname__ = "_reconstruct_persistent_obj"
    util.EasyDict = EasyDict
    persistence._reconstruct_persistent_obj = _reconstruct_persistent_obj
    names = {"dnnlib": types.ModuleType("dnnlib"), "dnnlib.util": util}
    names |= {
        "torch_utils": types.ModuleType("torch_utils"),
        "torch_utils.persistence": persistence,
    }
    sys.modules.update(names)
    try:
        yield util.EasyDict, persistence._reconstruct_persistent_obj
    finally:
        for name in names:
            sys.modules.pop(name, None)


def write_nvidia_pickle(path: Path, state: dict[str, Tensor], clamp: float | None = 256) -> None:
    """A pickle laid out as NVIDIA's: persistent objects with their source and state."""
    with nvidia_modules() as (easy, rebuild):

        class Persistent:
            def __init__(self, state):
                self.held = state

            def __reduce__(self):
                meta = easy(type="class", version=6, module_src="raise SystemExit", class_name="G")
                meta["state"] = self.held
                return rebuild, (meta,)

        def module(tree: dict) -> Persistent:
            held = {"training": False, "_parameters": {}, "_buffers": {}, "_modules": {}}
            for name, value in tree.items():
                if isinstance(value, dict):
                    held["_modules"][name] = module(value)
                elif name in ("w_avg", "noise_const", "resample_filter"):
                    held["_buffers"][name] = value
                else:
                    held["_parameters"][name] = torch.nn.Parameter(value)
            return Persistent(held)

        tree: dict = {}
        for name, value in state.items():
            *folders, last = name.split(".")
            place = tree
            for folder in folders:
                place = place.setdefault(folder, {})
            place[last] = value
        network = module(tree)
        network.held["_init_kwargs"] = easy(synthesis_kwargs=easy(conv_clamp=clamp))
        path.write_bytes(pickle.dumps({"G": None, "D": None, "G_ema": network}))
