"""The metrics give the numbers of torchmetrics and dlib, sooner; and the commands about metrics."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bench import cli
from bench.metrics import METRICS
from bench.metrics_speed import Times, compare_speed, draw_cases, report
from reenact import terminal
from reenact.errors import InputError


def run(capsys, *args) -> tuple[int, str, str]:
    code = terminal.run(cli.app, "python -m bench", [str(arg) for arg in args])
    out, err = capsys.readouterr()
    return code, out, err


def test_cases_are_all_different_and_show_their_faces():
    cases = draw_cases(3)
    pictures = [picture for case in cases for picture in (case.output, case.target)]
    assert {picture.shape for picture in pictures} == {(256, 256, 3)}
    assert len({picture.tobytes() for picture in pictures}) == 6
    for case in cases:
        x0, y0, x1, y1 = case.output_face.box
        assert 0 < x0 < x1 < 256 and 0 < y0 < y1 < 256
    assert np.array_equal(draw_cases(3)[2].output, cases[2].output)
    with pytest.raises(InputError, match="1 or more"):
        draw_cases(0)


def test_both_ways_give_the_same_numbers():
    times = compare_speed(draw_cases(4))
    assert times.is_same, times.gaps
    assert times.pairs == 4 and times.ratio > 1


def test_other_numbers_are_not_called_the_same():
    assert not Times(1, 1.0, 1.0, {"ssim": 0.001}).is_same
    assert "2.0 times as fast" in report(Times(10, 1.0, 2.0, {"ssim": 0.0}))


@pytest.mark.slow
def test_a_thousand_pairs_take_less_than_half_the_time():
    times = compare_speed(draw_cases(1000))
    assert times.is_same, times.gaps
    assert times.ratio >= 2


def test_metrics_are_listed(capsys):
    code, out, err = run(capsys, "metrics")
    assert (code, err) == (0, "")
    assert all(f"{name}  " in out for name in METRICS)
    code, out, _ = run(capsys, "metrics", "--json")
    rows = {row["name"]: row for row in json.loads(out)}
    assert rows["ssim"]["best"] == 1 and rows["landmark_distance"]["worst"] is None


def test_speed_is_printed_as_json(capsys):
    code, out, _ = run(capsys, "metrics-speed", "--pairs", "2", "--json")
    assert code == 0 and json.loads(out)["is_same"]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["weights", "fit"], "Did you mean 'fid'"),
        (["metrics-speed", "--pairs", "0"], "`pairs` must be 1 or more"),
        (["efficiency", "--limit", "3"], "`limit` must be 10 or more"),
        (["efficiency", "--methods", ","], "`methods` must name"),
    ],
)
def test_mistakes_are_one_line(args, expected, capsys):
    code, out, err = run(capsys, *args)
    assert (code, out) == (2, "")
    assert expected in err and err.count("\n") == 1


def test_weights_say_what_is_here(capsys, monkeypatch, tmp_path):
    import torch

    from reenact.losses.models import VARIABLE

    monkeypatch.setenv(VARIABLE, str(tmp_path))
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    code, out, _ = run(capsys, "weights")
    assert code == 0 and out.count("Run: python -m bench weights") == 3
