"""Sample pictures: of synthetic people only, made once, and gone with their record."""

from __future__ import annotations

import pytest

from bench.protocol import load_protocol, protocol_names
from leaderboard.samples import FOLDER, find_sample, is_synthetic, sample_path
from leaderboard.store import Entry, load_entries, read_record
from tests.leaderboard.records import save_drawn


def test_real_people_have_no_samples(tmp_path):
    path = save_drawn(tmp_path, "a")
    entry = Entry(read_record(path), path)
    sample = sample_path(entry, tmp_path)
    sample.parent.mkdir(parents=True, exist_ok=True)
    sample.write_bytes(b"x")
    assert not is_synthetic(entry.protocol)
    assert find_sample(entry, tmp_path) is None


def test_committed_samples_belong_to_records_of_synthetic_people():
    if not FOLDER.is_dir():
        pytest.skip("no samples yet")
    wanted = {sample_path(entry) for entry in load_entries() if is_synthetic(entry.protocol)}
    assert set(FOLDER.rglob("*.jpg")) <= wanted


def test_unknown_protocols_are_not_synthetic():
    assert not is_synthetic("nothing@1")
    names = {"synthetic-people"} & set(protocol_names())
    assert all(is_synthetic(f"{n}@{load_protocol(n).version}") for n in names)
