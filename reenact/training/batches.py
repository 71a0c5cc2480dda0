"""Which pairs a process draws, and how they come to its device."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from reenact.training.trainable import Batch


def to_device(batch: dict, device: torch.device) -> Batch:
    """A batch on the device; pictures from uint8 to float32, 0 to 1."""
    moved = {name: value.to(device, non_blocking=True) for name, value in batch.items()}
    return {
        name: value.float().div(255) if value.dtype == torch.uint8 and value.ndim == 4 else value
        for name, value in moved.items()
    }


class Endless:
    """A data set that `DataLoader` asks for any number."""

    def __init__(self, data) -> None:
        self.data = data

    def __getitem__(self, number: int):
        return self.data[number]


def pair_numbers(seen: int, batch_size: int, rank: int, world: int) -> Iterator[list[int]]:
    """Numbers of the pairs of this process's batches, without end."""
    while True:
        first = seen + rank * batch_size
        yield list(range(first, first + batch_size))
        seen += batch_size * world


def quiet_worker(_: int) -> None:
    """One thread for each worker: there are as many workers as cores."""
    import cv2

    cv2.setNumThreads(0)
    torch.set_num_threads(1)
