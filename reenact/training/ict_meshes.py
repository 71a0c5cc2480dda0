"""Fast shaded pictures of ICT-FaceKit people, good enough for a landmark detector.

A z-buffer render with per-vertex albedo through OpenGL on EGL (`pip install
moderngl`; Mesa's llvmpipe is enough). For training data of landmarks only; the
pictures for people are made elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from reenact.data.ict import IctFaceKit

VERTEX_SHADER = """
#version 330
uniform mat4 camera;
in vec3 position; in vec3 normal; in vec3 color;
out vec3 n; out vec3 c;
void main() { gl_Position = camera * vec4(position, 1.0); n = normal; c = color; }
"""
FRAGMENT_SHADER = """
#version 330
uniform vec3 light; uniform float ambient;
in vec3 n; in vec3 c; out vec4 color;
void main() {
    float diffuse = max(dot(normalize(n), light), 0.0);
    color = vec4(c * (ambient + (1.0 - ambient) * diffuse), 1.0);
}
"""
HIDDEN = ("M_LacrimalFluid", "M_EyeBlend", "M_EyeOcclusion")


@dataclass(frozen=True)
class Look:
    """How one picture is taken: head pose in degrees, camera distance in cm, light, colors."""

    yaw: float
    pitch: float
    roll: float
    distance: float
    zoom: float
    light: NDArray[np.float32]
    ambient: float
    background: tuple[float, float, float]


def random_look(rng: np.random.Generator, turn: float = 10.0) -> Look:
    """A camera and light as in portraits; `turn` is the deviation of the head's yaw, degrees."""
    light = np.array([rng.normal(0, 0.4), 0.3 + rng.normal(0, 0.25), 1.0])
    return Look(
        yaw=rng.normal(0, turn),
        pitch=rng.normal(0, 0.6 * turn),
        roll=rng.normal(0, 0.4 * turn),
        distance=rng.uniform(60, 160),
        zoom=rng.uniform(0.85, 1.1),
        light=(light / np.linalg.norm(light)).astype(np.float32),
        ambient=rng.uniform(0.35, 0.6),
        background=tuple(rng.uniform(0.2, 0.9, 3)),
    )


def albedo(model: IctFaceKit, rng: np.random.Generator) -> NDArray[np.float32]:
    """(V, 3) a person's colors: skin, lips, brows, lashes, eyes, teeth, hair."""
    tone = rng.uniform(0, 1)
    skin = (1 - tone) * np.array([0.93, 0.76, 0.67]) + tone * np.array([0.42, 0.27, 0.2])
    hair = skin * rng.uniform(0.1, 0.45)
    lips = skin * np.array([0.85, 0.55, 0.56])
    iris = np.array([[0.25, 0.15, 0.1], [0.25, 0.35, 0.45], [0.3, 0.35, 0.2]])[rng.integers(3)]
    colors = np.tile(skin, (len(model.neutral), 1))
    points = model.landmarks_68(model.neutral)
    front = model.neutral[:, 2] > points[36, 2] - 3
    colors[_inside(points[48:60, :2], model.neutral[:, :2]) & front] = lips
    for brow in (points[17:22], points[22:27]):
        colors[(_line_distance(model.neutral, brow) < rng.uniform(0.3, 0.5))] = hair
    _paint(colors, model, "M_BackHead", hair)
    _paint(colors, model, "M_GumsTongue", np.array([0.55, 0.22, 0.22]))
    _paint(colors, model, "M_Teeth", np.array([0.9, 0.87, 0.8]))
    _paint(colors, model, "M_EyeLashes", hair * 0.5)
    for side in ("Left", "Right"):
        _paint_eye(colors, model, side, iris)
    return colors.astype(np.float32)


