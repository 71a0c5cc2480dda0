"""The pictures of `synthetic-people`: the same expressions and poses on six rendered people.

    python -m bench.people_set --ict ../shared/data/ict_facekit

renders them again into `bench/assets/people/` (everything is seeded; pictures that exist are kept).
It needs Blender as a Python package, see `reenact/data/synthetic`. Each person keeps one light and
one camera through all pictures, so the picture of person A with expression e is exactly what a
method should make of A's neutral picture when another person shows e.

    <person>/<moment>.webp    256 x 256; `neutral` and the names of `MOMENTS`
    points.npz                pictures (N) as "person/moment", points (N, 68, 3): Multi-PIE's 68
                              points of the mesh itself, pixels, z smaller towards the camera
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from zipfile import BadZipFile

import numpy as np
import typer
from numpy.typing import NDArray

from reenact import terminal
from reenact.errors import InputError
from reenact.types import HeadPose

FOLDER = Path(__file__).parent / "assets" / "people"
NEUTRAL = "neutral"
SIZE_PX, SAMPLES, WIDTH_CM, WEBP_QUALITY = 256, 12, 29.0, 92


@dataclass(frozen=True)
class Moment:
    """An expression (ARKit names; a name without side is both sides) and a head pose, degrees."""

    weights: dict[str, float] = field(default_factory=dict)
    pose: tuple[float, float, float] = (0.0, 0.0, 0.0)


MOMENTS: dict[str, Moment] = {
    NEUTRAL: Moment(),
    "smile": Moment(
        dict(mouthSmile=0.95, cheekSquint=0.6, mouthUpperUp=0.35, mouthLowerDown=0.3, eyeSquint=0.2)
    ),
    "surprise": Moment(dict(jawOpen=0.6, browInnerUp=0.9, browOuterUp=0.9, eyeWide=0.8)),
    "anger": Moment(
        dict(browDown=1.8, noseSneer=0.8, eyeSquint=0.3, mouthPress=0.7, mouthFrown=0.35)
    ),
    "disgust": Moment(
        dict(noseSneer=1.0, mouthUpperUp=0.9, browDown=0.8, cheekSquint=0.5, mouthFrown=0.3),
        (0.0, 4.0, 0.0),
    ),
    "sadness": Moment(
        dict(mouthFrown=1.0, browInnerUp=1.0, mouthShrugLower=0.6, eyeBlink=0.15), (-6.0, -4.0, 2.0)
    ),
    "kiss": Moment(dict(mouthPucker=1.0, mouthFunnel=0.2), (7.0, 0.0, 3.0)),
    "wink": Moment(
        dict(
            eyeBlinkLeft=1.0,
            cheekSquintLeft=0.8,
            mouthSmileLeft=0.8,
            browDownLeft=0.4,
            mouthSmileRight=0.2,
        ),
        (-9.0, 0.0, -2.0),
    ),
    "shout": Moment(
        dict(jawOpen=0.75, mouthUpperUp=0.5, mouthLowerDown=0.5, mouthStretch=0.4, browInnerUp=0.4),
        (13.0, 3.0, 0.0),
    ),
}

PEOPLE: dict[str, tuple[int, dict[str, object]]] = {
    "p1": (301, dict(hair_style="bob", hair_melanin=0.66, beard="", light=0, melanin=0.15,
                     skin=(0.86, 0.67, 0.57), lips=0.7, lashes=0.8, brow=0.45)),
    "p2": (302, dict(hair_style="short", hair_melanin=0.92, beard="stubble", light=1, melanin=0.8,
                     skin=(0.45, 0.29, 0.21), iris=(0.20, 0.11, 0.06), lips=0.35, hair_gray=0.0)),
    "p3": (303, dict(hair_style="side", hair_gray=0.7, beard="full", light=2, melanin=0.3, age=0.8,
                     skin=(0.76, 0.56, 0.43), lips=0.3, brow=0.9)),
    "p4": (304, dict(hair_style="bun", hair_melanin=0.95, beard="", light=3, melanin=0.4,
                     skin=(0.72, 0.52, 0.39), lips=0.8, lashes=0.9, brow=0.5, hair_gray=0.0)),
    "p5": (306, dict(hair_style="curly", hair_melanin=0.95, beard="", light=1, melanin=0.65,
                     skin=(0.55, 0.37, 0.26), iris=(0.30, 0.17, 0.08), lips=0.7, lashes=0.9)),
    "p6": (308, dict(hair_style="bald", beard="full", light=3, melanin=0.5, hair_melanin=0.9,
                     skin=(0.64, 0.45, 0.33), lips=0.35, brow=0.9, age=0.5)),
}  # fmt: skip
"""Name to the seed of `random_person` and what is set by hand."""


def load_points(folder: Path) -> dict[str, NDArray[np.float32]]:
    """(68, 3) exact points by "person/moment".

    Raises:
        InputError: the file is absent or damaged.
    """
    path = folder / "points.npz"
    try:
        with np.load(path, allow_pickle=False) as file:
            return dict(zip(file["pictures"].tolist(), file["points"], strict=True))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error) as error:
        raise InputError(
            f"`data` must hold a whole points.npz, got none in '{folder}'. "
            "Leave `--data` out to use the built-in pictures."
        ) from error


def render_set(
    ict: Annotated[Path, typer.Option(help="Folder with ict_facekit.npz.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the pictures go.")] = FOLDER,
    threads: Annotated[int, typer.Option(help="Of Blender.")] = 1,
) -> None:
    """Render what is not there yet, and write the exact points of all."""
    from PIL import Image

    from reenact.data.ict import load_ict
    from reenact.data.synthetic.body import Body
    from reenact.data.synthetic.landmarks import Camera
    from reenact.data.synthetic.person import random_person

    model, camera = load_ict(ict), Camera(width_cm=WIDTH_CM, y=0.5)
    body, points = Body(model), {}
    for name, (seed, by_hand) in PEOPLE.items():
        person, studio = random_person(seed).with_(**by_hand), None
        (out / name).mkdir(parents=True, exist_ok=True)
        for moment, asked in MOMENTS.items():
            pose = HeadPose(*asked.pose)
            posed = body.moment(person, asked.weights, pose).posed
            points[f"{name}/{moment}"] = exact_points(model.landmarks_68(posed), camera)
            path = out / name / f"{moment}.webp"
            if path.exists():
                continue
            studio = studio or _studio(model, person, camera, threads)
            shot = studio.shoot(asked.weights, pose, SIZE_PX)
            Image.fromarray(shot.image).save(path, quality=WEBP_QUALITY, method=6)
            print(f"{name}/{moment}", flush=True)
    stacked = np.stack(list(points.values())).astype(np.float32)
    np.savez_compressed(out / "points.npz", pictures=np.array(list(points)), points=stacked)


def exact_points(points: NDArray, camera) -> NDArray[np.float32]:
    """(68, 3) centimeters to pixels of the picture; z is scaled alike, smaller towards it."""
    from reenact.data.synthetic.landmarks import project

    depth = -points[:, 2:] * SIZE_PX / camera.width_cm
    return np.hstack([project(points, camera, SIZE_PX), depth]).astype(np.float32)


def _studio(model, person, camera, threads: int):
    from reenact.data.synthetic.blender import studio_class

    studio = studio_class()(model, person, camera, samples=SAMPLES)
    studio.scene.render.threads = threads
    return studio


if __name__ == "__main__":
    terminal.program(render_set, "bench.people_set")
