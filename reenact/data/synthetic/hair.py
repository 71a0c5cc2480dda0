"""Hair of the head: where it grows, how long it is, how it is combed, and its locks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from reenact.data.synthetic.body import Body, smooth_step, vertex_normals
from reenact.data.synthetic.person import Person
from reenact.data.synthetic.skin import hairline
from reenact.data.synthetic.solids import shirt
from reenact.data.synthetic.strands import Strands, scatter, taper

STEPS = 22


@dataclass(frozen=True)
class Style:
    """How a head of hair is cut and combed.

    Attributes:
        top_cm, side_cm: length on the crown and at the temples, ears and nape.
        lift: 0 (lies flat) to 1 (stands up) at the root.
        gravity: how fast hairs turn down.
        back: how far they are combed backwards, 0 to 1; below 0 forwards.
        part: where the parting is, centimetres to the person's left; None for no parting.
        curl_cm: radius of the curls.
        turns: curls along a hair.
        clump: how much hairs of a lock gather towards its tip, 0 to 1.
        count: hairs.
    """

    top_cm: float
    side_cm: float
    lift: float
    gravity: float
    back: float
    part: float | None
    curl_cm: float = 0.03
    turns: float = 1.2
    clump: float = 0.5
    count: int = 32000


STYLES: dict[str, Style] = {
    "long": Style(29, 28, 0.22, 0.45, 0.60, 1.6, 0.16, 2.0, 0.55, 42000),
    "bob": Style(20, 18, 0.25, 0.45, 0.40, -1.8, 0.08, 1.2, 0.45, 40000),
    "curly": Style(7.0, 6.0, 0.9, 0.04, 0.1, None, 0.50, 3.5, 0.88, 38000),
    "short": Style(3.6, 0.9, 0.75, 0.05, 0.25, 6.0, 0.08, 1.0, 0.55, 30000),
    "side": Style(6.0, 1.3, 0.42, 0.10, 0.75, -4.5, 0.06, 0.8, 0.60, 34000),
    "buzz": Style(0.45, 0.3, 0.8, 0.0, -0.2, None, 0.0, 0.0, 0.0, 30000),
    "bun": Style(12, 12, 0.0, 0.0, 1.0, None, 0.03, 1.0, 0.3, 34000),
}


def scalp_density(body: Body, person: Person) -> NDArray[np.float32]:
    """(V,) 0 to 1 where hair grows, with a soft and slightly uneven hairline."""
    x, y, z = body.model.neutral.T
    azimuth = np.rad2deg(np.arctan2(np.abs(x), z - 0.5))
    line = hairline(body.model.neutral)
    if person.beard or person.hair_style in ("short", "side", "buzz"):
        line = line + 1.0 * person.age * np.exp(-(((azimuth - 33) / 12) ** 2))
    rng = np.random.default_rng([person.seed, 20])
    wobble = 0.18 * np.sin(azimuth / 7 + rng.uniform(0, 6)) + 0.12 * np.sin(azimuth / 3.1)
    density = smooth_step(y, line + wobble - 0.25, line + wobble + 0.45)
    skin = np.zeros(len(y), bool)
    skin[body.model.triangles[body.skin_faces]] = True
    outside = np.hypot(np.hypot(x / 7.0, (y - 4) / 9.0), (z - 0.5) / 8.5) > 0.82
    return (density * skin * outside * ~body.is_ear).astype(np.float32)


@dataclass(frozen=True)
class Obstacles:
    """What hairs cannot pass: points with outward normals."""

    tree: cKDTree
    points: NDArray[np.float32]
    normals: NDArray[np.float32]

    def push_out(self, at: NDArray, clearance: NDArray | float) -> NDArray:
        """(N, 3) points moved to at least `clearance` centimetres outside."""
        away, near = self.tree.query(at, workers=2)
        height = ((at - self.points[near]) * self.normals[near]).sum(1)
        lack = np.clip(clearance - height, 0, 3.0) * (away < 6)
        return at + self.normals[near] * lack[:, None]


def obstacles(body: Body, rest: NDArray) -> Obstacles:
    """The skin without ears' insides, and the shirt."""
    normals = vertex_normals(rest, body.model.triangles[body.skin_faces])
    solid = np.linalg.norm(normals, axis=1) > 0.5
    inner = (np.abs(rest[:, 0]) < 4.5) & (rest[:, 2] < 8.0) & (rest[:, 2] > 0) & (rest[:, 1] < 5)
    solid &= ~(inner & (rest[:, 1] > -8))
    cloth = shirt(body, rest)
    corners = cloth.quads[:, :3]
    cloth_normals = vertex_normals(cloth.vertices, corners)
    points = np.concatenate([rest[solid], cloth.vertices])
    return Obstacles(cKDTree(points), points, np.concatenate([normals[solid], cloth_normals]))


