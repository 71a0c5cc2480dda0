"""`landmarkgan`: the converter gives a trained person's landmarks, TL2F draws their face."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from reenact.base import Driving, MethodInfo, Motion, SourceCrop
from reenact.errors import StrangerError
from reenact.face.paste import hull_mask
from reenact.face.pose import head_pose
from reenact.face.schemes import spread_shift
from reenact.geometry.expression import ExpressionModel
from reenact.geometry.head_motion import HeadMotion, follow_motion
from reenact.geometry.relax import unfold
from reenact.landmark_driven import (
    FACE_PX,
    LandmarkDriven,
    LandmarkState,
    around_face,
    points_in,
)
from reenact.methods.landmarkgan.detail import missed, with_detail
from reenact.methods.landmarkgan.examples import Example
from reenact.methods.landmarkgan.networks import OnePerson
from reenact.methods.landmarkgan.place import lay_on
from reenact.methods.landmarkgan.seen import is_told
from reenact.methods.landmarkgan.space import as_normal, as_pixels, normalized, window_of
from reenact.methods.landmarkgan.turn import pose_within, turn_to
from reenact.methods.landmarkgan.weights import KnownPeople
from reenact.methods.landmarkgan.who import likeness, resemblance
from reenact.nn.compose import edge_fade
from reenact.nn.runner import Runner, as_picture
from reenact.types import Face, Frame, Options

_REACH = 1.32  # times the contour: its window goes along with the head, so more moves with it
_COARSE = 4  # pixels of the crop for one of the mask


@dataclass
class PersonState(LandmarkState):
    """The source's face, whose it is, and what the converter makes of it.

    Attributes:
        person: number in the weights.
        here, own: (106, 2) normalized points, before and after the converter.
        detail: (256, 256, 3) what the network misses of the face.
    """

    person: int
    here: NDArray[np.float32]
    own: NDArray[np.float32]
    detail: NDArray[np.float32]


class LandmarkGAN(LandmarkDriven):
    """LandmarkGAN for the people of one weights file.

    Args:
        expression: what a region of the face is.
        known: the weights.
        is_fast: use OpenVINO; None where it is installed.

    Attributes:
        person: whose face is drawn, whatever the source shows; None finds out by the source.
        uses_converter: landmarks by the paper's converter, not by the project's expression model,
            which keeps the person's shape better; see README.md.
        keeps_detail: whether real pictures of the person give what the network leaves out, see
            `detail.py`.
    """

    keeps_detail = True
    uses_converter = False

    name = "landmarkgan"
    info = MethodInfo(
        title="LandmarkGAN",
        summary="Draws the face of a person it was trained on, from landmarks alone.",
        paper="LandmarkGAN: Synthesizing Faces from Landmarks",
        year=2020,
        link="https://arxiv.org/abs/2011.00269",
        weights_license=(
            "MIT; trained on own renders of ICT-FaceKit (MIT); the converter also on landmarks of "
            "SFHQ (MIT) and London (CC BY 4.0)"
        ),
        trained=True,
        people=("ada", "bruno", "carl", "dora"),
    )

    def __init__(
        self, expression: ExpressionModel, known: KnownPeople, is_fast: bool | None = None
    ) -> None:
        import torch

        super().__init__(expression)
        self.known = known
        self.info = replace(type(self).info, people=self.people())
        self.person: str | None = None
        self.converter, face = known.load()
        self.seen = [known.seen(number) for number in range(len(known.people))]
        self.examples = [known.examples(number) for number in range(len(known.people))]
        self.face = face
        shape = [(1, 106, 2), (1, *face.draw(torch.zeros(1, 106, 2)).shape[1:])]
        self.runners = [
            Runner(OnePerson(face, number), shape, is_fast) for number in range(len(known.people))
        ]

    def people(self) -> tuple[str, ...]:
        return tuple(person.name for person in self.known.people)

    def portrait(self, person: str) -> Frame:
        return self.known.portrait(self.known.number(person))

    def encode(self, source: SourceCrop) -> PersonState:
        """The source's face, and whose it is.

        Raises:
            StrangerError: the picture shows none of the trained people.
            UnknownNameError: `person` is none of them.
        """
        state = super().encode(source)
        here = as_normal(state.points)
        person = self._who(state, here)
        own = self.convert(here, person)
        drawn = self._face(self.seen[person].within(here), person)
        detail = missed(state.face, drawn)
        shown = (source, state.window, state.face, state.points)
        return PersonState(*shown, person, here, own, detail)

    def _who(self, state: LandmarkState, here: NDArray) -> int:
        if self.person is not None:
            return self.known.number(self.person)
        alike = [
            likeness(self._picture(here, number), state.face, state.points)
            for number in range(len(self.runners))
        ]
        best = int(np.argmax(alike))
        shown = resemblance(self.examples[best], state.face, state.points, _inside(state))
        if shown < self.known.alike:
            names = ", ".join(self.people())
            raise StrangerError(
                f"`source` must show somebody whom these weights were trained on: {names}. Give "
                "such a name as the source, or train your own person: python -m reenact train "
                "landmarkgan --data clip=me.mp4 --minutes 30 --run runs/me.",
                self.people(),
            )
        return best

    def convert(self, points: NDArray, person: int) -> NDArray[np.float32]:
        """Psi(Phi(.)) of (106, 2) normalized points of anybody."""
        import torch

        with torch.inference_mode():
            seen = torch.from_numpy(np.ascontiguousarray(points, np.float32))[None]
            return self.converter(seen, person)[0].numpy()

    def retarget(self, state: PersonState, driving: Driving, options: Options) -> Motion:
        if driving.points is not None or not self.uses_converter:
            return super().retarget(state, driving, options)
        if options.mode == "relative" and driving.neutral is not None:
            head, goal = self._moved_since(state, driving.face, driving.neutral, options)
        else:
            head, goal = self._as_driven(state, driving.face, options)
        seen = self.seen[state.person]
        kept = seen.within(goal) + state.here - seen.within(state.here)  # the source stays itself
        goal, is_limited = kept, is_told(goal, kept)
        source = state.source.points
        base = source if head is None else head.apply(source)
        placed = lay_on(goal, points_in(window_of(base), base), window_of(base))
        shift = spread_shift(placed, "face106")
        points = base.copy()
        points[:, :2] += options.strength * self.expression.regions[options.region] * shift
        notes = []
        if head is not None and head.is_limited:
            notes.append("The head turns less than the driving head: more was never seen of it.")
        if is_limited:
            notes.append("The face moves less than the driving face: more was never seen of it.")
        return Motion(unfold(base, points), notes, driving, {"head": head})

    def _as_driven(
        self, state: PersonState, face: Face, options: Options
    ) -> tuple[HeadMotion | None, NDArray[np.float32]]:
        """The head's motion, and the goal in that pose; what the converter errs on the source's
        own face is taken off."""
        source, driver = state.source.points, face.points
        own, wanted = head_pose(source), head_pose(driver)
        pose, head = own, None
        if _turns(options):
            pose = pose_within(self.known.people[state.person], wanted, own)
            head = turn_to(source, pose, wanted)
        goal = self.convert(normalized(turn_to(driver, pose).apply(driver)), state.person)
        return head, goal + state.here - state.own

    def _moved_since(
        self, state: PersonState, face: Face, neutral: Face, options: Options
    ) -> tuple[HeadMotion | None, NDArray[np.float32]]:
        """The same, with the motion since the neutral face."""
        source = state.source.points
        own = head_pose(source)
        goal, start = (
            self.convert(normalized(turn_to(one.points, own).apply(one.points)), state.person)
            for one in (face, neutral)
        )
        head = follow_motion(source, face.points, neutral.points) if _turns(options) else None
        return head, state.here + goal - start

    def draw(self, state: PersonState, motion: Motion) -> Frame:
        window = window_of(motion.points)
        points = self.seen[state.person].within(as_normal(points_in(window, motion.points)))
        face = self._face(points, state.person)
        if self.keeps_detail:
            before, after = around_face(state.source.points, motion, _REACH)
            places = state.window.to_crop(before)[:, :2], window.to_crop(after)[:, :2]
            source, more = Example(state.face, state.points), self.examples[state.person]
            face = with_detail(face, source, state.detail, as_pixels(points), places, more)
        return replace(state, window=window).lay_back(face)

    def mask(self, state: PersonState, motion: Motion) -> NDArray[np.float32]:
        """The faces' hull, which fades out at the window's border; drawn small, for it is soft."""
        side = state.source.image.shape[0]
        small = max(1, side // _COARSE)
        ratio = small / side
        hull = hull_mask([ratio * state.source.points, ratio * motion.points], small)
        place = ratio * window_of(motion.points).inverse
        fade = cv2.warpAffine(edge_fade(FACE_PX), place, (small, small))
        return cv2.resize(hull * fade, (side, side), interpolation=cv2.INTER_LINEAR)

    def _face(self, points: NDArray, person: int) -> Frame:
        """(256, 256, 3) the same, as large as the window."""
        size = (FACE_PX, FACE_PX)
        return cv2.resize(self._picture(points, person), size, interpolation=cv2.INTER_CUBIC)

    def _picture(self, points: NDArray, person: int) -> Frame:
        """(S, S, 3) TL2F of (106, 2) normalized points."""
        import torch

        seen = np.ascontiguousarray(points[None], np.float32)
        maps = self.face.draw(torch.from_numpy(seen)).numpy()
        return as_picture(self.runners[person](seen, maps)[0])


def _inside(state: LandmarkState) -> NDArray[np.uint8]:
    """(256, 256) 1 where the window shows the picture; beyond its border pixels only repeat."""
    crop = state.source.crop
    matrix = state.window.matrix @ np.vstack([crop.matrix, (0, 0, 1)])
    whole = np.ones(crop.frame_size, np.uint8)
    return cv2.warpAffine(whole, matrix, (FACE_PX, FACE_PX), flags=cv2.INTER_NEAREST)


def _turns(options: Options) -> bool:
    return options.follow_pose and options.region == "all" and options.strength > 0
