"""The head follows the driving head, within limits."""

import numpy as np
import pytest

from reenact.face.pose import MEAN, STABLE, head_pose, pose_rotation
from reenact.geometry.head_motion import LIMITS, follow_motion, follow_still
from reenact.types import HeadPose


def _head(yaw=0.0, pitch=0.0, roll=0.0, size=120.0, at=(200.0, 220.0)) -> np.ndarray:
    """A mesh with the stable points of the mean face in a pose, the others around them."""
    rng = np.random.default_rng(3)
    mesh = rng.normal(0, 0.4, (478, 3))
    mesh[STABLE] = MEAN
    turned = mesh @ pose_rotation(HeadPose(yaw, pitch, roll)).T
    return (turned * size + (*at, 0)).astype(np.float32)


def _pose_after(motion, source) -> HeadPose:
    return head_pose(motion.apply(source))


def test_a_driving_head_in_the_same_pose_moves_nothing():
    source = _head(yaw=12, roll=-8)
    motion = follow_still(source, _head(yaw=12, roll=-8, size=70, at=(10, 20)))
    assert np.abs(motion.apply(source) - source).max() < 1e-3
    assert not motion.is_limited


def test_a_frontal_driving_head_leaves_the_source_as_it_is():
    source = _head(yaw=18, pitch=5, roll=14)
    assert np.abs(follow_still(source, _head()).apply(source) - source).max() < 1e-3


@pytest.mark.parametrize("axis", ["yaw", "pitch", "roll"])
@pytest.mark.parametrize("degrees", [-6, 6])
def test_a_moderate_turn_is_followed_whole(axis, degrees):
    source = _head()
    motion = follow_still(source, _head(**{axis: degrees}))
    after = _pose_after(motion, source)
    assert getattr(after, axis) == pytest.approx(degrees, abs=0.5)
    others = {"yaw", "pitch", "roll"} - {axis}
    assert all(abs(getattr(after, other)) < 0.5 for other in others)
    assert not motion.is_limited


@pytest.mark.parametrize("axis", ["yaw", "pitch", "roll"])
def test_a_wide_turn_is_limited_and_says_so(axis):
    source = _head()
    motion = follow_still(source, _head(**{axis: 40}))
    limit = getattr(LIMITS, axis)
    assert 0.6 * limit < getattr(_pose_after(motion, source), axis) <= limit + 0.1
    assert motion.is_limited


def test_relative_motion_is_what_has_happened_since_the_neutral_frame():
    source = _head(yaw=2)
    motion = follow_motion(source, _head(yaw=-1, roll=4), _head(yaw=-12, roll=4))
    after = _pose_after(motion, source)
    assert 2 + 8 < after.yaw < 2 + 11
    assert after.roll == pytest.approx(0, abs=0.5)


def test_relative_motion_that_may_be_noise_is_left_out():
    source = _head()
    motion = follow_motion(source, _head(yaw=1, size=121, at=(200.5, 220)), _head())
    assert np.abs(motion.apply(source) - source)[STABLE].max() < 0.6


def test_relative_shift_and_size_are_in_units_of_the_face():
    source = _head(size=240)
    motion = follow_motion(source, _head(size=68, at=(106, 50)), _head(size=60, at=(100, 50)))
    after = motion.apply(source)
    spread = np.ptp(after[STABLE, 0]) / np.ptp(source[STABLE, 0])
    assert 1.08 < spread < 1.14
    moved = (after[STABLE].mean(0) - source[STABLE].mean(0))[:2]
    assert 20 < moved[0] < 26  # 6 of 60 is 24 of 240
    assert abs(moved[1]) < 1


def test_a_far_shift_is_limited_and_says_so():
    source = _head()
    motion = follow_motion(source, _head(at=(420, 220)), _head())
    shift = (motion.apply(source) - source)[[33, 263], 0].mean()
    assert 0 < shift < 120
    assert motion.is_limited
