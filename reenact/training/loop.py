"""The one training loop: any `Trainable`, on a CPU, a GPU, or several (`accelerate launch`).

A run depends on its recipe alone. Pairs are drawn by number and noise is seeded anew at each step,
so a run that was killed goes on from its checkpoint with the very numbers it would have had, and
two processes see the pairs that one with twice the batch sees. Gradients are averaged by hand, not
by a wrapper around the networks, so a GAN's two phases need no special care.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from accelerate import Accelerator
from torch import Tensor
from torch.utils.data import DataLoader

from reenact.errors import InputError, OutputError, ReenactError
from reenact.training.averages import Averages
from reenact.training.batches import Endless, pair_numbers, quiet_worker, to_device
from reenact.training.recipe import Recipe
from reenact.training.results import write_results
from reenact.training.run_folder import RunFolder, stacked
from reenact.training.trainable import Batch, Trainable

logger = logging.getLogger(__name__)
FORMAT = "reenact-run-1"
_CHECK_GPU = 20  # steps between looks at the losses on a GPU: each look waits for it

Progress = Callable[[int, int | None], None]


class DivergedError(ReenactError):
    """A loss became NaN or infinite."""


class Loop:
    """One run.

    Args:
        trainable: what is trained.
        recipe: how.
        folder: where the run writes; every process is given the same.
        accelerator: where it runs.
    """

    def __init__(
        self, trainable: Trainable, recipe: Recipe, folder: RunFolder, accelerator: Accelerator
    ) -> None:
        self.trainable, self.recipe, self.folder = trainable, recipe, folder
        self.accelerator, self.device = accelerator, accelerator.device
        self.precision = _precision(recipe.precision, self.device)
        for network in (*trainable.networks.values(), *trainable.frozen):
            network.to(self.device)
        self.optimizers = {phase: trainable.optimizer(phase) for phase in trainable.phases}
        for optimizer in self.optimizers.values():
            for group in optimizer.param_groups:
                group.setdefault("initial_lr", group["lr"])
        averaged = {name: trainable.networks[name] for name in trainable.averaged}
        self.averages = Averages(averaged, recipe.average)
        self.step = self.seen = self.saved_step = 0
        self.seconds_before, self.start = 0.0, time.monotonic()
        self.check_every = _CHECK_GPU if self.device.type == "cuda" else 1

    def run(self, progress: Progress | None = None) -> Path:
        """Train to the end of the recipe.

        Returns:
            The finished weights.

        Raises:
            DivergedError: a loss became NaN; the last good checkpoint is kept.
            OutputError: the finished weights cannot be written.
        """
        self.start = time.monotonic()
        if self.step:
            self.folder_do(self.folder.forget_after, self.step)
        try:
            for batch in self._batches():
                if self._is_over():
                    break
                self._step(batch)
                if progress is not None:
                    progress(*self._done())
            self._finish()
        except (KeyboardInterrupt, SystemExit):
            self._save(is_last=False)
            raise
        finally:
            self.folder_do(self.folder.close)
        return self.folder.weights

    def resume(self) -> None:
        """Go on from the folder's checkpoint."""
        state = self.folder.load_checkpoint()
        try:
            if state["format"] != FORMAT:
                raise KeyError("format")
            for name, network in self.trainable.networks.items():
                network.load_state_dict(state["networks"][name])
            self.averages.load(state["averages"])
            for phase, optimizer in self.optimizers.items():
                optimizer.load_state_dict(state["optimizers"][phase])
            self.step, self.seen = state["step"], state["seen"]
            self.seconds_before, self.saved_step = state["seconds"], state["step"]
        except (KeyError, RuntimeError, ValueError) as error:
            raise InputError(
                f"{self.folder.checkpoint} must be of the same method and options. Start a new run."
            ) from error

    @property
    def seconds(self) -> float:
        """Spent on the run, those before a resume included."""
        return self.seconds_before + time.monotonic() - self.start

    @property
    def progress(self) -> float:
        """0 to 1 of the run, by steps or minutes, whichever is further."""
        recipe = self.recipe
        shares = [self.step / recipe.steps if recipe.steps else 0.0]
        if recipe.minutes:
            shares.append(self.seconds / (60 * recipe.minutes))
        return min(1.0, max(shares))

    def folder_do(self, action: Callable, *args) -> None:
        """Write a log line or a sample, in the main process; a full disk does not stop the run."""
        if not self.accelerator.is_main_process:
            return
        try:
            action(*args)
        except (OSError, OutputError) as error:
            logger.warning("%s Training goes on.", error)

    def _done(self) -> tuple[int, int | None]:
        if self.recipe.minutes:
            return int(self.seconds), int(60 * self.recipe.minutes)
        return self.step, self.recipe.steps

    def _is_over(self) -> bool:
        if self.recipe.steps is not None and self.step >= self.recipe.steps:
            return True
        if self.recipe.minutes is None or self.step % self.check_every:
            return False
        late = torch.tensor(float(self.seconds >= 60 * self.recipe.minutes), device=self.device)
        return bool(self._mean(late) > 0)  # all processes stop at one step

    def _batches(self) -> Iterator[Batch]:
        recipe, world = self.recipe, self.accelerator.num_processes
        numbers = pair_numbers(self.seen, recipe.batch_size, self.accelerator.process_index, world)
        loader = DataLoader(
            Endless(self.trainable.data),
            batch_sampler=numbers,
            num_workers=recipe.workers,
            worker_init_fn=quiet_worker,
            pin_memory=self.device.type == "cuda",
        )
        for batch in loader:
            yield to_device(batch, self.device)

    def _step(self, batch: Batch) -> None:
        """All phases once, then the averages, the log, the sheet and the checkpoint."""
        rank = self.accelerator.process_index
        torch.manual_seed((self.recipe.seed * 1_000_003 + self.step) * 1009 + rank)
        factor = self.trainable.rate(self.step, self.progress)
        losses: dict[str, Tensor] = {}
        for phase, optimizer in self.optimizers.items():
            for group in optimizer.param_groups:
                group["lr"] = group["initial_lr"] * factor
            losses |= self._phase(phase, optimizer, batch)
        self.averages.update(self.step)
        self.step += 1
        self.seen += self.recipe.batch_size * self.accelerator.num_processes
        self._look(losses, factor)

    def _phase(self, phase: str, optimizer: torch.optim.Optimizer, batch: Batch):
        with self._autocast():
            losses = self.trainable.losses(batch, phase)
        total = torch.stack([loss.float() for loss in losses.values()]).sum()
        if self.check_every == 1:  # before gradients: torch may crash on those of a NaN
            values = {name: loss.detach().float() for name, loss in losses.items()}
            self._check_finite(values, self.step + 1)
        optimizer.zero_grad(set_to_none=True)
        total.backward()
        params = [p for group in optimizer.param_groups for p in group["params"]]
        params = [p for p in params if p.grad is not None]
        self._average_gradients(params)
        if self.recipe.clip:
            torch.nn.utils.clip_grad_norm_(params, self.recipe.clip)
        optimizer.step()
        return {name: loss.detach().float() for name, loss in losses.items()}

    def _autocast(self) -> torch.autocast:
        is_on = self.precision == "bf16"
        return torch.autocast(self.device.type, torch.bfloat16, enabled=is_on)

    def _average_gradients(self, params: list[torch.nn.Parameter]) -> None:
        if self.accelerator.num_processes == 1 or not params:
            return
        flat = self._mean(torch.cat([p.grad.reshape(-1) for p in params]))
        for p, part in zip(params, flat.split([p.numel() for p in params]), strict=True):
            p.grad.copy_(part.view_as(p))

    def _mean(self, value: Tensor) -> Tensor:
        """Mean over processes."""
        return self.accelerator.reduce(value, "mean")

    def _look(self, losses: dict[str, Tensor], factor: float) -> None:
        recipe, step = self.recipe, self.step
        logs, saves = step % recipe.log_every == 0 or step == 1, step % recipe.save_every == 0
        if self.check_every > 1 and (logs or saves or step % self.check_every == 0):
            self._check_finite(losses, step)
        if logs:
            numbers = {name: float(self._mean(value)) for name, value in losses.items()}
            entry = {"step": step, **numbers, "rate": factor, "seconds": round(self.seconds, 2)}
            self.folder_do(self.folder.append_log, entry)
        if step % recipe.sheet_every == 0:
            self.folder_do(self._sheet)
        if saves:
            self._save(is_last=False)

    def _check_finite(self, losses: dict[str, Tensor], step: int) -> None:
        values = self._mean(torch.stack(list(losses.values())))
        if torch.isfinite(values).all():
            return
        bad = ", ".join(name for name, ok in zip(losses, values.isfinite(), strict=True) if not ok)
        self._diverged(f"loss {bad} became {float(values[~values.isfinite()][0])}", step)

    def _check_weights(self) -> None:
        modules = self.trainable.networks.values()
        if not all(torch.isfinite(p).all() for module in modules for p in module.parameters()):
            self._diverged("a weight became NaN or infinite", self.step)

    def _diverged(self, what: str, step: int) -> None:
        raise DivergedError(
            f"Training stopped at step {step}: {what}. {self._kept()} in {self.folder.path}. "
            "Lower the rate, or clip gradients (`--clip 1`)."
        )

    def _kept(self) -> str:
        if not self.saved_step:
            return "No checkpoint was written yet"
        return f"The last good checkpoint (step {self.saved_step}) is kept"

    def _save(self, *, is_last: bool) -> None:
        """Replace the checkpoint, unless a weight is not finite. A full disk ends only the last."""
        self._check_weights()
        if not self.accelerator.is_main_process:
            self.saved_step = self.step
            return
        try:
            self.folder.save_checkpoint(self._state())
            self.saved_step = self.step
        except OutputError as error:
            if is_last:
                raise
            logger.warning("%s %s.", error, self._kept())

    def _state(self) -> dict:
        networks = self.trainable.networks
        return {
            "format": FORMAT,
            "networks": {name: network.state_dict() for name, network in networks.items()},
            "averages": self.averages.state(),
            "optimizers": {phase: one.state_dict() for phase, one in self.optimizers.items()},
            "step": self.step,
            "seen": self.seen,
            "seconds": self.seconds,
        }

    def _sheet(self) -> None:
        data = self.trainable.sheet_data
        rows = [data[number] for number in range(self.recipe.sheet_rows)]
        batch = to_device(torch.utils.data.default_collate(rows), self.device)
        with torch.no_grad(), torch.random.fork_rng(), self._autocast():
            sheet = self.trainable.sample(batch, self.averages.networks)
        self.folder.save_sheet(stacked(sheet.float().cpu().numpy()), self.step)

    def _finish(self) -> None:
        """Weights before the checkpoint: where the disk is full, the smaller file may still fit."""
        self._check_weights()
        if self.accelerator.is_main_process:
            if self.step % self.recipe.sheet_every:
                self.folder_do(self._sheet)
            write_results(self)
        self._save(is_last=True)
        self.accelerator.wait_for_everyone()


def _precision(wanted: str, device: torch.device) -> str:
    """`bf16` or `no`; `auto` is bf16 on GPUs that have it."""
    if wanted != "auto":
        return wanted
    return "bf16" if device.type == "cuda" and torch.cuda.is_bf16_supported() else "no"