def head_hair(body: Body, person: Person, rest: NDArray) -> Strands | None:
    """Hair for the person at rest, head straight; None for a bald or covered head."""
    if person.hair_style not in STYLES:
        return None
    style = STYLES[person.hair_style]
    rng = np.random.default_rng([person.seed, 21])
    wall = obstacles(body, rest)
    density = scalp_density(body, person)
    guides = scatter(body, density, 2600, rng)
    normals = vertex_normals(rest, body.model.triangles[body.skin_faces])
    length = _lengths(style, guides.at(body.model.neutral), rng)
    if person.hair_style == "bun":
        paths = _tie_back(guides.at(rest), rng)
    else:
        paths = _grow(style, guides.at(rest), guides.at(normals), length, wall, rng)
    roots = scatter(body, density, style.count, rng).at(rest)
    points = _locks(style, roots, guides.at(rest), paths, rng)
    flat = points.reshape(-1, 3)
    flat = wall.push_out(flat, 0.015)
    points = flat.reshape(points.shape)
    points[:, 0] = roots
    if person.hair_style == "bun":
        points = np.concatenate([points, _knot(rng)])
    thick = 0.0050 if person.hair_style in ("long", "bob", "curly", "bun") else 0.0056
    return Strands(points.astype(np.float32), taper(len(points), points.shape[1], thick, 0.35))


def _lengths(style: Style, at: NDArray, rng: np.random.Generator) -> NDArray:
    """(N,) centimetres for roots `at` (mean-face coordinates)."""
    high = smooth_step(at[:, 1], 7.5, 12.0)
    length = style.side_cm + (style.top_cm - style.side_cm) * high
    low = smooth_step(at[:, 1], 2.0, -5.0)
    if style.side_cm < 3:
        length = length * (1 - 0.6 * low)
    return length * rng.uniform(0.85, 1.1, len(at))


def _comb(style: Style, at: NDArray) -> NDArray:
    """(N, 3) where the comb pulls at points on or near the skull."""
    x, y, z = at.T
    part = style.part if style.part is not None else 0.0
    away = np.tanh((x - part) / 1.2) if style.part is not None else np.tanh(x / 5) * 0.3
    top = smooth_step(y, 5.0, 11.0)
    front = smooth_step(z, 2.0, 8.0)
    sideways = away * (0.35 + 0.65 * top)
    backwards = -style.back * (0.55 + 0.6 * front)
    down = -(0.35 + 0.65 * (1 - top))
    return np.stack([sideways, down, backwards], 1)


