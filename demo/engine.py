"""The only door from the demo to `reenact`; heavy libraries load behind it on first use."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demo.gpu import on_gpu
from reenact.registry import method_names

if TYPE_CHECKING:
    from demo.judge import Faces, Judge
    from reenact.base import Method, MethodInfo
    from reenact.live import LiveReenactor
    from reenact.media.provenance import Marking
    from reenact.methods.stylefusion.config import GeneratorConfig
    from reenact.methods.stylefusion.method import StyleFusion
    from reenact.pipeline import Reenactor
    from reenact.types import Face, Frame, Options, Result


OWN_METHODS = "REENACT_METHODS"
"""Environment variable: folders of training runs, commas between, which the demo offers as well."""


def own_methods() -> tuple[str, ...]:
    """Folders of the owner's own training runs."""
    return tuple(filter(None, map(str.strip, os.environ.get(OWN_METHODS, "").split(","))))


def word_of(method: str) -> str:
    """A method's name for files and ids; a folder of one's own becomes a word, and stays private.

    Example:
        >>> word_of("warp-repair"), word_of("/home/anna/runs/me")
        ('warp-repair', 'me-7d26d4')
    """
    name = Path(method).name
    if name == method:
        return method
    return re.sub(r"[^\w-]+", "_", f"{name}-{sha256(method.encode()).hexdigest()[:6]}")


class Engine:
    """Methods are made once and shared: they keep nothing of what they are given.

    Args:
        marking: what clips carry; None for what the environment says.
    """

    def __init__(self, marking: Marking | None = None) -> None:
        self._marking = marking
        self._methods: dict[str, Method] = {}
        self._lock = threading.Lock()
        self._picture_on_gpu = on_gpu(_picture)
        self._clip_on_gpu = on_gpu(_clip)
        self._neutral_on_gpu = on_gpu(_neutral)

    def method_names(self) -> tuple[str, ...]:
        """Names of all methods, the default first; then training runs that the owner added."""
        return (*method_names(), *own_methods())

    def method_info(self, name: str) -> MethodInfo:
        """Title, summary and licence of a method."""
        from reenact.registry import method_class

        if name not in own_methods():
            return method_class(name).info
        info = self.method(name).info
        return replace(info, title=f"{info.title}: {Path(name).name}")

    def method(self, name: str) -> Method:
        """The method with its embedded weights, or those of a training run."""
        from reenact.registry import create

        with self._lock:
            if name not in self._methods:
                self._methods[name] = create(name)
            return self._methods[name]

    def load(self, path: str, name: str) -> Frame:
        """A picture file as a frame; `name` is what messages call it."""
        from reenact.images import load_picture

        return load_picture(path, name=name)

    def faces(self, frame: Frame) -> list[Face]:
        """All faces of a picture, from left to right."""
        from reenact.face.detect import find_faces

        return find_faces(frame)

    def face(self, frame: Frame, index: int | None, name: str) -> Face:
        """One face of a picture, the largest where `index` is None; `name` is for messages."""
        from reenact.face.detect import find_face

        return find_face(frame, index, name=name)

    def first_frame(self, clip: str, max_seconds: float | None = None) -> Frame:
        """The first frame of a clip; one that is too long is refused at once."""
        from reenact.video import ClipReader

        with ClipReader(clip, name="driving", max_seconds=max_seconds) as reader:
            for _, _, frame in reader:
                return frame
        raise AssertionError("A clip that opens has a first frame.")

    def picture(
        self,
        source: Frame,
        driving: str,
        method: str,
        options: Options,
        face: int | None,
        driving_face: int | None,
    ) -> Result:
        """One picture; see `reenact.pipeline.reenact`."""
        made = self.method(method)
        run = self._picture_on_gpu if made.info.uses_gpu else _picture
        return run(source, driving, made, options, face, driving_face)

    def clip(
        self,
        source: str,
        driving: str,
        output: Path,
        method: str,
        options: Options,
        face: int | None,
        driving_face: int | None,
        max_seconds: float,
        progress: Callable[[int, int], Any],
        cancel: Callable[[], bool],
    ) -> Any:
        """One clip; see `reenact.clips.reenact_video`."""
        made = self.method(method)
        run = self._clip_on_gpu if made.info.uses_gpu else _clip
        return run(
            source,
            driving,
            output,
            made,
            options,
            face,
            driving_face,
            max_seconds,
            progress,
            cancel,
            self._marking,
        )

    def removes_expressions(self, name: str) -> bool:
        """Whether a method can take a picture's expression off."""
        from reenact.registry import method_class

        return method_class(name).removes_expressions

    def neutral(self, source: Frame, method: str, face: int | None) -> Result:
        """The picture with its expression removed; see `reenact.pipeline.neutral`."""
        made = self.method(method)
        run = self._neutral_on_gpu if made.info.uses_gpu else _neutral
        return run(source, made, face)

    def judge(
        self,
        source: Frame,
        driving: Frame,
        target: Frame | None,
        options: Options,
        faces: Faces = (None, None),
    ) -> Judge:
        """Measures outputs of one pair; see `demo.judge.Judge`."""
        from demo.judge import Judge

        return Judge(source, driving, target, options, faces)

    def no_edits(self, name: str) -> str:
        """Why a method cannot edit landmarks, one line; empty where it can."""
        from demo import text_edit
        from reenact.registry import method_class

        kind = method_class(name)
        return text_edit.NO_EDITS.format(kind.info.title, kind.no_edits) if kind.no_edits else ""

    def reenactor(
        self, source: Frame, method: str, face: int | None, source_face: Face | None = None
    ) -> Reenactor:
        """A source that is encoded once and edited often; see `reenact.pipeline.Reenactor`."""
        from reenact.pipeline import Reenactor

        return Reenactor(source, self.method(method), face=face, source_face=source_face)

    def live(self, source: Frame, method: str, options: Options, face: int | None) -> LiveReenactor:
        """A source for a live camera; see `reenact.live.LiveReenactor`."""
        from reenact.live import LiveReenactor

        return LiveReenactor(source, self.method(method), options=options, face=face)

    def style_config(self) -> GeneratorConfig:
        """The shape of the embedded generator, without loading it."""
        import json

        from reenact.methods.stylefusion.config import GeneratorConfig
        from reenact.nn.weights import read_config, weights_path

        path = weights_path("stylefusion", None)
        card = json.loads(path.with_suffix(".json").read_text())
        return read_config(GeneratorConfig, card, "generator", path)

    def style_fusion(self, weights: str | None = None) -> StyleFusion:
        """`stylefusion` whose inversions are measured as the paper does, as far as possible.

        Args:
            weights: of a public generator in place of the embedded one; see `demo.generators`.
        """
        from copy import copy

        from reenact.methods.stylefusion.studio import as_paper
        from reenact.registry import create

        own = weights is None
        made = copy(self.method("stylefusion") if own else create("stylefusion", weights))
        made.studio = as_paper(made.studio)
        return made


def _picture(source, driving, method, options, face, driving_face):
    from reenact.pipeline import reenact

    return reenact(source, driving, method, options=options, face=face, driving_face=driving_face)


def _neutral(source, method, face):
    from reenact.pipeline import neutral

    return neutral(source, method, face=face)


def _clip(
    source,
    driving,
    output,
    method,
    options,
    face,
    driving_face,
    max_seconds,
    progress,
    cancel,
    marking=None,
):
    from reenact.clips import reenact_video

    return reenact_video(
        source,
        driving,
        output,
        method,
        options=options,
        face=face,
        driving_face=driving_face,
        max_seconds=max_seconds,
        progress=progress,
        cancel=cancel,
        marking=marking,
    )
