"""The method: strength, interpolation, edits, regions, weights of others, both generators."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from reenact.base import Driving
from reenact.errors import InputError, UnknownNameError, WeightsError
from reenact.face.detect import make_face
from reenact.geometry.relax import unfold
from reenact.methods import gcgan
from reenact.methods.gcgan.config import TINY, GCGANConfig
from reenact.methods.gcgan.embedding import Embedding
from reenact.methods.gcgan.geometry import shifted
from reenact.methods.gcgan.method import _CONTOUR_X, GCGAN
from reenact.methods.gcgan.networks import make_generator
from reenact.methods.gcgan.spg import Spg
from reenact.methods.gcgan.weights import read_embedding
from reenact.pipeline import Reenactor
from reenact.training.results import save_tensors
from reenact.types import Options


@pytest.fixture(scope="module")
def method() -> GCGAN:
    made = gcgan.build("tiny")
    made.runner.is_fast = False
    with torch.no_grad():  # so that random networks say something that is seen
        made.embedding.decoder[-2].weight.mul_(0.3)
    return made


@pytest.fixture(scope="module")
def opened(portrait_face):
    points = portrait_face.points.copy()
    for index in (14, 87, 317, 178, 402, 17, 84, 314):
        points[index, 1] += 0.2 * np.linalg.norm(points[33] - points[263])
    return make_face(points, 1.0, portrait_face.frame_size)


@pytest.fixture
def reenactor(method, portrait, portrait_face):
    return Reenactor(portrait, method, source_face=portrait_face)


def test_strength_scales_the_way_on_the_manifold(reenactor, method, opened):
    state = reenactor.state
    found = [
        method.retarget(state, Driving(face=opened), Options(strength=s)).extra["z"] - state.z
        for s in (0.0, 0.5, 1.0)
    ]
    assert not found[0].any() and found[2].any()
    np.testing.assert_allclose(found[1], 0.5 * found[2], atol=1e-6)
    np.testing.assert_allclose(found[2], method.embed(opened.points) - state.z, atol=1e-6)


def test_relative_motion_starts_where_the_driving_face_started(
    reenactor, method, opened, portrait_face
):
    options = Options(mode="relative")
    still = method.retarget(reenactor.state, Driving(face=opened, neutral=opened), options)
    np.testing.assert_array_equal(still.points, reenactor.state.source.points)
    moved = method.retarget(reenactor.state, Driving(face=opened, neutral=portrait_face), options)
    np.testing.assert_array_equal(moved.extra["z"], method.embed(moved.points))


def test_relative_motion_is_as_far_as_the_driving_persons_own(
    method, portrait, opened, portrait_face
):
    """From a face far off the manifold as well: there, steps of z tore the face."""
    odd = portrait_face.points.copy()
    odd[[13, 14, 61, 291, 0, 17], 1] += 25
    state = Reenactor(
        portrait, method, source_face=make_face(odd, 1.0, portrait_face.frame_size)
    ).state
    driving = Driving(face=opened, neutral=portrait_face)
    motion = method.retarget(state, driving, Options(mode="relative", follow_pose=False))
    first, last = (method.decode(method.embed(f.points)) for f in (portrait_face, opened))
    shift = 1.1 * (last - first) * (1 - 0.5 * _CONTOUR_X)
    there = shifted(state.source.points, state.window, shift)
    np.testing.assert_allclose(motion.points, unfold(state.source.points, there), atol=1e-4)


def test_no_neutral_picture_is_asked_for(method, portrait, opened, portrait_face):
    result = Reenactor(portrait, method, source_face=opened).drive(portrait, portrait_face)
    assert result.image.shape == portrait.shape


def test_interpolation_is_equal_steps_between_both_ends(reenactor, method, opened, portrait_face):
    motions = method.between(reenactor.state, portrait_face.points, opened.points, 5)
    codes = np.stack([motion.extra["z"] for motion in motions])
    np.testing.assert_allclose(codes[0], method.embed(portrait_face.points), atol=1e-6)
    np.testing.assert_allclose(codes[-1], method.embed(opened.points), atol=1e-6)
    steps = np.diff(codes, axis=0)
    np.testing.assert_allclose(steps, steps[:1].repeat(4, 0), atol=1e-5)
    with pytest.raises(InputError, match="`count` must be 2 or more"):
        method.between(reenactor.state, opened.points, opened.points, 1)


def test_a_region_leaves_the_rest_where_it_is(reenactor, method, opened):
    motion = method.retarget(reenactor.state, Driving(face=opened), Options(region="mouth"))
    moved = np.abs(motion.points - reenactor.state.source.points).max(1)
    assert moved[159] < 0.05 * moved.max()  # an upper lid


def test_edited_landmarks_are_embedded(reenactor, method, opened):
    crop = reenactor.state.source.crop
    points = crop.to_crop(opened.points)
    motion = method.retarget(reenactor.state, Driving(points=points), Options())
    np.testing.assert_array_equal(motion.points, points)
    np.testing.assert_allclose(motion.extra["z"], method.embed(points))


def test_what_is_generated_is_what_the_crop_shows(reenactor, method, opened):
    """At the window's resolution; the Lipschitz ratio is measured on it."""
    state = reenactor.state
    motion = method.retarget(
        state, Driving(points=state.source.crop.to_crop(opened.points)), Options()
    )
    made = 255 * method.generated(state, motion).transpose(1, 2, 0)
    shown = state.window.cut(method.render_frame(state, motion)).astype(float)
    x, y = np.int32(state.window.to_crop(motion.points[[13, 14]])[:, :2].mean(0).round())
    middle = slice(y - 3, y + 4), slice(x - 6, x + 7)
    assert np.abs(shown - state.face)[middle].mean() > 20
    assert np.abs(made - shown)[middle].mean() < 4


