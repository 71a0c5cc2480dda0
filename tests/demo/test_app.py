"""The page as a whole, without a browser."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from demo.app import _own_folder, build, theme
from tests.demo.stand_in import StandIn

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", "")  # so that it is put back afterwards
        yield build(engine=StandIn(), folder=tmp_path_factory.mktemp("demo"))


def test_programs_see_two_endpoints_with_clear_inputs(demo):
    endpoints = demo.page.get_api_info()["named_endpoints"]
    public = {name for name, info in endpoints.items() if info["api_visibility"] == "public"}
    assert public == {"/reenact_image", "/reenact_clip"}
    for name in public:
        parameters = endpoints[name]["parameters"]
        names = [p["parameter_name"] for p in parameters]
        wanted = "source driving method region strength mode face driving_face"
        assert names == wanted.split()
        needed = [p["parameter_name"] for p in parameters if not p["parameter_has_default"]]
        assert needed == ["source", "driving"]


def test_fonts_come_from_the_visitors_computer():
    assert theme()._stylesheets == []
    assert theme()._font_css == []


def test_app_py_is_short():
    assert len((ROOT / "app.py").read_text().splitlines()) < 40


def test_no_label_is_written_outside_the_files_of_words():
    """Labels of the page's parts are those of text*.py; words at other places would drift."""
    written = re.compile(r'label="(?!output"|\{)')
    for file in (ROOT / "demo").rglob("*.py"):
        if not file.name.startswith("text"):
            assert not written.search(file.read_text()), file
    assert written.search('gr.Image(label="A picture")')


def test_a_folder_that_a_killed_program_left_behind_goes(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left, running = tmp_path / "reenact-demo-99999999-x", tmp_path / f"reenact-demo-{os.getpid()}-x"
    left.mkdir(), running.mkdir()
    folder = _own_folder()
    assert folder.parent == tmp_path
    assert sorted(tmp_path.iterdir()) == sorted([running, folder])
