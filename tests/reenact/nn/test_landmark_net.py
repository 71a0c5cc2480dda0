"""The differentiable landmark detector: exact places, gradients, files, and a real face."""

from __future__ import annotations

import json
from dataclasses import asdict

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from reenact.errors import ShapeError, WeightsError
from reenact.face.align import face_crop
from reenact.face.schemes import convert
from reenact.nn.hourglass import FOLD, HourglassConfig
from reenact.nn.landmark_net import (
    WEIGHTS,
    LandmarkNet,
    landmark_state,
    load_landmark_net,
    to_pixels,
    to_places,
)

TINY = HourglassConfig(size=64, channels=8, stacks=1, depth=2)


@pytest.fixture(scope="module")
def network() -> LandmarkNet:
    return load_landmark_net()


def test_the_place_of_a_map_is_the_middle_of_its_pixels():
    inside = torch.arange(FOLD, dtype=torch.float32)  # pixels that place 0 stands for
    assert float(to_pixels(torch.tensor(0.0))) == float(inside.mean())
    points = torch.tensor([[3.0, 7.5], [100.0, 0.0]])
    for scale in (1.0, 2.0, 0.5):
        torch.testing.assert_close(to_pixels(to_places(points, scale), scale), points)


def test_points_have_gradients_to_the_picture():
    picture = torch.rand(1, 3, 96, 96, requires_grad=True)
    network = LandmarkNet(TINY).eval()
    network(picture).mean().backward()
    assert picture.grad.abs().sum() > 0 and bool(torch.isfinite(picture.grad).all())


def test_another_shape_is_refused():
    with pytest.raises(ShapeError, match=r"got \(1, 3, 64, 32\)"):
        LandmarkNet(TINY)(torch.rand(1, 3, 64, 32))


def test_saved_and_loaded_it_finds_the_same(tmp_path):
    network = LandmarkNet(TINY).eval()
    tensors, notes = landmark_state(network.half().float())
    save_file(tensors, tmp_path / "net.safetensors", notes)
    picture = torch.rand(1, 3, 64, 64)
    again = load_landmark_net(tmp_path / "net.safetensors")
    torch.testing.assert_close(again(picture), network(picture))


@pytest.mark.parametrize("damage", ["missing", "cut off", "other", "NaN"])
def test_files_that_are_none_are_refused(tmp_path, damage):
    path = tmp_path / "net.safetensors"
    tensors, notes = landmark_state(LandmarkNet(TINY))
    if damage == "other":
        notes = {"config": json.dumps(asdict(HourglassConfig(size=64, channels=16)))}
    if damage == "NaN":
        tensors["hourglass.heads.0.bias"][0] = torch.nan
    if damage != "missing":
        save_file(tensors, path, notes)
    if damage == "cut off":
        path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(WeightsError, match=r"net\.safetensors must"):
        load_landmark_net(path)


@pytest.mark.parametrize("turn", [0.0, 8.0])
def test_finds_the_points_of_a_real_face(network, portrait, portrait_face, turn):
    crop = face_crop(portrait_face, scale=1.6, size=256, upright=True)
    wanted = convert(crop.to_crop(portrait_face.points), "mediapipe478", "ibug68")[:, :2]
    matrix = cv2.getRotationMatrix2D((127.5, 127.5), turn, 1.0)
    image = cv2.warpAffine(crop.cut(portrait), matrix, (256, 256), flags=cv2.INTER_CUBIC)
    wanted = wanted @ matrix[:, :2].T + matrix[:, 2]
    picture = torch.from_numpy(image).permute(2, 0, 1)[None].float() / 255
    found = network(picture)[0].numpy()
    assert np.linalg.norm(found - wanted, axis=1).mean() < 4.0  # px of 256


def test_an_embedded_file_with_another_hash_is_refused(tmp_path, monkeypatch):
    path = tmp_path / WEIGHTS.name
    path.write_bytes(WEIGHTS.read_bytes())
    (tmp_path / "SHA256SUMS").write_text((WEIGHTS.parent / "SHA256SUMS").read_text())
    monkeypatch.setattr("reenact.nn.landmark_net.FOLDER", tmp_path)
    load_landmark_net(path)
    tensors, notes = landmark_state(load_landmark_net())
    name = "hourglass.heads.0.bias"
    tensors[name] = tensors[name] + 1
    save_file(tensors, path, notes)
    with pytest.raises(WeightsError, match="hash"):
        load_landmark_net(path)
