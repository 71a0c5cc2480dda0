"""Speed is measured frame by frame, and the command line prints it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import cli, speed
from bench.baselines import make_method
from bench.protocol import programs, protocol_names
from reenact import terminal
from reenact.errors import InputError, UnknownNameError
from tests.media import draw_clip


def test_speed_counts_frames_and_steps():
    frames = speed.read_frames("astronaut", 14)
    found = speed.measure_speed("copy", speed.read_source("astronaut"), frames)
    assert (found.frames, found.held, found.method) == (14, 0, "copy")
    assert found.latency_ms_p50 <= found.latency_ms_p95
    assert found.fps_p50 == pytest.approx(1000 / found.latency_ms_p50, rel=0.01)
    assert {"track", "retarget", "render", "paste"} <= set(found.steps_ms)
    assert "find" not in found.steps_ms  # once a source, so not in the median frame


def test_too_few_frames_are_refused():
    with pytest.raises(InputError, match="10 frames or more, got 3"):
        speed.measure_speed(
            "copy", speed.read_source("astronaut"), speed.read_frames("astronaut", 3)
        )


def test_sources_become_squares_of_512(portrait_path):
    assert speed.read_source(str(portrait_path)).shape == (512, 512, 3)


def test_methods_that_draw_their_own_people_get_one_of_them(portrait_path):
    made = make_method("landmarkgan")
    name, picture = speed.source_for(made, None)
    assert name == "ada" and picture.shape == (512, 512, 3)
    name, other = speed.source_for(made, Path("carl"))
    assert name == "carl" and (other != picture).any()
    assert speed.source_for(made, portrait_path)[0] == str(portrait_path)
    with pytest.raises(UnknownNameError, match="Did you mean 'carl'"):
        speed.source_for(made, Path("carlo"))


def test_named_material_is_taken(tmp_path, portrait_path):
    clip = tmp_path / "no.mp4"
    assert speed.pick_material(portrait_path, clip) == (str(portrait_path), str(clip))


def test_peak_memory_is_in_megabytes():
    assert 20 < speed.peak_memory_mb() < 20_000


def test_start_up_time_leaves_out_python_itself(monkeypatch):
    times = {"pass": 0.02, "import reenact": 0.05}
    monkeypatch.setattr(speed, "_process_s", lambda code, runs: times[code])
    assert speed.start_up_s("import reenact") == pytest.approx(0.03)


def run(capsys, *args) -> tuple[int, str, str]:
    code = terminal.run(cli.app, "python -m bench", [str(arg) for arg in args])
    out, err = capsys.readouterr()
    return code, out, err


def test_speed_prints_json(capsys, portrait_path, tmp_path, monkeypatch):
    monkeypatch.setattr(speed, "app_start_up_s", lambda: 1.5)
    clip = draw_clip(tmp_path / "clip.mp4", frames=12)
    code, out, err = run(
        capsys, "speed", "--methods", "copy", "--clip", clip, "--source", portrait_path, "--json"
    )
    assert (code, err) == (0, "")
    report = json.loads(out)
    assert report["methods"][0]["frames"] == 12
    assert report["app_start_up_s"] == 1.5
    assert report["peak_memory_mb"] > 0 and report["import_reenact_s"] >= 0


def test_list_names_the_protocols(capsys):
    code, out, _ = run(capsys, "list")
    assert code == 0 and "self-reenactment@" in out
    listed = json.loads(run(capsys, "list", "--json")[1])
    known = (*protocol_names(), *(program.name for program in programs()))
    assert tuple(row["name"] for row in listed) == known


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["speed", "--methods", "wrap"], "Did you mean 'warp'"),
        (["speed", "--device", "tpu"], "`device` must be one of cpu"),
        (["speed", "--clip", "none.mp4", "--methods", "copy"], "does not exist"),
        (["run", "self"], "Unknown protocol"),
        (["run", "self-reenactment", "--data", "/none"], "`data` must be a folder"),
        (["run", "self-reenactment", "--limit", "0"], "`limit` must be 1 or more"),
    ],
)
def test_mistakes_are_one_line(args, expected, capsys):
    code, out, err = run(capsys, *args)
    assert (code, out) == (2, "")
    assert expected in err and err.count("\n") == 1
