"""The metrics as torchmetrics classes: `update` with pictures, points or features, then `compute`.

    metric = SSIM()
    metric.update(output, target)      # as often as wanted, in any process
    metric.compute()

Each is a thin layer over the pure function of its family; processes add up as torchmetrics does it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torchmetrics import Metric as TorchMetric

from bench.metrics import (
    distances,
    expression,
    identity,
    landmarks,
    perceptual,
    pixels,
    recognition,
    temporal,
)
from bench.metrics.table import METRICS
from reenact.errors import InputError


class Mean(TorchMetric):
    """Mean of a function over all that `update` was given."""

    full_state_update = False
    name: ClassVar[str]
    function: ClassVar[Callable[..., Any]]

    def __init__(self) -> None:
        super().__init__()
        self.add_state("total", torch.zeros((), dtype=torch.float64), dist_reduce_fx="sum")
        self.add_state("count", torch.zeros((), dtype=torch.int64), dist_reduce_fx="sum")

    @property
    def higher_is_better(self) -> bool:
        return METRICS[self.name].is_higher_better

    def update(self, *args: Any) -> None:
        """One pair; what it wants is said by the function."""
        values = np.atleast_1d(np.asarray(type(self).function(*args), np.float64))
        values = values[~np.isnan(values)]
        self.total += float(values.sum())
        self.count += len(values)

    def compute(self) -> Tensor:
        """The mean.

        Raises:
            InputError: `update` was never given anything.
        """
        if self.count == 0:
            raise InputError(f"`{type(self).__name__}` must be updated before it is computed.")
        return self.total / self.count


class SSIM(Mean):
    """See `pixels.ssim`."""

    name, function = "ssim", staticmethod(pixels.ssim)


class PSNR(Mean):
    """See `pixels.psnr`."""

    name, function = "psnr", staticmethod(pixels.psnr)


class L1(Mean):
    """See `pixels.l1`."""

    name, function = "l1", staticmethod(pixels.l1)


class L2(Mean):
    """See `pixels.l2`."""

    name, function = "l2", staticmethod(pixels.l2)


class LPIPS(Mean):
    """See `perceptual.lpips`."""

    name, function = "lpips", staticmethod(perceptual.lpips)


class LandmarkDistance(Mean):
    """LMK; see `landmarks.landmark_distance`."""

    name, function = "landmark_distance", staticmethod(landmarks.landmark_distance)


class LandmarkSum(Mean):
    """LandmarkGAN's LMK; see `landmarks.landmark_sum`."""

    name, function = "landmark_sum", staticmethod(landmarks.landmark_sum)


class ACE(Mean):
    """See `landmarks.average_coordinate_error`."""

    name, function = "ace", staticmethod(landmarks.average_coordinate_error)


class IdentityDistance(Mean):
    """Of descriptors; see `identity.identity_distance`."""

    name, function = "identity_distance", staticmethod(identity.identity_distance)


class VerificationAccuracy(Mean):
    """Of descriptors; see `identity.is_same_person`."""

    name, function = "verification_accuracy", staticmethod(identity.is_same_person)


class ExpressionSimilarity(Mean):
    """Of expression vectors; see `expression.expression_similarity`."""

    name, function = "expression_similarity", staticmethod(expression.expression_similarity)


class ExpressionAccuracy(Mean):
    """Of an expression vector and a label; see `expression.shows`."""

    name, function = "expression_accuracy", staticmethod(expression.shows)


class DetectionFailureRate(Mean):
    """`update(is_found)`: whether the output shows a face."""

    name = "detection_failure_rate"

    @staticmethod
    def function(is_found: bool) -> float:
        return float(not is_found)


class TemporalJitter(Mean):
    """Clip by clip; see `temporal.temporal_jitter`."""

    name, function = "temporal_jitter", staticmethod(temporal.temporal_jitter)


class LipschitzRatio(Mean):
    """Clip by clip; see `temporal.lipschitz_ratios`."""

    name, function = "lipschitz_ratio", staticmethod(temporal.lipschitz_ratios)


class _TwoSets(TorchMetric):
    """A function of two sets of features."""

    full_state_update = False
    higher_is_better = False
    function: ClassVar[Callable[[NDArray, NDArray], float]]

    def __init__(self) -> None:
        super().__init__()
        for name in ("output", "target"):
            self.add_state(name, [], dist_reduce_fx="cat")

    def update(self, output: NDArray, target: NDArray) -> None:
        """(N, D) features of outputs and (M, D) of targets."""
        self.output.append(torch.from_numpy(np.asarray(output, np.float64)))
        self.target.append(torch.from_numpy(np.asarray(target, np.float64)))

    def compute(self) -> Tensor:
        """The distance of all outputs to all targets."""
        if len(self.output) == 0:
            raise InputError(f"`{type(self).__name__}` must be updated before it is computed.")
        return torch.tensor(type(self).function(_joined(self.output), _joined(self.target)))


class FrechetDistance(_TwoSets):
    """See `distances.frechet_distance`; FID where the features are Inception's."""

    function = staticmethod(distances.frechet_distance)


class KernelDistance(_TwoSets):
    """See `distances.kernel_distance`; KID where the features are Inception's."""

    function = staticmethod(distances.kernel_distance)


class _Recognition(TorchMetric):
    """Probes against a gallery; people are whole numbers."""

    full_state_update = False
    higher_is_better = True

    def __init__(self) -> None:
        super().__init__()
        for name in ("probes", "persons", "gallery", "gallery_persons"):
            self.add_state(name, [], dist_reduce_fx="cat")

    def add_gallery(self, gallery: NDArray, persons: NDArray) -> None:
        """(P, D) real pictures' descriptors and (P,) whose they are."""
        self.gallery.append(torch.from_numpy(np.asarray(gallery, np.float64)))
        self.gallery_persons.append(torch.from_numpy(np.asarray(persons, np.int64)))

    def update(self, probes: NDArray, persons: NDArray) -> None:
        """(N, D) outputs' descriptors and (N,) whose they should be."""
        self.probes.append(torch.from_numpy(np.asarray(probes, np.float64)))
        self.persons.append(torch.from_numpy(np.asarray(persons, np.int64)))

    def _compared(self) -> recognition.Comparisons:
        if not (len(self.probes) and len(self.gallery)):
            name = type(self).__name__
            raise InputError(f"`{name}` must have probes and a gallery before it is computed.")
        persons, known = (
            [str(person) for person in _joined(state)]
            for state in (self.persons, self.gallery_persons)
        )
        return recognition.compare(_joined(self.probes), persons, _joined(self.gallery), known)


class Rank1(_Recognition):
    """See `recognition.rank1`."""

    def compute(self) -> Tensor:
        """Share of probes nearest to their own person."""
        return torch.tensor(float(recognition.rank1(self._compared()).mean()))


class TarAtFar(_Recognition):
    """See `recognition.tar_at_far`.

    Args:
        far: false accept rate.
    """

    def __init__(self, far: float) -> None:
        super().__init__()
        self.far = far

    def compute(self) -> Tensor:
        """True accept rate."""
        found = self._compared()
        return torch.tensor(recognition.tar_at_far(found.genuine, found.impostor, self.far))


def _joined(state: list[Tensor] | Tensor) -> NDArray:
    """A state as one array: torchmetrics joins lists itself once processes are put together."""
    return (state if isinstance(state, Tensor) else torch.cat(state)).cpu().numpy()
