"""Render synthetic people: one picture, the demo's example set, or a set to train on.

python -m reenact.data.synthetic --ict ../shared/data/ict_facekit --seed 7 \
    --expression jawOpen=0.7,mouthSmileLeft=1 --size 512 -o out.png
python -m reenact.data.synthetic --ict ../shared/data/ict_facekit --examples demo/assets/examples
python -m reenact.data.synthetic --ict ../shared/data/ict_facekit --people 40 --each 12 -o DIR
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from reenact.data.ict import IctFaceKit, load_ict
from reenact.data.synthetic.blender import studio_class
from reenact.data.synthetic.examples import (
    CLIP,
    CLIP_FPS,
    EXAMPLES,
    TARGETS,
    Example,
    clip_moments,
)
from reenact.data.synthetic.people_set import FIRST_SEED, render_people
from reenact.data.synthetic.person import random_person
from reenact.errors import InputError, ReenactError
from reenact.types import HeadPose

EXAMPLE_PX, CLIP_PX = 512, 384
EXAMPLE_SAMPLES, CLIP_SAMPLES = 20, 5


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; 0 on success, 2 on a user's mistake."""
    options = _parser().parse_args(arguments)
    try:
        model = load_ict(options.ict)
        if options.examples:
            _render_examples(model, options.examples, options.only)
        elif options.people:
            _render_people(model, options)
        else:
            _render_one(model, options)
    except ReenactError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def parse_expression(words: list[str]) -> dict[str, float]:
    """`jawOpen=0.7,mouthSmileLeft=1` as weights by name.

    Example:
        >>> parse_expression(["jawOpen=0.7,browInnerUp=1"])
        {'jawOpen': 0.7, 'browInnerUp': 1.0}
    """
    weights = {}
    for word in ",".join(words).split(","):
        name, _, value = word.strip().partition("=")
        if not name:
            continue
        try:
            weights[name] = float(value)
        except ValueError as error:
            raise InputError(
                f"`--expression` must be NAME=WEIGHT, got {word!r}. Example: jawOpen=0.7."
            ) from error
    return weights


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m reenact.data.synthetic",
        description="Render synthetic people from ICT-FaceKit.",
    )
    parser.add_argument("--ict", required=True, help="folder with ict_facekit.npz")
    parser.add_argument("--seed", type=int, default=7, help="who: one person for each seed")
    parser.add_argument(
        "--expression", nargs="*", default=[], help="NAME=WEIGHT,... as ARKit spells"
    )
    parser.add_argument(
        "--pose", nargs=3, type=float, default=(0, 0, 0), help="yaw pitch roll, degrees"
    )
    parser.add_argument("--size", type=int, default=512, help="pixels a side")
    parser.add_argument("--samples", type=int, default=64, help="light paths a pixel")
    parser.add_argument("-o", "--output", type=Path, default=Path("out.png"))
    parser.add_argument("--landmarks", type=Path, help="also write the exact 68 points (JSON)")
    parser.add_argument("--examples", type=Path, help="render the demo's set into this folder")
    parser.add_argument("--people", type=int, default=0, help="render so many people into -o")
    parser.add_argument("--each", type=int, default=12, help="expressions of each, with --people")
    parser.add_argument("--first", type=int, default=FIRST_SEED, help="seed of the first person")
    parser.add_argument(
        "--only", nargs="*", help="names of the examples to render; all if left out"
    )
    return parser


def _render_one(model: IctFaceKit, options: argparse.Namespace) -> None:
    from PIL import Image

    expression = parse_expression(options.expression)
    model.expression_weights(expression)  # refuses unknown names before the work
    studio = studio_class()(model, random_person(options.seed), samples=options.samples)
    shot = studio.shoot(expression, HeadPose(*options.pose), options.size)
    Image.fromarray(shot.image).save(options.output)
    if options.landmarks:
        options.landmarks.write_text(json.dumps(shot.landmarks.round(3).tolist()))


def _render_people(model: IctFaceKit, options: argparse.Namespace) -> None:
    def studio(person):
        return studio_class()(model, person, samples=options.samples)

    render_people(
        studio,
        options.output,
        options.people,
        options.each,
        size=options.size,
        first=options.first,
        told=lambda line: print(line, flush=True),
    )


def _render_examples(model: IctFaceKit, folder: Path, only: list[str] | None) -> None:
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    for example in (*EXAMPLES, *TARGETS):
        if only and example.name not in only:
            continue
        studio = studio_class()(model, example.person, samples=EXAMPLE_SAMPLES)
        shot = studio.shoot(example.expression, example.head, EXAMPLE_PX)
        Image.fromarray(shot.image).save(folder / f"{example.name}.jpg", quality=92, subsampling=0)
        print(example.name, flush=True)
    if not only or CLIP.name in only:
        _render_clip(model, CLIP, folder / f"{CLIP.name}.mp4")


def _render_clip(model: IctFaceKit, example: Example, path: Path) -> None:
    """The driving clip, H.264; its frames wait beside it, so that a stopped run goes on."""
    import av
    import numpy as np
    from PIL import Image

    frames = path.with_suffix(".frames")
    frames.mkdir(exist_ok=True)
    studio = None
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=CLIP_FPS, options={"crf": "20", "preset": "slow"})
        stream.width = stream.height = CLIP_PX
        stream.pix_fmt = "yuv420p"
        for number, (expression, pose) in enumerate(clip_moments()):
            kept = frames / f"{number:03d}.png"
            if not kept.exists():
                studio = studio or studio_class()(model, example.person, samples=CLIP_SAMPLES)
                Image.fromarray(studio.shoot(expression, pose, CLIP_PX).image).save(kept)
            picture = np.asarray(Image.open(kept))
            file.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        file.mux(stream.encode())
    for kept in frames.iterdir():
        kept.unlink()
    frames.rmdir()
    print(path.stem, flush=True)


if __name__ == "__main__":
    sys.exit(main())
