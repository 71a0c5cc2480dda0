"""Plain meshes that the face model lacks: eyeballs with a cornea, a shirt, a beanie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from reenact.data.synthetic.body import Body, Moment, smooth_step, vertex_normals
from reenact.data.synthetic.person import Person
from reenact.data.synthetic.skin import to_linear

IRIS_ANGLE = np.deg2rad(24.5)
CORNEA_ANGLE = np.deg2rad(30.0)
RINGS, SPOKES = 96, 200
SHIRT_ROWS, SHIRT_COLUMNS = 90, 240
CAP_ROWS, CAP_COLUMNS = 120, 256


@dataclass(frozen=True)
class Solid:
    """A mesh: (V, 3) centimetres, (F, 4) quads, and (V, 3) linear colours where it has them."""

    vertices: NDArray[np.float32]
    quads: NDArray[np.int32]
    colors: NDArray[np.float32] | None = None


def grid_quads(rows: int, columns: int, wrap: bool = True) -> NDArray[np.int32]:
    """(F, 4) quads of a `rows` x `columns` grid of vertices; `wrap` joins last column and first."""
    last = columns if wrap else columns - 1
    r, c = np.meshgrid(np.arange(rows - 1), np.arange(last), indexing="ij")
    right = (c + 1) % columns
    quads = np.stack(
        [r * columns + c, r * columns + right, (r + 1) * columns + right, (r + 1) * columns + c], -1
    )
    return quads.reshape(-1, 4).astype(np.int32)


@dataclass(frozen=True)
class EyePlace:
    """Where an eyeball is: its center, radius and where it looks (unit vector)."""

    center: NDArray[np.float32]
    radius: float
    gaze: NDArray[np.float32]


def eye_place(body: Body, moment: Moment, side: str) -> EyePlace:
    """Where one eye (`Left` or `Right`) is and looks; without an expression it looks ahead.

    Eyes that look into a camera point a little outwards. The model's rest so far outwards that it
    looks past the camera, so only what the expression changes is taken from it.
    """
    start = _fit_ball(body, moment.rest, side)
    place = _fit_ball(body, moment.posed, side)
    ahead = np.array([0.045 if side == "Left" else -0.045, -0.02, 1.0])
    gaze = place.gaze + moment.turn @ (ahead - start.gaze)
    return EyePlace(place.center, place.radius, gaze / np.linalg.norm(gaze))


def _fit_ball(body: Body, vertices: NDArray, side: str) -> EyePlace:
    """Fit a sphere to the white of one eye, and read where its pole points."""
    faces = body.faces_of(f"M_Sclera{side}")
    ids = np.unique(body.model.triangles[faces])
    shell = vertices[ids].astype(np.float64)
    from_middle = np.linalg.norm(body.vertex_uv[ids] - 0.5, axis=1)
    pole = shell[from_middle.argmin()]
    points = shell[(from_middle < 0.5) & (from_middle > 0.3)]  # beyond the bulge of the cornea
    system = np.concatenate([2 * points, np.ones((len(points), 1))], 1)
    x = np.linalg.lstsq(system, (points**2).sum(1), rcond=None)[0]
    center = x[:3]
    radius = float(np.sqrt(x[3] + center @ center))
    gaze = pole - center
    return EyePlace(center, radius, gaze / np.linalg.norm(gaze))


def _polar(radii: NDArray, angles: NDArray, place: EyePlace) -> NDArray:
    """(R * S, 3) points of a surface of revolution around the gaze."""
    up = np.array([0.0, 1.0, 0.0]) - place.gaze[1] * place.gaze
    up /= np.linalg.norm(up)
    side = np.cross(up, place.gaze)
    spoke = np.arange(SPOKES) * 2 * np.pi / SPOKES
    along = (radii * np.cos(angles))[:, None, None] * place.gaze
    ring = np.cos(spoke)[:, None] * side - np.sin(spoke)[:, None] * up  # normals point outwards
    points = place.center + along + (radii * np.sin(angles))[:, None, None] * ring
    return points.reshape(-1, 3)


def cornea(place: EyePlace) -> Solid:
    """The wet outer shell: the ball, with a bulge before the iris."""
    angles = np.linspace(1e-3, 1.9, RINGS)
    bulge = 0.085 * (1 - smooth_step(angles, 0.0, CORNEA_ANGLE)) ** 0.8
    vertices = _polar(place.radius * (1.006 + bulge), angles, place)
    return Solid(vertices.astype(np.float32), grid_quads(RINGS, SPOKES))


def eyeball(place: EyePlace, person: Person, pupil: float = 0.36, seed: int = 3) -> Solid:
    """The white, the iris as a slightly sunk disc, and the pupil, with a colour a vertex.

    Args:
        pupil: radius as a share of the iris.
    """
    inner = np.linspace(1e-3, IRIS_ANGLE, RINGS)
    outer = np.linspace(IRIS_ANGLE, 1.9, RINGS + 1)[1:]
    flat = np.cos(IRIS_ANGLE) - 0.035 * (1 - inner / IRIS_ANGLE)
    radii = np.concatenate([place.radius * flat / np.cos(inner), np.full(RINGS, place.radius)])
    vertices = _polar(radii, np.concatenate([inner, outer]), place)
    iris = _iris_colors(np.tan(inner) / np.tan(IRIS_ANGLE), person, pupil, seed)
    white = _white_colors(outer, person, seed)
    colors = np.concatenate([iris, white]).reshape(-1, 3)
    return Solid(vertices.astype(np.float32), grid_quads(2 * RINGS, SPOKES), colors)


def _fibres(rng: np.random.Generator, rows: int, waves: int) -> NDArray:
    """(rows, SPOKES) radial streaks that drift slowly along the radius."""
    coarse = rng.normal(0, 1, (5, waves))
    spoke = np.arange(SPOKES) * waves / SPOKES
    low, part = spoke.astype(int) % waves, (spoke % 1)[None]
    ring = coarse[:, low] * (1 - part) + coarse[:, (low + 1) % waves] * part
    row = np.linspace(0, 3.999, rows)
    base, share = row.astype(int), (row % 1)[:, None]
    return ring[base] * (1 - share) + ring[base + 1] * share


def _iris_colors(r: NDArray, person: Person, pupil: float, seed: int) -> NDArray:
    """(R, SPOKES, 3): pupil, lighter collarette, radial fibres, dark limbal ring."""
    rng = np.random.default_rng([person.seed, seed])
    color = to_linear(person.iris)
    fibres = 0.6 * _fibres(rng, len(r), 90) + 0.4 * _fibres(rng, len(r), 37)
    light = 1.25 + 0.42 * fibres
    collar = np.exp(-(((r - pupil - 0.13) / 0.10) ** 2))
    warm = (
        np.array([1.5, 1.05, 0.55])
        if person.iris[2] > person.iris[0]
        else np.array([1.5, 1.2, 0.8])
    )
    out = color * np.clip(light, 0.25, 2.4)[..., None] * np.ones(3)
    out = out * (1 + collar[:, None, None] * (warm - 1))
    limbus = smooth_step(r, 0.80, 0.97)
    out = out * (1 - 0.82 * limbus)[:, None, None]
    inside = smooth_step(r, pupil + 0.03, pupil - 0.03)
    return np.clip(out * (1 - inside)[:, None, None] + 0.002, 0, 1).astype(np.float32)


def _white_colors(angles: NDArray, person: Person, seed: int) -> NDArray:
    """(R, SPOKES, 3): off-white, soft limbus, pinker and veined towards the corners."""
    rng = np.random.default_rng([person.seed, seed, 1])
    white = to_linear((0.86, 0.83, 0.79))
    spoke = np.arange(SPOKES) * 2 * np.pi / SPOKES
    corner = np.abs(np.cos(spoke))[None] ** 1.5 * smooth_step(angles, 0.6, 1.15)[:, None]
    veins = (
        np.clip(_fibres(rng, len(angles), 60) - 1.15, 0, 1) * smooth_step(angles, 0.5, 0.9)[:, None]
    )
    red = np.clip(0.75 * corner + 0.35 * veins, 0, 1)[..., None]
    out = white * (1 - red) + white * np.array([0.95, 0.58, 0.52]) * red
    edge = smooth_step(angles, IRIS_ANGLE + 0.06, IRIS_ANGLE)[:, None, None]
    dark = to_linear(person.iris) * 0.5 + 0.03
    return (out * (1 - edge) + dark * edge).astype(np.float32)


def shirt(body: Body, rest: NDArray) -> Solid:
    """A round-necked shirt: rings from the collar down to the chest, outside the skin."""
    #            y      half x  half z  center z
    rings = np.array(
        [
            (-11.6, 6.3, 6.3, -1.8),
            (-11.1, 6.8, 6.8, -1.6),
            (-11.2, 7.3, 7.3, -1.6),
            (-11.8, 8.2, 8.0, -1.5),
            (-12.8, 11.2, 9.6, -1.4),
            (-14.2, 15.8, 10.6, -1.2),
            (-16.5, 19.8, 11.2, -0.8),
            (-20.0, 22.0, 11.8, 0.2),
            (-26.0, 23.0, 13.0, 0.8),
            (-40.0, 22.5, 13.5, 1.0),
        ]
    )
    t = np.linspace(0, len(rings) - 1, SHIRT_ROWS)
    profile = np.stack([np.interp(t, np.arange(len(rings)), rings[:, k]) for k in range(4)], 1)
    kernel = np.ones(9) / 9
    for k in range(4):  # round the polygon's corners
        padded = np.pad(profile[:, k], 4, mode="edge")
        profile[:, k] = np.convolve(padded, kernel, mode="valid")
    spoke = np.arange(SHIRT_COLUMNS) * 2 * np.pi / SHIRT_COLUMNS
    y, half_x, half_z, center_z = (profile[:, k, None] for k in range(4))
    x = half_x * np.cos(spoke)
    z = center_z + half_z * np.sin(spoke)
    # A collar hangs lower in front, and the shoulders slope down to the sides.
    near = np.exp(-(((y + 11.1) / 2.2) ** 2))
    height = y - near * 2.6 * np.clip(np.sin(spoke), -0.6, 1)
    vertices = np.stack([x, height, z], -1).reshape(-1, 3)
    return Solid(
        _outside_skin(body, rest, vertices).astype(np.float32),
        grid_quads(SHIRT_ROWS, SHIRT_COLUMNS),
    )


def _outside_skin(body: Body, rest: NDArray, points: NDArray, clearance: float = 0.3) -> NDArray:
    """(N, 3) the shirt's points pushed out of neck and shoulders, in one smooth bulge."""
    normals = vertex_normals(rest, body.model.triangles[body.skin_faces])
    chest = (np.linalg.norm(normals, axis=1) > 0.5) & (rest[:, 1] < -8) & (rest[:, 1] > -14)
    skin, outwards = rest[chest], normals[chest]
    away, near = cKDTree(skin).query(points)
    height = ((points - skin[near]) * outwards[near]).sum(1)
    lack = np.clip(clearance - height, 0, 2.5) * (away < 3)
    rows = (SHIRT_ROWS, SHIRT_COLUMNS)
    push = ndimage.maximum_filter(lack.reshape(rows), (9, 13), mode=("nearest", "wrap"))
    push = ndimage.gaussian_filter(push, (4, 9), mode=("nearest", "wrap")).reshape(-1, 1)
    grid = points.reshape(*rows, 3)
    outside = grid - grid.mean(1, keepdims=True)
    outside = outside / np.linalg.norm(outside, axis=2, keepdims=True) + [0, 0.9, 0]
    return points + push * outside.reshape(-1, 3)


