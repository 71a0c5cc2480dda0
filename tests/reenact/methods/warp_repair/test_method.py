"""`warp-repair` as a method: bit-identical at rest, loads strictly, fast and slow paths agree."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest

from reenact.errors import WeightsError
from reenact.face.detect import make_face
from reenact.methods import warp, warp_repair
from reenact.methods.warp_repair.config import TINY
from reenact.methods.warp_repair.inference import change_of, make_runner
from reenact.methods.warp_repair.training import save_network
from reenact.methods.warp_repair.weights import read_network
from reenact.pipeline import Reenactor


@pytest.fixture(scope="module")
def method():
    made = warp_repair.build(is_tiny=True)
    made.runner.is_fast = False
    made.runner.network.detail.bias.data.fill_(0.3)
    return made


@pytest.fixture(scope="module")
def open_face(portrait_face):
    points = portrait_face.points.copy()
    lower = points[:, 1] > points[14, 1] - 0.5
    points[lower, 1] += 0.12 * np.ptp(points[:, 1])
    return make_face(points, 1.0, portrait_face.frame_size)


@pytest.fixture
def card(tmp_path):
    def save(network, name="net.safetensors"):
        path = tmp_path / name
        save_network(network.state_dict(), path)
        values = {"method": "warp-repair", "config": network.config.to_dict()}
        path.with_suffix(".json").write_text(json.dumps(values))
        return path

    return save


def test_its_own_face_changes_no_pixel(method, portrait, portrait_face):
    result = Reenactor(portrait, method, source_face=portrait_face).drive(portrait, portrait_face)
    assert np.abs(result.image.astype(int) - portrait).max() <= 2


def test_an_opening_mouth_is_repaired_and_the_rest_is_the_warps(
    method, portrait, portrait_face, open_face
):
    repaired, bent = (
        Reenactor(portrait, made, source_face=portrait_face).drive(portrait, open_face)
        for made in (method, warp.create())
    )
    change = np.abs(repaired.image.astype(int) - bent.image).max(-1)
    assert change.max() > 10
    middle = repaired.landmarks[[61, 291]].mean(0)
    y, x = np.nonzero(change)
    eyes = np.linalg.norm(portrait_face.points[33] - portrait_face.points[263])
    assert np.hypot(x - middle[0], y - middle[1]).max() < 1.5 * eyes


def test_a_large_photo_keeps_its_own_detail(method, portrait, portrait_face, open_face):
    large = cv2.resize(portrait, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    noise = np.random.default_rng(0).integers(0, 12, large.shape, dtype=np.uint8)
    large = cv2.add(large, noise)
    face, driving = (
        make_face((f.points + [0.5, 0.5, 0]) * 4 - [0.5, 0.5, 0], 1.0, large.shape[:2])
        for f in (portrait_face, open_face)
    )
    repaired, bent = (
        Reenactor(large, made, source_face=face).drive(large, driving).image.astype(np.float32)
        for made in (method, warp.create())
    )
    change = repaired - bent
    assert np.abs(change).max() > 10
    rough = np.abs(change - cv2.GaussianBlur(change, (0, 0), 1.5))
    assert rough.mean() < 0.2  # what is added is smooth at this size; the grain stays


def test_openvino_and_torch_agree(portrait):
    pytest.importorskip("openvino")
    network = warp_repair.build().runner.network
    network.detail.bias.data.fill_(0.1)
    rng = np.random.default_rng(0)
    inputs = (
        cv2.resize(portrait, (128, 128)),
        rng.integers(0, 255, (2, 128, 128), dtype=np.uint8),
        rng.normal(0, 0.1, (32, 32, 2)).astype(np.float32),
    )
    fast, slow = (change_of(make_runner(network, is_fast), *inputs) for is_fast in (True, False))
    assert np.abs(fast - slow).max() < 1


def test_saves_and_loads_the_same_network(card):
    network = warp_repair.build(is_tiny=True).runner.network
    loaded = read_network(card(network))
    assert loaded.config == TINY
    for name, tensor in network.state_dict().items():
        np.testing.assert_allclose(loaded.state_dict()[name], tensor, atol=1e-3)


def test_weights_that_do_not_fit_are_refused(card, tmp_path):
    network = warp_repair.build(is_tiny=True).runner.network
    path = card(network)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(WeightsError, match="weights of warp-repair"):
        read_network(path)
    other = card(network, "other.safetensors")
    values = {"method": "warp-repair", "config": network.config.to_dict()}
    wide = values | {"config": values["config"] | {"widths": [8, 8, 16]}}
    refused = ((wide, "shape"), (values | {"method": "pix2pix"}, "they are of pix2pix"))
    for card_values, said in (*refused, ({"method": "warp-repair"}, "card")):
        other.with_suffix(".json").write_text(json.dumps(card_values))
        with pytest.raises(WeightsError, match=said):
            read_network(other)
    network.detail.bias.data[0] = float("nan")
    with pytest.raises(WeightsError, match="finite"):
        read_network(card(network, "nan.safetensors"))
    with pytest.raises(WeightsError, match="must be a file"):
        warp_repair.create(tmp_path / "none.safetensors")
