"""Kept outputs come back as they were, whole or not at all."""

from __future__ import annotations

import numpy as np
import pytest
from typer.testing import CliRunner

from bench.outputs import Outputs, cache_bytes, cache_folder, clear_cache
from reenact.errors import InputError, OutputError

runner = CliRunner()


@pytest.fixture
def source():
    return np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8)


@pytest.fixture
def outputs(tmp_path):
    return Outputs(tmp_path, "warp", "0123456789abcdef")


@pytest.mark.parametrize("part", [np.s_[3:9, 40:50], np.s_[0:40, 0:50], np.s_[0:0, 0:0]])
def test_outputs_come_back_without_loss(outputs, source, part):
    output = source.copy()
    output[part] = 255 - output[part]
    outputs.save("abcdef", output, source, 1.25)
    found, seconds = outputs.load("abcdef", source)
    assert np.array_equal(found, output) and seconds == 1.25
    found[:] = 0  # no view of the source
    assert source.any()


def test_outputs_of_another_size_are_kept_whole(outputs, source):
    output = np.full((20, 30, 3), 7, np.uint8)
    outputs.save("abcdef", output, source, 0.5)
    assert np.array_equal(outputs.load("abcdef", source)[0], output)


def test_damaged_and_absent_files_count_as_absent(outputs, source):
    assert outputs.load("abcdef", source) is None
    outputs.save("abcdef", source[::-1], source, 1.0)
    (path,) = outputs.folder.rglob("*.png")
    path.write_bytes(path.read_bytes()[:-200])
    assert outputs.load("abcdef", source) is None


def test_the_cache_is_never_in_the_project(monkeypatch, tmp_path):
    from bench import outputs

    with pytest.raises(InputError, match="outside of the project"):
        cache_folder(outputs._PROJECT / "cache")
    monkeypatch.setenv("REENACT_BENCH_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    assert cache_folder(tmp_path / "other") == tmp_path / "other"


def test_the_cache_tells_its_size_and_is_cleared(outputs, source, tmp_path):
    outputs.save("abcdef", source[::-1], source, 1.0)
    (tmp_path / "mine.txt").write_text("not the cache's")
    assert cache_bytes(tmp_path) == clear_cache(tmp_path) > 1000
    assert cache_bytes(tmp_path) == 0
    assert (tmp_path / "mine.txt").exists()


def test_a_cache_that_cannot_be_written_is_said_in_one_line(source, tmp_path):
    (tmp_path / "outputs").write_text("in the way")
    with pytest.raises(OutputError, match="Use `--cache`"):
        Outputs(tmp_path, "warp", "0" * 12).save("abcdef", source, source, 1.0)


def test_cache_command(tmp_path):
    from bench.cli import app

    done = runner.invoke(app, ["cache", "--cache", str(tmp_path)])
    assert done.exit_code == 0 and "0.0 MB" in done.stdout
