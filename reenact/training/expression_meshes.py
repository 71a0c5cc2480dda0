"""Face meshes and teacher coefficients of every picture, cached outside the project.

Each data set becomes one `<name>.npz`: `names`, `points` (N, 478, 3) px, `coef`
(N, 52) 0..1 from MediaPipe's landmarker (NaN where it found no face),
`coef_names`, `size` (N, 2). `ict.npz` adds `person`, `bank` (which expression;
-1 is neutral) and `truth` (57 ICT weights).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reenact.data.ict import IctFaceKit, load_ict
from reenact.errors import InputError
from reenact.training.ict_meshes import Renderer, albedo, random_look

logger = logging.getLogger(__name__)
DATA_SETS = ("london", "clips", "sfhq", "ict")
TEACHER = "face_landmarker_v2_with_blendshapes.task"

PROTOTYPES: dict[str, dict[str, float]] = {
    "anger": {"browDown": 1, "eyeSquint": 0.5, "noseSneer": 0.5, "mouthPress": 0.7},
    "anger_open": {"browDown": 1, "eyeWide": 0.4, "noseSneer": 0.7, "mouthUpperUp": 0.6}
    | {"mouthLowerDown": 0.7, "jawOpen": 0.25},
    "disgust": {"noseSneer": 1, "browDown": 0.6, "mouthUpperUp": 0.7, "cheekSquint": 0.6}
    | {"mouthShrugLower": 0.4},
    "fear": {"browInnerUp": 1, "browOuterUp": 0.5, "eyeWide": 0.9, "mouthStretch": 0.8}
    | {"jawOpen": 0.3},
    "happy": {"mouthSmile": 0.9, "cheekSquint": 0.7, "eyeSquint": 0.4, "mouthUpperUp": 0.4},
    "happy_open": {"mouthSmile": 1, "cheekSquint": 0.8, "jawOpen": 0.3, "mouthUpperUp": 0.4},
    "sad": {"browInnerUp": 0.9, "mouthFrown": 0.9, "mouthShrugLower": 0.6, "browDown": 0.3},
    "surprise": {"browInnerUp": 1, "browOuterUp": 1, "eyeWide": 0.8, "jawOpen": 0.7},
    "contempt": {"mouthSmile_L": 0.6, "mouthDimple_L": 0.9, "mouthPress_L": 0.6},
}


def load_meshes(name: str, data: Path, models: Path, cache: Path) -> dict[str, NDArray]:
    """The meshes of one data set, extracted on first use."""
    if not data.is_dir():  # what a cache has of other data would go unnoticed
        raise InputError(f"`data` must be a folder with {name}, got '{data}'. Check the name.")
    file = cache / f"{name}.npz"
    if not file.is_file():
        logger.info("Extracting the meshes of %s to %s.", name, file)
        cache.mkdir(parents=True, exist_ok=True)
        found = extract_ict(data, models) if name == "ict" else extract(name, data, models)
        np.savez(file, **found)
    with np.load(file, allow_pickle=False) as arrays:
        return dict(arrays)


def extract(name: str, data: Path, models: Path) -> dict[str, NDArray]:
    """Meshes of the pictures or frames under `data/name`."""
    see = Seer(models)
    rows = []
    for label, frame in _frames(data / name, data):
        if (seen := see(frame)) is not None:
            rows.append((label, *seen, frame.shape[:2]))
    if not rows:
        raise InputError(
            f"No face found under {data / name}. See docs/data.md for where to get it."
        )
    names, points, coef, size = (np.array(column) for column in zip(*rows, strict=True))
    return {"names": names, "points": points, "coef": coef, "size": size, "coef_names": see.names}


def extract_ict(data: Path, models: Path, people: int = 200, each: int = 30) -> dict[str, NDArray]:
    """Meshes of rendered people: two neutral pictures and `each` expressions of a shared bank."""
    rng = np.random.default_rng(0)
    model, see = load_ict(data), Seer(models)
    renderer = Renderer(model, 256)
    bank = expression_bank(model, rng)
    rows = []
    for person in range(people):
        shape, colors = rng.normal(0, rng.uniform(0.6, 1.0), 100), albedo(model, rng)
        for entry in (-1, -1, *rng.choice(len(bank), each, replace=False)):
            truth = bank[entry] if entry >= 0 else np.zeros(len(model.names), np.float32)
            frame = renderer.draw(model.mesh(shape, truth), colors, random_look(rng))
            if (seen := see(frame)) is not None:
                rows.append((f"ict/{person}/{entry}", *seen, frame.shape[:2], person, entry, truth))
    keys = ("names", "points", "coef", "size", "person", "bank", "truth")
    columns = (np.array(column) for column in zip(*rows, strict=True))
    return dict(zip(keys, columns, strict=True)) | {
        "coef_names": see.names,
        "truth_names": np.array(model.arkit_names),
    }


def expression_bank(
    model: IctFaceKit, rng: np.random.Generator, count: int = 1200
) -> NDArray[np.float32]:
    """(count, 57) expressions: single shapes, posed emotions and random mixtures."""
    stems = sorted({name.removesuffix("_L").removesuffix("_R") for name in model.names})
    stems.remove("PupilDilate")
    bank = np.zeros((count, len(model.names)), np.float32)
    for row, entry in enumerate(bank):
        kind = row % 3
        if kind == 0:
            parts = {stems[row // 3 % len(stems)]: rng.uniform(0.5, 1.0)}
        elif kind == 1:
            recipe = PROTOTYPES[list(PROTOTYPES)[row // 3 % len(PROTOTYPES)]]
            force = rng.uniform(0.4, 1.1)
            parts = {k: v * force * rng.uniform(0.6, 1.2) for k, v in recipe.items()}
        else:
            chosen = rng.choice(stems, rng.integers(2, 6), replace=False)
            parts = {stem: rng.uniform(0.2, 1.0) for stem in chosen}
        for stem, value in parts.items():
            _raise_shape(entry, model, stem, value, rng)
        _blink_and_gaze(entry, model, rng)
    return bank.clip(0, 1)


def _raise_shape(entry, model: IctFaceKit, stem: str, value: float, rng) -> None:
    """Set a shape on both sides, nearly even; one time in six on one side only."""
    if stem in model.names:
        entry[model.names.index(stem)] = value
        return
    sides = rng.choice(["L", "R"], 1) if rng.random() < 1 / 6 else ("L", "R")
    for side in sides:
        entry[model.names.index(f"{stem}_{side}")] = value * rng.uniform(0.85, 1.15)


def _blink_and_gaze(entry, model: IctFaceKit, rng) -> None:
    """Now and then close the eyes or turn them together, as people do in any expression."""
    if rng.random() < 0.12:
        _raise_shape(entry, model, "eyeBlink", rng.uniform(0.3, 1.0), rng)
    if rng.random() < 0.25:
        sideways, amount = rng.choice(["R", "L"]), rng.uniform(0, 0.8)
        other = "L" if sideways == "R" else "R"
        entry[model.names.index(f"eyeLookOut_{sideways}")] = amount
        entry[model.names.index(f"eyeLookIn_{other}")] = amount
        vertical = rng.choice(["eyeLookUp", "eyeLookDown"])
        for side in ("L", "R"):
            entry[model.names.index(f"{vertical}_{side}")] = rng.uniform(0, 0.7)


class Seer:
    """Finds the 478 points with FaceMesh and the 52 coefficients with the teacher."""

    def __init__(self, models: Path) -> None:
        import mediapipe as mp
        from mediapipe.tasks.python import BaseOptions, vision

        if not (models / TEACHER).is_file():
            raise InputError(f"`{TEACHER}` must be in {models}, it is not there.")
        self.mp = mp
        self.mesh = mp.solutions.face_mesh.FaceMesh(
            static_image_mode=True, refine_landmarks=True, min_detection_confidence=0.3
        )
        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(models / TEACHER)),
            output_face_blendshapes=True,
            min_face_detection_confidence=0.3,
        )
        self.teacher = vision.FaceLandmarker.create_from_options(options)
        self.names = np.array([])

    def __call__(self, frame: NDArray) -> tuple[NDArray, NDArray] | None:
        """Points (478, 3) px and coefficients (52,), or None where there is no face."""
        found = self.mesh.process(frame).multi_face_landmarks
        if not found:
            return None
        height, width = frame.shape[:2]
        points = [(p.x * width, p.y * height, p.z * width) for p in found[0].landmark]
        image = self.mp.Image(image_format=self.mp.ImageFormat.SRGB, data=frame)
        scores = self.teacher.detect(image).face_blendshapes
        if scores:
            self.names = np.array([score.category_name for score in scores[0]])
        coef = [score.score for score in scores[0]] if scores else [np.nan] * 52
        return np.array(points, np.float32), np.array(coef, np.float32)


def _frames(folder: Path, root: Path) -> Iterator[tuple[str, NDArray]]:
    """Every picture and every clip's frames below a folder, RGB."""
    import av
    import cv2

    for file in sorted(folder.rglob("*.jpg")):
        yield str(file.relative_to(root)), cv2.imread(str(file))[:, :, ::-1].copy()
    for file in sorted(folder.rglob("*.mp4")):
        with av.open(str(file)) as clip:
            for i, frame in enumerate(clip.decode(video=0)):
                yield f"{file.relative_to(root)}/{i:05d}", frame.to_ndarray(format="rgb24")
