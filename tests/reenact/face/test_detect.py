"""Finding faces: order, many, none, turned, dark, small; and how the index is picked."""

import cv2
import numpy as np
import pytest

from reenact.errors import FaceNotFoundError
from reenact.face.boxes import detect, detect_boxes
from reenact.face.detect import find_face, find_faces, make_face, pick_face
from reenact.face.scheme_tables import mean_mesh


def error(points, truth):
    eyes = np.linalg.norm(truth[33] - truth[263])
    return np.linalg.norm(points[:, :2] - truth[:, :2], axis=1).mean() / eyes


def turned(astronaut, face, angle, out=640):
    center = face.points[:, :2].mean(0).astype(float)
    matrix = cv2.getRotationMatrix2D(tuple(center), -angle, 1.0)
    matrix[:, 2] += out / 2 - center
    frame = cv2.warpAffine(astronaut, matrix, (out, out), borderValue=(110, 110, 110))
    return frame, face.points[:, :2] @ matrix[:, :2].T + matrix[:, 2]


def grid(astronaut, rows, columns, size):
    portrait = cv2.resize(astronaut[20:240, 120:330], (size, size), interpolation=cv2.INTER_AREA)
    return np.tile(portrait, (rows, columns, 1))


@pytest.mark.parametrize("angle", [60, 90, 150, 180, 240, 300])
def test_turned_faces_are_found_the_right_way_up(astronaut, astronaut_face, angle):
    frame, truth = turned(astronaut, astronaut_face, angle)
    assert error(find_face(frame).points, truth) < 0.06


@pytest.mark.parametrize("change", ["dark", "pale", "gray", "noise"])
def test_bad_pictures(astronaut, astronaut_face, change):
    random = np.random.default_rng(0)
    frame = astronaut.astype(np.float32)
    frame = {
        "dark": frame * 0.06,
        "pale": 200 + frame * 0.15,
        "gray": np.repeat(frame.mean(2, keepdims=True), 3, 2),
        "noise": frame + random.normal(0, 40, frame.shape),
    }[change]
    faces = find_faces(np.clip(frame, 0, 255).astype(np.uint8))
    assert min(error(face.points, astronaut_face.points) for face in faces) < 0.1


def test_a_face_of_24_pixels(astronaut, astronaut_face):
    zoom = 24 / astronaut_face.size_px
    small = cv2.resize(astronaut, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
    frame = np.full((400, 500, 3), 100, np.uint8)
    frame[150 : 150 + small.shape[0], 300 : 300 + small.shape[1]] = small
    face = find_face(frame)
    truth = (astronaut_face.points[:, :2] + 0.5) * zoom - 0.5 + (300, 150)
    assert error(face.points, truth) < 0.15


def test_thirty_faces_in_one_picture(astronaut):
    faces = find_faces(grid(astronaut, 5, 6, 120))
    assert len(faces) == 30
    assert np.std([face.size_px for face in faces]) < 4


def test_faces_come_from_left_to_right_and_keep_their_index(astronaut):
    frame = grid(astronaut, 1, 3, 200)
    first = [face.box[0] for face in find_faces(frame)]
    assert first == sorted(first) and len(first) == 3
    brighter = np.clip(frame.astype(int) + 6, 0, 255).astype(np.uint8)
    for other in (frame, brighter):
        np.testing.assert_allclose([f.box[0] for f in find_faces(other)], first, atol=4)


@pytest.mark.parametrize("name", ["coffee", "rocket", "chelsea"])
def test_no_face_where_there_is_none(name):
    data = pytest.importorskip("skimage.data")
    assert find_faces(getattr(data, name)()) == []


def test_no_face_in_noise_or_in_flat_and_tiny_pictures():
    noise = np.random.default_rng(1).integers(0, 256, (300, 300, 3)).astype(np.uint8)
    for frame in (noise, np.full((100, 200, 3), 128, np.uint8), np.zeros((3, 5, 3), np.uint8)):
        assert find_faces(frame) == []
        boxes, scores = detect_boxes(frame)
        assert boxes.shape == (len(scores), 4)


def test_detector_gives_the_angle_and_restores_the_threads(astronaut, astronaut_face):
    import torch

    threads = torch.get_num_threads()
    frame, _ = turned(astronaut, astronaut_face, 20)
    assert detect(frame)[0].angle == pytest.approx(20 + astronaut_face.pose.roll, abs=12)
    assert torch.get_num_threads() == threads


def test_picking_by_index_or_size():
    frame = np.zeros((100, 300, 3), np.uint8)
    sizes = (20, 40, 30)
    faces = [
        make_face((mean_mesh() * s + (60 * i + 50, 50, 0)).astype(np.float32), 1, (100, 300))
        for i, s in enumerate(sizes)
    ]
    assert pick_face(faces, None, "source", frame) is faces[1]
    assert pick_face(faces, 2, "source", frame) is faces[2]
    with pytest.raises(FaceNotFoundError, match=r"`face` must be 0 to 2 .* got 3.*shows 3 faces"):
        pick_face(faces, 3, "source", frame)
    with pytest.raises(FaceNotFoundError, match=r"`driving_face` must be 0 \(.* shows 1 face\."):
        pick_face(faces[:1], 1, "driving", frame)
    with pytest.raises(FaceNotFoundError, match=r"got -1"):
        pick_face(faces, -1, "source", frame)
    with pytest.raises(FaceNotFoundError, match=r"No face found in `driving` \(300 x 100\)"):
        pick_face([], 0, "driving", frame)


@pytest.mark.shared
@pytest.mark.parametrize("folder", ["stills", "omi", "london/neutral", "sfhq"])
def test_shared_pictures_show_a_face(shared, folder):
    for path in sorted((shared / folder).glob("*.jpg"))[:6]:
        frame = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
        face = find_face(frame)
        assert abs(face.pose.roll) < 60
