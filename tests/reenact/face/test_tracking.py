"""Following a face: how often the detector runs, sizes, two people, losing and finding again."""

import time

import cv2
import numpy as np
import pytest

from reenact.face.tracking import FaceTracker


def view(astronaut, center, size, out=(360, 360), angle=0.0):
    """The astronaut's face drawn `size` pixels large at `center` of a gray picture."""
    zoom = size / 108
    matrix = cv2.getRotationMatrix2D((224, 123), -angle, zoom)
    matrix[:, 2] += np.array(center) - (224, 123)
    flags = cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR
    return cv2.warpAffine(astronaut, matrix, out, flags=flags, borderValue=(120, 120, 120))


def center_of(face):
    return face.points[:, :2].mean(0)


def test_detects_once_and_follows_a_moving_face(astronaut):
    with FaceTracker() as tracker:
        for i in range(40):
            center = (120 + 4 * i, 160 + 10 * np.sin(i / 4))
            face = tracker(view(astronaut, center, 90, (420, 360)), i / 30)
            assert np.linalg.norm(center_of(face) - center) < 14
        assert tracker.detections == 1 and tracker.lost == 0


def test_follows_a_face_that_grows_and_turns(astronaut):
    with FaceTracker() as tracker:
        for i in range(45):
            frame = view(astronaut, (320, 320), 50 * 1.04**i, (640, 640), angle=i)
            face = tracker(frame, i / 30)
            assert face.size_px == pytest.approx(50 * 1.04**i, rel=0.25)
        assert tracker.detections == 1 and tracker.lost == 0
        assert face.pose.roll == pytest.approx(44, abs=10)


def test_small_faces_of_large_frames_are_followed_with_the_same_accuracy(astronaut):
    shapes = []
    for size, out in ((64, (3840, 2160)), (900, (3840, 2160)), (120, (512, 512))):
        with FaceTracker() as tracker:
            for i in range(3):
                frame = view(astronaut, (out[0] * 0.6, out[1] * 0.5), size, out)
                face = tracker(frame, i / 30)
            assert tracker.lost == 0 and tracker.detections == 1
        points = face.points[:, :2]
        shapes.append((points - points.mean(0)) / face.size_px)
    for shape in shapes[:2]:
        assert np.linalg.norm(shape - shapes[2], axis=1).mean() < 0.02


def two_people(astronaut, left, right):
    frame = np.full((360, 640, 3), 120, np.uint8)
    face = astronaut[30:230, 130:310]
    for center, is_mirrored in ((left, False), (right, True)):
        if center is not None:
            x = int(center) - 90
            frame[80:280, x : x + 180] = face[:, ::-1] if is_mirrored else face
    return frame


@pytest.mark.parametrize("index, start", [(0, 150), (1, 480)])
def test_two_people_are_not_swapped_when_one_leaves(astronaut, index, start):
    with FaceTracker(face=index) as tracker:
        for i in range(8):
            face = tracker(two_people(astronaut, 150, 480), i / 30)
            assert abs(center_of(face)[0] - start) < 30
        for i in range(8, 20):  # the followed one is away, the other one stays
            gone = (None, 480) if index == 0 else (150, None)
            assert tracker(two_people(astronaut, *gone), i / 30) is None
        face = tracker(two_people(astronaut, 150, 480), 20 / 30)
        assert abs(center_of(face)[0] - start) < 30
        assert tracker.lost == 12


def test_another_person_is_followed_after_a_long_absence(astronaut):
    with FaceTracker(face=0) as tracker:
        tracker(two_people(astronaut, 150, 480), 0.0)
        faces = [tracker(two_people(astronaut, None, 480), i / 10) for i in range(1, 40)]
        assert faces[0] is None
        assert abs(center_of(faces[-1])[0] - 480) < 30


def test_the_slow_detector_runs_at_most_twice_a_second_of_an_empty_clip():
    with FaceTracker() as tracker:
        frame = np.full((240, 320, 3), 90, np.uint8)
        assert all(tracker(frame, i / 30) is None for i in range(60))
        assert tracker.detections <= 5
        assert tracker.lost == 60


def test_a_covered_face_is_found_again_without_the_slow_detector(astronaut):
    frame = view(astronaut, (180, 180), 110)
    with FaceTracker() as tracker:
        tracker(frame, 0.0)
        assert tracker(np.full_like(frame, 120), 1 / 30) is None
        before = tracker.detections
        assert tracker(frame, 2 / 30) is not None
        assert tracker.detections == before


def test_a_change_of_size_or_a_step_back_in_time_starts_afresh(astronaut):
    with FaceTracker() as tracker:
        assert tracker(view(astronaut, (180, 180), 110), 1.0) is not None
        assert tracker(view(astronaut, (300, 200), 80, (480, 400)), 1.1) is not None
        assert tracker(view(astronaut, (100, 200), 80, (480, 400)), 0.0) is not None
        assert tracker.detections == 3


def test_noise_on_a_frozen_frame_hardly_moves_the_landmarks(astronaut):
    frame = view(astronaut, (180, 180), 170)
    random = np.random.default_rng(0)
    with FaceTracker() as tracker:
        faces = []
        for i in range(40):
            noisy = np.clip(frame + random.normal(0, 4, frame.shape), 0, 255).astype(np.uint8)
            faces.append(tracker(noisy, i / 30).points[:, :2])
        eyes = np.linalg.norm(faces[0][33] - faces[0][263])
        assert np.diff(faces[15:], axis=0).std() < 0.0015 * eyes


@pytest.mark.slow
def test_a_frame_takes_a_few_milliseconds(astronaut):
    frame = view(astronaut, (256, 256), 200, (512, 512))
    with FaceTracker() as tracker:
        tracker(frame, 0.0)
        took = []
        for i in range(1, 60):
            start = time.perf_counter()
            tracker(frame, i / 30)
            took.append(time.perf_counter() - start)
    assert np.median(took) < 0.02
