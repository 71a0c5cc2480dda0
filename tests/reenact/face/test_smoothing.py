"""The landmark filter: calm on a still face, no lag and no loss on fast movements."""

import numpy as np
import pytest

from reenact.face.pose import head_pose, pose_rotation
from reenact.face.scheme_tables import mean_mesh
from reenact.face.smoothing import LandmarkFilter
from reenact.geometry.regions import LEFT_LID_PAIRS, RIGHT_LID_PAIRS
from reenact.types import HeadPose

EYES_PX = 150.0
UPPER_LIDS = [upper for upper, _ in RIGHT_LID_PAIRS + LEFT_LID_PAIRS]
LOWER_LIDS = [lower for _, lower in RIGHT_LID_PAIRS + LEFT_LID_PAIRS]
LOWER_LIP = [17, 14, 87, 317, 84, 314, 178, 402, 181, 405, 152, 199, 200]


def placed(mesh, shift=(256, 256), pose=None, scale=EYES_PX):
    rotation = pose_rotation(pose or HeadPose(8, -5, 4))
    return (mesh @ rotation.T * scale + (*shift, 0)).astype(np.float32)


def smoothed(meshes, fps=30.0, **settings):
    smooth = LandmarkFilter(**{"min_cutoff": 0.4, "beta": 200.0, **settings})
    return np.array([smooth(mesh, i / fps) for i, mesh in enumerate(meshes)])


def noise(count, level=0.003):
    return np.random.default_rng(0).normal(0, level * EYES_PX, (count, 478, 3)).astype(np.float32)


def lid_gap(meshes):
    return np.linalg.norm(meshes[:, UPPER_LIDS] - meshes[:, LOWER_LIDS], axis=-1).mean(1)


def lip_gap(meshes):
    return np.linalg.norm(meshes[:, 14] - meshes[:, 13], axis=-1)


def blink(amounts):
    meshes = []
    for amount in amounts:
        mesh = mean_mesh()
        mesh[UPPER_LIDS] += amount * (mesh[LOWER_LIDS] - mesh[UPPER_LIDS])
        meshes.append(placed(mesh))
    return np.array(meshes)


def gape(amounts):
    meshes = []
    for amount in amounts:
        mesh = mean_mesh()
        mesh[LOWER_LIP, 1] += 0.3 * amount
        meshes.append(placed(mesh))
    return np.array(meshes)


@pytest.mark.parametrize("fps", [15.0, 30.0, 60.0])
@pytest.mark.parametrize("scale", [40.0, 600.0])
def test_a_still_face_shakes_at_least_three_times_less(fps, scale):
    still = placed(mean_mesh(), scale=scale)
    noisy = still + noise(150) * scale / EYES_PX
    calm = smoothed(noisy, fps)
    for measure in (lambda m: m[30:].std(0).mean(), lambda m: np.diff(m[30:], axis=0).std()):
        assert measure(noisy) / measure(calm) > 3


@pytest.mark.parametrize("make, gap", [(blink, lid_gap), (gape, lip_gap)])
@pytest.mark.parametrize("is_noisy", [False, True])
def test_a_blink_of_three_frames_and_a_fast_mouth_keep_height_and_time(make, gap, is_noisy):
    amounts = np.zeros(40)
    amounts[20:23] = 0.6, 1.0, 0.5
    truth = make(amounts)
    seen = truth + noise(40, 0.002) if is_noisy else truth
    before, after = gap(truth), gap(smoothed(seen))
    rest = before[0]
    assert abs(after[21] - rest) >= 0.9 * abs(before[21] - rest)
    assert np.abs(after - rest).argmax() == 21
    # Delay: area between the curves on the rising side, in frames.
    delay = (before[20] - after[20]) / (before[21] - rest)
    assert abs(delay) < 0.25


def test_a_fast_shift_is_followed_within_the_frame():
    meshes = [placed(mean_mesh(), (100 + 25 * max(0, i - 10), 256)) for i in range(20)]
    calm = smoothed(meshes)
    lag_px = np.abs((calm - np.array(meshes))[11:, :, 0]).mean()
    assert lag_px < 0.1 * 25


def test_slow_movement_is_never_far_behind():
    meshes = np.array([placed(mean_mesh(), (100 + 0.3 * i, 256)) for i in range(90)])
    behind = np.abs(smoothed(meshes) - meshes)[..., 0].mean(1)
    assert behind.max() < 0.012 * EYES_PX


def test_a_turning_head_does_not_shake_the_lips():
    poses = [HeadPose(-30 + 2 * i, 0, 0) for i in range(30)]
    meshes = np.array([placed(mean_mesh(), pose=pose) for pose in poses])
    calm = smoothed(meshes + noise(30))
    gap = lip_gap(calm)[5:]
    assert gap.std() < lip_gap(meshes + noise(30))[5:].std() / 1.5
    yaws = np.array([head_pose(mesh).yaw for mesh in calm])
    np.testing.assert_allclose(yaws[5:], [pose.yaw for pose in poses[5:]], atol=1.0)


def test_uneven_steps_and_the_same_time_twice_are_taken():
    smooth = LandmarkFilter(min_cutoff=0.4, beta=200.0)
    mesh = placed(mean_mesh())
    for time_s in (0.0, 0.01, 0.01, 0.2, 0.21):
        np.testing.assert_allclose(smooth(mesh, time_s), mesh, atol=0.01)


@pytest.mark.parametrize("next_s", [0.9, 2.0])
def test_a_step_back_or_a_long_gap_starts_afresh(next_s):
    smooth = LandmarkFilter(min_cutoff=0.4, beta=0.0)
    smooth(placed(mean_mesh()), 1.0)
    elsewhere = placed(mean_mesh(), (300, 300))
    np.testing.assert_allclose(smooth(elsewhere, next_s), elsewhere, atol=0.01)
