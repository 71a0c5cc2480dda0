"""Each set is read from a small tree in its publisher's layout, and refused when half there."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from reenact.data.sets import DataSet, load_set, set_names, split
from reenact.errors import InputError
from reenact.images import save_picture
from reenact.video import ClipWriter


def draw(path: Path) -> None:
    """A small picture, whatever its ending says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = path.with_name("drawn.png" if path.suffix == ".png" else "drawn.jpg")
    save_picture(np.full((70, 70, 3), 128, np.uint8), plain)
    plain.rename(path)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def london(root: Path) -> None:
    for kind in ("neutral", "smiling"):
        for name in ("001", "003"):
            draw(root / kind / f"{name}.jpg")


def omi(root: Path) -> None:
    for name in ("0002", "1263_smile_0", "1263_smile_1", "1263_smile_2"):
        draw(root / f"{name}.jpg")


def sfhq(root: Path) -> None:
    for name in ("0000", "part2/0000"):
        draw(root / f"{name}.jpg")


def clips(root: Path) -> None:
    for name in ("d0", "anna/a", "anna/b"):
        path = root / f"{name}.mp4"
        path.parent.mkdir(parents=True, exist_ok=True)
        with ClipWriter(path, fps=25, size=(64, 64)) as clip:
            for frame in range(4):
                clip.write(np.full((64, 64, 3), 50 * frame, np.uint8), frame / 25)


def ict(root: Path) -> None:
    for name in ("0007/neutral", "0007/jawOpen", "0008/neutral"):
        draw(root / f"{name}.png")


def rafd(root: Path) -> None:
    names = [
        f"Rafd{angle}_{who}_Caucasian_female_{expression}_{gaze}.jpg"
        for angle in ("045", "090")
        for who in ("01", "20")
        for expression in ("angry", "neutral")
        for gaze in ("frontal", "left")
    ]
    for name in names:
        draw(root / name)
    points = np.zeros((len(names), 106, 2), np.float32) + np.arange(len(names))[:, None, None]
    np.savez(root / "rafd_106.npz", names=np.array(names), points=points)


def celebv(root: Path) -> None:
    for who in ("Jack_Ma", "Kathleen"):
        lines = []
        for name in ("0.png", "1.png"):
            draw(root / who / "Image" / name)
            lines.append(" ".join([*map(str, range(196)), name]))
        write(root / who / "all_98pt.txt", "\n".join(lines) + "\n")


def multipie(root: Path) -> None:
    for session, recording, camera in (
        ("01", "02", "05_1"),
        ("02", "02", "05_1"),
        ("04", "03", "13_0"),
    ):
        for who in ("001", "002"):
            for shot in ("00", "07"):
                folder = f"session{session}/multiview/{who}/{recording}/{camera}"
                number = camera.replace("_", "")
                draw(root / "data" / folder / f"{who}_{session}_{recording}_{number}_{shot}.png")


def ckplus(root: Path) -> None:
    for who, take in (("S005", "001"), ("S010", "002")):
        for frame in (1, 2, 3):
            name = f"{who}_{take}_{frame:08d}"
            draw(root / "cohn-kanade-images" / who / take / f"{name}.png")
            marks = "\n".join(f"   {i}.5e+00   2.0e+00" for i in range(1, 69))
            write(root / "Landmarks" / who / take / f"{name}_landmarks.txt", marks)
    write(root / "Emotion/S005/001/S005_001_00000003_emotion.txt", "   3.0000000e+00\n")
    (root / "Emotion/S010/002").mkdir(parents=True)


def oulu(root: Path) -> None:
    for who in ("P001", "P002"):
        for word in ("Anger", "Disgust", "Fear", "Happiness", "Sadness", "Surprise"):
            for frame in range(3):
                draw(root / f"OriginalImg/VL/Strong/{who}/{word}/{frame:03d}.jpeg")


def bu4dfe(root: Path) -> None:
    for who in ("F001", "M043"):
        for word in ("Angry", "Disgust", "Fear", "Happy", "Sad", "Surprise"):
            for frame in range(5):
                draw(root / f"{who}/{word}/{frame:03d}.jpg")


def celeba(root: Path) -> None:
    names = [f"{number:06d}.jpg" for number in (1, 2, 3)]
    for name in names:
        draw(root / "img_align_celeba" / name)
    write(
        root / "identity_CelebA.txt",
        "\n".join(map(" ".join, zip(names, "787", strict=True))) + "\n",
    )
    rows = [f"{name} -1 {value}" for name, value in zip(names, (1, -1, 1), strict=True)]
    write(root / "list_attr_celeba.txt", "\n".join(["3", "Bald Smiling", *rows]) + "\n")


def ffhq(root: Path) -> None:
    for name in ("00000/00000", "00000/00001", "01000/01000"):
        draw(root / "images1024x1024" / f"{name}.png")


# Number of pictures, people, and labels that some of them carry.
TREES = {
    london: (4, 2, {"neutral", "smile"}),
    omi: (4, 2, {"", "reserved", "half_smile", "smile"}),
    sfhq: (2, 2, {""}),
    clips: (12, 2, {""}),
    ict: (3, 2, {"neutral", "jawOpen"}),
    rafd: (16, 2, {"anger", "neutral"}),
    celebv: (4, 2, {""}),
    multipie: (6, 2, {"smile", "surprise", "scream"}),
    ckplus: (6, 2, {"neutral", "disgust", ""}),
    oulu: (36, 2, {"neutral", "anger", "disgust", "fear", "happy", "sadness", "surprise"}),
    bu4dfe: (60, 2, {"neutral", "anger", "disgust", "fear", "happy", "sadness", "surprise"}),
    celeba: (3, 2, {"smile", "no_smile"}),
    ffhq: (3, 3, {""}),
}


