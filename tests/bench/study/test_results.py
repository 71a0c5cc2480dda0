"""Both kinds of results are read alike, and what does not fit is refused with one line."""

from __future__ import annotations

import csv
import json

import pytest

from bench.study.report import report
from bench.study.results import read_results, result_files
from reenact.errors import InputError
from tests.bench.study.crowd import fooled_crowd, make_study, save_key

TRUTH = {"a": 0.6, "b": 0.4, "real": 0.7}
TURK = ("HITId", "HITTypeId", "Title", "Reward", "AssignmentId", "WorkerId", "AssignmentStatus")


@pytest.fixture(scope="module")
def sheet():
    return make_study("real-or-generated", ["a", "b"])


@pytest.fixture
def crowd(sheet):
    return fooled_crowd(sheet.key, TRUTH, 12, 0)


def turk_rows(crowd, *, in_one_column=False):
    """The crowd's answers as Mechanical Turk gives them."""
    for number, one in enumerate(crowd):
        row = dict.fromkeys(TURK, "x") | {
            "AssignmentId": f"A{number}",
            "WorkerId": one["participant"],
            "AssignmentStatus": "Submitted",
            "Input.study": one["study"],
            "Input.form": str(one["form"]),
        }
        text = json.dumps(one["answers"])
        if in_one_column:
            yield row | {"Answer.taskAnswers": json.dumps([{"answers": text, "form": "0"}])}
        else:
            yield row | {"Answer.answers": text, "Approve": "", "Reject": ""}


def write_csv(path, rows):
    rows = list(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0], quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
    return path


def refusal(sheet, *paths):
    with pytest.raises(InputError) as caught:
        read_results(sheet.key, paths)
    line = str(caught.value)
    assert "\n" not in line and len(line) < 300
    return line


@pytest.mark.parametrize("in_one_column", [False, True])
def test_mechanical_turk_and_the_page_give_the_same_figures(sheet, crowd, tmp_path, in_one_column):
    first, second = (save_key(sheet, tmp_path / name) for name in ("a", "b"))
    (first / "results" / "x.json").write_text(json.dumps(crowd))
    write_csv(second / "results" / "x.csv", turk_rows(crowd, in_one_column=in_one_column))
    one, other = report(first), report(second)
    assert one == other
    assert one["counted"] == 12


def test_one_file_a_person_is_read_as_well(sheet, crowd, tmp_path):
    for number, one in enumerate(crowd):
        (tmp_path / f"{number}.json").write_text(json.dumps(one))
    assert len(read_results(sheet.key, sorted(tmp_path.glob("*.json")))) == 12


def test_rejected_work_is_excluded(sheet, crowd, tmp_path):
    rows = list(turk_rows(crowd))
    rows[2]["AssignmentStatus"] = "Rejected"
    folder = save_key(sheet, tmp_path / "a")
    write_csv(folder / "results" / "x.csv", rows)
    done = report(folder)
    assert [o["reason"] for o in done["excluded"]] == ["rejected on Mechanical Turk"]


def test_missing_columns_are_named(sheet, crowd, tmp_path):
    rows = [
        {k: v for k, v in row.items() if k not in ("WorkerId", "Answer.answers")}
        for row in turk_rows(crowd)
    ]
    line = refusal(sheet, write_csv(tmp_path / "x.csv", rows))
    assert "missing columns: WorkerId, Answer.answers" in line


def test_a_worker_who_is_in_twice_is_named(sheet, crowd, tmp_path):
    rows = list(turk_rows(crowd))
    rows[7]["WorkerId"] = rows[2]["WorkerId"]
    line = refusal(sheet, write_csv(tmp_path / "x.csv", rows))
    assert "'person 2' is in the results twice (x.csv, row 4 and x.csv, row 9)" in line


def test_answers_of_another_study_are_refused(sheet, crowd, tmp_path):
    crowd[4]["study"] = "0123456789ab"
    (tmp_path / "x.json").write_text(json.dumps(crowd))
    line = refusal(sheet, tmp_path / "x.json")
    assert f"must belong to study {sheet.study}, but x.json, entry 5 is of" in line


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda one: one.pop("participant"), "participant missing"),
        (lambda one: one.update(format="else"), "holds no answers of a study page"),
        (lambda one: one.update(form=9), "must be 0 to 1, got '9'"),
        (lambda one: one.update(answers="no"), "must be a list"),
        (lambda one: one["answers"][0].pop(), None),
        (lambda one: one["answers"].insert(0, ["t"]), "is damaged"),
        (lambda one: one["answers"].insert(0, one["answers"][0]), "answered twice"),
        (lambda one: one["answers"][0].__setitem__(0, "tnobody"), "does not have"),
        (lambda one: one["answers"][0].__setitem__(1, "maybe"), "must be one of real, generated"),
        (lambda one: one["answers"][0].__setitem__(2, -1), "reaction time"),
        (lambda one: one["answers"][0].__setitem__(2, float("nan")), "reaction time"),
    ],
)
def test_damaged_answers_are_refused(sheet, crowd, tmp_path, change, says):
    change(crowd[0])
    (tmp_path / "x.json").write_text(json.dumps(crowd))
    if says is None:  # the time that a picture was shown may be absent
        assert len(read_results(sheet.key, [tmp_path / "x.json"])) == 12
    else:
        assert says in refusal(sheet, tmp_path / "x.json")


def test_files_that_are_something_else_are_refused(sheet, tmp_path):
    (tmp_path / "x.json").write_text("{")
    assert "is no JSON file" in refusal(sheet, tmp_path / "x.json")
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00")
    assert "no CSV file that can be read" in refusal(sheet, tmp_path / "x.csv")
    assert "are not there" in refusal(sheet, tmp_path / "gone.csv")


def test_a_folder_without_key_or_answers_is_refused(sheet, tmp_path):
    with pytest.raises(InputError, match="KEY.json"):
        report(tmp_path)
    (tmp_path / "KEY.json").write_text("[]")
    with pytest.raises(InputError, match="is no key of a study"):
        report(tmp_path)
    with pytest.raises(InputError, match="No answers"):
        result_files(tmp_path, ())
