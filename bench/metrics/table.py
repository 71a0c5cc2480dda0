"""Every metric and how its number is read."""

from __future__ import annotations

from bench.metrics.about import Metric

METRICS = {
    "ssim": Metric(
        "SSIM",
        "",
        True,
        "Structural similarity of output and target crop, -1 to 1.",
        best=1.0,
        worst=-1.0,
        when_failed=0.0,
    ),
    "psnr": Metric(
        "PSNR",
        "dB",
        True,
        "Peak signal-to-noise ratio of output and target crop.",
        best=100.0,
        worst=0.0,
        when_failed=0.0,
    ),
    "landmark_distance": Metric(
        "LMK",
        "% of eye distance",
        False,
        "Mean distance of landmarks of output and target.",
        when_failed=100.0,
    ),
    "landmark_distance_px": Metric(
        "LMK",
        "px of 256",
        False,
        "Mean distance of landmarks, both laid on the source's head.",
        when_failed=256.0,
    ),
    "identity_distance": Metric(
        "ID",
        "dlib",
        False,
        "Distance of face descriptors to the source; above 0.6 is another person.",
        worst=2.0,
        when_failed=1.0,
    ),
    "mouth_opening_error": Metric(
        "Mouth",
        "% of eye distance",
        False,
        "Lips' gap, less that of the driving face.",
        when_failed=100.0,
    ),
}
