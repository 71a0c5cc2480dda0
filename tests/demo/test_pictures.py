import base64
import io

import numpy as np
from PIL import Image

from demo.pictures import data_address, numbered_faces, shrink
from reenact.media.provenance import Provenance
from reenact.types import Face


def test_shrink_keeps_small_pictures_and_the_shape_of_large_ones():
    assert shrink(np.zeros((30, 40, 3), np.uint8), 100).size == (40, 30)
    assert shrink(np.zeros((300, 400, 3), np.uint8), 100).size == (100, 75)


def test_a_data_address_holds_the_picture():
    frame = np.full((64, 64, 3), (200, 100, 50), np.uint8)
    head, data = data_address(frame, Provenance("warp", "live")).split(",")
    assert head == "data:image/jpeg;base64"
    image = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))
    assert np.abs(image.astype(int) - frame).max() <= 6


def test_every_face_gets_its_box():
    frame = np.full((960, 1920, 3), 90, np.uint8)
    points = np.zeros((478, 3), np.float32)
    boxes = [(100.0, 300.0, 400.0, 700.0), (1200.0, 0.0, 1500.0, 400.0)]
    faces = [Face(points, box, 0.9, (960, 1920)) for box in boxes]
    image = np.asarray(numbered_faces(frame, faces)).astype(int)
    assert image.shape == (240, 480, 3)
    is_marked = np.abs(image - 90).max(2) > 40
    assert is_marked[80:170, 25:105].any()
    assert is_marked[0:100, 300:380].any()
    assert not is_marked[:, 130:280].any()
