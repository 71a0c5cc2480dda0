"""Sources by name and by picture, head turns, regions, and what is drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import reenact
from reenact.errors import InputError, UnknownNameError
from reenact.face.detect import make_face
from reenact.face.pose import head_pose
from reenact.methods import landmarkgan
from reenact.methods.landmarkgan.turn import pose_within, turn_to
from reenact.methods.landmarkgan.weights import Person
from reenact.pipeline import Reenactor
from reenact.types import HeadPose, Options

STRANGER = Path(__file__).parents[4] / "demo/assets/examples/source_1.jpg"
ANNA = Person("anna", (-20.0, 20.0), (-10.0, 10.0))


@pytest.fixture
def open_mouth(portrait_face):
    points = portrait_face.points.copy()
    points[[14, 17, 152, 87, 317], 1] += 14
    return make_face(points, 1.0, portrait_face.frame_size)


def test_a_stranger_is_refused_with_what_to_do(run, portrait):
    made = landmarkgan.create(run)
    with pytest.raises(
        InputError, match="somebody whom these weights.*test/0, test/1.*clip=me.mp4"
    ):
        reenact.reenact(str(STRANGER), portrait, made)


def test_a_source_may_be_a_name(method, portrait):
    method.info = type(method.info)(**vars(method.info) | {"people": ("anna",)})
    method.portrait = {"anna": portrait}.__getitem__
    assert reenact.reenact("anna", portrait, method).image.shape == portrait.shape


def test_a_person_that_does_not_exist_is_refused(method, portrait):
    method.person = "test/5"
    with pytest.raises(UnknownNameError, match="Unknown person 'test/5'. Did you mean"):
        Reenactor(portrait, method)


def test_its_own_face_changes_nothing_and_another_one_is_drawn(
    method, portrait, portrait_face, open_mouth
):
    reenactor = Reenactor(portrait, method, source_face=portrait_face)
    np.testing.assert_array_equal(reenactor.drive(portrait, portrait_face).image, portrait)
    changed = reenactor.edit(open_mouth.points)
    assert np.abs(changed.image.astype(int) - portrait).mean() > 1
    np.testing.assert_array_equal(changed.image[:, :10], portrait[:, :10])


def test_relative_motion_since_the_same_face_is_none(method, portrait, portrait_face, open_mouth):
    options = Options(mode="relative")
    reenactor = Reenactor(portrait, method, source_face=portrait_face, options=options)
    result = reenactor.drive(portrait, open_mouth, open_mouth)
    assert np.abs(result.landmarks - portrait_face.points[:, :2]).max() < 0.5


def test_a_region_leaves_the_rest_where_it_is(method, portrait, portrait_face, open_mouth):
    options = Options(region="mouth", follow_pose=False)
    reenactor = Reenactor(portrait, method, source_face=portrait_face, options=options)
    moved = reenactor.drive(portrait, open_mouth).landmarks - portrait_face.points[:, :2]
    assert np.abs(moved[[33, 133, 362, 263, 70, 300]]).max() < 0.3


def test_heads_turn_as_far_as_they_were_seen():
    still = HeadPose(0, 0, 0)
    assert pose_within(ANNA, HeadPose(15, -5, 3), still) == HeadPose(15, -5, 3)
    assert pose_within(ANNA, HeadPose(60, -40, 90), still) == HeadPose(24, -14, 35)
    assert pose_within(ANNA, HeadPose(28, 0, 0), HeadPose(30, 0, 0)).yaw == 28


def test_a_mesh_is_brought_into_a_pose(portrait_face):
    mesh = portrait_face.points
    motion = turn_to(mesh, HeadPose(12, 4, -5), HeadPose(40, 4, -5))
    pose = head_pose(motion.apply(mesh))
    np.testing.assert_allclose((pose.yaw, pose.pitch, pose.roll), (12, 4, -5), atol=0.1)
    assert motion.is_limited
    own = head_pose(mesh)
    np.testing.assert_allclose(turn_to(mesh, own).apply(mesh), mesh, atol=1e-2)
