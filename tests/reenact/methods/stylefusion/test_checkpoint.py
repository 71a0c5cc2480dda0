"""Public checkpoints: each layout renders as its own formula does; hostile ones run nothing."""

from __future__ import annotations

import hashlib
import os
import pickle

import pytest
import torch
from safetensors.torch import save_file

import reenact
from reenact.errors import WeightsError
from reenact.methods.stylefusion import PUBLIC_STEPS
from reenact.methods.stylefusion.checkpoint import load_generator, save_generator
from reenact.methods.stylefusion.config import GeneratorConfig
from reenact.methods.stylefusion.generator import Generator
from tests.reenact.methods.stylefusion.made_checkpoints import (
    STYLE,
    ada_state,
    g_ema_state,
    g_synthesis_state,
    render_ada,
    render_g_synthesis,
    write_nvidia_pickle,
)


def close(generator: Generator, styles: torch.Tensor, wanted: torch.Tensor) -> None:
    torch.testing.assert_close(generator(styles[None])[0], wanted / 2 + 0.5, atol=2e-4, rtol=2e-4)


@pytest.fixture
def styles() -> torch.Tensor:
    return torch.randn(6, STYLE, generator=torch.Generator().manual_seed(5))


def test_nvidias_pickle_renders_the_same(tmp_path, styles):
    state = ada_state()
    write_nvidia_pickle(tmp_path / "net.pkl", state)
    generator = load_generator(tmp_path / "net.pkl")
    assert generator.config == GeneratorConfig("stylegan2", 16, (6, 5, 4), STYLE, 3, 256.0)
    close(generator, styles, render_ada(state, styles))
    torch.testing.assert_close(generator.mean_style, state["mapping.w_avg"])


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_a_g_ema_state_dict_renders_the_same(tmp_path, styles, suffix):
    state = ada_state()
    path = tmp_path / f"net{suffix}"
    if suffix == ".pt":
        torch.save({"g_ema": g_ema_state(state), "latent_avg": torch.ones(STYLE)}, path)
    else:
        save_file({k: v.contiguous() for k, v in g_ema_state(state).items()}, path)
    generator = load_generator(path)
    close(generator, styles, render_ada(state, styles))
    assert float(generator.mean_style.sum()) == (STYLE if suffix == ".pt" else 0)


@pytest.mark.parametrize("channels", [(6, 5, 4), (4, 4, 4, 4, 3, 2)])
def test_a_g_synthesis_state_dict_renders_the_same(tmp_path, channels):
    """With 128 pixels too, where StyleGAN's layers are fused."""
    state = g_synthesis_state(channels=channels)
    torch.save(state, tmp_path / "net.pt")
    generator = load_generator(tmp_path / "net.pt")
    assert generator.config.kind == "stylegan" and generator.config.channels == channels
    styles = torch.randn(2 * len(channels), STYLE)
    close(generator, styles, render_g_synthesis(state, styles, len(channels)))


def test_saved_and_loaded_it_renders_the_same(tmp_path):
    generator = Generator(GeneratorConfig(size=8, channels=(4, 4), style=STYLE, mapping_layers=2))
    save_generator(generator, tmp_path / "own.safetensors")
    again = load_generator(tmp_path / "own.safetensors")
    styles = generator.styles(torch.randn(2, STYLE), truncation=0.5)
    assert again.config == generator.config
    torch.testing.assert_close(again(styles), generator(styles))


def test_missing_tensors_are_named(tmp_path):
    state = g_ema_state(ada_state())
    del state["convs.1.activate.bias"]
    torch.save(state, tmp_path / "net.pt")
    with pytest.raises(WeightsError, match=r"lacks 1 tensors: convs\.1\.activate\.bias"):
        load_generator(tmp_path / "net.pt")


