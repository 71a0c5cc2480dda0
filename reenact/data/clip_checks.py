"""What a clip of one person must show, and what it lacks, in clear lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reenact.errors import InputError
from reenact.geometry.canonical import eye_distance
from reenact.geometry.regions import INNER_LIP_CENTER, LEFT_LID_PAIRS, RIGHT_LID_PAIRS
from reenact.types import Face, Frame, Points

LEAST_FACES = 30
"""Frames with a face below which nothing is trained."""
_FEW_FACES = 120
_OPEN_MOUTH = 0.22  # gap of the lips over the distance of the outer eye corners
_SHUT_EYES = 0.045  # the same of the lids
_TURN, _NOD = 12.0, 7.0  # degrees
_DARK, _BRIGHT = 55.0, 225.0  # mean grey level of the face's crop
_SMALL_PX = 150.0  # size of the face
_BLURRED = 12.0  # variance of the Laplacian of the crop at 256 pixels, in even light


@dataclass(frozen=True)
class ClipFacts:
    """What was seen in the frames to train on.

    Attributes:
        faces: frames with a face.
        crowded: share of the looks at which two people or more were seen.
        mouth: widest gap of the lips, eyes: smallest gap of the lids, over the eye distance.
        yaw, pitch: lowest and highest, degrees; pitch from the middle of the clip, as cameras
            look from above or below.
        others: when somebody else is seen than in most frames; empty for never.
        light: mean grey level of the faces, 0 to 255. sharp: how sharp they are. size_px: of them.
    """

    faces: int
    crowded: float
    others: str = ""
    mouth: float = 0.0
    eyes: float = 0.0
    yaw: tuple[float, float] = (0.0, 0.0)
    pitch: tuple[float, float] = (0.0, 0.0)
    light: float = 0.0
    sharp: float = 0.0
    size_px: float = 0.0


def facts_of(
    faces: Sequence[Face], crops: Sequence[Frame], people: Sequence[int], others: str = ""
) -> ClipFacts:
    """The facts of a clip.

    Args:
        faces: found in the frames. crops: (S, S, 3) theirs.
        people: how many people were seen at each look.
        others: see `ClipFacts`.
    """
    crowded = float(np.mean([count > 1 for count in people])) if people else 0.0
    if not faces:
        return ClipFacts(0, crowded, others)
    poses = [face.pose for face in faces]
    yaws, pitches = np.array([(p.yaw, p.pitch) for p in poses]).T
    pitches = pitches - np.median(pitches)
    grey = [crop[64:192, 64:192].mean() for crop in crops]
    return ClipFacts(
        faces=len(faces),
        crowded=crowded,
        others=others,
        mouth=_top([_gap(face.points, [INNER_LIP_CENTER]) for face in faces]),
        eyes=-_top([-_gap(face.points, (*LEFT_LID_PAIRS, *RIGHT_LID_PAIRS)) for face in faces]),
        yaw=(-_top(-yaws), _top(yaws)),
        pitch=(-_top(-pitches), _top(pitches)),
        light=float(np.median(grey)),
        sharp=float(np.median([_sharpness(crop) for crop in crops])),
        size_px=float(np.median([face.size_px for face in faces])),
    )


def check_clip(facts: ClipFacts, name: str) -> list[str]:
    """What the clip lacks, one line each; training goes on without it.

    Raises:
        InputError: it cannot be trained on: nobody, two people, or too few frames.
    """
    if facts.faces == 0:
        raise InputError(f"No face found in {name}. The clip must show one person's face.")
    if facts.crowded > 0.25:
        raise InputError(
            f"{name} must show one person, but two or more are seen. Cut it to one person."
        )
    if facts.others:
        raise InputError(
            f"{name} must show one person, but somebody else is seen {facts.others}. Leave that "
            "out, or give each person a clip of their own: `--data clip=A --data clip=B`."
        )
    if facts.faces < LEAST_FACES:
        raise InputError(
            f"{name} must show the face in {LEAST_FACES} frames or more, got {facts.faces} (the "
            "last fifth of a clip is not trained on). Record about 20 seconds of talking, smiling "
            "and turning the head."
        )
    return [*_lacking(facts), *_poor(facts)]


def _lacking(facts: ClipFacts) -> list[str]:
    """Expressions and turns that are not there."""
    lines = []
    if facts.mouth < _OPEN_MOUTH:
        lines.append("No open mouth: teeth will be guessed. Open it wide once.")
    if facts.eyes > _SHUT_EYES:
        lines.append("No closed eyes: blinks will be guessed. Close them once.")
    (left, right), (low, high) = facts.yaw, facts.pitch
    turns = (("left", -left, _TURN), ("right", right, _TURN), ("down", -low, _NOD))
    for side, degrees, least in (*turns, ("up", high, _NOD)):
        if degrees < least:
            most = max(0.0, degrees)
            lines.append(
                f"No turn to the {side} of the picture (most: {most:.0f} degrees)."
                if side in ("left", "right")
                else f"No look {side} (most: {most:.0f} degrees)."
            )
    return lines


def _poor(facts: ClipFacts) -> list[str]:
    """Faults of the recording."""
    lines = []
    if facts.crowded > 0:
        lines.append("Somebody else is seen now and then. Cut these parts out.")
    if facts.faces < _FEW_FACES:
        lines.append(f"Few frames ({facts.faces}): 20 seconds or more give a better likeness.")
    if facts.light < _DARK:
        lines.append(f"Too dark (the face is {facts.light:.0f} of 255). Add light from the front.")
    if facts.light > _BRIGHT:
        lines.append(f"Too bright (the face is {facts.light:.0f} of 255). Use less light.")
    if facts.size_px < _SMALL_PX:
        lines.append(f"A small face ({facts.size_px:.0f} pixels). Come closer.")
    if facts.sharp < _BLURRED:
        lines.append("Blurred: faces will be soft. Hold the camera still, and focus on the face.")
    return lines


def _gap(points: Points, pairs) -> float:
    gaps = [np.linalg.norm(points[a] - points[b]) for a, b in pairs]
    return float(np.mean(gaps)) / eye_distance(points)


def _top(values: Sequence[float] | NDArray) -> float:
    """The third-highest value, so that one wrong face counts for nothing."""
    return float(np.sort(values)[-min(3, len(values))])


def _sharpness(crop: Frame) -> float:
    import cv2

    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    return float(cv2.Laplacian(grey, cv2.CV_32F).var() * (128 / max(1.0, grey.mean())) ** 2)
