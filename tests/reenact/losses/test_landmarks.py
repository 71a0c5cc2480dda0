"""The landmark loss through the detector."""

from __future__ import annotations

import pytest
import torch

from reenact.errors import ShapeError
from reenact.losses.landmarks import DetectedLandmarks, wanted_points
from reenact.nn.hourglass import HourglassConfig
from reenact.nn.landmark_net import LandmarkNet


@pytest.fixture(scope="module")
def loss() -> DetectedLandmarks:
    torch.manual_seed(0)
    return DetectedLandmarks(LandmarkNet(HourglassConfig(size=64, channels=8, stacks=1, depth=2)))


def test_is_zero_where_the_points_are_seen_and_grows_with_the_distance(loss):
    output = torch.rand(2, 3, 96, 96)
    seen = loss.network(output)
    assert float(loss(output, seen)) == 0
    away = seen + torch.tensor([3.0, 4.0])
    assert float(loss(output, away)) == pytest.approx(5 / 96, rel=1e-4)


def test_its_gradient_reaches_the_picture_and_not_the_detector(loss):
    output = torch.rand(1, 3, 64, 64, requires_grad=True)
    loss.train()
    loss(output, torch.rand(1, 68, 2) * 64).backward()
    assert output.grad.abs().sum() > 0 and bool(torch.isfinite(output.grad).all())
    assert not loss.training and all(p.grad is None for p in loss.parameters())


def test_other_points_are_refused(loss):
    with pytest.raises(ShapeError, match=r"`wanted` must be \(1, 68, 2\), got \(1, 106, 2\)"):
        loss(torch.rand(1, 3, 64, 64), torch.rand(1, 106, 2))


def test_points_of_meshes_are_ibug68(portrait_face):
    from reenact.face.schemes import convert

    meshes = torch.from_numpy(portrait_face.points)[None]
    wanted = convert(portrait_face.points, "mediapipe478", "ibug68")[:, :2]
    torch.testing.assert_close(wanted_points(meshes)[0], torch.as_tensor(wanted).to(meshes))
