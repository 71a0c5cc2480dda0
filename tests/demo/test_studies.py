"""Studies in the app: what is published, what is kept, what is refused."""

from __future__ import annotations

import json
import stat

import pytest

from bench.study.report import report
from bench.study.sheet import save_sheet
from demo import text_study as words
from demo.components.study_frame import frame_html
from demo.studies import Studies, open_study, own_scores
from reenact.errors import InputError, OutputError
from tests.bench.study.crowd import answers, fooled_crowd, make_study, save_key

TRUTH = {"a": 0.5, "b": 0.5, "real": 0.5}


@pytest.fixture(scope="module")
def sheet():
    return make_study("real-or-generated", ["a", "b"], pairs=30, count=10)


@pytest.fixture
def folder(sheet, tmp_path):
    save_sheet(sheet, tmp_path / "own")
    return tmp_path / "own"


def studies(folder, results=None):
    environ = {"REENACT_STUDY_DIR": str(folder)}
    return Studies.from_environ(environ | ({"REENACT_STUDY_RESULTS": results} if results else {}))


def test_only_the_page_is_published(folder, sheet, tmp_path):
    public = tmp_path / "public"
    public.mkdir()
    pages = studies(folder).publish(public)
    assert [p.name for p in public.iterdir()] == [f"study_{sheet.study}.html"]
    assert "made_by" not in pages["own"].read_text()


def test_answers_are_kept_under_a_new_number_and_score(folder, sheet, tmp_path):
    kept = tmp_path / "kept"
    place = studies(folder, str(kept))
    for person in fooled_crowd(sheet.key, TRUTH, 12, 0):
        person |= {"participant": "Ada Lovelace", "started": "today", "agent": "browser"}
        reply = place.hand_in(person)
        assert reply["message"] == words.DONE_KEPT
    files = list(kept.iterdir())
    assert len(files) == 12
    assert "Ada" not in "".join(file.read_text() for file in files)
    assert set(json.loads(files[0].read_text())) == {
        *("format", "version", "study", "form", "participant", "answers")
    }
    done = report(folder, files)
    assert done["counted"] == 12 and not done["excluded"]


def test_without_a_folder_nothing_is_kept_and_it_is_said(folder, sheet, tmp_path):
    before = sorted(p for p in tmp_path.rglob("*"))
    (person,) = fooled_crowd(sheet.key, TRUTH, 1, 0)
    reply = studies(folder).hand_in(person)
    assert reply["message"] == words.DONE_NOT_KEPT and reply["scores"]
    assert sorted(p for p in tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: None,
        lambda one: {},
        lambda one: one | {"study": "0" * 12},
        lambda one: one | {"answers": one["answers"][:-1]},
        lambda one: one | {"answers": [["t", "real", 1]]},
        lambda one: one | {"format": "else"},
        lambda one: one | {"padding": "x" * 300_000},
        lambda one: "answers",
    ],
)
def test_anything_else_is_refused_and_not_kept(folder, sheet, tmp_path, spoil):
    place = studies(folder, str(tmp_path / "kept"))
    (person,) = fooled_crowd(sheet.key, TRUTH, 1, 0)
    assert place.hand_in(spoil(person)) == {"message": words.REFUSED, "scores": []}
    assert not list((tmp_path / "kept").iterdir())


def test_a_full_folder_is_said(folder, sheet, tmp_path, monkeypatch):
    monkeypatch.setattr("demo.studies.MOST_KEPT", 1)
    place = studies(folder, str(tmp_path / "kept"))
    first, second = fooled_crowd(sheet.key, TRUTH, 2, 0)
    assert place.hand_in(first)["message"] == words.DONE_KEPT
    assert place.hand_in(second)["message"] == words.DONE_FAILED
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_own_scores_are_counted_by_kind(tmp_path):
    def all_scores(kind, choice):
        sheet = make_study(kind, ["a", "b"], pairs=14, count=10)
        (person,) = answers(sheet.key, 1, lambda *_: choice)
        place = studies_of(sheet, tmp_path / kind)
        return dict(place.hand_in(person)["scores"])

    found = all_scores("real-or-generated", "real")
    assert found == {
        words.YOUR_FOOLED: "10 of 10",
        words.YOUR_REAL: "10 of 10",
        words.CHECKS: "6 of 6",
    }
    found = all_scores("rating", "4")
    assert found[words.YOUR_RATING.format(method="a")] == "4.0"
    found = all_scores("pairwise", "left")
    assert found[words.YOUR_PREFERENCE.format(method="a")] == "5 of 10"


def studies_of(sheet, folder):
    save_sheet(sheet, folder)
    return studies(folder)


def test_folders_that_cannot_be_used_are_named(sheet, tmp_path):
    with pytest.raises(InputError, match="KEY.json"):
        studies(tmp_path)
    save_key(sheet, tmp_path / "half")
    with pytest.raises(InputError, match="must hold hand_out/study.html"):
        open_study(tmp_path / "half")
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="`REENACT_STUDY_RESULTS` must be a folder"):
        Studies.from_environ({"REENACT_STUDY_RESULTS": str(tmp_path / "file")})


def test_built_in_studies_are_whole():
    found = Studies.from_environ({})
    assert found.is_built_in and found.results is None
    for study in found.found.values():
        assert study.page.stat().st_size < 3_000_000
        assert not stat.S_IXUSR & study.page.stat().st_mode


def test_the_frame_can_do_nothing_but_run_and_download(tmp_path):
    html = frame_html(tmp_path / "a.html")
    assert 'sandbox="allow-scripts allow-downloads"' in html
    assert "allow-same-origin" not in html


def test_own_scores_need_no_catch_trials():
    sheet = make_study("rating", ["a"], pairs=10, count=5, catch=0, practice=0)
    (person,) = answers(sheet.key, 1, lambda *_: "2")
    from bench.study.results import participant

    scores = own_scores(sheet.key, participant(sheet.key, person, "x"))
    assert scores == [(words.YOUR_RATING.format(method="a"), "2.0")]


def test_built_in_pages_are_those_of_todays_player():
    from bench.study.page import asset

    for study in Studies.from_environ({}).found.values():
        text = study.page.read_text()
        for name in ("player.css", "player.js", "offline.js"):
            assert asset(name) in text, f"{study.name}: make it again, see its README"
