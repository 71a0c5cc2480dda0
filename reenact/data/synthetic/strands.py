"""Single hairs that grow on the face and follow its expression: brows, lashes, beard."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.data.ict import LANDMARKS_68
from reenact.data.synthetic.body import Body, Moment, vertex_normals
from reenact.data.synthetic.person import Person
from reenact.data.synthetic.skin import beard_mask, open_curve


@dataclass(frozen=True)
class Strands:
    """`points` (N, P, 3) centimetres from root to tip, `radius` (N, P) centimetres."""

    points: NDArray[np.float32]
    radius: NDArray[np.float32]


@dataclass(frozen=True)
class SkinPoints:
    """Points on the skin: `corners` (N, 3) vertex indices, `share` (N, 3) their weights."""

    corners: NDArray[np.int32]
    share: NDArray[np.float32]

    def at(self, vertices: NDArray) -> NDArray[np.float32]:
        """(N, 3) where the points are on these vertices (or (N, C) of any vertex value)."""
        return (vertices[self.corners] * self.share[..., None]).sum(1)

    def frame(self, vertices: NDArray) -> NDArray[np.float32]:
        """(N, 3, 3) columns: two edges of the triangle and its normal, scaled alike."""
        corner = vertices[self.corners]
        a, b = corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]
        normal = np.cross(a, b)
        size = np.sqrt(np.linalg.norm(normal, axis=1, keepdims=True))
        normal = normal / np.maximum(size, 1e-6)
        return np.stack([a, b, normal], axis=2)

    def carry(self, offsets: NDArray, rest: NDArray, moved: NDArray) -> NDArray[np.float32]:
        """Offsets (N, P, 3) from the points, told in `rest`, turned with the skin to `moved`."""
        turn = self.frame(moved) @ np.linalg.inv(self.frame(rest))
        return self.at(moved)[:, None] + np.einsum("nij,npj->npi", turn, offsets)

    def select(self, keep: NDArray) -> SkinPoints:
        return SkinPoints(self.corners[keep], self.share[keep])


def scatter(body: Body, density: NDArray, count: int, rng: np.random.Generator) -> SkinPoints:
    """`count` random points on the skin; `density` (V,) weighs area, 0 where none may grow."""
    triangles = body.model.triangles[body.skin_faces]
    triangles = triangles[density[triangles].max(1) > 0]
    corner = body.model.neutral[triangles]
    area = np.linalg.norm(
        np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]), axis=1
    )
    odds = area * density[triangles].mean(1)
    pick = triangles[rng.choice(len(triangles), count, p=odds / odds.sum())]
    share = rng.dirichlet((1.0, 1.0, 1.0), count).astype(np.float32)
    return SkinPoints(pick.astype(np.int32), share)


def taper(count: int, points: int, radius: float, tip: float = 0.15) -> NDArray[np.float32]:
    """(count, points) radius from root to tip."""
    t = np.linspace(0, 1, points)
    profile = radius * (1 - (1 - tip) * t**1.5)
    return np.tile(profile, (count, 1)).astype(np.float32)


def _bend(start: NDArray, end: NDArray, length: NDArray, points: int) -> NDArray[np.float32]:
    """(N, points, 3) offsets of hairs that leave along `start` and lean towards `end`."""
    t = np.linspace(0, 1, points)[None, :, None]
    start = start / np.linalg.norm(start, axis=1, keepdims=True)
    end = end / np.linalg.norm(end, axis=1, keepdims=True)
    curve = t * start[:, None] + 0.75 * t**2 * (end - start)[:, None]
    return (curve * length[:, None, None]).astype(np.float32)


def brows(body: Body, person: Person, moment: Moment) -> Strands:
    """The eyebrows: short hairs that rise at the inner end and lie outwards at the tail."""
    rng = np.random.default_rng([person.seed, 11])
    marks = body.model.neutral[list(LANDMARKS_68)]
    normals = vertex_normals(body.model.neutral, body.model.triangles[body.skin_faces])
    pieces = [_brow(body, person, moment, marks[17:22][::-1], -1, normals, rng)]
    pieces.append(_brow(body, person, moment, marks[22:27], 1, normals, rng))
    points = np.concatenate(pieces)
    return Strands(points, taper(len(points), points.shape[1], 0.0048 + 0.0012 * person.brow))


def _brow(
    body: Body,
    person: Person,
    moment: Moment,
    line: NDArray,
    side: int,
    normals: NDArray,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """(N, P, 3) one brow; `line` runs from the inner to the outer end."""
    line = open_curve(line, 60)
    line[:, 1] += np.interp(np.linspace(0, 1, 60), [0, 0.5, 1], [-0.52, -0.22, -0.02])
    line[:, 0] += side * np.linspace(-0.12, 0.1, 60)
    near = np.linalg.norm(body.model.neutral[:, None, :2] - line[None, ::6, :2], axis=2).min(1)
    density = ((near < 1.0) & (body.model.neutral[:, 2] > 6)).astype(np.float32)
    roots = scatter(body, density, 9000, rng)
    at = roots.at(body.model.neutral)
    away = np.linalg.norm(at[:, None, :2] - line[None, :, :2], axis=2)
    t = away.argmin(1) / 59.0
    above = at[:, 1] - line[away.argmin(1), 1]
    half = np.interp(t, [0, 0.08, 0.3, 0.62, 1], [0.24, 0.38, 0.40, 0.30, 0.06])
    half = half * (0.72 + 0.45 * person.brow)
    inside = np.clip(1.25 - np.abs(above) / half, 0, 1) ** 0.7
    inside *= np.interp(t, [0, 0.1, 0.8, 1], [0.45, 1, 1, 0.6]) * ((t > 0) & (t < 1))
    keep = rng.random(len(t)) < inside
    limit = np.flatnonzero(keep)[: int(300 + 380 * person.brow)]
    roots, t, above, half = roots.select(limit), t[limit], above[limit], half[limit]
    normal = roots.at(normals)
    rise = np.interp(t, [0, 0.18, 0.5, 1], [1.5, 0.75, 0.28, -0.05]) - 0.45 * above / half
    out = np.stack([side * np.ones_like(t), rise, -0.25 - 0.35 * t], 1)
    out += rng.normal(0, 0.16, out.shape)
    start = out / np.linalg.norm(out, axis=1, keepdims=True) + 0.40 * normal
    end = out + np.stack([0.3 * side * np.ones_like(t), -0.25 * np.ones_like(t), 0 * t], 1)
    length = np.interp(t, [0, 0.3, 1], [0.45, 0.60, 0.45]) * rng.uniform(0.6, 1.15, len(t))
    offsets = _bend(start, end, length * (0.8 + 0.3 * person.brow), 6)
    return roots.carry(offsets + 0.01 * normal[:, None], body.model.neutral, moment.posed)


def lashes(body: Body, person: Person, moment: Moment) -> Strands:
    """Upper and lower lashes, drawn along the mesh's own lash cards."""
    rng = np.random.default_rng([person.seed, 12])
    pieces = []
    for grid in _lash_cards(body):
        card = moment.posed[grid]  # (rows, columns, 3), row 0 at the lid
        upper = body.model.neutral[grid][0, :, 1].mean() > 3.45
        count = 26 if upper else 13
        column = np.sort(rng.uniform(0, card.shape[1] - 1.001, count))
        low, part = column.astype(int), (column % 1)[None, :, None]
        hair = card[:, low] * (1 - part) + card[:, low + 1] * part  # (rows, N, 3)
        length = (
            (0.55 + 0.45 * person.lashes) * rng.uniform(0.65, 1.0, count) * (1 if upper else 0.7)
        )
        row = np.linspace(0, 1, card.shape[0])[:, None] * length * (card.shape[0] - 1)
        base = np.minimum(row.astype(int), card.shape[0] - 2)
        share = (row - base)[..., None]
        each = np.arange(count)[None]
        pieces.append(
            (hair[base, each] * (1 - share) + hair[base + 1, each] * share).swapaxes(0, 1)
        )
    points = np.concatenate(pieces).astype(np.float32)
    return Strands(points, taper(len(points), points.shape[1], 0.008 + 0.004 * person.lashes, 0.1))


