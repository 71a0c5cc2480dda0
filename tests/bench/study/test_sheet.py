"""A whole study from pictures to files, and what the files say about the truth: nothing."""

from __future__ import annotations

import csv
import io
import json
import re

import numpy as np
import pytest
from PIL import Image

from bench.protocol import load_protocol
from bench.study.mturk import COLUMNS, LAYOUT_LIMIT
from bench.study.sheet import StudySettings, check_settings, make_sheet, save_sheet
from bench.study.stimuli import choose, person
from bench.tasks import Pair
from reenact.errors import InputError, OutputError
from reenact.images import save_picture
from reenact.terminal import run
from tests.bench.study.crowd import make_study


@pytest.fixture(scope="module")
def people(portrait, tmp_path_factory):
    """Five "people": the portrait, moved."""
    folder = tmp_path_factory.mktemp("people")
    for kind in ("neutral", "smiling"):
        (folder / kind).mkdir()
        for number in range(5):
            moved = np.roll(portrait, 4 * number + (kind == "smiling"), axis=1)
            save_picture(moved, folder / kind / f"{number}.png")
    return folder


@pytest.fixture(scope="module")
def sheet(people):
    settings = StudySettings(count=2, catch=2, practice=1)
    return make_sheet(load_protocol("expression-synthesis"), ["copy"], people, settings)


@pytest.fixture(scope="module")
def folder(sheet, tmp_path_factory):
    folder = tmp_path_factory.mktemp("study") / "new"
    save_sheet(sheet, folder)
    return folder


def test_pictures_have_one_size_one_length_one_date_and_no_metadata(folder):
    files = sorted((folder / "hand_out" / "mturk" / "images").iterdir())
    assert len(files) == 1 + 2 + 2 + 2  # practice, real, generated, catch
    assert len({file.stat().st_size for file in files}) == 1
    assert {file.stat().st_mtime for file in files} == {0}
    tables = set()
    for file in files:
        with Image.open(file) as image:
            image.load()
            assert image.size == (256, 256)
            assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
            assert not image.getexif()
            tables.add(str(image.quantization))
    assert len(tables) == 1


def test_what_is_handed_out_names_no_method_pair_or_answer(sheet, folder):
    words = ["copy", "catch", "made_by", "fingerprint", "neutral", "smiling", "0<", "warp"]
    for name in ("study.html", "mturk/layout.html", "mturk/batch.csv"):
        text = (folder / "hand_out" / name).read_text()
        text = re.sub(r"data:image/jpeg;base64,[^\"]+", "", text)
        text = re.sub(r'"expected":"\w+"', "", text)  # of the practice, which tells the answer
        assert not [word for word in words if word in text.replace("catch (error)", "")], name
    main = {t["id"] for form in sheet.page["forms"] for t in form}
    assert main == set(sheet.key["trials"])
    assert all(set(t) == {"id", "show", "context"} for form in sheet.page["forms"] for t in form)


def test_the_key_knows_everything(sheet, folder):
    key = json.loads((folder / "KEY.json").read_text())
    assert key == json.loads(json.dumps(sheet.key))
    makers = [t["made_by"] for t in key["trials"].values() if t["role"] == "main"]
    assert sorted(makers) == [["copy"], ["copy"], ["real"], ["real"]]
    assert not (folder / "hand_out" / "KEY.json").exists()


def test_the_same_seed_gives_the_same_study(sheet, people):
    protocol, settings = load_protocol("expression-synthesis"), StudySettings(None, 2, 2, 1)
    settings = StudySettings(count=2, catch=2, practice=1)
    again = make_sheet(protocol, ["copy"], people, settings)
    assert again.study == sheet.study
    assert again.pictures == sheet.pictures
    other = make_sheet(
        protocol, ["copy"], people, StudySettings(count=2, catch=2, practice=1, seed=5)
    )
    assert other.study != sheet.study


