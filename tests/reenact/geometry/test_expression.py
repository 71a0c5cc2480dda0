"""The expression model keeps the source's shape, pose and promises, whoever drives it."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from reenact.errors import InputError, ShapeError, WeightsError
from reenact.geometry.canonical import canonicalize
from reenact.geometry.expression import WEIGHTS, ExpressionModel
from reenact.geometry.regions import (
    INNER_LIP_CENTER,
    INNER_LIP_PAIRS,
    LEFT_IRIS,
    OVAL,
    RIGHT_IRIS,
    STABLE,
)


@pytest.fixture(scope="module")
def model() -> ExpressionModel:
    return ExpressionModel.load()


@pytest.fixture(scope="module")
def faces(model) -> dict[str, np.ndarray]:
    """Two made people, the mean face and one with a broad jaw, and made expressions."""
    openings, mean = model.openings, model.mean
    low = 1 / (1 + np.exp(-12 * (mean[:, 1:2] - 0.3)))  # 0 at the eyes, 1 at the mouth
    other = mean * (1 + low * [0.15, 0, 0])

    def person(shape, gap=0.0, shut=0.0, gaze=0.0):
        mesh = shape + gap * openings.jaw
        openings.mouth.set_gaps(mesh, gap * np.array([0.4, 0.6, 0.8, 0.95, 1, 0.95, 0.8, 0.6, 0.4]))
        for eye in openings.eyes:
            eye.lids.set_gaps(mesh, eye.lids.gaps(mesh) * (1 - shut))
            eye.set_gaze(mesh, eye.gaze(mesh) + [gaze, 0], mesh[list(eye.iris)])
        return mesh

    return {
        "source": lay(person(mean)),
        "source_open": lay(person(mean, gap=0.3)),
        "source_shut": lay(person(mean, shut=0.95)),
        "driving": lay(person(other), 100, (12, -8, 4)),
        "driving_open": lay(person(other, gap=0.35), 100, (-6, 5, 10)),
        "driving_shut": lay(person(other, shut=0.97), 100, (4, 3, -8)),
        "driving_gaze": lay(person(other, gaze=0.15), 100, (-5, 2, 0)),
    }


def lay(canonical, scale: float = 150, turn=(0, 0, 0), shift=(256, 240, 5)) -> np.ndarray:
    """A canonical mesh as pixels: turned by angles in degrees, scaled, shifted."""
    rotation = Rotation.from_euler("yxz", turn, degrees=True).as_matrix()
    return (canonical @ rotation * scale + shift).astype(np.float32)


def gap(points) -> float:
    upper, lower = points[list(INNER_LIP_CENTER)]
    return float(np.linalg.norm(lower - upper) / np.linalg.norm(points[33] - points[263]))


def openness(model, points) -> np.ndarray:
    mesh, _ = canonicalize(points.astype(np.float64), model.mean)
    return np.array([eye.lids.gaps(mesh).mean() / eye.width(mesh) for eye in model.openings.eyes])


def test_transfer_of_the_same_mesh_returns_the_source(model, faces):
    for name in ("source", "source_open", "source_shut", "driving_open"):
        assert np.abs(model.transfer(faces[name], faces[name]) - faces[name]).max() < 1e-3


def test_transfer_of_the_same_face_in_another_pose_returns_the_source(model, faces):
    mesh, _ = canonicalize(faces["source"].astype(np.float64), model.mean)
    turned = lay(mesh, 80, (15, -10, 20), (30, 40, 0))
    assert np.abs(model.transfer(faces["source"], turned) - faces["source"]).max() < 0.02


def test_strength_zero_returns_the_source_exactly(model, faces):
    moved = model.transfer(faces["source"], faces["driving_open"], strength=0)
    assert np.array_equal(moved, faces["source"])
    assert moved is not faces["source"]


def test_transfer_gives_float32_points_in_the_source_pose(model, faces):
    moved = model.transfer(faces["source"], faces["driving_open"])
    assert moved.shape == (478, 3) and moved.dtype == np.float32
    away = np.linalg.norm(moved[list(STABLE)] - faces["source"][list(STABLE)], axis=1)
    assert away.mean() < 0.02 * 150


def test_transfer_keeps_the_face_shape_of_the_source(model, faces):
    moved = model.transfer(faces["source"], faces["driving"])
    width = [np.ptp(p[list(OVAL), 0]) for p in (faces["source"], moved)]
    assert abs(width[1] / width[0] - 1) < 0.02
    toward = np.abs(moved - faces["source"]).mean()
    shape = np.abs(lay(canonicalize(faces["driving"], model.mean)[0]) - faces["source"]).mean()
    assert toward < 0.7 * shape  # the mean face is nobody: people are told apart better


def test_open_mouth_opens_as_far_as_the_driving_one(model, faces):
    moved = model.transfer(faces["source"], faces["driving_open"])
    assert abs(gap(moved) - gap(faces["driving_open"])) < 0.05


def test_closed_mouth_closes_the_source_without_crossing(model, faces):
    moved = model.transfer(faces["source_open"], faces["driving"])
    mesh, _ = canonicalize(moved.astype(np.float64), model.mean)
    upper, lower = np.array(INNER_LIP_PAIRS).T
    assert gap(moved) < 0.02
    assert (mesh[lower, 1] - mesh[upper, 1]).min() > -1e-3


@pytest.mark.parametrize("strength", [0.5, 1.0, 1.5])
@pytest.mark.parametrize("name", ["driving", "driving_open", "driving_shut", "driving_gaze"])
def test_lips_never_cross_at_any_strength(model, faces, name, strength):
    for source in ("source", "source_open"):
        moved = model.transfer(faces[source], faces[name], strength=strength)
        mesh, _ = canonicalize(moved.astype(np.float64), model.mean)
        assert model.openings.mouth.gaps(mesh).min() > -1e-3


def test_shut_eyes_shut_the_source_and_open_eyes_stay(model, faces):
    own = openness(model, faces["source"])
    shut = openness(model, model.transfer(faces["source"], faces["driving_shut"]))
    still = openness(model, model.transfer(faces["source"], faces["driving"]))
    assert (shut < 0.25 * own).all()
    assert (np.abs(still / own - 1) < 0.25).all()


def test_shut_source_opens_its_eyes(model, faces):
    moved = openness(model, model.transfer(faces["source_shut"], faces["driving"]))
    assert (moved > 0.6 * openness(model, faces["driving"])).all()


def test_source_looks_where_the_driving_looks(model, faces):
    moved = model.transfer(faces["source"], faces["driving_gaze"])
    meshes = [
        canonicalize(p.astype(np.float64), model.mean)[0] for p in (moved, faces["driving_gaze"])
    ]
    for eye in model.openings.eyes:
        gaze, wanted = (eye.gaze(mesh) for mesh in meshes)
        assert np.abs(gaze - wanted).max() < 0.02


def test_irises_keep_their_size(model, faces):
    moved = model.transfer(faces["source"], faces["driving_gaze"])
    for iris in (RIGHT_IRIS, LEFT_IRIS):
        sizes = [np.ptp(p[list(iris), :2], axis=0) for p in (faces["source"], moved)]
        np.testing.assert_allclose(sizes[0], sizes[1], atol=0.05)


def test_strength_exaggerates_step_by_step(model, faces):
    gaps = [
        gap(model.transfer(faces["source"], faces["driving_open"], strength=s))
        for s in (0, 0.5, 1.0, 1.5)
    ]
    assert np.all(np.diff(gaps) > 0.1)


def test_a_region_leaves_the_rest_of_the_face(model, faces):
    source = faces["source"]
    mouth = model.transfer(source, faces["driving_open"], region="mouth") - source
    eyes = model.transfer(source, faces["driving_open"], region="eyes") - source
    whole = model.transfer(source, faces["driving_open"]) - source
    assert np.abs(mouth[[159, 386, 105, 334]]).max() < 0.01 * 150
    assert np.abs(eyes[[14, 17, 152]]).max() < 0.01 * 150
    np.testing.assert_allclose(mouth[[13, 14, 17]], whole[[13, 14, 17]], atol=0.02)


def test_relative_mode_adds_the_motion_since_the_first_frame(model, faces):
    options = {"mode": "relative", "driving_neutral": faces["driving_open"]}
    still = model.transfer(faces["source"], faces["driving_open"], **options)
    assert np.abs(still - faces["source"]).max() < 1e-3
    options["driving_neutral"] = faces["driving"]
    moved = model.transfer(faces["source"], faces["driving_open"], **options)
    change = gap(faces["driving_open"]) - gap(faces["driving"])
    assert abs(gap(moved) - gap(faces["source"]) - change) < 0.05


def test_known_neutral_faces_are_used(model, faces):
    known = {"driving_neutral": faces["driving"], "source_neutral": faces["source"]}
    moved = model.transfer(faces["source"], faces["driving"], **known)
    assert np.abs(moved - faces["source"]).max() < 0.05 * 150


def test_read_is_the_same_for_any_pose_and_scale(model, faces):
    here = model.read(faces["source_open"])
    mesh, _ = canonicalize(faces["source_open"].astype(np.float64), model.mean)
    there = model.read(lay(mesh, 60, (10, -12, 25), (10, 500, 0)))
    assert here.shape == (len(model.names),) and here.dtype == np.float32
    assert 0 <= here.min() and here.max() <= 1
    np.testing.assert_allclose(here, there, atol=0.01)


def test_read_tells_an_open_jaw_and_shut_eyes(model, faces):
    def value(name, face):
        return model.read(faces[face])[model.names.index(name)]

    assert value("jawOpen", "source_open") > value("jawOpen", "source") + 0.2
    assert value("eyeBlinkLeft", "source_shut") > value("eyeBlinkLeft", "source") + 0.2


def test_read_and_transfer_are_fast(model, faces):
    times = []
    for _ in range(30):
        start = time.perf_counter()
        model.read(faces["driving_open"])
        model.transfer(faces["source"], faces["driving_open"])
        times.append(time.perf_counter() - start)
    assert min(times) < 5e-3  # 1 ms on an idle core


def test_wrong_inputs_are_refused(model, faces):
    source = faces["source"]
    with pytest.raises(ShapeError, match="478"):
        model.transfer(source[:468], source)
    with pytest.raises(ShapeError, match="finite"):
        model.read(np.full((478, 3), np.nan, np.float32))
    with pytest.raises(InputError, match="strength"):
        model.transfer(source, source, strength=2)
    with pytest.raises(InputError, match="region"):
        model.transfer(source, source, region="nose")
    with pytest.raises(InputError, match="driving_neutral"):
        model.transfer(source, source, mode="relative")


def test_damaged_or_missing_weights_are_refused(tmp_path, monkeypatch):
    with pytest.raises(WeightsError):
        ExpressionModel.load(tmp_path / "none.safetensors")
    damaged = tmp_path / "damaged.safetensors"
    damaged.write_bytes(WEIGHTS.read_bytes()[:5000])
    with pytest.raises(WeightsError):
        ExpressionModel.load(damaged)
    changed = bytearray(WEIGHTS.read_bytes())
    changed[-1] ^= 1
    damaged.write_bytes(changed)
    (tmp_path / "SHA256SUMS").write_text((WEIGHTS.parent / "SHA256SUMS").read_text())
    monkeypatch.setattr("reenact.geometry.expression.WEIGHTS", damaged)
    with pytest.raises(WeightsError, match="hash"):
        ExpressionModel.load()