def tree(make, root: Path) -> DataSet:
    make(root)
    return load_set(make.__name__, root)


def test_every_set_has_a_tree():
    assert {make.__name__ for make in TREES} == set(set_names())


@pytest.mark.parametrize("make", TREES, ids=lambda make: make.__name__)
def test_a_tree_gives_its_pictures_people_and_labels(make, tmp_path):
    found = tree(make, tmp_path)
    count, people, labels = TREES[make]
    assert len(found) == count and len(found.people) == people
    assert {item.expression for item in found.items} == labels
    assert all(item.person.startswith(f"{make.__name__}/") for item in found.items)
    pictures = list(found.pictures())
    assert len(pictures) == count and not found.skipped
    assert all(frame.dtype == np.uint8 and frame.shape[2] == 3 for _, frame in pictures)
    train, held_out = split(found.items, seed=3, held_out=0.5)
    assert not {item.person for item in train} & {item.person for item in held_out}


@pytest.mark.parametrize("make", TREES, ids=lambda make: make.__name__)
def test_a_corrupt_picture_in_the_middle_is_named(make, tmp_path):
    found = tree(make, tmp_path)
    broken = found.items[len(found) // 2].path
    broken.write_bytes(broken.read_bytes()[:60])
    found = load_set(make.__name__, tmp_path)
    read = list(found.pictures())
    assert found.skipped and len(read) + len(found.skipped) == len(found)
    assert {skip.name.split("#")[0] for skip in found.skipped} == {broken.name}


HALVES = [
    (london, "smiling/003.jpg", "one picture only: 003.jpg"),
    (london, "smiling", "no pictures in smiling/"),
    (omi, "1263_smile_1.jpg", "lacks steps of 1 people: 1263"),
    (celebv, "Kathleen/Image/1.png", "lacks 1 pictures of Kathleen: 1.png"),
    (ckplus, "Emotion", "has no Emotion/"),
    (oulu, "OriginalImg/VL/Strong/P002/Fear", "lacks pictures of 1 sequences: P002/Fear"),
    (bu4dfe, "M043/Sad", "lacks pictures of 1 sequences: M043/Sad"),
    (celeba, "identity_CelebA.txt", "has no identity_CelebA.txt"),
    (celeba, "img_align_celeba/000002.jpg", "lacks 1 listed pictures: 000002.jpg"),
]


@pytest.mark.parametrize(("make", "gone", "message"), HALVES)
def test_a_half_there_folder_is_refused_in_one_line(make, gone, message, tmp_path):
    make(tmp_path)
    path = tmp_path / gone
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(InputError, match="Get .* from https?://") as caught:
        load_set(make.__name__, tmp_path)
    assert message in str(caught.value) and "\n" not in str(caught.value)


DAMAGED = [
    (celebv, "Kathleen/all_98pt.txt", "1 2 3 0.png\n"),
    (ckplus, "Emotion/S005/001/S005_001_00000003_emotion.txt", "nine"),
    (ckplus, "Landmarks/S005/001/S005_001_00000002_landmarks.txt", "1 2 3"),
    (celeba, "list_attr_celeba.txt", "\x00"),
    (rafd, "rafd_106.npz", "no archive"),
]


@pytest.mark.parametrize(("make", "file", "text"), DAMAGED)
def test_damaged_labels_are_refused_in_one_line(make, file, text, tmp_path):
    make(tmp_path)
    (tmp_path / file).write_text(text)
    with pytest.raises(InputError, match="damaged") as caught:
        load_set(make.__name__, tmp_path)
    assert "\n" not in str(caught.value)


def test_points_alone_are_not_rafd(tmp_path):
    rafd(tmp_path)
    for path in tmp_path.glob("*.jpg"):
        path.unlink()
    with pytest.raises(InputError, match="the points but no pictures"):
        load_set("rafd", tmp_path)


def test_publishers_landmarks_come_with_their_pictures(tmp_path):
    found = tree(rafd, tmp_path / "rafd").items
    with np.load(tmp_path / "rafd" / "rafd_106.npz") as data:
        row = list(data["names"]).index(found[5].path.name)
    assert found[5].points.shape == (106, 2) and found[5].points[0, 0] == row
    assert {item.pose for item in found} == {"", "090_left", "045_frontal", "045_left"}
    assert tree(celebv, tmp_path / "celebv").items[0].points[1].tolist() == [2, 3]
    assert tree(ckplus, tmp_path / "ck").items[0].points[0].tolist() == [1.5, 2.0]


def test_sequences_say_how_far_the_expression_has_gone(tmp_path):
    levels = [item.level for item in tree(ckplus, tmp_path / "ck").items[:3]]
    assert levels == [0.0, 0.5, 1.0]
    there_and_back = [item.level for item in tree(bu4dfe, tmp_path / "bu").items[:5]]
    assert there_and_back == [0.0, 0.5, 1.0, 0.5, 0.0]
    steps = [i.level for i in tree(omi, tmp_path / "omi").items if i.level is not None]
    assert steps == [0.0, 0.5, 1.0]


def test_multipie_is_read_with_its_cameras_in_one_light(tmp_path):
    found = tree(multipie, tmp_path)
    assert {item.pose for item in found.items} == {"", "13_0"}
    assert all(item.path.stem.endswith("_07") for item in found.items)
