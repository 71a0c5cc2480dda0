"""Style inference (section 3.3): the styles whose picture is a given face.

`infer_paper` is the paper's recipe to the letter. `infer_fast` starts from an encoder's guess (or
the mean style), takes Adam with a falling rate, adds a pixel term, does several faces in one batch
and stops when nothing more is gained. Both search on a GPU where there is one (`fastest.py`), the
fast one compiled and in bfloat16 there; what they give is on the processor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor

from reenact.errors import ShapeError
from reenact.methods.stylefusion.distance import FeatureDistance
from reenact.methods.stylefusion.fastest import device, placed, precision
from reenact.methods.stylefusion.generator import Generator
from reenact.methods.stylefusion.watching import WorkCanceled

PAPER_STEPS, PAPER_RATE = 1000, 1.0


@dataclass
class Step:
    """How far an inversion is.

    Attributes:
        number: steps done.
        losses: (B,) of this step.
        styles: (B, L, D) so far.
        picture: makes (B, 3, S, S) 0..1 of them, when somebody looks.
    """

    number: int
    losses: list[float]
    styles: Tensor
    picture: Callable[[], Tensor]


@dataclass
class Inversion:
    """What an inversion found.

    Attributes:
        styles: (B, L, D).
        losses: one list of B numbers a step.
        source: which network measured the distance.
        stopped: `steps`, or `early` where nothing more was gained.
    """

    styles: Tensor
    losses: list[list[float]] = field(default_factory=list)
    source: str = ""
    stopped: str = "steps"


@dataclass(frozen=True)
class FastRecipe:
    """How `infer_fast` goes.

    Attributes:
        steps: at most.
        rate: Adam's, falling to a tenth over the steps.
        pixels: weight of the mean absolute difference of pixels.
        gain: share of the loss that `patience` steps must gain; less stops early.
        patience: see `gain`.
    """

    steps: int = 60
    rate: float = 0.05
    pixels: float = 1.0
    gain: float = 0.005
    patience: int = 15


Watch = Callable[[Step], bool | None]
"""Called after each step; returning True cancels."""


def infer_paper(
    generator: Generator,
    faces: Tensor,
    distance: FeatureDistance,
    *,
    steps: int = PAPER_STEPS,
    rate: float = PAPER_RATE,
    watch: Watch | None = None,
) -> Inversion:
    """Eq. 1 as the paper solves it: zero start, plain gradient descent, rate 1, 1,000 steps.

    Args:
        faces: (B, 3, S, S) 0..1 normalized faces of the generator's size.

    Raises:
        ShapeError: faces of another size.
        WorkCanceled: `watch` said so.
    """
    _check(generator, faces)
    layers, length = generator.config.layers, generator.config.style
    found = Inversion(torch.zeros(len(faces), layers, length), source=distance.source)
    generator, distance, faces = placed(generator), placed(distance), faces.to(device())
    styles = found.styles.to(device()).requires_grad_()
    optimizer = torch.optim.SGD([styles], lr=rate)
    wanted = _features(distance, faces)
    for number in range(1, steps + 1):
        losses = distance(generator(styles), wanted)  # (B,)
        _descend(optimizer, losses)
        found.losses.append(losses.tolist())
        _tell(watch, number, losses, styles, generator)
    found.styles = styles.detach().cpu()
    return found


def infer_fast(
    generator: Generator,
    faces: Tensor,
    distance: FeatureDistance,
    *,
    start: Tensor | None = None,
    recipe: FastRecipe | None = None,
    watch: Watch | None = None,
) -> Inversion:
    """Eq. 1 with a better start and optimizer.

    Args:
        faces: (B, 3, S, S) 0..1 normalized faces of the generator's size.
        start: (B, L, D) an encoder's guess, or the styles of the frame before; None takes the
            mean style.

    Raises:
        ShapeError: faces or start of another shape.
        WorkCanceled: `watch` said so.
    """
    _check(generator, faces, start)
    recipe = recipe or FastRecipe()
    kept = _first(generator, faces, start).cpu().clone()
    found = Inversion(kept, source=distance.source)
    drawn, distance = placed(generator, is_compiled=True), placed(distance)
    faces, styles = faces.to(device()), kept.to(device(), copy=True).requires_grad_()
    optimizer = torch.optim.Adam([styles], lr=recipe.rate, betas=(0.9, 0.99))
    best = torch.full((len(faces),), torch.inf)
    with precision(styles.device.type):
        wanted = _features(distance, faces)
    for number in range(1, recipe.steps + 1):
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate * (1 - 0.9 * (number - 1) / max(1, recipe.steps - 1))
        with precision(styles.device.type):
            pictures = drawn(styles)
            losses = distance(pictures, wanted)
        losses = losses + recipe.pixels * (pictures - faces).abs().mean(dim=(1, 2, 3))
        now = losses.detach().cpu()
        kept[now < best] = styles.detach().cpu()[now < best]
        best = torch.minimum(best, now)
        _descend(optimizer, losses)
        found.losses.append(now.tolist())
        _tell(watch, number, losses, styles, drawn)
        if _is_settled(found.losses, recipe):
            found.stopped = "early"
            break
    return found


def _is_settled(losses: list[list[float]], recipe: FastRecipe) -> bool:
    """Whether the last `patience` steps gained less than `gain` of the loss, for every face."""
    if len(losses) <= recipe.patience:
        return False
    before = torch.tensor(losses[: -recipe.patience]).amin(dim=0)
    late = torch.tensor(losses[-recipe.patience :]).amin(dim=0)
    return bool((late > before * (1 - recipe.gain)).all())


FOLLOW = FastRecipe(steps=8, rate=0.03, patience=4)
"""From the styles of the frame before; little is left to do."""


def follow(
    generator: Generator,
    frames: Iterator[Tensor],
    distance: FeatureDistance,
    start: Tensor,
    recipe: FastRecipe | None = None,
) -> Iterator[Tensor]:
    """Styles of a clip's frames, each from those of the frame before (the paper's future work).

    Args:
        frames: (3, S, S) normalized faces.
        start: (1, L, D) styles of the first.

    Yields:
        (1, L, D) styles.
    """
    recipe = recipe or FOLLOW
    for frame in frames:
        start = infer_fast(generator, frame[None], distance, start=start, recipe=recipe).styles
        yield start


def _check(generator: Generator, faces: Tensor, start: Tensor | None = None) -> None:
    size = generator.config.size
    if faces.ndim != 4 or tuple(faces.shape[1:]) != (3, size, size):
        raise ShapeError(f"`faces` must be (B, 3, {size}, {size}), got {tuple(faces.shape)}.")
    wanted = (len(faces), generator.config.layers, generator.config.style)
    if start is not None and tuple(start.shape) != wanted:
        raise ShapeError(f"`start` must be {wanted}, got {tuple(start.shape)}.")


def _first(generator: Generator, faces: Tensor, start: Tensor | None) -> Tensor:
    if start is not None:
        return start.detach()
    mean = generator.mean_style.detach()
    return mean.expand(len(faces), generator.config.layers, -1)


def _features(distance: FeatureDistance, faces: Tensor) -> Tensor:
    with torch.no_grad():
        return distance.features(faces)


def _descend(optimizer: torch.optim.Optimizer, losses: Tensor) -> None:
    optimizer.zero_grad(set_to_none=True)
    losses.sum().backward()
    optimizer.step()


def _tell(
    watch: Watch | None, number: int, losses: Tensor, styles: Tensor, generator: Generator
) -> None:
    if watch is None:
        return

    def picture() -> Tensor:
        with torch.no_grad():
            return generator(styles.detach()).float().clamp(0, 1).cpu()

    if watch(Step(number, losses.tolist(), styles.detach().cpu(), picture)):
        raise WorkCanceled(f"Canceled after {number} steps.")
