"""LandmarkGAN's Table 1 and figure 6 in numbers, on clips instead of CelebV.

    python -m bench.landmarkgan --clips d9.mp4 --clips d10.mp4 --clips d12.mp4 --weights runs/three

The target people are those of the clips, on whose first four fifths the weights were trained; the
last fifth drives. Frames are cut to 256 pixels around the face, as CelebV's are. The protocols are
`landmarkgan-table1`, `-table1-identity` and `-unconverted`, as they are; the first two compare the
method as it is and with the paper's landmark converter, the last is without either.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bench.protocol import Protocol, load_protocol
from bench.record import make_record
from bench.runner import run
from bench.tables import print_groups, print_records
from reenact import terminal
from reenact.errors import InputError
from reenact.face.align import face_crop
from reenact.face.tracking import FaceTracker
from reenact.images import save_picture
from reenact.methods import landmarkgan
from reenact.methods.landmarkgan.method import LandmarkGAN
from reenact.video import ClipReader

PROTOCOLS = ("landmarkgan-table1", "landmarkgan-table1-identity", "landmarkgan-unconverted")
SIZE, SCALE = 256, 1.8


def lay_out(clips: list[Path], folder: Path) -> None:
    """Write clips as CelebV lies on a disk: a folder a person, every frame cut around the face.

    Raises:
        InputError: a clip begins without a face.
    """
    for clip in clips:
        images = folder / clip.stem / "Image"
        images.mkdir(parents=True)
        names, crop, tracker = [], None, FaceTracker()
        with ClipReader(clip) as reader:
            for number, time_s, frame in reader:
                face = tracker(frame, time_s)
                if face is not None:
                    crop = face_crop(face, scale=SCALE, size=SIZE, upright=False)
                if crop is None:
                    raise InputError(f"{clip.name} must show a face in its first frame.")
                names.append(f"{number:05d}.png")
                save_picture(crop.cut(frame), images / names[-1])
        points = " ".join(["0"] * 196)  # CelebV's own landmarks: the task does not look at them
        lines = "".join(f"{points} {name}\n" for name in names)
        (folder / clip.stem / "all_98pt.txt").write_text(lines)


def protocol_of(name: str, frames: int | None) -> Protocol:
    """The protocol, with other numbers of driving frames where given."""
    found = load_protocol(name)
    return found if frames is None else replace(found, settings=found.settings | {"frames": frames})


def two_ways(weights: Path) -> list[LandmarkGAN]:
    """The method as it is, by the expression model; and with the paper's landmark converter."""
    plain, converter = landmarkgan.create(weights), landmarkgan.create(weights)
    converter.uses_converter = True
    converter.name = "landmarkgan, converter"
    return [plain, converter]


def main(
    clips: Annotated[list[Path], typer.Option(help="Clips of the trained people.")],
    weights: Annotated[Path, typer.Option(help="Of those people: a file, or a run's folder.")],
    methods: Annotated[str, typer.Option(help="What to compare with.")] = "warp,freenet",
    frames: Annotated[int | None, typer.Option(help="Driving frames a person, else 50.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="Protocols; all if left out.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the records here (JSON).")] = None,
) -> None:
    """Measure, and print a table a protocol."""
    own = two_ways(weights)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        lay_out(clips, Path(folder))
        for name in only or PROTOCOLS:
            protocol = protocol_of(name, frames)
            converts = bool(protocol.settings["converts"])
            compared = [*own[: 1 + converts], *filter(None, methods.split(","))]
            with terminal.progress_bar(name) as progress:
                runs = run(protocol, compared, Path(folder), progress=progress)
            records = [make_record(protocol, one, None) for one in runs]
            print_records(protocol, records)
            print_groups(protocol, runs)
            found += records
    if out is not None:
        out.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    terminal.program(main, "bench.landmarkgan")
