"""Metrics: pure functions, one file a family. What each one means is in `METRICS`.

Landmark metrics are measured on landmarks that are detected on the output picture, never on those
that the method aimed at.
"""

from __future__ import annotations

from dataclasses import dataclass

from reenact.errors import UnknownNameError


@dataclass(frozen=True)
class Metric:
    """How a number is read.

    Attributes:
        title: for tables.
        unit: empty where there is none.
        is_higher_better: its direction.
        meaning: one sentence.
    """

    title: str
    unit: str
    is_higher_better: bool
    meaning: str

    @property
    def arrow(self) -> str:
        return "↑" if self.is_higher_better else "↓"


METRICS = {
    "ssim": Metric("SSIM", "", True, "Structural similarity of output and target crop, -1 to 1."),
    "psnr": Metric("PSNR", "dB", True, "Peak signal-to-noise ratio of output and target crop."),
    "landmark_distance": Metric(
        "LMK", "% of eye distance", False, "Mean distance of landmarks of output and target."
    ),
    "landmark_distance_px": Metric(
        "LMK", "px of 256", False, "Mean distance of landmarks, both laid on the source's head."
    ),
    "identity_distance": Metric(
        "ID", "dlib", False, "Distance of face descriptors to the source; 0.6 is another person."
    ),
    "mouth_opening_error": Metric(
        "Mouth", "% of eye distance", False, "Lips' gap, less that of the driving face."
    ),
}


def metric(name: str) -> Metric:
    """What a metric means.

    Raises:
        UnknownNameError: there is none of this name.
    """
    if name not in METRICS:
        raise UnknownNameError("metric", name, METRICS)
    return METRICS[name]