def test_a_turned_driving_head_is_said_to_stay(reenactor, method, portrait_face):
    rotation = Rotation.from_euler("y", 30, degrees=True).as_matrix()
    face = make_face((portrait_face.points @ rotation.T).astype(np.float32), 1.0, (512, 512))
    notes = method.retarget(reenactor.state, Driving(face=face), Options()).notes
    assert notes == ["The head stays as it is: GC-GAN transfers expressions alone."]


def test_the_papers_generator_and_spg_draw_too(portrait, portrait_face, opened, method):
    torch.manual_seed(0)
    embedding = Embedding()
    paper = GCGAN(
        method.expression, make_generator(GCGANConfig(widths=(4, 4, 4))), embedding, is_fast=False
    )
    config = GCGANConfig("light", 128, (8,) * 4, 16, "landmarks")
    spg = Spg(method.expression, make_generator(config), embedding, is_fast=False)
    for one in (paper, spg):
        reenactor = Reenactor(portrait, one, source_face=portrait_face)
        points = reenactor.state.source.crop.to_crop(opened.points)
        # Landmarks as they are: what a random E decodes moves them too little to be drawn.
        motion = one.retarget(reenactor.state, Driving(points=points), Options())
        image = reenactor.apply(motion).image
        assert (image != portrait).any()
        np.testing.assert_array_equal(image[:4], portrait[:4])


def test_openvino_and_torch_agree_within_two_levels(method, portrait, portrait_face, opened):
    pytest.importorskip("openvino")
    fast = GCGAN(method.expression, method.generator, method.embedding, is_fast=True)
    pictures = [
        Reenactor(portrait, one, source_face=portrait_face).drive(portrait, opened).image
        for one in (fast, method)
    ]
    assert np.abs(pictures[0].astype(int) - pictures[1]).max() <= 2


def test_weights_load_strictly(method, tmp_path):
    path = tmp_path / "net.safetensors"
    parts = {"generator": method.generator, "embedding": method.embedding}
    tensors = {f"{n}.{k}": v for n, m in parts.items() for k, v in m.state_dict().items() if v.ndim}
    save_tensors(tensors, path)

    def card(**content) -> None:
        path.with_suffix(".json").write_text(json.dumps(content))

    card(method="freenet")
    with pytest.raises(WeightsError, match="they are of freenet"):
        gcgan.create(path)
    card(method="gcgan")
    with pytest.raises(WeightsError, match="card"):
        gcgan.create(path)
    card(method="gcgan", network=asdict(TINY) | {"widths": [8, 8, 8, 16]})
    with pytest.raises(WeightsError, match="shape"):
        gcgan.create(path)
    card(method="gcgan", network=asdict(TINY))
    made = gcgan.create(path)
    assert torch.equal(made.generator.join.weight, method.generator.join.weight)
    assert torch.equal(read_embedding(path).encoder[0].weight, method.embedding.encoder[0].weight)
    with pytest.raises(WeightsError, match="`embedding` must be a file"):
        read_embedding(tmp_path / "no.safetensors")
    with pytest.raises(UnknownNameError, match="variant"):
        gcgan.build("big")
