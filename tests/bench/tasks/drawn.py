"""Data sets drawn in their publishers' layouts, of three people who do not exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

Faces = Mapping[tuple[int, str], bytes]
"""Number of the person (0 to 2) and expression, to a JPEG file."""

WORDS = {
    "ckplus": ("anger", "happy", "surprise"),
    "oulu": {
        "Anger": "anger",
        "Disgust": "anger",
        "Fear": "surprise",
        "Happiness": "happy",
        "Sadness": "anger",
        "Surprise": "surprise",
    },
    "bu4dfe": {
        "Angry": "anger",
        "Disgust": "anger",
        "Fear": "surprise",
        "Happy": "happy",
        "Sad": "anger",
        "Surprise": "surprise",
    },
}
CK_CODES = {"anger": 1, "happy": 5, "surprise": 7}
MULTIPIE_WORDS = {
    ("01", "01"): "neutral",
    ("01", "02"): "happy",
    ("02", "01"): "neutral",
    ("02", "02"): "surprise",
}


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def ckplus(root: Path, faces: Faces, people: Iterable[str]) -> None:
    """Sequences of five frames: three at rest, then the expression; one without a label."""
    for who, name in enumerate(people):
        for number, word in enumerate(WORDS["ckplus"], start=1):
            take = f"{number:03d}"
            for frame in range(1, 6):
                face = faces[who % 3, "neutral" if frame <= 3 else word]
                stem = f"{name}_{take}_{frame:08d}"
                put(root / "cohn-kanade-images" / name / take / f"{stem}.jpg", face)
            code = f"   {CK_CODES[word]}.0000000e+00\n".encode()
            (root / "Emotion" / name / take).mkdir(parents=True)
            if word != "surprise" or who:
                put(root / "Emotion" / name / take / f"{stem}_emotion.txt", code)


def _sequences(root: Path, faces: Faces, people: Iterable[str], words: dict, shape: str) -> None:
    """`shape`: one letter a frame, N at rest and E with the expression."""
    for who, name in enumerate(people):
        for folder, word in words.items():
            for frame, kind in enumerate(shape):
                face = faces[who % 3, word if kind == "E" else "neutral"]
                put(root / name / folder / f"{frame:03d}.jpg", face)


def oulu(root: Path, faces: Faces, people: Iterable[str]) -> None:
    _sequences(root / "OriginalImg" / "VL" / "Strong", faces, people, WORDS["oulu"], "NNNEEEE")


def bu4dfe(root: Path, faces: Faces, people: Iterable[str]) -> None:
    _sequences(root, faces, people, WORDS["bu4dfe"], "NNENN")


def multipie(root: Path, faces: Faces, people: Iterable[str], cameras=("05_1",)) -> None:
    for who, name in enumerate(people):
        for (session, recording), word in MULTIPIE_WORDS.items():
            for camera in cameras:
                stem = f"{name}_{session}_{recording}_{camera.replace('_', '')}_07"
                folder = f"data/session{session}/multiview/{name}/{recording}/{camera}"
                put(root / folder / f"{stem}.jpg", faces[who % 3, word])


def rafd(root: Path, faces: Faces, people: Iterable[str]) -> None:
    words = {"neutral": "neutral", "happy": "happy", "surprised": "surprise"}
    for who, name in enumerate(people):
        for angle in ("000", "045", "090", "135"):
            for published, word in words.items():
                for gaze in ("frontal", "left"):
                    file = f"Rafd{angle}_{name}_Caucasian_female_{published}_{gaze}.jpg"
                    put(root / file, faces[who % 3, word])


def celebv(root: Path, faces: Faces, people: Iterable[str], frames: int = 20) -> None:
    words = ("neutral", "happy", "surprise", "anger")
    for who, name in enumerate(people):
        lines = []
        for frame in range(frames):
            put(root / name / "Image" / f"{frame}.jpg", faces[who % 3, words[frame % 4]])
            lines.append(" ".join([*["1"] * 196, f"{frame}.jpg"]))
        put(root / name / "all_98pt.txt", "\n".join(lines).encode())


def celeba(root: Path, faces: Faces, count: int) -> None:
    words = ("happy", "surprise", "anger")
    names = [f"{number:06d}.jpg" for number in range(1, count + 1)]
    for number, name in enumerate(names):
        put(root / "img_align_celeba" / name, faces[number % 3, words[number // 3 % 3]])
    listing = "".join(f"{name} {number}\n" for number, name in enumerate(names))
    put(root / "identity_CelebA.txt", listing.encode())
