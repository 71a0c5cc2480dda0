"""Generators from files: a path, an address with its SHA-256, or a Hub id.

load_generator("ffhq.pkl")
load_generator("https://.../stylegan2-ffhq-256x256.pkl#sha256=ab12...")
load_generator("org/repo@revision/file.safetensors")
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
import urllib.error
import urllib.request
from dataclasses import asdict
from pathlib import Path
from typing import Any

from torch import Tensor

from reenact.errors import WeightsError
from reenact.methods.stylefusion.config import GeneratorConfig
from reenact.methods.stylefusion.generator import Generator
from reenact.methods.stylefusion.layouts import to_own
from reenact.methods.stylefusion.safe_pickle import clamp_of, read_generator

SUFFIXES = (".pkl", ".pt", ".pth", ".bin", ".safetensors")
_HUB = re.compile(r"(?P<repo>[\w.-]+/[\w.-]+)@(?P<revision>[\w.-]+)/(?P<file>.+)")
_NAMES = ("g_ema", "G_ema", "params_ema", "generator", "state_dict")


def load_generator(ref: str | Path, cache: Path | None = None) -> Generator:
    """A generator with its published weights, frozen.

    Args:
        ref: a path; `URL#sha256=HEX`; or `org/repo@revision/file` on the Hub.
        cache: where downloads are kept; None takes the user's cache folder.

    Raises:
        WeightsError: not there, not whole, not a generator, or one that lacks tensors (named).
    """
    path = find_file(ref, cache)
    config, state = read_checkpoint(path)
    network = Generator(config)
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        reason = " ".join(str(error).split())[:300]
        raise WeightsError(f"{path} does not fit its own shape: {reason}") from error
    return network.eval().requires_grad_(False)


def save_generator(network: Generator, path: Path) -> None:
    """Write a safetensors file in this project's layout."""
    from safetensors.torch import save

    state = {
        name: value.detach().cpu().contiguous() for name, value in network.state_dict().items()
    }
    path.write_bytes(save(state, {"config": json.dumps(asdict(network.config))}))


def read_checkpoint(path: Path) -> tuple[GeneratorConfig, dict[str, Tensor]]:
    """Shape and tensors of a file of any layout that is known; see `layouts.py`."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise WeightsError(f"A generator must be {', '.join(SUFFIXES)}, got '{path.name}'.")
    if suffix == ".pkl":
        tensors, made = read_generator(path)
        return to_own(tensors, clamp_of(made))
    if suffix == ".safetensors":
        tensors, notes = _read_safetensors(path)
        if "config" in notes:
            return _own(path, tensors, notes["config"])
        return to_own(tensors)
    return to_own(_state_dict(_read_torch(path)))


def find_file(ref: str | Path, cache: Path | None = None) -> Path:
    """Where the file is on this computer, after a download where `ref` asks for one."""
    text = str(ref)
    if text.startswith(("http://", "https://")):
        return _download(text, cache or Path.home() / ".cache" / "reenact" / "generators")
    if Path(text).is_file():
        return Path(text)
    hub = _HUB.fullmatch(text)
    if hub is None:
        raise WeightsError(
            f"A generator must be a file, URL#sha256=HEX or org/repo@revision/file, got '{text}'."
        )
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        return Path(hf_hub_download(hub["repo"], hub["file"], revision=hub["revision"]))
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise WeightsError(f"'{text}' cannot be had from the Hub: {reason}") from error


def _download(text: str, cache: Path) -> Path:
    address, _, digest = text.partition("#sha256=")
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise WeightsError(f"An address must end in #sha256= and 64 hex digits, got '{text}'.")
    path = cache / f"{digest}{Path(address).suffix}"
    if path.is_file() and file_sha256(path) == digest:
        return path
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=cache, delete=False) as unfinished:
        part = Path(unfinished.name)
    try:
        try:
            urllib.request.urlretrieve(address, part)
        except (urllib.error.URLError, OSError) as error:
            raise WeightsError(f"'{address}' cannot be fetched: {error}.") from error
        found = file_sha256(part)
        if found != digest:
            raise WeightsError(
                f"'{address}' must have SHA-256 {digest[:12]}..., got {found[:12]}... "
                "Half a download, or another file. Try again."
            )
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _read_safetensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            return {k: file.get_tensor(k) for k in file.keys()}, file.metadata() or {}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise WeightsError(f"{path} must be a whole safetensors file: {error}.") from error


def _read_torch(path: Path) -> Any:
    """A `torch.save` file, tensors and plain containers only."""
    import pickle

    import torch

    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, OSError, ValueError, KeyError) as error:
        reason = str(error).splitlines()[0] if str(error) else "it ends too early"
        message = f"{path} must be a whole file of tensors only: {reason[:200]} Nothing was run."
        raise WeightsError(message) from error


def _state_dict(whole: Any) -> dict[str, Tensor]:
    """The generator's tensors in what a file holds."""
    if isinstance(whole, dict):
        for name in _NAMES:
            if isinstance(whole.get(name), dict):
                inner = dict(whole[name])
                if isinstance(whole.get("latent_avg"), Tensor):
                    inner["latent_avg"] = whole["latent_avg"]
                return {k: v for k, v in inner.items() if isinstance(v, Tensor)}
        return {k: v for k, v in whole.items() if isinstance(v, Tensor)}
    raise WeightsError("A checkpoint must hold tensors by name (a state dict).")


def _own(path: Path, tensors: dict[str, Tensor], text: str) -> tuple[GeneratorConfig, dict]:
    try:
        values = json.loads(text)
        lists = {name: tuple(values[name]) for name in ("channels", "expression")}
        config = GeneratorConfig(**values | lists)
    except (ValueError, TypeError, KeyError) as error:
        raise WeightsError(f"{path} must say the shape of its generator: {error}.") from error
    return config, {name: value.float() for name, value in tensors.items()}
