"""Cards of methods: from registry, model card and records, whatever of them is there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from demo.method_facts import find_facts
from demo.tabs.methods import card
from reenact.registry import method_names


def record(folder: Path, method: str, time: str, mean: float, **more) -> None:
    place = folder / "self-reenactment@1" / method
    place.mkdir(parents=True, exist_ok=True)
    content = {
        "method": method,
        "protocol": "self-reenactment@1",
        "time": time,
        "metrics": {
            "ssim": {"mean": mean, "interval_95": [mean - 0.1, mean + 0.1]},
            "psnr": {"mean": None, "interval_95": [None, None]},
            "no_such_metric": {"mean": 1.0},
        },
        **more,
    }
    (place / f"{time}.json").write_text(json.dumps(content))


@pytest.mark.parametrize("name", method_names())
def test_every_method_of_the_registry_has_a_card(name, tmp_path):
    html = card(find_facts(name, tmp_path), None, None)
    assert find_facts(name).info.title in html
    for word in ("Paper", "Weights", "Speed", "not measured yet"):
        assert word in html
    assert f"?tab=reenact&amp;method={name}&amp;example=1" in html


def test_the_newest_record_of_a_protocol_is_shown_with_what_must_be_known(tmp_path):
    record(tmp_path, "warp", "2026-01-01", 0.5)
    record(tmp_path, "warp", "2026-02-01", 0.75, is_partial=True, data_seen_in_training=True)
    record(tmp_path, "other", "2026-03-01", 0.9)
    (figures,) = find_facts("warp", tmp_path).figures
    assert figures.rows == (("SSIM ↑", "0.75 [0.65, 0.85]"),)
    html = card(find_facts("warp", tmp_path), 0.123, None)
    assert "0.75 [0.65, 0.85]" in html and "0.12 s a picture" in html
    assert "trained on these very pictures" in html and "part of the protocol" in html


def test_broken_records_hide_nothing(tmp_path):
    record(tmp_path, "warp", "2026-01-01", 0.5)
    folder = tmp_path / "self-reenactment@1" / "warp"
    (folder / "cut.json").write_text('{"method": "warp"')
    (folder / "list.json").write_text("[1]")
    (folder / "empty.json").write_text("{}")
    assert len(find_facts("warp", tmp_path).figures) == 1


def test_what_a_record_says_cannot_become_markup(tmp_path):
    record(tmp_path, "warp", "2026-01-01", 0.5, protocol="<script>alert(1)</script>")
    html = card(find_facts("warp", tmp_path), None, Path('/x/"onerror="alert(1).jpg'))
    assert "<script>" not in html
    assert '"onerror="' not in html
