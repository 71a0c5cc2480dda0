"""Protocols run on small data, and their records say all that must be said."""

from __future__ import annotations

import numpy as np
import pytest

from bench.baselines import TRAINED_ON, Copy, make_method
from bench.measure import Output
from bench.metrics import METRICS
from bench.protocol import load_protocol, protocol_names
from bench.record import make_record
from bench.runner import MethodRun, run
from bench.tasks import Unusable, pairs
from bench.tasks.expression_synthesis import _circle
from reenact.errors import FaceNotFoundError, InputError, UnknownNameError
from reenact.images import save_picture
from reenact.registry import method_class, method_names
from reenact.video import ClipWriter


@pytest.fixture(scope="module")
def clips(portrait, tmp_path_factory):
    """A folder with one clip: the portrait slides, and is gone in frame 20."""
    folder = tmp_path_factory.mktemp("clips")
    with ClipWriter(folder / "a.mp4", fps=25, size=portrait.shape[:2], crf=1) as clip:
        for index in range(31):
            gone = 18 < index < 22
            clip.write(np.zeros_like(portrait) if gone else np.roll(portrait, index // 5, axis=1))
    return folder


@pytest.fixture(scope="module")
def people(portrait, tmp_path_factory):
    """A folder of two "people": the portrait and its mirror image."""
    folder = tmp_path_factory.mktemp("people")
    for kind in ("neutral", "smiling"):
        (folder / kind).mkdir()
        save_picture(portrait, folder / kind / "a.png")
        save_picture(portrait[:, ::-1].copy(), folder / kind / "b.png")
    return folder


@pytest.mark.parametrize("name", protocol_names())
def test_every_protocol_is_whole(name):
    protocol = load_protocol(name)
    assert protocol.name == name
    assert set(protocol.metrics) <= set(METRICS)
    assert len(protocol.fingerprint) == 12
    assert protocol.summary.endswith(".")


def test_an_unknown_protocol_is_named():
    with pytest.raises(UnknownNameError, match="Did you mean 'self-reenactment'"):
        load_protocol("self-reenactmnt")


def test_self_reenactment_gives_each_tenth_frame(clips):
    found = list(pairs(load_protocol("self-reenactment@1"), clips, None))
    assert [pair.name for pair in found] == ["a/10", "a/20", "a/30"]
    assert isinstance(found[1], Unusable)
    assert found[0].source is found[2].source
    assert found[0].options.mode == "relative"


def test_copy_of_a_slid_picture_scores_the_slide(clips):
    (done,) = run(load_protocol("self-reenactment@1"), ["copy"], clips)
    first, last = done.rows
    eyes = 100 * 2 / 63  # the portrait's eyes are 63 pixels apart
    assert first.values["landmark_distance"] == pytest.approx(eyes, rel=0.3)
    assert last.values["landmark_distance"] > first.values["landmark_distance"]
    assert last.values["psnr"] < first.values["psnr"]
    assert [pair.name for pair in done.unusable] == ["a/20"]


def test_expression_synthesis_by_copy_of_the_truth_is_perfect(people):
    (done,) = run(load_protocol("expression-synthesis@1"), ["copy"], people)
    assert len(done.rows) == 2
    for row in done.rows:
        assert row.values["landmark_distance_px"] == pytest.approx(0, abs=1e-4)
        assert row.values["identity_distance"] == pytest.approx(0, abs=1e-6)


def test_everyone_drives_someone_else_once():
    names = [str(i) for i in range(9)]
    driven_by = _circle(names, 0)
    assert sorted(driven_by.values()) == names
    assert all(who != by for who, by in driven_by.items())
    assert driven_by == _circle(names, 0) != _circle(names, 1)


class Faceless(Copy):
    """A method whose outputs show no face."""

    name = "faceless"

    def render_frame(self, state, motion):
        return np.full_like(state.source.image, 128)

    def mask(self, state, motion):
        return np.ones(state.source.image.shape[:2], np.float32)


class Refuses(Copy):
    """A method that cannot."""

    name = "refuses"

    def retarget(self, state, driving, options):
        raise InputError("Not this one.")


def test_failed_pairs_count_as_failed(people, monkeypatch):
    kinds = {"faceless": Faceless, "refuses": Refuses}
    monkeypatch.setattr("bench.runner.make_method", lambda name: kinds[name]())
    protocol = load_protocol("expression-synthesis@1")
    runs = run(protocol, list(kinds), people)
    for done in runs:
        record = make_record(protocol, done, None)
        measured = record["metrics"]["landmark_distance_px"]
        assert (measured["mean"], measured["count"], measured["failures"]) == (None, 0, 2)
        assert measured["mean_with_failures"] == METRICS["landmark_distance_px"].when_failed
        assert record["pairs"] == 2
    assert runs[1].rows[0].failures["identity_distance"] == "Not this one."


def test_records_tell_what_a_method_saw_in_training(tmp_path):
    protocol = load_protocol("expression-synthesis")
    done = MethodRun("warp")
    assert make_record(protocol, done, None, tmp_path / "london")["data_seen_in_training"]
    record = make_record(protocol, done, None, tmp_path / "others")
    assert not record["data_seen_in_training"]
    (tmp_path / "both" / "clips").mkdir(parents=True)
    crossed = make_record(load_protocol("cross-reenactment"), done, None, tmp_path / "both")
    assert crossed["data_seen_in_training"]
    rendered = make_record(load_protocol("synthetic-people"), done, None, tmp_path / "people")
    assert rendered["data_seen_in_training"]


def test_a_run_knows_the_methods_own_weights(people):
    names = ["copy", "warp", "warp-repair"]
    done = run(load_protocol("expression-synthesis@1"), names, people, limit=1)
    assert done[0].weights == {}
    assert set(done[1].weights) == {"expression.safetensors"}
    assert set(done[2].weights) == {"expression.safetensors", "warp_repair.safetensors"}


def test_wrong_data_folders_are_refused(tmp_path):
    for name in protocol_names():
        with pytest.raises(InputError, match="`data` must"):
            list(pairs(load_protocol(name), tmp_path, None))
        with pytest.raises(InputError, match="`data` must be a folder"):
            list(pairs(load_protocol(name), tmp_path / "none", None))


def test_output_looks_for_its_face_once(monkeypatch, portrait):
    calls = []

    def nothing(frame, name):
        calls.append(name)
        raise FaceNotFoundError("None.")

    monkeypatch.setattr("bench.measure.find_face", nothing)
    output = Output(portrait)
    for _ in range(2):
        with pytest.raises(FaceNotFoundError):
            output.face  # noqa: B018
    assert len(calls) == 1


def test_what_every_method_was_trained_on_is_known():
    assert set(TRAINED_ON) >= {name for name in method_names() if method_class(name).info.trained}
    assert "warp" in TRAINED_ON  # its expression model


def test_make_method_knows_the_baseline_and_the_registry():
    assert make_method("copy").name == "copy"
    with pytest.raises(UnknownNameError, match="copy, .*truth, warp"):
        make_method("cpy")
