"""Metrics on downloaded networks, here with random weights in the same layout, and without any."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
import torch

from bench.metrics import NotComputed, backbones, perceptual
from bench.metrics.backbones import BACKBONES
from reenact.errors import FaceNotFoundError, UnknownNameError, WeightsError
from reenact.face.detect import make_face
from reenact.images import to_tensor
from reenact.losses.models import VARIABLE


@pytest.fixture
def empty(monkeypatch, tmp_path):
    """A computer without any of the networks."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "models"))
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    return tmp_path / "models"


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """A folder with random weights under the names and in the layout of the published ones."""
    import torchvision
    from facenet_pytorch import InceptionResnetV1
    from torch_fidelity import feature_extractor_inceptionv3 as fidelity

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("models")
    torch.save(torchvision.models.alexnet().state_dict(), folder / BACKBONES["lpips"].file)
    facenet = InceptionResnetV1(pretrained=None).state_dict()
    facenet |= {"logits.weight": torch.zeros(8631, 512), "logits.bias": torch.zeros(8631)}
    torch.save(facenet, folder / BACKBONES["facenet"].file)
    kind = fidelity.FeatureExtractorInceptionV3
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fidelity, "load_state_dict_from_url", lambda *a, **k: {})
        patch.setattr(kind, "load_state_dict", lambda self, tensors: None)
        layers = kind("random", ["2048"]).state_dict()
    torch.save(layers, folder / BACKBONES["fid"].file)
    return folder


@pytest.fixture
def random_weights(models, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(models))
    for kept in (perceptual._lpips, perceptual._inception, perceptual._facenet):
        kept.cache_clear()


def test_lpips_is_the_packages_own(random_weights, models, portrait):
    import lpips as package

    theirs = package.LPIPS(net="alex", pnet_rand=True, verbose=False).eval()
    tensors = torch.load(models / BACKBONES["lpips"].file, weights_only=True)
    for name, layer in (
        (f"features.{number}", part)
        for parts in theirs.net.children()
        for number, part in parts.named_children()
    ):
        if f"{name}.weight" in tensors:
            layer.weight.data = tensors[f"{name}.weight"]
            layer.bias.data = tensors[f"{name}.bias"]
    shifted = np.roll(portrait, 4, axis=1)
    with torch.no_grad():
        expected = float(theirs(2 * to_tensor(shifted) - 1, 2 * to_tensor(portrait) - 1))
    assert perceptual.lpips(shifted, portrait) == pytest.approx(expected, rel=1e-5)
    assert perceptual.lpips(portrait, portrait) == 0 < expected


def test_inception_features_are_torch_fidelitys(random_weights, models, portrait):
    from torchmetrics.image.fid import NoTrainInceptionV3

    theirs = NoTrainInceptionV3(
        "inception-v3-compat", ["2048"], str(models / BACKBONES["fid"].file)
    )
    pixels = torch.from_numpy(portrait.copy()).permute(2, 0, 1)[None]
    expected = theirs(pixels)[0].numpy()
    found = perceptual.inception_features(portrait)
    assert found.shape == (2048,) and found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


def test_facenet_gives_unit_descriptors(random_weights, portrait, portrait_face):
    found = perceptual.facenet_descriptor(portrait, portrait_face)
    assert found.shape == (512,)
    assert np.linalg.norm(found) == pytest.approx(1, abs=1e-5)
    away = make_face(portrait_face.points + 5000, 1.0, portrait_face.frame_size)
    with pytest.raises(FaceNotFoundError):
        perceptual.facenet_descriptor(portrait, away)


def test_the_record_can_say_which_file_it_was(random_weights, models):
    data = (models / BACKBONES["lpips"].file).read_bytes()
    assert backbones.backbone_sha256("lpips") == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("name", ["lpips", "fid", "facenet"])
def test_absent_networks_are_not_computed_and_the_command_is_named(
    name, empty, portrait, portrait_face
):
    metric = {
        "lpips": lambda: perceptual.lpips(portrait, portrait),
        "fid": lambda: perceptual.inception_features(portrait),
        "facenet": lambda: perceptual.facenet_descriptor(portrait, portrait_face),
    }[name]
    with pytest.raises(NotComputed, match=f"Run: python -m bench weights {name}") as caught:
        metric()
    assert BACKBONES[name].file in str(caught.value)


def test_absent_packages_are_named(monkeypatch):
    monkeypatch.setattr(backbones, "find_spec", lambda name: None)
    with pytest.raises(NotComputed, match="pip install torch-fidelity"):
        backbones.backbone_path("fid")


@pytest.mark.parametrize("name", ["lpips", "fid", "facenet"])
def test_files_of_something_else_are_refused(name, empty, portrait, portrait_face):
    empty.mkdir()
    torch.save({"weight": torch.zeros(3)}, empty / BACKBONES[name].file)
    for kept in (perceptual._lpips, perceptual._inception, perceptual._facenet):
        kept.cache_clear()
    with pytest.raises(WeightsError, match="fit"):
        {
            "lpips": lambda: perceptual.lpips(portrait, portrait),
            "fid": lambda: perceptual.inception_features(portrait),
            "facenet": lambda: perceptual.facenet_descriptor(portrait, portrait_face),
        }[name]()


def test_a_file_that_would_run_code_is_not_run(empty, portrait):
    """torch-fidelity itself unpickles anything."""

    class Evil:
        def __reduce__(self):
            return (pytest.fail, ("the pickle was executed",))

    empty.mkdir()
    torch.save({"weight": Evil()}, empty / BACKBONES["fid"].file)
    perceptual._inception.cache_clear()
    with pytest.raises(WeightsError, match="damaged"):
        perceptual.inception_features(portrait)


def test_weights_are_downloaded_where_they_are_looked_for(empty, monkeypatch, tmp_path):
    published = tmp_path / "published.pth"
    torch.save({"features.0.weight": torch.zeros(2)}, published)
    digest = hashlib.sha256(published.read_bytes()).hexdigest()
    wanted = BACKBONES["lpips"]
    here = {**vars(wanted), "url": published.as_uri(), "sha256": digest[:8]}
    monkeypatch.setitem(BACKBONES, "lpips", type(wanted)(**here))
    path = backbones.download("lpips", has_progress=False)
    assert path == backbones.backbone_path("lpips") == empty / wanted.file
    assert backbones.download("lpips", has_progress=False) == path  # not again


def test_a_download_of_something_else_is_refused(empty, monkeypatch, tmp_path):
    published = tmp_path / "published.pth"
    published.write_bytes(b"another file")
    wanted = BACKBONES["fid"]
    here = {**vars(wanted), "url": published.as_uri()}
    monkeypatch.setitem(BACKBONES, "fid", type(wanted)(**here))
    with pytest.raises(WeightsError, match="cannot be downloaded"):
        backbones.download("fid", has_progress=False)
    assert not (empty / wanted.file).exists()


def test_unknown_weights_are_named():
    with pytest.raises(UnknownNameError, match="Available: facenet, fid, lpips"):
        backbones.backbone("vgg")
