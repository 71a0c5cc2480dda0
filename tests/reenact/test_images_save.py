"""Pictures, writing: whole or not at all, where it can be done, and without metadata."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from reenact.errors import OutputError, ShapeError
from reenact.images import PICTURE_SUFFIXES, check_can_write, load_picture, save_picture
from tests.media import face


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".jpeg", ".webp", ".PNG"])
def test_saved_pictures_read_back(suffix, tmp_path):
    path = tmp_path / f"out{suffix}"
    save_picture(face(), path)
    with Image.open(path) as image:
        assert "exif" not in image.info and "icc_profile" not in image.info
    loss = np.abs(load_picture(path).astype(int) - face()).mean()
    assert loss == 0 if suffix.lower() == ".png" else loss < 3
    assert os.listdir(tmp_path) == [path.name]


def test_jpeg_keeps_full_color_resolution(tmp_path):
    save_picture(face(), tmp_path / "out.jpg")
    with Image.open(tmp_path / "out.jpg") as image:
        assert [part[1:3] for part in image.layer] == [(1, 1)] * 3


def test_jpeg_puts_transparency_on_white(tmp_path):
    save_picture(face(), tmp_path / "out.jpg", alpha=np.zeros(face().shape[:2], np.uint8))
    assert load_picture(tmp_path / "out.jpg").min() > 250


def test_saving_checks_its_arrays(tmp_path):
    with pytest.raises(ShapeError, match="`alpha`"):
        save_picture(face(), tmp_path / "out.png", alpha=np.zeros((2, 2), np.uint8))
    with pytest.raises(ShapeError, match="`frame`"):
        save_picture(face().astype(float), tmp_path / "out.png")


def test_too_large_for_webp_is_an_output_error(tmp_path):
    with pytest.raises(OutputError, match="WEBP"):
        save_picture(np.zeros((1, 20_000, 3), np.uint8), tmp_path / "out.webp")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("out.xyz", "must end in .png"),
        ("out", "got none"),
        ("nowhere/out.png", "does not exist"),
        ("file.txt/out.png", "does not exist"),
        ("folder.png", "got the folder"),
        ("x" * 300 + ".png", "too long"),
        ("a\0.png", "null"),
    ],
)
def test_bad_outputs_are_refused_before_the_work(place, words, tmp_path):
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "file.txt").write_text("")
    before = sorted(os.listdir(tmp_path))
    for act in (
        lambda: check_can_write(tmp_path / place, PICTURE_SUFFIXES),
        lambda: save_picture(face(), tmp_path / place),
    ):
        with pytest.raises(OutputError) as caught:
            act()
        assert words in str(caught.value) and "\n" not in str(caught.value)
    assert sorted(os.listdir(tmp_path)) == before


def test_a_folder_without_permission_is_refused(tmp_path, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "touch", refuse)
    with pytest.raises(OutputError, match="Permission denied"):
        check_can_write(tmp_path / "out.png", PICTURE_SUFFIXES)


def test_a_full_disk_leaves_the_old_file(tmp_path):
    """The system refuses more than 20 kB a file, as a full disk would."""
    path = tmp_path / "out.png"
    path.write_bytes(b"old")
    code = (
        "import resource, sys, numpy as np\n"
        "from reenact.errors import OutputError\n"
        "from reenact.images import save_picture\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "noise = np.random.default_rng(0).integers(0, 256, (256, 256, 3), np.uint8)\n"
        "try: save_picture(noise, sys.argv[1])\n"
        "except OutputError as error: print(error)\n"
    )
    command = [sys.executable, "-c", code, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "cannot be written: File too large" in done.stdout and done.stderr == ""
    assert path.read_bytes() == b"old" and os.listdir(tmp_path) == ["out.png"]


def test_a_link_keeps_pointing_to_its_file(tmp_path):
    real, link = tmp_path / "real.png", tmp_path / "link.png"
    link.symlink_to(real)
    save_picture(face(), link)
    assert link.is_symlink() and (load_picture(real) == face()).all()


def test_saved_files_get_the_usual_permissions(tmp_path):
    save_picture(face(), tmp_path / "out.png")
    (tmp_path / "usual").touch()
    assert (tmp_path / "out.png").stat().st_mode == (tmp_path / "usual").stat().st_mode