def _lash_cards(body: Body) -> list[NDArray[np.int64]]:
    """The lash cards as (rows, columns) grids of vertex indices, row 0 where they meet the lid."""
    faces = body.model.triangles[body.faces_of("M_EyeLashes")]
    ids = np.unique(faces)
    uv = body.vertex_uv[ids] - [6, 0]
    strip = np.floor(uv[:, 0] * 2).astype(int) * 6 + np.floor(uv[:, 1] * 6).astype(int)
    skin = body.model.neutral[np.unique(body.model.triangles[body.skin_faces])]
    grids = []
    for name in np.unique(strip):
        mine = strip == name
        rows = len(np.unique(np.round(uv[mine, 1], 3)))
        order = np.lexsort((uv[mine, 0].round(4), uv[mine, 1].round(3)))
        grid = ids[mine][order].reshape(rows, -1)
        ends = [_nearness(skin, body.model.neutral[grid[k]]) for k in (0, -1)]
        grids.append(grid if ends[0] < ends[1] else grid[::-1])
    return grids


def _nearness(cloud: NDArray, points: NDArray) -> float:
    return float(np.linalg.norm(cloud[:, None] - points[None], axis=2).min(0).mean())


def beard(body: Body, person: Person, moment: Moment) -> Strands | None:
    """Stubble or a full beard; None where there is none."""
    if not person.beard:
        return None
    rng = np.random.default_rng([person.seed, 13])
    full = person.beard == "full"
    density = beard_mask(body.model.neutral) * _on_face(body) * (~_on_lips(body))
    roots = scatter(body, density, 26000 if full else 11000, rng)
    at = roots.at(body.model.neutral)
    normals = vertex_normals(body.model.neutral, body.model.triangles[body.skin_faces])
    normal = roots.at(normals)
    moustache = (at[:, 1] > -3.0) & (np.abs(at[:, 0]) < 3.2)
    down = np.stack([0.25 * np.sign(at[:, 0]), -np.ones(len(at)), 0.15 + 0 * at[:, 0]], 1)
    down[moustache, 0] = 1.3 * np.clip(at[moustache, 0] * 2, -1, 1)
    down += rng.normal(0, 0.30, down.shape)
    if full:
        length = np.where(moustache, 0.75, 1.15) * rng.uniform(0.5, 1.1, len(at))
        length *= np.interp(np.abs(at[:, 0]), [4.5, 7.0], [1.0, 0.55])
    else:
        length = rng.uniform(0.06, 0.16, len(at))
    offsets = _bend(normal * (0.8 if full else 0.6) + 0.6 * down, down, length, 6 if full else 3)
    if full:
        wave = rng.normal(0, 0.05, (len(at), 1, 3)) * np.sin(np.linspace(0, 5, 6))[None, :, None]
        offsets = offsets + wave * np.linspace(0, 1, 6)[None, :, None]
    points = roots.carry(offsets.astype(np.float32), body.model.neutral, moment.posed)
    return Strands(points, taper(len(points), points.shape[1], 0.0055 if full else 0.0038, 0.3))


def _on_face(body: Body) -> NDArray[np.bool_]:
    """(V,) vertices of the outer face, without the inside of the mouth."""
    on = np.zeros(len(body.model.neutral), bool)
    on[body.model.triangles[body.skin_faces]] = True
    inner = (np.abs(body.model.neutral[:, 0]) < 3) & (body.model.neutral[:, 2] < 8.5)
    return on & ~(inner & (body.model.neutral[:, 1] > -6))


def _on_lips(body: Body) -> NDArray[np.bool_]:
    """(V,) vertices on or inside the red of the lips."""
    texel = body.vertex_uv.astype(np.float32)
    outline = texel[list(LANDMARKS_68)][48:60]
    middle = outline.mean(0)
    outline = middle + (outline - middle) * 1.06
    inside = [cv2.pointPolygonTest(outline, (float(u), float(v)), False) >= 0 for u, v in texel]
    return np.asarray(inside)