def _grow(
    style: Style,
    roots: NDArray,
    normals: NDArray,
    length: NDArray,
    wall: Obstacles,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """(N, STEPS, 3) guide hairs, grown step by step along the comb, down and around the head."""
    step = (length / (STEPS - 1))[:, None]
    comb = _comb(style, roots)
    comb /= np.linalg.norm(comb, axis=1, keepdims=True)
    flat = comb - (comb * normals).sum(1, keepdims=True) * normals
    if style.curl_cm > 0.3:  # curls stand off the crown instead of parting there
        flat = 0.25 * flat
    lift = style.lift * (0.35 + 0.65 * smooth_step(roots[:, 1:2], 6.0, 11.0))
    heading = lift * normals + (1 - 0.5 * lift) * flat
    heading += rng.normal(0, 0.10, heading.shape)
    phase = rng.uniform(0, 2 * np.pi, (len(roots), 1))
    paths = [roots]
    at = roots.astype(np.float64)
    clearance = (
        0.06 + 0.25 * rng.random(len(roots)) + 0.25 * lift[:, 0] * min(1.0, style.top_cm / 6)
    )
    for k in range(1, STEPS):
        t = k / (STEPS - 1)
        pull = _comb(style, at)
        heading = heading / np.linalg.norm(heading, axis=1, keepdims=True)
        heading = heading + 0.10 * pull + style.gravity * np.array([0, -1.0, 0])
        heading = heading + _clear_of_face(at, style)
        heading = heading / np.linalg.norm(heading, axis=1, keepdims=True)
        at = at + heading * step
        at = wall.push_out(at, clearance * min(1.0, 4 * t))
        heading = (at - paths[-1]) / step
        paths.append(at.copy())
    path = np.stack(paths, 1)
    return _curl(path, style, phase, rng).astype(np.float32)


def _clear_of_face(at: NDArray, style: Style) -> NDArray:
    """Push long hairs that fall before the face to the side."""
    x, y, z = at.T
    before = smooth_step(z, 3.5, 6.5) * smooth_step(np.abs(x), 8.2, 6.0) * smooth_step(y, 10.8, 8.5)
    if style.top_cm < 8:
        before = before * 0
    out = np.stack([np.sign(x) * before, 0 * x, -0.8 * before], 1)
    return 0.9 * out


def _curl(path: NDArray, style: Style, phase: NDArray, rng: np.random.Generator) -> NDArray:
    """Wind each guide around its own path."""
    t = np.linspace(0, 1, path.shape[1])[None]
    along = np.gradient(path, axis=1)
    along /= np.maximum(np.linalg.norm(along, axis=2, keepdims=True), 1e-6)
    side = np.cross(along, np.array([0.3, 0.2, 1.0]))
    side /= np.maximum(np.linalg.norm(side, axis=2, keepdims=True), 1e-6)
    up = np.cross(along, side)
    turns = style.turns * rng.uniform(0.75, 1.25, phase.shape)
    angle = phase + 2 * np.pi * turns * t
    radius = style.curl_cm * np.minimum(1, t * 3) * rng.uniform(0.6, 1.3, phase.shape)
    return (
        path + (radius * np.cos(angle))[..., None] * side + (radius * np.sin(angle))[..., None] * up
    )


def _locks(
    style: Style,
    roots: NDArray,
    guide_roots: NDArray,
    paths: NDArray,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """(N, STEPS, 3) all hairs: each follows the guides around it, and gathers into their locks."""
    distance, near = cKDTree(guide_roots).query(roots, k=3, workers=2)
    weight = 1 / (distance + 0.05)
    weight /= weight.sum(1, keepdims=True)
    shape = paths - paths[:, :1]
    mixed = (shape[near] * weight[..., None, None]).sum(1) + roots[:, None]
    own = paths[near[:, 0]]
    t = np.linspace(0, 1, paths.shape[1])[None, :, None]
    gather = style.clump * t**0.8 * rng.uniform(0.6, 1.0, (len(roots), 1, 1))
    points = mixed * (1 - gather) + own * gather
    scale = 1 - rng.beta(1.2, 3.0, len(roots)) * 0.35
    points = _shorten(points, scale)
    stray = rng.normal(0, 1, (len(roots), 1, 3)) * (rng.random((len(roots), 1, 1)) ** 6)
    spread = 0.035 * rng.normal(0, 1, (len(roots), 1, 3))
    size = min(1.0, style.top_cm / 8) * (0.35 if style.curl_cm > 0.3 else 0.9)
    return points + (stray * size * t**1.5 + spread * np.minimum(1, 3 * t)).astype(np.float32)


def _shorten(points: NDArray, scale: NDArray) -> NDArray:
    """Cut each hair to a share of its length, keeping the number of points."""
    count = points.shape[1]
    row = np.linspace(0, 1, count)[None] * scale[:, None] * (count - 1)
    low = np.minimum(row.astype(int), count - 2)
    share = (row - low)[..., None]
    each = np.arange(len(points))[:, None]
    return points[each, low] * (1 - share) + points[each, low + 1] * share


BUN = np.array([0.0, 13.2, -5.5])
BUN_CM = 3.0


def _tie_back(roots: NDArray, rng: np.random.Generator) -> NDArray[np.float32]:
    """(N, STEPS, 3) hairs drawn tightly over the skull to a bun."""
    center = np.array([0.0, 4.5, 0.0])
    start, end = roots - center, BUN - center
    r0, r1 = np.linalg.norm(start, axis=1), np.linalg.norm(end)
    a, b = start / r0[:, None], np.broadcast_to(end / r1, start.shape)
    angle = np.arccos(np.clip((a * b).sum(1), -0.999, 0.999))[:, None, None]
    t = np.linspace(0, 1, STEPS)[None, :, None]
    way = (np.sin((1 - t) * angle) * a[:, None] + np.sin(t * angle) * b[:, None]) / np.sin(angle)
    puff = 0.35 * np.sin(np.pi * np.minimum(t, 0.5))
    radius = (
        r0[:, None, None] * (1 - t) + r1 * t + puff * (1 + 0.3 * rng.normal(0, 1, (len(a), 1, 1)))
    )
    return (center + way * radius).astype(np.float32)


def _knot(rng: np.random.Generator, count: int = 9000) -> NDArray[np.float32]:
    """(N, STEPS, 3) the bun itself: hairs wound around a ball in a few directions."""
    axis = rng.normal(0, 1, (9, 3)) + np.array([0, 1.5, 0])
    axis = axis[rng.integers(9, size=count)] + rng.normal(0, 0.12, (count, 3))
    axis /= np.linalg.norm(axis, axis=1, keepdims=True)
    side = np.cross(axis, rng.normal(0, 1, (count, 3)))
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    other = np.cross(axis, side)
    angle = np.linspace(0, 2.2, STEPS)[None, :, None]
    height = rng.uniform(-0.75, 0.75, (count, 1, 1))
    ring = np.sqrt(1 - height**2)
    radius = BUN_CM * rng.uniform(0.90, 1.03, (count, 1, 1))
    turn = ring * (np.cos(angle) * side[:, None] + np.sin(angle) * other[:, None])
    return (BUN + np.array([0, 1.2, -0.6]) + radius * (turn + height * axis[:, None])).astype(
        np.float32
    )
