"""The skin's albedo and gloss, painted pixel by pixel in the mesh's texture space.

Masks are functions of the mean face's coordinates (centimetres), so that they fit every identity.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from reenact.data.ict import LANDMARKS_68
from reenact.data.synthetic.body import Body, smooth_step
from reenact.data.synthetic.person import Person

FACE_PX = 1536
HAIRLINE_DEG = (0, 20, 33, 44, 54, 61, 67, 72, 78, 85, 100, 112, 125, 150, 180)
HAIRLINE_CM = (11.0, 11.0, 10.6, 9.6, 7.4, 5.2, 3.0, 1.6, 1.6, 4.4, 4.4, 0.5, -3.0, -5.4, -5.8)
HEAD_PX = 512


@dataclass(frozen=True)
class SkinMaps:
    """`albedo` (S, S, 3) linear 0..1, `gloss` (S, S) 0..1: 0 skin, 1 wet lip; row 0 is v = 1."""

    albedo: NDArray[np.float32]
    gloss: NDArray[np.float32]


def to_linear(color: NDArray | tuple[float, float, float]) -> NDArray[np.float32]:
    """sRGB 0..1 to linear light 0..1."""
    color = np.asarray(color, np.float32)
    return np.where(color <= 0.04045, color / 12.92, ((color + 0.055) / 1.055) ** 2.4).astype(
        np.float32
    )


def position_map(body: Body, material: str, size: int, tile: int) -> NDArray[np.float32]:
    """(size, size, 3) mean-face coordinates under each texel; texels outside are extended."""
    faces = body.faces_of(material)
    texels = body.model.uv[body.model.triangles_uv[faces]] - np.array([tile, 0], np.float32)
    texels = np.stack([texels[..., 0] * size - 0.5, (1 - texels[..., 1]) * size - 0.5], -1)
    corners = body.model.neutral[body.model.triangles[faces]]
    out = np.zeros((size, size, 3), np.float32)
    known = np.zeros((size, size), np.uint8)
    for texel, corner in zip(texels, corners, strict=True):
        _fill_triangle(out, known, texel, corner)
    return _extend(out, known)


def _fill_triangle(out: NDArray, known: NDArray, texel: NDArray, corner: NDArray) -> None:
    size = len(out)
    x0, y0 = np.clip(np.floor(texel.min(0)).astype(int), 0, size - 1)
    x1, y1 = np.clip(np.ceil(texel.max(0)).astype(int), 0, size - 1)
    edge = np.array([texel[1] - texel[0], texel[2] - texel[0]]).T
    area = edge[0, 0] * edge[1, 1] - edge[0, 1] * edge[1, 0]
    if abs(area) < 1e-9:
        return
    x, y = np.meshgrid(np.arange(x0, x1 + 1) - texel[0, 0], np.arange(y0, y1 + 1) - texel[0, 1])
    a = (x * edge[1, 1] - y * edge[0, 1]) / area
    b = (y * edge[0, 0] - x * edge[1, 0]) / area
    inside = (a >= -0.02) & (b >= -0.02) & (a + b <= 1.02)
    value = (
        corner[0] + a[..., None] * (corner[1] - corner[0]) + b[..., None] * (corner[2] - corner[0])
    )
    out[y0 : y1 + 1, x0 : x1 + 1][inside] = value[inside]
    known[y0 : y1 + 1, x0 : x1 + 1][inside] = 1


def _extend(values: NDArray, known: NDArray) -> NDArray:
    """Fill unknown texels with the nearest known one, so that filtering finds no seams."""
    _, label = cv2.distanceTransformWithLabels(
        1 - known, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    first = np.zeros((label.max() + 1, values.shape[2]), np.float32)
    first[label[known == 1]] = values[known == 1]
    return first[label]


def paint_face(body: Body, person: Person, size: int = FACE_PX) -> SkinMaps:
    """The face's tile: skin, lips, lids, cheeks, freckles, shadow of the beard and of the brows."""
    at = position_map(body, "M_Face", size, tile=0)
    rng = np.random.default_rng([person.seed, 1])
    marks = body.model.neutral[list(LANDMARKS_68)]
    albedo = _base(person, at, rng)
    albedo = _flush(albedo, person, at, marks)
    albedo = _freckles(albedo, person, at, rng)
    albedo = _beard_shadow(albedo, person, at)
    albedo = _eye_region(albedo, person, at, marks)
    albedo = _brow_shadow(albedo, person, at, marks)
    albedo = _scalp(albedo, person, at, body)
    lips, line = lip_masks(body, size)
    albedo = _lips(albedo, person, lips, line, rng)
    return SkinMaps(np.clip(albedo, 0.004, 0.95), lips)


