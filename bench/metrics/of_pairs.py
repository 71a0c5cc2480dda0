"""How each metric is measured on one pair: a number, or a feature for a metric of the set."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.metrics import expression, identity, landmarks, perceptual, pixels
from bench.metrics.about import Skipped
from bench.metrics.kept import Kept
from bench.tasks import Pair
from reenact.errors import FaceNotFoundError, ShapeError, UnknownNameError
from reenact.face.scheme_tables import mean_mesh
from reenact.face.schemes import convert
from reenact.geometry.canonical import canonicalize, eye_distance
from reenact.types import Face, Frame

if TYPE_CHECKING:
    from bench.measure import Output

Found = float | NDArray[np.float32]

CROP_PX = 256
"""ACE and LMK are given in pixels of a crop of this size, whatever the protocol's."""

_INNER_68 = slice(17, 68)
"""ibug68 without the contour of the face."""

LIPSCHITZ_PX = 64
"""Side of the pictures that Lipschitz ratios are taken of."""

_inception = Kept(64)


def _pixels(function: Callable[[Frame, Frame], float], pair: Pair, output: Output) -> float:
    """Compare crops of the output and of the target, at the place of the source's face."""
    return function(*_crops(pair, output))


def _crops(pair: Pair, output: Output) -> tuple[Frame, Frame]:
    """The crops of the output and of the target, cut once."""
    if output.crops is not None:
        return output.crops
    if pair.target.shape != output.image.shape:
        (height, width), (h, w) = pair.target.shape[:2], output.image.shape[:2]
        raise ShapeError(
            f"The output must be as large as its target ({width} x {height}), got {w} x {h}."
        )
    output.crops = pair.crop.cut(output.image), pair.crop.cut(pair.target)
    return output.crops


def _landmark_distance(pair: Pair, output: Output) -> float:
    """Percent of the target's eye distance; head motion counts."""
    target = pair.target_face.points
    distance = landmarks.landmark_distance(output.face.points[:, :2], target[:, :2])
    return 100 * distance / eye_distance(target)


def _landmark_distance_px(pair: Pair, output: Output) -> float:
    """Pixels of the crop; both meshes are laid on the source's head, so expression counts alone."""
    head = pair.source_face.points
    there, here = (landmarks.lay_on(face.points, head) for face in (pair.target_face, output.face))
    scale = pair.crop.scale
    return scale * landmarks.landmark_distance(here[:, :2], there[:, :2])


def _landmark_distance_exact(pair: Pair, output: Output) -> float:
    """Percent of the true eye distance; without the contour, which is no place on a turned head.

    What the detector itself misses is in it: see the record of `truth`.
    """
    if pair.exact_points is None:
        raise Skipped("the target's exact landmarks are not known")
    true = pair.exact_points[:, :2]
    found = convert(output.face.points, "mediapipe478", "ibug68")[:, :2]
    distance = landmarks.landmark_distance(found[_INNER_68], true[_INNER_68])
    return 100 * distance / float(np.linalg.norm(true[45] - true[36]))


def _landmark_sum(pair: Pair, output: Output) -> float:
    """LandmarkGAN's: 68 points, 0..1 of the crop."""
    here, there = (_in_crop(pair, face, "ibug68") for face in (output.face, pair.target_face))
    return landmarks.landmark_sum(here, there, CROP_PX)


def _ace(pair: Pair, output: Output) -> float:
    """FReeNet's: 106 points, pixels of the 256 crop."""
    here, there = (_in_crop(pair, face, "face106") for face in (output.face, pair.target_face))
    return landmarks.average_coordinate_error(here, there)


def _in_crop(pair: Pair, face: Face, scheme: str) -> NDArray[np.float32]:
    """(K, 2) points of a scheme, pixels of the pair's crop enlarged or shrunk to 256."""
    points = pair.crop.to_crop(convert(face.points, "mediapipe478", scheme)[:, :2])
    return points * (CROP_PX / pair.crop.size)


def _mouth_opening_error(pair: Pair, output: Output) -> float:
    """Percent of eye distance."""
    wanted = landmarks.mouth_opening(pair.driving_face.points)
    if wanted < landmarks.OPEN_MOUTH:
        raise Skipped("the driving mouth is closed")
    return 100 * float(np.abs(landmarks.mouth_opening(output.face.points) - wanted))


def _identity_distance(pair: Pair, output: Output) -> float:
    source = identity.descriptor(pair.source, pair.source_face)
    return identity.identity_distance(_described(output), source)


def _gallery_distance(pair: Pair, output: Output) -> float:
    if pair.gallery is None or pair.gallery_face is None:
        raise Skipped("the protocol has no gallery picture of this person")
    known = identity.descriptor(pair.gallery, pair.gallery_face)
    return identity.identity_distance(_described(output), known)


def _facenet_distance(pair: Pair, output: Output) -> float:
    source = perceptual.facenet_descriptor(pair.source, pair.source_face)
    found = perceptual.facenet_descriptor(output.image, output.face)
    return identity.identity_distance(found, source)


def _verification(pair: Pair, output: Output) -> float:
    source = identity.descriptor(pair.source, pair.source_face)
    return identity.is_same_person(_described(output), source)


def _described(output: Output) -> NDArray[np.float64]:
    return identity.descriptor(output.image, output.face)


