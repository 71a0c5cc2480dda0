"""One run in several processes, on one machine or several, as `accelerate launch` starts them.

    accelerate launch --multi_gpu --num_processes 2 -m bench run synthetic-people --methods warp

Each process takes every n-th pair; the rows are put together at the end. (`--multi_gpu` is
accelerate's word for several processes; `ACCELERATE_USE_CPU=true` keeps them on the CPU. With more
machines, add `--num_machines`, `--machine_rank` and `--main_process_ip` on each.)
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

T = TypeVar("T")

_LONGEST = timedelta(days=7)
"""The quickest process waits for the slowest."""


@dataclass(frozen=True)
class Processes:
    """Which process this is, of how many."""

    rank: int = 0
    count: int = 1

    @property
    def is_first(self) -> bool:
        """The first one prints and saves."""
        return self.rank == 0

    def takes(self, number: int) -> bool:
        """Whether a pair, by its number, is this process's."""
        return number % self.count == self.rank

    def gather(self, mine: T) -> list[T]:
        """What every process gives, by rank; all must call this."""
        if self.count == 1:
            return [mine]
        import torch.distributed as distributed

        found: list[T | None] = [None] * self.count
        distributed.all_gather_object(found, mine)
        return found  # type: ignore[return-value]


def join_processes() -> Processes:
    """Meet the other processes, where a launcher started several; else this one is alone."""
    count, rank = (int(os.environ.get(name, default)) for name, default in _NAMES)
    if count < 2:
        return Processes()
    import torch
    import torch.distributed as distributed

    if torch.cuda.is_available() and os.environ.get("ACCELERATE_USE_CPU", "").lower() != "true":
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", 0)) % torch.cuda.device_count())
    if not distributed.is_initialized():
        distributed.init_process_group("gloo", timeout=_LONGEST)  # only small rows travel
    return Processes(rank, count)


def leave_processes(processes: Processes) -> None:
    """Part from the others at the end."""
    if processes.count > 1:
        import torch.distributed as distributed

        distributed.destroy_process_group()


_NAMES = (("WORLD_SIZE", "1"), ("RANK", "0"))
