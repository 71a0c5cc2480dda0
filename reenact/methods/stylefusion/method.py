"""`stylefusion`: the source's styles, with the driving face's in the expression layers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from reenact.base import Driving, MethodInfo, Motion, SourceCrop
from reenact.errors import InputError
from reenact.geometry.expression import ExpressionModel
from reenact.landmark_driven import (
    LandmarkDriven,
    LandmarkState,
    around_in,
    points_in,
    window_mask,
)
from reenact.methods.stylefusion.blend import blend, in_window
from reenact.types import Face, Frame, Options, Points

if TYPE_CHECKING:
    from torch import Tensor

    from reenact.methods.stylefusion.inversion import FastRecipe
    from reenact.methods.stylefusion.studio import NormalFace, Studio

_SAME = 2 / 255  # largest difference of two generated faces that nobody sees
_NEXT = 0.06  # mean difference of two frames of a clip; farther apart it is another picture
_LOST = "No face was seen in the generated picture: the expression is not taken over."
_ABSOLUTE = "The neutral face's picture is not known: the expression is taken as it is."


@dataclass
class StyleState(LandmarkState):
    """The source in styles.

    Attributes:
        normal: the face as the generator sees it.
        styles: (L, D). own: (3, s, s) what the generator draws of them.
        own_points: (478, 3) landmarks of that, its pixels; None where no face is seen in it.
        rest: landmarks and styles of the driving person's neutral face, once it was seen.
        last: (3, S, S) the driving face seen last, and its styles.
    """

    normal: NormalFace
    styles: Tensor = None  # type: ignore[assignment]
    own: Tensor = None  # type: ignore[assignment]
    own_points: Points | None = None
    rest: tuple[Points, Tensor] | None = None
    last: tuple[Tensor, Tensor] | None = None


class StyleFusion(LandmarkDriven):
    """Yang and Lim's method.

    Args:
        expression: says which points belong to which region.
        studio: generator, encoder, distance.
        layers: that come from the driving face; None for the paper's.
        recipe: of the inversion; None takes the encoder's guess, which is near enough where only
            differences are taken over.
    """

    name = "stylefusion"
    no_edits = "Its expression comes from the style of another face, not from landmarks."
    info = MethodInfo(
        title="Style fusion",
        summary="Exchanges the expression layers of two faces in a style-based generator.",
        paper="Unconstrained Facial Expression Transfer using Style-based Generator",
        year=2019,
        link="https://arxiv.org/abs/1912.06253",
        weights_license=(
            "Non-commercial: trained on One Million Impressions (CC BY-NC-SA 4.0), SFHQ (MIT), "
            "London (CC BY 4.0), LivePortrait clips (MIT)"
        ),
        trained=True,
    )

    def __init__(
        self,
        expression: ExpressionModel,
        studio: Studio,
        layers: tuple[int, ...] | None = None,
        recipe: FastRecipe | None = None,
    ) -> None:
        from reenact.methods.stylefusion.fuse import fixed_layers

        super().__init__(expression)
        self.studio, self.recipe = studio, recipe
        self.layers = fixed_layers(studio.config) if layers is None else layers

    def encode(self, source: SourceCrop) -> StyleState:
        state = super().encode(source)
        normal = self.studio.face(source.image, source.points)
        styles = self.studio.infer(normal.picture[None], self.recipe).styles[0]
        parts = (state.source, state.window, state.face, state.points)
        return self.with_styles(StyleState(*parts, normal), styles)

    def with_styles(self, state: StyleState, styles: Tensor) -> StyleState:
        """The same source with other styles (L, D), which somebody found or loaded."""
        own = self.studio.render(styles[None])[0]
        points = self.studio.landmarks(own, state.normal.points)
        return replace(state, styles=styles, own=own, own_points=points)

    def retarget(self, state: StyleState, driving: Driving, options: Options) -> Motion:
        if driving.points is not None or driving.frame is None:
            raise InputError(f"{self.info.title} needs a driving picture. {self.no_edits}")
        motion = self.motion_of(state, self.fuse(state, driving, options), driving, options)
        if options.mode == "relative" and not _knows_rest(state, driving):
            motion.notes.append(_ABSOLUTE)
        return motion

    def motion_of(
        self, state: StyleState, fused: Tensor, driving: Driving, options: Options
    ) -> Motion:
        """What fused styles (L, D) do to the source's landmarks.

        `extra["drawn"]` is g(s0), `extra["still"]` the landmarks before the head turns.
        """
        drawn = self.studio.render(fused[None])[0]
        if float((drawn - state.own).abs().max()) < _SAME:
            drawn, found = state.own, state.own_points
        else:
            found = self.studio.landmarks(drawn, state.normal.points)
        source = state.source.points
        still = source.copy()
        if found is not None and state.own_points is not None:
            linear = state.normal.crop.matrix[:, :2]  # pixels of the crop to those of the face
            shift = (found - state.own_points)[:, :2] @ np.linalg.inv(linear).T
            still[:, :2] += self.expression.regions[options.region] * shift
        motion = self.with_head(source, still, driving, options)
        motion.extra |= {"drawn": drawn, "still": still}
        if found is None or state.own_points is None:
            motion.notes.append(_LOST)
        return motion

    def fuse(self, state: StyleState, driving: Driving, options: Options) -> Tensor:
        """(L, D) s0 of Eq. 2; in relative mode, the source's styles and what has changed since."""
        import torch

        from reenact.methods.stylefusion.fuse import shares_of

        there, start = self.styles_of(driving.frame, driving.face, state), state.styles
        if options.mode == "relative" and driving.neutral is not None:
            if np.array_equal(driving.neutral.points, driving.face.points):
                state.rest = (driving.neutral.points, there)
            if _knows_rest(state, driving):
                start = state.rest[1]
        shares = shares_of(self.layers, len(there), options.strength)
        weights = torch.from_numpy(shares).float()[:, None]
        return state.styles + weights * (there - start)

    def styles_of(self, frame: Frame, face: Face, state: StyleState | None = None) -> Tensor:
        """(L, D) styles of a face in a picture.

        Args:
            state: remembers them; the next frame of a clip then starts where this one ended (the
                paper's future work), where styles are searched for at all.
        """
        from reenact.methods.stylefusion.inversion import FOLLOW

        picture = self.studio.face(frame, face.points).picture
        start, recipe = None, self.recipe
        if recipe is not None and state is not None and state.last is not None:
            before, styles = state.last
            if float((picture - before).abs().mean()) < _NEXT:
                start, recipe = styles[None], FOLLOW
        found = self.studio.infer(picture[None], recipe, start).styles[0]
        if state is not None:
            state.last = picture, found
        return found

    def draw(self, state: StyleState, motion: Motion) -> Frame:
        window, normal = state.window, state.normal
        still, there = (points_in(window, p) for p in (motion.extra["still"], motion.points))
        around = around_in(window, state.source.points, motion)
        before, after = (
            in_window(picture.permute(1, 2, 0).numpy(), normal.crop, window)
            for picture in (state.own, motion.extra["drawn"])
        )
        return blend(state.source.image, window, state.points, still, there, around, before, after)

    def mask(self, state: StyleState, motion: Motion) -> NDArray[np.float32]:
        """1 inside of the upright window, whose border never moves."""
        return window_mask(state)


def _knows_rest(state: StyleState, driving: Driving) -> bool:
    neutral = driving.neutral
    if neutral is None or state.rest is None:
        return False
    return np.array_equal(neutral.points, state.rest[0])
