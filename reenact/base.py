"""The one interface that every method has: encode the source once, retarget and render each frame.

    source crop --encode--> SourceState --.
                                            >-- render --> crop
    driving face --retarget--> Motion ----'

Finding, cropping and pasting back belong to `reenact.pipeline` and are the same for every method.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from reenact.face.align import Crop
from reenact.types import Face, Frame, HeadPose, Options, Points

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor


@dataclass(frozen=True)
class MethodInfo:
    """What people should know before choosing a method.

    Attributes:
        title: short name for menus.
        paper: title of the paper, empty where there is none.
        year: of the paper or the method.
        link: address of the paper.
        summary: one sentence for the demo.
        weights_license: licence of the embedded weights and of what they were trained on.
        trained: whether the method has networks that render (and so needs weights).
        uses_gpu: whether a GPU makes it faster.
        renders_everything: whether a network makes every pixel of the crop; its crops are then
            labeled as generated, not as photographs with generated parts.
        people: whom the embedded weights draw, where a method draws only people that it was trained
            on: a source must show one of them, or name one. Empty where any source will do.
    """

    title: str
    summary: str
    paper: str = ""
    year: int = 0
    link: str = ""
    weights_license: str = ""
    trained: bool = False
    uses_gpu: bool = False
    renders_everything: bool = False
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class CropSpec:
    """How a method wants its face crop.

    Attributes:
        size: side in pixels, or None for the picture's own resolution (nothing is resampled).
        scale: side of the crop over the longer side of the face's box.
        upright: whether the crop is rotated so that the eyes are level.
    """

    size: int | None = 256
    scale: float = 1.6
    upright: bool = True


@dataclass(frozen=True)
class SourceCrop:
    """The source as a method sees it.

    Attributes:
        image: (S, S, 3) uint8 crop.
        points: (478, 3) landmarks in pixels of the crop.
        crop: where the crop lies in the picture.
        neutral: (478, 3) the same person's neutral landmarks in pixels of the crop, where known.
    """

    image: Frame
    points: Points
    crop: Crop
    neutral: Points | None = None


@dataclass(frozen=True)
class Driving:
    """What drives one frame: a face in a picture, or landmarks that a person moved.

    Attributes:
        face: landmarks in pixels of `frame`; None where `points` are given.
        frame: the picture that the face is in; None where there is none.
        neutral: the driving person's neutral (or first) face, for relative motion.
        points: (478, 3) edited landmarks in pixels of the source crop, rendered as they are.
        head: degrees that an edit turns the head by, on top of `points`; None for not at all. Only
            methods that say `turns_head` get it.
    """

    face: Face | None = None
    frame: Frame | None = None
    neutral: Face | None = None
    points: Points | None = None
    head: HeadPose | None = None


@dataclass
class SourceState:
    """All that can be known from the source alone. Methods subclass it."""

    source: SourceCrop


@dataclass
class Motion:
    """Where the source's landmarks go, for one frame. Methods may subclass it.

    Attributes:
        points: (478, 3) landmarks in pixels of the source crop.
        notes: what a person should know about this frame.
        driving: what drove it (for methods that look at the driving picture when rendering).
    """

    points: Points
    notes: list[str] = field(default_factory=list)
    driving: Driving | None = None
    extra: dict[str, Any] = field(default_factory=dict)


class Method(ABC):
    """A way to put one person's expression on another person's picture.

    Attributes:
        weights_file: name of the embedded weights in `reenact/weights`, where they are not called
            like the method. A method that builds on another does not inherit it; ask
            `own_weights_file`.
        other_weights: embedded files that it needs besides its own.
        weights_sha256: hash of the weights that are loaded, set by `create`; empty for none.
        turns_head: whether edits may turn the head (`Driving.head`).
        no_edits: why `render` cannot follow edited landmarks, one sentence; empty where it can.
        removes_expressions: whether the method can take the source's expression off by itself.
    """

    name: ClassVar[str]
    info: ClassVar[MethodInfo]
    crop: ClassVar[CropSpec] = CropSpec()
    weights_file: ClassVar[str | None] = None
    other_weights: ClassVar[tuple[str, ...]] = ()
    weights_sha256: str = ""
    turns_head: ClassVar[bool] = False
    no_edits: ClassVar[str] = ""
    removes_expressions: ClassVar[bool] = False

    @classmethod
    def own_weights_file(cls) -> str:
        """Name of the method's own embedded weights.

        Example:
            >>> from reenact.registry import method_class
            >>> method_class("warp-repair").own_weights_file()
            'warp_repair.safetensors'
        """
        return vars(cls).get("weights_file") or f"{cls.name.replace('-', '_')}.safetensors"

    @abstractmethod
    def encode(self, source: SourceCrop) -> SourceState:
        """All that can be known from the source alone; called once a source."""

    @abstractmethod
    def retarget(self, state: SourceState, driving: Driving, options: Options) -> Motion:
        """Landmarks in the source's own crop and shape; called once a frame."""

    @abstractmethod
    def render(self, state: SourceState, motions: Sequence[Motion]) -> Tensor:
        """(T, 3, S, S) float32 0..1: the crop with each motion."""

    def at_rest(self, state: SourceState) -> Motion:
        """The motion to the source's own neutral face, of methods that `removes_expressions`."""
        raise NotImplementedError

    def portrait(self, person: str) -> Frame:
        """(H, W, 3) a picture of one of the people, of methods whose `info.people` names some.

        Raises:
            UnknownNameError: the weights know nobody of that name.
        """
        raise NotImplementedError

    def render_frame(self, state: SourceState, motion: Motion) -> Frame:
        """(S, S, 3) uint8: `render` for one motion. Methods that never leave uint8 override it."""
        from reenact.images import to_frame

        return to_frame(self.render(state, [motion]))

    def mask(self, state: SourceState, motion: Motion) -> np.ndarray:
        """(S, S) float32 0..1: how much of each crop pixel to paste back.

        The blurred convex hull of the source's and the output's landmarks (style transfer paper,
        section 3.5). Methods that move more than the face override it.
        """
        from reenact.face.paste import hull_mask

        size = state.source.image.shape[0]
        return hull_mask([state.source.points, motion.points], size)
