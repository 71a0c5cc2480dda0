"""The table of triangles is that of MediaPipe's edges."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from reenact.geometry.topology import face_triangles
from reenact.geometry.triangle_table import skin_triangles


def test_the_table_is_the_mesh_of_mediapipe():
    from mediapipe.python.solutions.face_mesh_connections import FACEMESH_TESSELATION

    table = skin_triangles()
    assert table.shape == (852, 3) and np.array_equal(table, face_triangles())
    edges = {tuple(sorted(edge)) for row in table.tolist() for edge in combinations(row, 2)}
    assert edges == {tuple(sorted(edge)) for edge in FACEMESH_TESSELATION}
