"""A packed data file gives back what went in, fits its limit, and names what was left out."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from reenact.data.pack import CROP_SCALE, Pack, points_to_ints
from reenact.data.packing import write_pack
from reenact.data.sets import load_set, split_of
from reenact.errors import InputError, OutputError
from reenact.face.align import face_crop
from reenact.images import save_picture

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def folder(portrait, tmp_path_factory):
    """A tree as `london`: one person twice, one without a face, one broken file."""
    root = tmp_path_factory.mktemp("london")
    for kind in ("neutral", "smiling"):
        (root / kind).mkdir()
        save_picture(portrait, root / kind / "001.jpg")
        save_picture(np.full((200, 200, 3), 90, np.uint8), root / kind / "002.jpg")
        (root / kind / "003.jpg").write_bytes(b"\xff\xd8 cut off")
    return root


@pytest.fixture(scope="module")
def made(folder, tmp_path_factory):
    path = tmp_path_factory.mktemp("pack") / "faces.pack"
    return write_pack([load_set("london", folder)], path, size=128)


def test_pack_gives_back_crop_points_and_person(made, portrait, portrait_face):
    pack = Pack.open(made.path)
    assert len(pack) == 2 and pack.size == 128
    item = pack[1]
    crop = face_crop(portrait_face, scale=CROP_SCALE, size=128)
    assert item.image.shape == (128, 128, 3) and item.image.dtype == np.uint8
    assert np.abs(item.image.astype(int) - crop.cut(portrait)).mean() < 6
    assert np.abs(item.points - crop.to_crop(portrait_face.points)).mean() < 1.0
    assert (item.person, item.set, item.expression, item.level) == (
        "london/001",
        "london",
        "smile",
        1.0,
    )
    assert item.split == split_of("london/001")
    assert pack.by_person() == {"london/001": [0, 1]}
    assert np.allclose(pack.all_points([1])[0], item.points)


def test_pack_names_every_picture_it_skipped(made):
    reasons = {(skip.name, skip.reason.split(",")[0].split(" (")[0]) for skip in made.skipped}
    assert len(made.skipped) == 4
    assert ("002.jpg", "no face found") in reasons
    text = "\n".join(made.lines())
    assert "2 faces of 1 people, 4 skipped" in text and "003.jpg" in text
    assert len(Pack.open(made.path).info["skipped"]) == 4


def test_points_are_kept_to_a_64th_of_a_pixel():
    points = np.random.default_rng(0).uniform(-60, 316, (478, 3))
    kept = points_to_ints(points, 256).astype(np.float32) / 64
    assert np.abs(kept - points).max() <= 1 / 128 + 1e-4


def test_pack_goes_to_workers_as_its_path(made):
    pack = Pack.open(made.path)
    data = pickle.dumps(pack)
    assert len(data) < 1000
    assert np.array_equal(pickle.loads(data)[0].image, pack[0].image)


def test_pack_opens_with_numpy_and_opencv_alone(made):
    code = (
        "import sys\n"
        "for name in ('PIL', 'mediapipe', 'safetensors', 'torch', 'av', 'facenet_pytorch'):\n"
        "    sys.modules[name] = None\n"
        "from reenact.data.pack import Pack\n"
        f"print(Pack.open({str(made.path)!r})[0].image.shape)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "(128, 128, 3)", done.stderr


@pytest.mark.parametrize("keep", [0, 5, 300, -100])
def test_pack_refuses_a_file_that_is_cut_off(made, tmp_path, keep):
    broken = tmp_path / "broken.pack"
    broken.write_bytes(made.path.read_bytes()[:keep])
    with pytest.raises(InputError, match="whole packed data file"):
        Pack.open(broken)


def test_pack_refuses_what_is_no_pack(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        Pack.open(tmp_path / "none.pack")
    with pytest.raises(InputError, match="whole packed data file"):
        Pack.open(tmp_path)
    from safetensors.numpy import save_file

    save_file({"other": np.zeros(3, np.float32)}, tmp_path / "other.safetensors")
    with pytest.raises(InputError, match="whole packed data file"):
        Pack.open(tmp_path / "other.safetensors")


def test_too_small_a_limit_is_refused_before_anything_is_written(folder, tmp_path):
    with pytest.raises(InputError, match="limit_mb"):
        write_pack([load_set("london", folder)], tmp_path / "f.pack", size=64, limit_mb=0.001)
    assert not list(tmp_path.iterdir())


def test_quality_falls_until_the_faces_fit(folder, made, tmp_path):
    bound = 0.0039 + 0.85 * made.size_mb  # what is always left free, and a bit less
    report = write_pack([load_set("london", folder)], tmp_path / "f.pack", size=128, limit_mb=bound)
    assert report.quality < made.quality and report.size_mb <= bound


def test_wrong_sizes_and_names_are_refused(folder, tmp_path):
    one = load_set("london", folder)
    with pytest.raises(InputError, match="size"):
        write_pack([one], tmp_path / "f.pack", size=8)
    with pytest.raises(OutputError, match="must end in"):
        write_pack([one], tmp_path / "f.zip")


def test_packs_are_joined_and_resized(made, folder, portrait_face, tmp_path):
    pack = Pack.open(made.path)
    report = write_pack(
        [load_set("sfhq", folder / "neutral")],
        tmp_path / "f.pack",
        size=64,
        packs=[pack],
        held_out=1.0,
    )
    joined = Pack.open(report.path)
    assert len(joined) == 3 and {row["split"] for row in joined.rows} == {"held_out"}
    assert joined.by_person() == {"sfhq/001": [0], "london/001": [1, 2]}
    assert joined[2].image.shape == (64, 64, 3)
    crop = face_crop(portrait_face, scale=CROP_SCALE, size=64)
    assert np.abs(joined[2].points - crop.to_crop(portrait_face.points)).mean() < 0.5
    assert np.abs(joined[2].image.astype(int) - joined[0].image).mean() < 4


def test_faces_of_several_sources_are_packed_once_and_counted(made, folder, tmp_path):
    pack = Pack.open(made.path)
    report = write_pack([load_set("london", folder)], tmp_path / "f.pack", size=64, packs=[pack])
    assert len(Pack.open(report.path)) == 2
    assert "2 faces were in several of the sources" in "\n".join(report.lines())
    assert "2 faces of 1 people, 4 skipped" in report.lines()[1]


def test_a_full_disk_for_temporary_files_is_one_line(made, tmp_path):
    code = (
        "import resource, sys; from reenact.data.pack import Pack; "
        "from reenact.data.packing import write_pack; "
        "from reenact.errors import OutputError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "try: write_pack([], sys.argv[2], size=512, packs=[Pack.open(sys.argv[1])])\n"
        "except OutputError as error: print(error)"
    )
    words = [sys.executable, "-c", code, str(made.path), str(tmp_path / "f.pack")]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert "cannot be written: File too large. Make room there, or set TMPDIR" in done.stdout
    assert not list(tmp_path.iterdir())
