"""The triplets of section 3.3: who is drawn with whose expression.

From a batch of pairs (T, n1) -> (T, n2), the next pair of the batch is R with n3. The converter
carries landmarks across: L_{T,n3} has T's face with R's expression, L_{R,n2} the reverse.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from reenact.geometry.landmark_flow import landmark_flow
from reenact.geometry.landmark_maps import landmark_image, landmark_maps
from reenact.methods.freenet.networks import run_generator
from reenact.methods.freenet.ulc import ULC


@dataclass(frozen=True)
class Converter:
    """A trained converter, which the second phase leaves as it is."""

    ulc: ULC

    @classmethod
    def read(cls, path: Path) -> Converter:
        """From a weights file with `ulc.` in it."""
        from reenact.methods.freenet.weights import read_converter

        return cls(read_converter(path).eval().requires_grad_(False))

    @torch.no_grad()
    def __call__(self, source: Tensor, driving: Tensor) -> Tensor:
        """(B, 106, 2) sources with the driving expressions."""
        return self.ulc(source.cpu(), driving.cpu())


def add_triplet(
    generator: nn.Module, batch: Mapping[str, Tensor], converter: Converter | None
) -> tuple[Tensor, Tensor]:
    """Pictures of Eq. 11 beside the output: I_{T,n3} and I_{R,n2}, (B, 3, S, S) each.

    Args:
        generator: the GAG.
        batch: as `DrawnPairs` gives it.
        converter: None takes the other person's landmarks as they are (ablation without ULC).
    """
    source, target = batch["source_points"].cpu(), batch["target_points"].cpu()
    other = torch.roll(target, 1, 0)  # R with n3
    # The converter knows whole crops, the generator may see a window of one.
    corner = batch["corner"].cpu()[:, None]  # (B, 1, 2)
    other_corner = torch.roll(corner, 1, 0)
    if converter is None:
        same_geometry, other_geometry = other, target
    else:
        ours, theirs = source + corner, other + other_corner
        same_geometry = converter(ours, theirs) - corner  # L_{T,n3}
        other_geometry = converter(theirs, target + corner) - other_corner  # L_{R,n2}
    same = _drawn(batch["target"], target, same_geometry)
    there = _drawn(torch.roll(batch["target"], 1, 0), other, other_geometry)
    return run_generator(generator, same)[0], run_generator(generator, there)[0]


def _drawn(reference: Tensor, here: Tensor, there: Tensor) -> dict[str, Tensor]:
    """What the generator wants, for landmarks (B, 106, 2) that nothing was drawn of yet."""
    size = reference.shape[-1]
    maps, flows, images = [], [], []
    for first, second in zip(here.numpy(), there.numpy(), strict=True):
        maps.append(landmark_maps(second, size, size // 2))
        flows.append(landmark_flow(first, second, size, size // 4))
        images.append(landmark_image(second, size, size // 4))
    as_tensor = {"maps": maps, "flow": flows, "image": images}
    out = {name: torch.from_numpy(np.stack(value)).float() for name, value in as_tensor.items()}
    out["maps"], out["image"] = out["maps"] / 255, out["image"] / 255
    return {"source": reference} | {k: v.to(reference.device) for k, v in out.items()}
