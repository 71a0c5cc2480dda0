"""The words that every part of the project shares. Units and ranges are in docs/design.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Frame = NDArray[np.uint8]
"""(H, W, 3) RGB, 0 to 255."""

Points = NDArray[np.float32]
"""(K, 2) or (K, 3) pixels; (0, 0) is the center of the top-left pixel."""

Region = Literal["all", "mouth", "eyes", "brows"]
REGIONS: tuple[Region, ...] = ("all", "mouth", "eyes", "brows")

Mode = Literal["absolute", "relative"]
MODES: tuple[Mode, ...] = ("absolute", "relative")


@dataclass(frozen=True)
class HeadPose:
    """Head rotation in degrees: yaw + to image right, pitch + up, roll + clockwise."""

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True)
class Face:
    """One face found in one frame.

    Attributes:
        points: (478, 3) mediapipe478 landmarks: x, y in pixels of the frame, z in the same unit,
            smaller towards the camera.
        box: (x0, y0, x1, y1) of the points, pixels.
        score: 0 to 1, how sure the detector was.
        frame_size: (height, width) of the frame that the points belong to.
    """

    points: Points
    box: tuple[float, float, float, float]
    score: float
    frame_size: tuple[int, int]

    @property
    def pose(self) -> HeadPose:
        from reenact.face.pose import head_pose

        return head_pose(self.points)

    @property
    def size_px(self) -> float:
        """Longer side of the box, pixels."""
        x0, y0, x1, y1 = self.box
        return max(x1 - x0, y1 - y0)


@dataclass(frozen=True)
class Options:
    """What a person may choose about a transfer, the same for every method.

    Attributes:
        region: which part of the expression is transferred.
        strength: 0 (source unchanged) to 1.5 (exaggerated).
        mode: `absolute` takes the driving expression as it is, `relative` adds the driving motion
            since the first driving frame (or the neutral frame, where one is given).
        follow_pose: whether the head turns with the driving head, as far as the picture allows.
    """

    region: Region = "all"
    strength: float = 1.0
    mode: Mode = "absolute"
    follow_pose: bool = True


@dataclass(frozen=True)
class Pasted:
    """Which pixels of a picture a method wrote, and how much.

    Attributes:
        weight: (h, w) float32 0..1.
        corner: (x0, y0) of that rectangle in the picture, pixels.
        frame_size: (height, width) of the picture.
    """

    weight: NDArray[np.float32]
    corner: tuple[int, int]
    frame_size: tuple[int, int]

    @classmethod
    def nothing(cls, frame_size: tuple[int, int]) -> Pasted:
        return cls(np.zeros((0, 0), np.float32), (0, 0), frame_size)

    def full(self) -> NDArray[np.float32]:
        """(H, W) float32 0..1, the size of the picture."""
        mask = np.zeros(self.frame_size, np.float32)
        x0, y0 = self.corner
        height, width = self.weight.shape
        mask[y0 : y0 + height, x0 : x0 + width] = self.weight
        return mask


@dataclass
class Result:
    """What `reenact.reenact` gives back.

    Attributes:
        image: the source picture with the new expression, full size.
        crop: the square face crop that the method rendered.
        landmarks: (478, 2) landmarks the method aimed at, pixels of `image`.
        pasted: which pixels come from the method; `mask` is the same as a full picture.
        seconds: time for each step: find, encode, retarget, render, paste.
        notes: what a person should know (head turn limited, eyes closed in the source ...).
        method: name of the method.
        weights_sha256: hash of its weights; empty where it has none.
        kind: what the method was used for; see `reenact.media.provenance.KINDS`.
    """

    image: Frame
    crop: Frame
    landmarks: Points
    pasted: Pasted
    seconds: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    method: str = ""
    weights_sha256: str = ""
    kind: Literal["picture", "edit", "clip", "live", "neutral"] = "picture"
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def mask(self) -> NDArray[np.float32]:
        """(H, W) float32, 0..1: how much of each pixel comes from the method."""
        return self.pasted.full()

    def save(self, path: str | Path, *, crop_only: bool = False) -> None:
        """Write the picture as .png, .jpg or .webp, with content credentials and watermark.

        Args:
            crop_only: write the face crop alone.

        Raises:
            ReenactError: it cannot be written or signed.
        """
        from reenact.media.write import save_result

        save_result(self, path, crop_only=crop_only)
