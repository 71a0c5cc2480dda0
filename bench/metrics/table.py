"""Every metric and how its number is read."""

from __future__ import annotations

import math

from bench.metrics.about import Metric, Per

_EYES = "% of eye distance"


def _higher(
    title: str,
    unit: str,
    meaning: str,
    *,
    best: float = 1.0,
    worst: float = 0.0,
    when_failed: float | None = 0.0,
    per: Per = "pair",
    needs: str = "",
) -> Metric:
    return Metric(title, unit, True, meaning, best, worst, when_failed, per, needs)


def _lower(
    title: str,
    unit: str,
    meaning: str,
    *,
    best: float = 0.0,
    worst: float = math.inf,
    when_failed: float | None = None,
    per: Per = "pair",
    needs: str = "",
) -> Metric:
    return Metric(title, unit, False, meaning, best, worst, when_failed, per, needs)


_PIXELS = {
    "ssim": _higher(
        "SSIM", "", "Structural similarity of output and target crop, -1 to 1.", worst=-1.0
    ),
    "psnr": _higher(
        "PSNR", "dB", "Peak signal-to-noise ratio of output and target crop.", best=100.0
    ),
    "l1": _lower(
        *("L1", "levels of 255", "Mean absolute difference of output and target crop."),
        worst=255.0,
        when_failed=255.0,
    ),
    "l2": _lower(
        *("L2", "levels of 255", "Root mean squared difference of output and target crop."),
        worst=255.0,
        when_failed=255.0,
    ),
    "lpips": _lower(
        "LPIPS",
        "AlexNet",
        "Learned perceptual distance of output and target crop.",
        when_failed=1.0,
        needs="lpips",
    ),
}

_LANDMARKS = {
    "landmark_distance": _lower(
        "LMK", _EYES, "Mean distance of landmarks of output and target.", when_failed=100.0
    ),
    "landmark_distance_px": _lower(
        "LMK",
        "px of 256",
        "Mean distance of landmarks, both laid on the source's head.",
        when_failed=256.0,
    ),
    "landmark_distance_exact": _lower(
        "LMK (exact)",
        _EYES,
        "Mean distance of 51 landmarks of the output to the renderer's own of the target.",
        when_failed=100.0,
    ),
    "landmark_sum": _lower(
        "LMK (LandmarkGAN)",
        "sum of 68, 0..1",
        "Distances of 68 landmarks of output and target, added up, the crop being 0 to 1.",
        when_failed=68.0,
    ),
    "ace": _lower(
        "ACE",
        "px of 256",
        "Mean absolute difference of the coordinates of 106 landmarks of output and target.",
        when_failed=256.0,
    ),
    "mouth_opening_error": _lower(
        "Mouth", _EYES, "Lips' gap, less that of the driving face.", when_failed=100.0
    ),
    "temporal_jitter": _lower(
        "Jitter",
        _EYES,
        "Acceleration of a clip's landmarks beyond that of the driving face's, frame by frame.",
        per="set",
    ),
    "lipschitz_ratio": _lower(
        "Lipschitz",
        "per eye distance",
        "How far the 64 x 64 crop moves for how far the driving landmarks do (GC-GAN, eq. 3).",
        per="set",
    ),
    "detection_failure_rate": _lower(
        "No face", "share", "Outputs in which no face is found.", worst=1.0, when_failed=1.0
    ),
}

_EXPRESSION = {
    "expression_similarity": _higher(
        "Expression",
        "cosine",
        "Cosine of the expressions of output and driving face, read by rules.",
        worst=-1.0,
    ),
    "expression_accuracy": _higher(
        "Expression", "share right", "Outputs that show the labeled expression, judged by rules."
    ),
}

_IDENTITY = {
    "identity_distance": _lower(
        "ID",
        "dlib",
        "Distance of face descriptors to the source; above 0.6 is another person.",
        worst=2.0,
        when_failed=1.0,
        needs="dlib",
    ),
    "identity_distance_facenet": _lower(
        "ID",
        "FaceNet",
        "Distance of FaceNet's descriptors to the source, 0 to 2.",
        worst=2.0,
        when_failed=2.0,
        needs="facenet",
    ),
    "gallery_distance": _lower(
        "ID to gallery",
        "dlib",
        "Distance of face descriptors to a frontal or neutral picture of the same person.",
        worst=2.0,
        when_failed=1.0,
        needs="dlib",
    ),
    "verification_accuracy": _higher(
        "Verified",
        "share, dlib",
        "Outputs that dlib takes for the source's person (distance below 0.6).",
        needs="dlib",
    ),
    "rank1": _higher(
        "Rank-1",
        "share, dlib",
        "Outputs nearest to their own person among all people's real pictures.",
        per="set",
        needs="dlib",
    ),
    "tar_at_far_1": _higher(
        "TAR at FAR 1 %",
        "share, dlib",
        "Outputs accepted as their person where 1 % of other people's are.",
        per="set",
        needs="dlib",
    ),
    "tar_at_far_01": _higher(
        "TAR at FAR 0.1 %",
        "share, dlib",
        "Outputs accepted as their person where 0.1 % of other people's are.",
        per="set",
        needs="dlib",
    ),
}

_SETS = {
    "fid": _lower(
        "FID",
        "",
        "Fréchet distance of Inception features of output and target crops.",
        per="set",
        needs="fid",
    ),
    "kid": _lower(
        "KID",
        "x 1000",
        "Kernel distance of the same Inception features; unbiased, so good for small sets.",
        per="set",
        needs="fid",
    ),
    "face_frechet_distance": _lower(
        "FD of faces",
        "dlib",
        "Fréchet distance of dlib's face descriptors of outputs and targets. Not FID.",
        per="set",
        needs="dlib",
    ),
    "face_kernel_distance": _lower(
        "KD of faces",
        "dlib",
        "Kernel distance of the same descriptors; unbiased, so good for small sets. Not KID.",
        per="set",
        needs="dlib",
    ),
}

_METHOD = {
    "parameters": _lower("Parameters", "millions", "Learned numbers of the method.", per="method"),
    "macs": _lower(
        "MACs", "millions a frame", "Multiplications of the method's networks.", per="method"
    ),
    "latency_ms_p50": _lower(
        "Latency, p50", "ms", "Time of a whole frame, end to end: median.", per="method"
    ),
    "latency_ms_p95": _lower(
        "Latency, p95", "ms", "Time that 95 % of the frames stay below.", per="method"
    ),
    "peak_memory_mb": _lower(
        "Peak memory", "MB", "Most memory of a process that does nothing else.", per="method"
    ),
}

METRICS: dict[str, Metric] = {
    **_PIXELS,
    **_LANDMARKS,
    **_EXPRESSION,
    **_IDENTITY,
    **_SETS,
    **_METHOD,
}