def paint_head(body: Body, person: Person, size: int = HEAD_PX) -> SkinMaps:
    """The tile of scalp, neck and the inside of the mouth's surroundings: plain mottled skin."""
    at = position_map(body, "M_BackHead", size, tile=1)
    rng = np.random.default_rng([person.seed, 2])
    albedo = _scalp(_base(person, at, rng), person, at, body)
    return SkinMaps(np.clip(albedo, 0.004, 0.95), np.zeros((size, size), np.float32))


def noise(size: int, cells: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """(size, size) smooth noise, standard deviation near 1, about `cells` bumps a side."""
    field = cv2.resize(
        rng.normal(0, 1, (cells, cells)).astype(np.float32),
        (size, size),
        interpolation=cv2.INTER_CUBIC,
    )
    return field / max(float(field.std()), 1e-6)


def blob(at: NDArray, center: NDArray, radius: float | tuple[float, float, float]) -> NDArray:
    """Gaussian around a point of the mean face; `radius` in centimetres, one or one an axis."""
    return np.exp(-0.5 * (((at - center) / np.asarray(radius, np.float32)) ** 2).sum(-1))


def distance(at: NDArray, curve: NDArray, reach: float) -> NDArray[np.float32]:
    """(...) how far points are from a curve's points; `reach` where they are farther than it."""
    near = ((at > curve.min(0) - reach) & (at < curve.max(0) + reach)).all(-1)
    out = np.full(at.shape[:-1], reach, np.float32)
    out[near] = cKDTree(curve).query(at[near], distance_upper_bound=reach)[0].clip(max=reach)
    return out


def _tint(albedo: NDArray, mask: NDArray, factor: tuple[float, float, float]) -> NDArray:
    """Multiply the colour by `factor` where the mask is 1."""
    return albedo * (1 + mask[..., None] * (np.asarray(factor, np.float32) - 1))


def _base(person: Person, at: NDArray, rng: np.random.Generator) -> NDArray:
    size = len(at)
    tone = to_linear(person.skin)
    wide = 0.6 * noise(size, 9, rng) + 0.4 * noise(size, 21, rng)
    fine = 0.5 * noise(size, 60, rng) + 0.5 * noise(size, 160, rng)
    light = 1 + 0.035 * wide + 0.03 * fine
    albedo = tone * light[..., None]
    blood = np.clip(0.5 * noise(size, 14, rng) + 0.6 * noise(size, 48, rng), -2, 2)
    strength = 0.012 + 0.014 * person.redness
    albedo = _tint(albedo, strength * blood, (2.0, 0.0, 0.4))
    pores = noise(size, 420, rng) if size > 1000 else 0.0
    return albedo * (1 + 0.02 * np.asarray(pores))[..., None]


def _flush(albedo: NDArray, person: Person, at: NDArray, marks: NDArray) -> NDArray:
    """Redness of cheeks, nose, chin and ears; a yellower forehead."""
    cheek = sum(blob(at, np.array([s * 4.4, 0.2, 8.3]), (1.7, 1.5, 3.0)) for s in (-1, 1))
    nose = blob(at, marks[30], (1.1, 1.0, 1.2)) + 0.6 * sum(
        blob(at, marks[i], 0.7) for i in (31, 35)
    )
    chin = blob(at, marks[8] + [0, 0.6, 0.3], (1.5, 0.9, 1.5))
    ear = smooth_step(np.abs(at[..., 0]), 7.4, 8.3)
    red = 0.8 * cheek + 0.9 * nose + 0.35 * chin + 0.9 * ear
    amount = np.clip(red, 0, 1.3) * (0.35 + 0.65 * person.redness)
    albedo = _tint(albedo, amount, (1.0, 0.74, 0.76))
    forehead = blob(at, np.array([0, 8.3, 10.0]), (4.5, 1.8, 4.0))
    return _tint(albedo, 0.5 * forehead, (1.02, 1.0, 0.9))


def _freckles(albedo: NDArray, person: Person, at: NDArray, rng: np.random.Generator) -> NDArray:
    size = len(at)
    mask = np.zeros((size, size), np.float32)
    count = int(150 + 2600 * max(0.0, person.freckles - 0.15))
    where = sum(blob(at, np.array([s * 3.2, 0.8, 9.5]), (2.6, 1.7, 3.0)) for s in (-1, 1)) + 0.15
    for x, y in rng.integers(int(0.1 * size), int(0.9 * size), (count * 3, 2)):
        if rng.random() > where[y, x] * 0.6:
            continue
        radius = float(rng.gamma(3.0, 0.28)) * size / 1024
        depth = float(rng.uniform(0.15, 0.5)) * (0.4 + 0.6 * min(person.freckles, 1.0))
        cv2.circle(mask, (int(x), int(y)), max(1, round(radius)), depth, -1, cv2.LINE_AA)
    for _ in range(int(rng.integers(1, 5))):  # moles
        x, y = rng.integers(int(0.2 * size), int(0.8 * size), 2)
        cv2.circle(
            mask, (int(x), int(y)), int(rng.integers(2, 4) * size / 1024), 0.75, -1, cv2.LINE_AA
        )
    return _tint(albedo, cv2.GaussianBlur(mask, (0, 0), 0.9 * size / 1024), (0.62, 0.48, 0.40))


def beard_mask(at: NDArray) -> NDArray[np.float32]:
    """(...) where a beard grows, 0 to 1: moustache, chin, jaw up to the ears, upper neck."""
    x, y, z = np.abs(at[..., 0]), at[..., 1], at[..., 2]
    top = np.interp(x, [0, 2.4, 3.4, 5.0, 6.3, 7.3], [-1.6, -1.75, -3.1, -3.0, -1.0, 1.6])
    jaw = smooth_step(y, top + 0.7, top - 1.0)
    side = smooth_step(x, 7.5, 7.0) * smooth_step(z, 1.5, 3.2)
    neck = smooth_step(y, -10.6, -8.2)
    under = smooth_step(z, 2.6, 4.2)
    below_lip = (x > 0.45) & (x < 1.5)
    bare = np.where(below_lip, blob(at, np.array([0, -5.2, 11]), (9, 0.35, 9)) * 0.5, 0)
    return (jaw * side * neck * under * (1 - bare)).astype(np.float32)


def _beard_shadow(albedo: NDArray, person: Person, at: NDArray) -> NDArray:
    amount = {"": 0.0, "stubble": 0.5, "full": 0.55}[person.beard]
    return _tint(albedo, amount * beard_mask(at), (0.60, 0.64, 0.70))


def _eye_region(albedo: NDArray, person: Person, at: NDArray, marks: NDArray) -> NDArray:
    """Darker, warmer lids; rings under the eyes; pink corners; a dark line where lashes root."""
    for first in (36, 42):
        eye = marks[first : first + 6]
        center = eye.mean(0)
        outward = -1 if first == 36 else 1
        lid = blob(at, center + [0, 0.45, 0], (1.5, 0.55, 1.6))
        albedo = _tint(albedo, (0.45 + 0.25 * person.lips) * lid, (0.80, 0.68, 0.66))
        ring = blob(at, center + [-0.3 * outward, -1.05, 0], (1.2, 0.32, 2.0))
        albedo = _tint(albedo, (0.25 + 0.45 * person.age) * ring, (0.84, 0.74, 0.78))
        rim = distance(at, closed_curve(eye, 60), reach=1.0)
        albedo = _tint(albedo, 0.75 * np.exp(-((rim / 0.16) ** 2)), (0.82, 0.56, 0.54))
        inner = eye[3] if first == 36 else eye[0]
        albedo = _tint(albedo, 0.6 * blob(at, inner, 0.28), (1.0, 0.70, 0.68))
    return albedo


def _brow_shadow(albedo: NDArray, person: Person, at: NDArray, marks: NDArray) -> NDArray:
    """A faint soft tone under the brow hairs, which are strands."""
    for first in (17, 22):
        brow = open_curve(marks[first : first + 5], 40) + np.array([0, -0.28, 0], np.float32)
        away = distance(at, brow, reach=1.5)
        shade = np.exp(-((away / 0.42) ** 2)) * (0.20 + 0.25 * person.brow)
        dark = 0.55 + 0.3 * (1 - person.hair_melanin)
        albedo = _tint(albedo, shade, (dark, dark * 0.95, dark * 0.92))
    return albedo


def _scalp(albedo: NDArray, person: Person, at: NDArray, body: Body) -> NDArray:
    """The tone of hair roots under the skin, so that a parting is no bare stripe."""
    amount = {"bald": 0.25, "beanie": 0.3}.get(person.hair_style, 0.75)
    ear = smooth_step(np.abs(at[..., 0]), 7.9, 8.3) * smooth_step(at[..., 1], 5.0, 3.8)
    cover = smooth_step(at[..., 1], *(hairline(at) + np.array([-0.1, 0.8])[:, None, None]))
    dark = 0.22 + 0.45 * (1 - person.hair_melanin)
    return _tint(albedo, amount * cover * (1 - ear), (dark, dark * 0.92, dark * 0.88))


def hairline(at: NDArray) -> NDArray[np.float32]:
    """(...) height of the hairline, centimetres, above each point of the mean face."""
    azimuth = np.rad2deg(np.arctan2(np.abs(at[..., 0]), at[..., 2] - 0.5))
    return np.interp(azimuth, HAIRLINE_DEG, HAIRLINE_CM).astype(np.float32)


def lip_masks(body: Body, size: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Two (size, size) masks: the red of the lips, and the dark line where they meet."""
    texel = body.vertex_uv[list(LANDMARKS_68)] * [size, -size] + [-0.5, size - 0.5]
    outer = closed_curve(texel[48:60], 240)
    mask = np.zeros((size, size), np.float32)
    cv2.fillPoly(mask, [np.round(outer * 16).astype(np.int32)], 1.0, cv2.LINE_AA, 4)
    soft = cv2.GaussianBlur(mask, (0, 0), size / 190)
    line = np.zeros((size, size), np.float32)
    cv2.polylines(line, [np.round(closed_curve(texel[60:68], 120)).astype(np.int32)], True, 1.0, 2)
    return soft, cv2.GaussianBlur(line, (0, 0), size / 170) * 3


def _lips(
    albedo: NDArray, person: Person, lips: NDArray, line: NDArray, rng: np.random.Generator
) -> NDArray:
    size = len(albedo)
    pale = np.array([0.92, 0.60, 0.58]) if person.melanin < 0.55 else np.array([0.86, 0.68, 0.68])
    rosy = np.array([0.84, 0.44, 0.45]) if person.melanin < 0.55 else np.array([0.80, 0.50, 0.50])
    factor = tuple(pale + (rosy - pale) * person.lips)
    stripes = cv2.resize(rng.normal(0, 1, (24, 260)).astype(np.float32), (size, size))
    albedo = albedo * (1 + 0.05 * lips * stripes)[..., None]
    albedo = _tint(albedo, lips, factor)
    return _tint(albedo, np.clip(line, 0, 1) * lips * 0.5, (0.6, 0.45, 0.45))


def closed_curve(points: NDArray, count: int) -> NDArray:
    """A smooth closed curve through the points: periodic Catmull-Rom."""
    return _catmull(np.concatenate([points[-1:], points, points[:2]]), len(points), count)


def open_curve(points: NDArray, count: int) -> NDArray:
    """A smooth curve from the first point to (almost) the last."""
    ends = (2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1])
    return _catmull(np.concatenate(ends), len(points) - 1, count)


def _catmull(points: NDArray, spans: int, count: int) -> NDArray:
    t = np.linspace(0, spans, count, endpoint=False)
    i = t.astype(int)
    t = (t - i)[:, None]
    a, b, c, d = (points[i + k] for k in range(4))
    return 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )
