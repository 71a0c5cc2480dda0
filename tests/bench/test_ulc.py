"""Table 3's bench on drawn points in RaFD's layout."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from bench import ulc as bench
from bench.ulc_ways import (
    baselines,
    class_odds,
    expression_shifts,
    shape_shifts,
    with_mirrored,
)
from reenact.errors import UnknownNameError
from reenact.face.schemes import mirror_order
from reenact.methods.freenet.config import ULCConfig
from reenact.methods.freenet.recipes import RECIPES
from reenact.training.ulc_pairs import all_pairs
from reenact.training.ulc_tables import FaceTable


@pytest.fixture(scope="module")
def people():
    """Twelve drawn people whose expressions differ by their label and a little by person."""
    rng = np.random.default_rng(0)
    shape = rng.normal(0, 4, (12, 1, 1, 1, 106, 2)) + rng.uniform(40, 216, (106, 2))
    label = rng.normal(0, 3, (4, 1, 106, 2))
    label[1] = 0
    label += (label * (-1, 1))[..., mirror_order("face106"), :]  # the same in the mirror
    own = rng.normal(0, 0.3, (12, 3, 4, 1, 106, 2))
    points = shape + label + own + rng.normal(0, 0.1, (12, 3, 4, 3, 106, 2))
    names = tuple(f"{i:02d}" for i in range(12))
    moods = ("angry", "neutral", "happy", "sad")
    return FaceTable(points.astype(np.float32), names, moods, 1, (2, 1, 0), (0, 2, 1))


@pytest.fixture
def tiny(monkeypatch):
    net = ULCConfig(width=16, layers=2, decoder=(24, 16))
    for name in ("quick", "generalizing"):
        monkeypatch.setitem(RECIPES, name, replace(RECIPES[name], net=net, steps=5, members=1))


def test_protocol_names_what_is_measured():
    protocol = json.loads(bench.PROTOCOL.read_text())
    assert protocol["name"] == "freenet-table3"
    assert protocol["settings"]["crop_px"] == 416


def test_splits(people):
    train, test = bench.split_tables(people, "held-out", 7)
    assert test.people == ("00", "07") and not set(train.people) & set(test.people)
    assert bench.split_tables(people, "all", 7) == (people, people)
    with pytest.raises(UnknownNameError, match="split"):
        bench.split_tables(people, "half", 7)


def test_baselines_stand_in_the_expected_order(people):
    train, test = bench.split_tables(people, "held-out", 4)
    found = {k: v.mean() for k, v in baselines(train, test, all_pairs(test)).items()}
    assert found["label mean (told the label)"] < 0.3 * found["copy"]
    assert found["class mean"] < 0.4 * found["copy"]
    assert found["ridge"] < found["copy"]


def test_copy_scores_the_shift(people):
    pairs = all_pairs(people)
    expected = np.abs(expression_shifts(people)[pairs.source, pairs.view, pairs.expression])
    found = baselines(people, people, pairs)["copy"]
    np.testing.assert_allclose(found, expected.mean(axis=(1, 2)), atol=1e-4)


def test_odds_add_up_to_one(people):
    odds = class_odds(people, people)
    np.testing.assert_allclose(odds.sum(axis=-1), 1)
    right = odds.argmax(axis=-1) == np.arange(4)[None, None, :, None]
    assert right.mean() > 0.9


def test_table_has_baselines_and_three_settings(people, tiny):
    rows = bench.measure(people, "held-out", ["l1", "l1_cyc", "l1_cyc_d"], "generalizing", None)
    assert [row["name"] for row in rows[-3:]] == [
        f"{setting}, generalizing" for setting in ("l1", "l1_cyc", "l1_cyc_d")
    ]
    assert all(row["low"] <= row["mean"] <= row["high"] for row in rows)


def test_speed_paths_agree(tiny):
    assert max(row["gap_px"] for row in bench.speed("quick")) < 1e-2


def test_command_says_what_is_wrong(tmp_path):
    import typer

    app = typer.Typer()
    app.command()(bench.main)
    found = CliRunner().invoke(app, ["--data", str(tmp_path)])
    assert found.exit_code == 2


def test_mirrored_people_mirror_back(people):
    both = with_mirrored(people)
    assert len(both.people) == 24 and len(set(both.people)) == 24
    again = with_mirrored(both.select(np.arange(12, 24))).points[12:]
    order = mirror_order("face106")
    np.testing.assert_allclose(again, people.points[..., order[order], :], atol=1e-3)


def test_class_ridge_learns_how_shape_changes_a_label():
    rng = np.random.default_rng(0)
    wide = rng.normal(0, 1, (40, 1, 1, 1, 1, 1)) * rng.normal(0, 8, (106, 2))
    label = rng.normal(0, 3, (3, 1, 106, 2))
    label[1] = 0
    scale = 1 + 0.4 * wide[..., :1, :1] / np.abs(wide[..., :1, :1]).max()
    points = rng.uniform(40, 216, (106, 2)) + wide + label * scale
    points = np.broadcast_to(points, (40, 3, 3, 3, 106, 2)).astype(np.float32)
    names = tuple(map(str, range(40)))
    table = FaceTable(points, names, ("a", "neutral", "b"), 1, (0, 1, 2), (0, 1, 2))
    train, test = table.select(np.arange(8, 40)), table.select(np.arange(8))
    shifts = shape_shifts(train, test)
    truth = expression_shifts(test)
    plain = np.abs(expression_shifts(train).mean(axis=0) - truth).mean()
    assert np.abs(shifts - truth).mean() < 0.3 * plain
