"""The public networks of ../shared/models do what they are for."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from reenact.losses.identity import load_identity
from reenact.losses.perceptual import load_perceptual

SHARED = Path(__file__).resolve().parents[3].parent / "shared"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not (SHARED / "models").is_dir(), reason="needs ../shared/models"),
]


@pytest.fixture(scope="module")
def people():
    """(P, 2, 3, 256, 256) neutral and smiling, and their landmarks (P, 2, 478, 3)."""
    from reenact.data.packing import find_in
    from reenact.face.align import face_crop
    from reenact.images import load_picture, to_tensor

    if not (SHARED / "data" / "london").is_dir():
        pytest.skip("needs ../shared/data/london")
    images, points = [], []
    for name in ("001", "003", "004"):
        for kind in ("neutral", "smiling"):
            frame = load_picture(SHARED / "data" / "london" / kind / f"{name}.jpg")
            face = find_in(frame, is_centered=True)
            crop = face_crop(face)
            images.append(to_tensor(crop.cut(frame)))
            points.append(torch.from_numpy(crop.to_crop(face.points)))
    return torch.cat(images).view(3, 2, 3, 256, 256), torch.stack(points).view(3, 2, 478, 3)


@pytest.fixture(autouse=True)
def no_other_weights(tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))


def test_identity_tells_people_apart(people):
    identity = load_identity(SHARED / "models")
    assert identity.source.startswith("MobileFaceNet")
    images, points = people
    neutral = identity.embed(images[:, 0], points[:, 0])
    smiling = identity.embed(images[:, 1], points[:, 1])
    likeness = neutral @ smiling.T
    assert likeness.diagonal().min() > 0.75
    assert (likeness - torch.diag(likeness.diagonal())).max() < 0.4
    output = images[:, 1].clone().requires_grad_(True)
    loss = identity(output, points[:, 1], images[:, 0], points[:, 0])
    loss.backward()
    assert torch.isfinite(output.grad).all() and output.grad.abs().sum() > 0


def test_perceptual_sees_blur_and_another_person(people):
    perceptual = load_perceptual(SHARED / "models")
    assert perceptual.source.startswith("SqueezeNet")
    images, _ = people
    target = images[:1, 0]
    blurred = torch.nn.functional.avg_pool2d(target, 5, stride=1, padding=2)
    output = blurred.requires_grad_(True)
    loss = perceptual(output, target)
    loss.backward()
    assert perceptual(target, target) == 0
    assert 0 < loss < perceptual(images[1:2, 0], target)
    assert torch.isfinite(output.grad).all()