def skull_radius(body: Body, rest: NDArray, center: NDArray, directions: NDArray) -> NDArray:
    """(N,) how far the skin is from `center` along unit directions (smoothed, no ears)."""
    ids = np.unique(body.model.triangles[body.skin_faces])
    ids = ids[~body.is_ear[ids]]
    offset = rest[ids] - center
    away = np.linalg.norm(offset, axis=1)
    _, near = cKDTree(offset / away[:, None]).query(directions, k=6)
    return np.sort(away[near], axis=1)[:, -3:].mean(1)


def beanie(body: Body, rest: NDArray) -> Solid:
    """A knitted cap: the upper skull pushed outwards, with a turned-up brim."""
    center = np.array([0.0, 5.0, 0.0], np.float32)
    rows, columns = CAP_ROWS, CAP_COLUMNS
    tilt = np.linspace(0.0, 1.0, rows)[:, None]
    spoke = np.arange(columns) * 2 * np.pi / columns
    # The brim's height: above the brows in front, lower over the ears and the nape.
    low = 1.34 + 0.46 * smooth_step(-np.sin(spoke), -0.8, 0.9)
    polar = tilt * low
    direction = np.stack(
        [np.sin(polar) * np.cos(spoke), np.cos(polar), np.sin(polar) * np.sin(spoke)], -1
    )
    radius = skull_radius(body, rest, center, direction.reshape(-1, 3)).reshape(rows, columns)
    for _ in range(12):  # the cap bridges small dents
        mean = (np.roll(radius, 1, 1) + np.roll(radius, -1, 1) + radius) / 3
        radius = np.maximum(mean, radius * 0.999 + mean * 0.001)
    fold = smooth_step(tilt, 0.74, 0.77)
    end = smooth_step(tilt, 0.985, 1.0)
    slack = 0.9 * np.exp(-((tilt / 0.30) ** 2))
    radius = radius + 0.45 + slack + 0.38 * fold - 0.6 * end
    vertices = center + radius[..., None] * direction
    return Solid(vertices.reshape(-1, 3).astype(np.float32), grid_quads(rows, columns))
