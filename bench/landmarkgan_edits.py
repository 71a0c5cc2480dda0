"""LandmarkGAN's figure 4: landmarks as no training picture had them, a moved mouth, a thinner face.

python -m bench.landmarkgan_edits -o reenact/methods/landmarkgan/edits.jpg
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer

from reenact import terminal
from reenact.geometry.canonical import eye_distance
from reenact.geometry.regions import INNER_LIP_CENTER
from reenact.images import save_picture
from reenact.methods import landmarkgan
from reenact.pipeline import Reenactor
from reenact.types import Frame, Points

SIDE = 200
_MOUTH = 0.4  # eye distances around the lips that go with them


def mouth_moved(mesh: Points, x: float, y: float) -> Points:
    """(478, 3) with the mouth moved by so many eye distances."""
    center, eyes = mesh[list(INNER_LIP_CENTER), :2].mean(0), eye_distance(mesh[:, :2])
    far = np.linalg.norm(mesh[:, :2] - center, axis=1) / (_MOUTH * eyes)
    out = mesh.copy()
    out[:, :2] += eyes * np.exp(-0.5 * far**2)[:, None] * np.array([x, y])
    return out.astype(np.float32)


def thinner(mesh: Points, share: float) -> Points:
    """(478, 3) with the contour so much narrower; the middle of the face stays."""
    low, high = mesh[:, 0].min(), mesh[:, 0].max()
    across = (mesh[:, 0] - (low + high) / 2) / (high - low) * 2
    out = mesh.copy()
    out[:, 0] -= share * (high - low) / 2 * across * np.abs(across)
    return out.astype(np.float32)


def strip(reenactor: Reenactor, source: Frame) -> Frame:
    """The portrait, and its edits side by side."""
    mesh = reenactor.face.points
    edits = [
        mouth_moved(mesh, 0.08, 0),
        mouth_moved(mesh, 0.2, 0),
        mouth_moved(mesh, 0, 0.14),
        thinner(mesh, 0.1),
        thinner(mesh, 0.25),
    ]
    pictures = [source, *(reenactor.edit(points).image for points in edits)]
    return np.hstack([_face_of(picture, mesh) for picture in pictures])


def _face_of(picture: Frame, mesh: Points) -> Frame:
    """(SIDE, SIDE, 3) the square around the face."""
    low, high = mesh[:, :2].min(0), mesh[:, :2].max(0)
    half = 0.75 * float((high - low).max())
    x, y = ((low + high) / 2).tolist()
    matrix = np.array([[1, 0, half - x], [0, 1, half - y]]) * SIDE / (2 * half)
    return cv2.warpAffine(picture, matrix, (SIDE, SIDE), flags=cv2.INTER_AREA)


def main(
    output: Annotated[Path, typer.Option("--output", "-o", help="The picture.")],
    weights: Annotated[Path | None, typer.Option(help="A file, or a run's folder.")] = None,
    people: Annotated[str, typer.Option(help="Names, with commas between.")] = "ada,carl",
) -> None:
    """Draw the edits: portrait, mouth to the side, further, mouth down, face thinner, thinnest."""
    method = landmarkgan.create(weights)
    rows = []
    for name in people.split(","):
        source = method.portrait(name)
        rows.append(strip(Reenactor(source, method), source))
    save_picture(np.vstack(rows), output)


if __name__ == "__main__":
    terminal.program(main, "bench.landmarkgan_edits")
