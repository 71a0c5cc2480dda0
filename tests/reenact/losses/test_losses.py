"""A loss is zero on a perfect output, grows with the fault, and its gradient is finite."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from reenact.errors import ShapeError, UnknownNameError, WeightsError
from reenact.geometry.heatmaps import draw_heatmaps
from reenact.losses.adversarial import discriminator_loss, generator_loss, gradient_penalty
from reenact.losses.geometry import heatmap_loss, landmark_l1
from reenact.losses.identity import ARCFACE, Identity, align_faces, five_points, load_identity
from reenact.losses.models import VARIABLE
from reenact.losses.perceptual import Perceptual, load_perceptual


def finite_gradient(loss, *leaves) -> bool:
    loss.backward()
    return all(torch.isfinite(leaf.grad).all() and leaf.grad.abs().sum() > 0 for leaf in leaves)


@pytest.fixture
def perceptual():
    torch.manual_seed(0)
    layers = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(inplace=True), nn.Conv2d(4, 4, 3), nn.ReLU())
    return Perceptual(layers, (1, 3), (0.5,) * 3, (0.5,) * 3, source="tiny")


@pytest.fixture
def identity():
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Conv2d(3, 8, 5, stride=4), nn.BatchNorm2d(8), nn.ReLU(), nn.AdaptiveAvgPool2d(3)
    )
    network.append(nn.Flatten())
    return Identity(network, 112, (0.5,) * 3, (0.5,) * 3, source="tiny")


def faces(count: int = 2, size: int = 64):
    """Random pictures, and landmarks whose five points are somewhere in them."""
    torch.manual_seed(1)
    points = torch.rand(count, 478, 3) * 4
    for index, (x, y) in zip((33, 133, 362, 263, 4, 61, 291), PLACES, strict=True):
        points[:, index, :2] = torch.tensor([x, y]) * size
    return torch.rand(count, 3, size, size), points


PLACES = ((0.3, 0.4), (0.4, 0.4), (0.6, 0.4), (0.7, 0.4), (0.5, 0.6), (0.4, 0.75), (0.6, 0.75))


def test_lsgan_is_zero_at_its_aims():
    real, made = torch.ones(2, 1, 4, 4), torch.zeros(2, 1, 4, 4)
    assert discriminator_loss(real, made) == 0
    assert generator_loss(real) == 0
    assert generator_loss(made) == 1 and discriminator_loss(made, real) == 2


def test_hinge_is_zero_beyond_its_margins():
    assert discriminator_loss(torch.full((3,), 1.5), torch.full((3,), -2.0), "hinge") == 0
    assert discriminator_loss(torch.zeros(3), torch.zeros(3), "hinge") == 2
    assert generator_loss(torch.full((3,), 2.0), "hinge") == -2


def test_wasserstein_is_the_gap_of_means():
    assert discriminator_loss(torch.ones(3), torch.full((3,), 4.0), "wgan") == 3
    assert generator_loss(torch.full((3,), 4.0), "wgan") == -4


def test_scales_count_alike_whatever_their_size():
    scores = [torch.zeros(1, 1, 8, 8), torch.ones(1, 1, 2, 2)]
    assert generator_loss(scores) == 0.5


def test_gradient_penalty_is_zero_where_the_slope_is_one():
    weight = torch.zeros(3 * 4 * 4)
    weight[5] = 1.0
    real, made = torch.rand(4, 3, 4, 4), torch.rand(4, 3, 4, 4)
    assert gradient_penalty(lambda x: x.flatten(1) @ weight, real, made) < 1e-8
    steep = gradient_penalty(lambda x: x.flatten(1) @ (3 * weight), real, made)
    assert steep == pytest.approx(4.0, rel=1e-4)


@pytest.mark.parametrize("kind", ["lsgan", "hinge", "wgan"])
def test_adversarial_gradients_are_finite(kind):
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Tanh(), nn.Conv2d(4, 1, 3))
    real, made = torch.rand(2, 3, 8, 8), torch.rand(2, 3, 8, 8, requires_grad=True)
    assert finite_gradient(generator_loss(network(made), kind), made)
    loss = discriminator_loss(network(real), network(made.detach()), kind)
    loss = loss + 10 * gradient_penalty(network, real, made)
    network.zero_grad()
    assert finite_gradient(loss, network[0].weight)


def test_unknown_adversarial_losses_are_refused():
    with pytest.raises(UnknownNameError, match="lsgan"):
        generator_loss(torch.zeros(1), "lsgann")


def test_perceptual_is_zero_on_the_target_and_grows_with_the_fault(perceptual):
    target = torch.rand(2, 3, 16, 16)
    assert perceptual(target.clone(), target) == 0
    noise = torch.randn_like(target)
    small, large = (perceptual(target + share * noise, target) for share in (0.05, 0.5))
    assert 0 < small < large
    output = (target + 0.1 * noise).requires_grad_(True)
    assert finite_gradient(perceptual(output, target), output)
    assert not any(p.requires_grad for p in perceptual.parameters())


def test_identity_is_zero_on_the_same_face(identity):
    images, points = faces()
    assert identity(images.clone(), points, images, points).abs() < 1e-6
    output = torch.rand_like(images).requires_grad_(True)
    loss = identity(output, points, images, points)
    assert 0 < loss <= 2 and finite_gradient(loss, output)


def test_the_identity_network_never_learns_and_never_leaves_evaluation(identity):
    identity.train()
    assert not any(module.training for module in identity.modules())
    assert not any(p.requires_grad for p in identity.parameters())


def test_faces_are_cut_as_the_template_says():
    size = 128
    points = torch.zeros(1, 478, 3)
    turn = torch.tensor([[0.9, -0.3], [0.3, 0.9]])
    places = torch.tensor(ARCFACE) @ turn.T * 0.8 + torch.tensor([30.0, 0.0])
    for (a, b), place in zip(((33, 133), (362, 263)), places[:2], strict=True):
        points[0, a, :2] = points[0, b, :2] = place
    for index, place in zip((4, 61, 291), places[2:], strict=True):
        points[0, index, :2] = place
    assert torch.allclose(five_points(points)[0], places)
    ramp = torch.stack(torch.meshgrid(*[torch.arange(size).float()] * 2, indexing="xy"))
    cut = align_faces(ramp[None], points)  # each pixel tells where it came from
    for (x, y), place in zip(ARCFACE, places, strict=True):
        assert torch.allclose(cut[0, :, round(y), round(x)], place, atol=0.8)


def test_identity_refuses_other_landmarks():
    with pytest.raises(ShapeError, match="478"):
        align_faces(torch.rand(1, 3, 64, 64), torch.rand(1, 68, 2))


def test_landmark_l1_is_zero_on_the_target():
    points = torch.rand(2, 68, 2)
    assert landmark_l1(points, points) == 0
    moved = (points + 2).requires_grad_(True)
    assert landmark_l1(moved, points).item() == pytest.approx(2.0)
    assert finite_gradient(landmark_l1(moved, points), moved)
    weights = torch.zeros(68)
    weights[3] = 5
    moved = points.clone()
    moved[:, 3] += 1
    assert landmark_l1(moved, points, weights).item() == pytest.approx(1.0)
    with pytest.raises(ShapeError):
        landmark_l1(points, points[:, :5])


def test_heatmap_loss_is_zero_on_the_maps_of_the_landmarks():
    points = torch.rand(2, 5, 2) * 16
    maps = draw_heatmaps(points, 16)
    assert heatmap_loss(maps, points, 16) == 0
    output = torch.zeros_like(maps, requires_grad=True)
    loss = heatmap_loss(output, points, 16)
    assert loss > 0 and finite_gradient(loss, output)


def test_absent_weights_say_which_files_are_needed(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    for load, name in ((load_identity, "mobilefacenet"), (load_perceptual, "squeezenet")):
        with pytest.raises(WeightsError, match=name):
            load()


@pytest.mark.slow
def test_the_better_networks_are_taken_where_they_are_here(tmp_path):
    from facenet_pytorch import InceptionResnetV1
    from torchvision.models.vgg import cfgs, make_layers

    layers = make_layers(cfgs["E"]).state_dict()
    tensors = {f"features.{name}": v for name, v in layers.items()}
    torch.save(tensors | {"classifier.0.bias": torch.zeros(4)}, tmp_path / "vgg19-dcbb9e9d.pth")
    perceptual = load_perceptual(tmp_path)
    assert perceptual.source.startswith("VGG-19")
    assert [f.shape[1] for f in perceptual.features(torch.rand(1, 3, 64, 64))] == [
        64,
        128,
        256,
        512,
        512,
    ]
    tensors = InceptionResnetV1(pretrained=None).state_dict() | {"logits.bias": torch.zeros(4)}
    torch.save(tensors, tmp_path / "20180402-114759-vggface2.pt")
    identity = load_identity(tmp_path)
    assert identity.source.startswith("InceptionResnetV1")
    images, points = faces()
    assert identity.embed(images, points).shape == (2, 512)
    assert identity(images, points, images, points).abs() < 1e-5


@pytest.mark.parametrize("content", [b"", b"\x10" * 200])
def test_damaged_weights_are_refused(tmp_path, monkeypatch, content):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    for load, name in (
        (load_identity, "mobilefacenet.safetensors"),
        (load_identity, "20180402-114759-vggface2.pt"),
        (load_perceptual, "squeezenet1_1_caffe.safetensors"),
        (load_perceptual, "vgg19-dcbb9e9d.pth"),
    ):
        folder = tmp_path / name.split(".")[0]
        folder.mkdir()
        (folder / name).write_bytes(content)
        with pytest.raises(WeightsError, match="must be"):
            load(folder)