def _expression_similarity(pair: Pair, output: Output) -> float:
    """Both against the same person at rest where that is known of both, else against the mean."""
    rests: tuple[NDArray | None, NDArray | None] = (None, None)
    if pair.driving_neutral is not None:
        own = pair.gallery_face or pair.source_face
        rests = (_measured(own), _measured(pair.driving_neutral))
    driving = expression.expression_vector(_measured(pair.driving_face), rests[1])
    if np.linalg.norm(driving) < expression.REST:
        raise Skipped("the driving face shows no expression")
    found = expression.expression_vector(_measured(output.face), rests[0])
    return expression.expression_similarity(found, driving)


def _expression_accuracy(pair: Pair, output: Output) -> float:
    """1 where the output shows the labeled expression, against the same person at rest.

    That is the gallery picture; where a protocol has none, its sources are at rest.
    """
    if not pair.label:
        raise Skipped("the protocol does not name the expression")
    try:
        expression.expression_name(pair.label)
    except UnknownNameError:
        raise Skipped("the rules know no such expression") from None
    at_rest = _measured(pair.gallery_face or pair.source_face)
    vector = expression.expression_vector(_measured(output.face), at_rest)
    return expression.shows(vector, pair.label)


def _measured(face: Face) -> NDArray[np.float64]:
    return expression.mesh_measures(face.points)


def _detection_failure(pair: Pair, output: Output) -> float:
    """1 where no face is found in the output."""
    try:
        output.face  # noqa: B018
    except FaceNotFoundError:
        return 1.0
    return 0.0


def _inception_feature(pair: Pair, output: Output) -> NDArray[np.float32]:
    """(4096,) Inception features of the output's crop, then of the target's."""
    return np.concatenate([_inception_of(crop) for crop in _crops(pair, output)])


def _face_feature(pair: Pair, output: Output) -> NDArray[np.float32]:
    """(256,) dlib's descriptors of the output, then of the target."""
    target = identity.descriptor(pair.target, pair.target_face)
    return np.concatenate([_described(output), target]).astype(np.float32)


def _recognition_feature(pair: Pair, output: Output) -> NDArray[np.float32]:
    """(256,) dlib's descriptors of the output, then of the person's real picture."""
    picture, face = pair.gallery, pair.gallery_face
    if picture is None or face is None:
        picture, face = pair.source, pair.source_face
    known = identity.descriptor(picture, face)
    return np.concatenate([_described(output), known]).astype(np.float32)


def _lipschitz_feature(pair: Pair, output: Output) -> NDArray[np.float32]:
    """The output's crop, 64 x 64, 0..1; then what drove it: 68 points turned to the front."""
    _check_clip(pair)
    size = (LIPSCHITZ_PX, LIPSCHITZ_PX)
    small = cv2.resize(pair.crop.cut(output.image), size, interpolation=cv2.INTER_AREA)
    front, _ = canonicalize(pair.driving_face.points.astype(np.float64), mean_mesh())
    condition = convert(front, "mediapipe478", "ibug68")[:, :2]
    return np.concatenate([small.ravel() / 255, condition.ravel()]).astype(np.float32)


def _jitter_feature(pair: Pair, output: Output) -> NDArray[np.float32]:
    """(272,) 68 points of the output, then of the driving face, each in its own eye distances."""
    _check_clip(pair)
    points = [
        convert(face.points, "mediapipe478", "ibug68")[:, :2] / eye_distance(face.points)
        for face in (output.face, pair.driving_face)
    ]
    return np.concatenate(points).ravel().astype(np.float32)


def _check_clip(pair: Pair) -> None:
    if not pair.clip:
        raise Skipped("the output is no frame of a clip")


def _inception_of(picture: Frame) -> NDArray[np.float32]:
    """FID and KID ask for the same features, one after the other."""
    return _inception(picture, lambda: perceptual.inception_features(picture))


MEASURES: dict[str, Callable[[Pair, Output], Found]] = {
    "ssim": partial(_pixels, pixels.ssim),
    "psnr": partial(_pixels, pixels.psnr),
    "l1": partial(_pixels, pixels.l1),
    "l2": partial(_pixels, pixels.l2),
    "lpips": partial(_pixels, perceptual.lpips),
    "landmark_distance": _landmark_distance,
    "landmark_distance_px": _landmark_distance_px,
    "landmark_distance_exact": _landmark_distance_exact,
    "landmark_sum": _landmark_sum,
    "ace": _ace,
    "mouth_opening_error": _mouth_opening_error,
    "identity_distance": _identity_distance,
    "identity_distance_facenet": _facenet_distance,
    "gallery_distance": _gallery_distance,
    "verification_accuracy": _verification,
    "expression_similarity": _expression_similarity,
    "expression_accuracy": _expression_accuracy,
    "detection_failure_rate": _detection_failure,
    "fid": _inception_feature,
    "kid": _inception_feature,
    "face_frechet_distance": _face_feature,
    "face_kernel_distance": _face_feature,
    "rank1": _recognition_feature,
    "tar_at_far_1": _recognition_feature,
    "tar_at_far_01": _recognition_feature,
    "lipschitz_ratio": _lipschitz_feature,
    "temporal_jitter": _jitter_feature,
}
