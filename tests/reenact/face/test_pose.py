"""Head pose: signs, round trips, and a real picture."""

import cv2
import numpy as np
import pytest

from reenact.errors import ShapeError
from reenact.face.pose import (
    MEAN,
    STABLE,
    head_pose,
    pose_of_rotation,
    pose_rotation,
    rotation_of,
)
from reenact.types import HeadPose

POSES = [HeadPose(y, p, r) for y in (-50, 0, 35) for p in (-30, 0, 25) for r in (-120, 0, 80)]


def mesh_at(rotation, scale=80.0, shift=(200.0, 150.0, 3.0)):
    mesh = np.zeros((478, 3))
    mesh[STABLE] = MEAN
    return mesh @ rotation.T * scale + shift


def angles(pose):
    return np.array([pose.yaw, pose.pitch, pose.roll])


@pytest.mark.parametrize("pose", POSES)
def test_rotation_and_angles_undo_each_other(pose):
    rotation = pose_rotation(pose)
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(rotation) == pytest.approx(1)
    np.testing.assert_allclose(angles(pose_of_rotation(rotation)), angles(pose), atol=1e-9)


@pytest.mark.parametrize("pose", POSES)
def test_a_turned_mean_face_has_the_pose_it_was_turned_by(pose):
    mesh = mesh_at(pose_rotation(pose))
    np.testing.assert_allclose(rotation_of(mesh), pose_rotation(pose), atol=1e-9)
    np.testing.assert_allclose(angles(head_pose(mesh)), angles(pose), atol=1e-6)


def test_signs_follow_the_convention():
    nose = np.array([0.0, 0.0, -1.0])
    assert (pose_rotation(HeadPose(20, 0, 0)) @ nose)[0] > 0.3  # to the right of the picture
    assert (pose_rotation(HeadPose(0, 20, 0)) @ nose)[1] < -0.3  # up
    right = pose_rotation(HeadPose(0, 0, 20)) @ (1.0, 0.0, 0.0)
    assert right[1] > 0.3  # clockwise: the right side of the face goes down


def test_seen_from_the_side_the_angles_still_give_the_rotation():
    rotation = pose_rotation(HeadPose(90, 20, 10))
    back = pose_rotation(pose_of_rotation(rotation))
    np.testing.assert_allclose(back, rotation, atol=1e-6)


def test_expression_does_not_turn_the_head():
    mesh = mesh_at(np.eye(3))
    others = np.setdiff1d(np.arange(478), STABLE)
    mesh[others] += 50
    np.testing.assert_allclose(angles(head_pose(mesh)), 0, atol=1e-9)


def test_real_face_turns_with_the_picture(astronaut, astronaut_face):
    upright = head_pose(astronaut_face.points)
    assert abs(upright.yaw) < 25 and abs(upright.pitch) < 25 and abs(upright.roll) < 15
    from reenact.face.detect import find_face

    center = tuple(astronaut_face.points[:, :2].mean(0).astype(float))
    clockwise = cv2.getRotationMatrix2D(center, -20, 1.0)  # OpenCV counts against the clock
    turned = head_pose(find_face(cv2.warpAffine(astronaut, clockwise, (512, 512))).points)
    assert turned.roll - upright.roll == pytest.approx(20, abs=4)
    mirrored = head_pose(find_face(np.ascontiguousarray(astronaut[:, ::-1])).points)
    assert mirrored.yaw == pytest.approx(-upright.yaw, abs=4)
    assert mirrored.roll == pytest.approx(-upright.roll, abs=4)


@pytest.mark.parametrize(
    "points", [np.zeros((468, 3)), np.full((478, 3), np.nan), np.ones((478, 3))]
)
def test_unusable_points_are_refused(points):
    with pytest.raises(ShapeError, match="`points` must be"):
        rotation_of(points)