def test_the_layout_has_only_the_variables_of_the_batch(folder):
    layout = (folder / "hand_out" / "mturk" / "layout.html").read_text()
    assert set(re.findall(r"\$\{([^}]*)\}", layout)) == set(COLUMNS)
    rows = list(csv.DictReader(io.StringIO((folder / "hand_out/mturk/batch.csv").read_text())))
    assert list(rows[0]) == list(COLUMNS)
    assert "crowd-html-elements.js" in layout and '<crowd-form answer-format="flatten' in layout


@pytest.mark.parametrize("kind", ["real-or-generated", "pairwise", "rating"])
def test_layouts_of_full_studies_fit_into_mechanical_turk(kind):
    from bench.study.mturk import batch, layout

    sheet = make_study(kind, ["a", "b", "c"], count=67)
    variables = next(csv.DictReader(io.StringIO(batch(sheet.page, "https://a.b/c"))))
    text = layout(sheet.page)
    for name, value in variables.items():
        assert not re.search(r"[\"'<>&\n]", value)
        text = text.replace("${" + name + "}", value)
    assert "${" not in text
    assert len(text.encode()) < LAYOUT_LIMIT


def test_freenets_study_is_67_and_67():
    sheet = make_study("real-or-generated", ["a"], count=67, catch=0)
    (form,) = sheet.key["forms"]
    makers = [sheet.key["trials"][name]["made_by"][0] for name in form]
    assert makers.count("real") == makers.count("a") == 67
    assert sheet.page["exposure_ms"] is None


def test_drawing_takes_each_person_once_before_anyone_twice(portrait_pair):
    pairs = [portrait_pair(f"{who}{i}", who) for who in "abcde" for i in range(6)]
    chosen = choose(pairs, 7, seed=3)
    assert len({person(pair) for pair in chosen[:5]}) == 5
    reverse = choose(pairs[::-1], 7, seed=3)
    assert [p.name for p in chosen] == [p.name for p in reverse]
    full = choose(pairs, 30, seed=3)
    assert [p.name for p in full[:7]] == [p.name for p in chosen]


@pytest.fixture
def portrait_pair():
    def make(name, group):
        return Pair(name, group, *([None] * 9))

    return make


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"kind": "quiz"}, "`kind` must be one of"),
        ({"count": 0}, "`count` must be 1 or more"),
        ({"catch": -1}, "`catch` must be 0 or more"),
        ({"exposure_ms": 10}, "`exposure_ms` must be 50 or more"),
        ({"images_url": "http://a.b"}, "must be an https:// address"),
        ({"images_url": 'https://a.b/"><script>'}, "must be an https:// address"),
    ],
)
def test_settings_that_make_no_study_are_refused(settings, says):
    with pytest.raises(InputError, match=says):
        check_settings(StudySettings(**settings), ["a"])


def test_methods_must_be_named_once():
    with pytest.raises(InputError, match="each method once"):
        check_settings(StudySettings(), ["a", "a"])


def test_a_folder_with_something_in_it_is_never_written_to(sheet, tmp_path):
    (tmp_path / "KEY.json").write_text("precious")
    with pytest.raises(OutputError, match="must be new or empty"):
        save_sheet(sheet, tmp_path)
    assert (tmp_path / "KEY.json").read_text() == "precious"


def test_the_command_line_makes_and_scores(people, tmp_path, capsys):
    from bench.cli import app

    out = tmp_path / "s"
    line = f"sheet expression-synthesis --methods copy --data {people} --out {out} --kind rating"
    assert run(app, "bench", f"{line} --count 3 --practice 0".split()) == 0
    key = json.loads((out / "KEY.json").read_text())
    from tests.bench.study.crowd import rating_crowd

    crowd = rating_crowd(key, {"copy": 3}, 4, 0)
    (out / "results" / "x.json").write_text(json.dumps(crowd))
    assert run(app, "bench", ["score", str(out)]) == 0
    assert "Mean rating" in capsys.readouterr().out
    assert run(app, "bench", ["score", str(out), "--least-right", "2"]) == 2
    assert run(app, "bench", f"{line} --count 9".split()) == 2
    errors = capsys.readouterr().err.strip().splitlines()
    assert len(errors) == 2 and "must be new or empty" in errors[1]