class Renderer:
    """Draws people of one model as `(size, size, 3)` RGB frames."""

    def __init__(self, model: IctFaceKit, size: int = 320) -> None:
        import moderngl

        self.size = size
        hidden = [model.material_names.index(name) for name in HIDDEN]
        self.triangles = model.triangles[~np.isin(model.materials, hidden)]
        self.gl = moderngl.create_standalone_context(backend="egl")
        self.gl.enable(moderngl.DEPTH_TEST)
        self.program = self.gl.program(VERTEX_SHADER, FRAGMENT_SHADER)
        self.buffer = self.gl.buffer(reserve=len(model.neutral) * 36)
        indices = self.gl.buffer(self.triangles.astype("i4").tobytes())
        layout = [(self.buffer, "3f 3f 3f", "position", "normal", "color")]
        self.array = self.gl.vertex_array(self.program, layout, indices)
        self.target = self.gl.simple_framebuffer((size, size), samples=0)

    def draw(self, vertices: NDArray, colors: NDArray, look: Look) -> NDArray[np.uint8]:
        """One picture of a mesh (V, 3) with vertex colors (V, 3)."""
        turn = Rotation.from_euler("zxy", [look.roll, look.pitch, look.yaw], degrees=True)
        center = vertices[:9409].mean(axis=0)
        turned = ((vertices - center) @ turn.as_matrix().T).astype(np.float32)
        data = np.concatenate([turned, _normals(turned, self.triangles), colors], axis=1)
        self.buffer.write(data.astype("f4").tobytes())
        self.program["camera"].write(_camera(look).T.astype("f4").tobytes())
        self.program["light"].value = tuple(float(v) for v in look.light)
        self.program["ambient"].value = look.ambient
        self.target.use()
        self.gl.clear(*look.background)
        self.array.render()
        pixels = np.frombuffer(self.target.read(components=3), np.uint8)
        return pixels.reshape(self.size, self.size, 3)[::-1].copy()


def _camera(look: Look) -> NDArray[np.float64]:
    """(4, 4) perspective that shows about 30 cm at the face, seen from `distance`."""
    near, far = look.distance - 30.0, look.distance + 40.0
    focal = look.distance / 15.0 * look.zoom
    project = np.zeros((4, 4))
    project[0, 0] = project[1, 1] = focal
    project[2, 2], project[2, 3] = (far + near) / (near - far), 2 * far * near / (near - far)
    project[3, 2] = -1
    shift = np.eye(4)
    shift[2, 3] = -look.distance
    return project @ shift


def _normals(vertices: NDArray, triangles: NDArray) -> NDArray[np.float32]:
    corners = vertices[triangles]
    faces = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.zeros_like(vertices)
    for axis in range(3):
        flat = np.bincount(triangles.ravel(), np.repeat(faces[:, axis], 3), len(vertices))
        normals[:, axis] = flat
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)


def _inside(polygon: NDArray, points: NDArray) -> NDArray[np.bool_]:
    from matplotlib.path import Path as Outline

    return Outline(polygon).contains_points(points)


def _line_distance(points: NDArray, line: NDArray) -> NDArray[np.float64]:
    steps = np.linspace(0, 1, 12)[:, None, None]
    dense = (line[None, :-1] * (1 - steps) + line[None, 1:] * steps).reshape(-1, 3)
    return np.linalg.norm(points[:, None] - dense[None], axis=-1).min(axis=1)


def _vertices_of(model: IctFaceKit, material: str) -> NDArray[np.int32]:
    return np.unique(model.triangles[model.materials == model.material_names.index(material)])


def _paint(colors: NDArray, model: IctFaceKit, material: str, color: NDArray) -> None:
    colors[_vertices_of(model, material)] = color


def _paint_eye(colors: NDArray, model: IctFaceKit, side: str, iris: NDArray) -> None:
    """White, then the iris and its pupil by the distance from the front of the eyeball."""
    white, colored = (_vertices_of(model, f"M_{part}{side}") for part in ("Sclera", "Iris"))
    both = np.union1d(white, colored)
    colors[both] = 0.92
    ball = model.neutral[both]
    away = np.linalg.norm(ball[:, :2] - ball[ball[:, 2].argmax(), :2], axis=1)
    colors[both[away < 0.62]] = iris
    colors[both[away < 0.25]] = 0.03