class Hostile:
    """Unpickled plainly, it makes a folder."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def __reduce__(self):
        return os.mkdir, (self.folder,)


@pytest.mark.parametrize("suffix", [".pkl", ".pt"])
def test_a_hostile_pickle_is_refused_and_nothing_is_run(tmp_path, suffix):
    path, evil = tmp_path / f"net{suffix}", tmp_path / "evil"
    content = {"G_ema": Hostile(str(evil))}
    if suffix == ".pkl":
        path.write_bytes(pickle.dumps(content))
    else:
        torch.save(content, path)
    with pytest.raises(WeightsError, match="Nothing was run"):
        load_generator(path)
    assert not evil.exists()
    pickle.loads(pickle.dumps(content))  # it would have
    assert evil.exists()


def test_code_hidden_in_a_tensor_is_refused(tmp_path):
    """`_load_from_bytes` gives bytes to torch.load, which must not run them."""
    import io

    evil, inner = tmp_path / "evil", io.BytesIO()
    torch.save(Hostile(str(evil)), inner)

    class Storage:
        def __reduce__(self):
            return torch.storage._load_from_bytes, (inner.getvalue(),)

    (tmp_path / "net.pkl").write_bytes(pickle.dumps({"G_ema": Storage()}))
    with pytest.raises(WeightsError, match="Nothing was run"):
        load_generator(tmp_path / "net.pkl")
    assert not evil.exists()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("net.pkl", b"not a pickle", "must be a StyleGAN2 network pickle"),
        ("net.pkl", pickle.dumps({"a": 1}), "it holds no G_ema"),
        ("net.pt", b"\x00" * 100, "must be a whole file of tensors"),
        ("net.safetensors", b"\x00" * 4, "must be a whole safetensors file"),
        ("net.onnx", b"", "must be .pkl"),
    ],
)
def test_what_is_no_checkpoint_is_refused(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(WeightsError, match=message):
        load_generator(tmp_path / name)


def test_another_network_is_refused(tmp_path):
    torch.save({"layer.weight": torch.zeros(2, 2)}, tmp_path / "net.pt")
    with pytest.raises(WeightsError, match=r"got tensors like layer\.weight"):
        load_generator(tmp_path / "net.pt")


def test_half_a_pickle_is_refused(tmp_path):
    write_nvidia_pickle(tmp_path / "net.pkl", ada_state())
    whole = (tmp_path / "net.pkl").read_bytes()
    (tmp_path / "net.pkl").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(WeightsError, match="Nothing was run"):
        load_generator(tmp_path / "net.pkl")


def test_a_download_must_have_its_sha256(tmp_path):
    source, cache = tmp_path / "net.pt", tmp_path / "cache"
    torch.save(g_ema_state(ada_state()), source)
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    with pytest.raises(WeightsError, match="must end in #sha256="):
        load_generator("https://127.0.0.1/net.pt", cache)
    import reenact.methods.stylefusion.checkpoint as checkpoint

    def fetch(address, part):
        data = source.read_bytes()
        part.write_bytes(data[: len(data) // 2] if "half" in address else data)

    original, checkpoint.urllib.request.urlretrieve = checkpoint.urllib.request.urlretrieve, fetch
    try:
        with pytest.raises(WeightsError, match="Half a download"):
            load_generator(f"https://127.0.0.1/half/net.pt#sha256={digest}", cache)
        assert not list(cache.iterdir())
        load_generator(f"https://127.0.0.1/net.pt#sha256={digest}", cache)
        assert [one.name for one in cache.iterdir()] == [f"{digest}.pt"]
    finally:
        checkpoint.urllib.request.urlretrieve = original


def test_a_name_that_is_nothing_says_what_would_be():
    with pytest.raises(WeightsError, match="must be a file, URL#sha256=HEX or org/repo@revision"):
        load_generator("stylegan2-ffhq")


def test_styles_of_another_shape_are_refused():
    from reenact.errors import ShapeError

    generator = Generator(GeneratorConfig(size=8, channels=(4, 4), style=STYLE))
    with pytest.raises(ShapeError, match=r"`styles` must be \(B, 4, 8\), got \(1, 6, 8\)"):
        generator(torch.zeros(1, 6, STYLE))


def test_a_public_generator_says_the_hash_of_its_own_file(tmp_path):
    """Styles that were saved with it belong to it, and to no other."""
    path = tmp_path / "net.pt"
    torch.save(g_ema_state(ada_state()), path)
    made = reenact.create("stylefusion", path)
    assert made.weights_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert made.studio.encoder is None and made.recipe.steps == PUBLIC_STEPS
