"""Generators that the host offers: read and checked at the start; visitors choose among names."""

from __future__ import annotations

import pytest
import torch

import app
from demo import text_style as words
from demo.generators import GENERATORS, Offers, named_generators
from demo.inverting import Inversions
from demo.searching import Recipe
from demo.styling import load_desk
from reenact.errors import InputError, UnknownNameError
from tests.demo.style_engine import StyleEngine
from tests.reenact.methods.stylefusion.made_checkpoints import (
    ada_state,
    g_ema_state,
    g_synthesis_state,
)


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, str]:
    """Two public checkpoints, 16 and 32 pixels."""
    folder = tmp_path_factory.mktemp("generators")
    torch.save(g_ema_state(ada_state()), folder / "small.pt")
    torch.save(g_synthesis_state(channels=(6, 5, 4, 3)), folder / "large.pt")
    return {"Small": str(folder / "small.pt"), "Large": str(folder / "large.pt")}


@pytest.fixture
def engine(portrait_face) -> StyleEngine:
    return StyleEngine(portrait_face)


def test_names_and_files_are_read():
    one = f"FFHQ = a/b.pkl , Cats=https://x.org/c.pkl#sha256={'ab' * 32},"
    assert named_generators({GENERATORS: one}) == {
        "FFHQ": "a/b.pkl",
        "Cats": f"https://x.org/c.pkl#sha256={'ab' * 32}",
    }
    assert named_generators({}) == {}


@pytest.mark.parametrize(
    "value", ["a.pkl", "=a.pkl", "A=", "A=b,A=c", "Built in=a", "x" * 41 + "=a"]
)
def test_what_cannot_be_read_is_one_line(value):
    with pytest.raises(InputError, match=f"`{GENERATORS}` must be NAME=FILE") as caught:
        named_generators({GENERATORS: value})
    assert "\n" not in str(caught.value)


def test_layers_and_names_follow_the_generator(engine, files):
    own, small, large = Offers(engine, files)
    assert (own.name, own.title) == (words.BUILT_IN, "Built in, 16 × 16")
    assert (small.title, large.title) == ("Small, 16 × 16", "Large, 32 × 32")
    assert large.layers.sizes == (4, 4, 8, 8, 16, 16, 32, 32)
    assert large.layers.names[3:5] == ("4 · Expression", "5 · Expression")
    assert large.layers.names[0] == "1 · Pose, shape of the face"
    assert own.has_encoder and not large.has_encoder
    assert large.recipe("fast").steps == 200 and own.recipe("fast").steps == 60
    assert large.recipe("fast", 30).steps == 30


def test_one_that_cannot_be_used_is_named_at_the_start(engine, files, tmp_path):
    broken = tmp_path / "broken.pkl"
    broken.write_bytes(b"half a file")
    for ref, why in (("nowhere.pkl", "must be a file, URL"), (str(broken), "Nothing was run")):
        with pytest.raises(
            InputError, match=f"`{GENERATORS}`: 'B' cannot be used. .*{why}"
        ) as error:
            Offers(engine, files | {"B": ref})
        assert "\n" not in str(error.value)


def test_the_app_ends_with_that_line_and_no_traceback(monkeypatch, capsys):
    monkeypatch.setenv(GENERATORS, "B=nowhere.pkl")
    monkeypatch.setattr("app.signal.signal", lambda *_: None)
    with pytest.raises(SystemExit) as ended:
        app.main()
    assert ended.value.code == 2
    assert (
        capsys.readouterr().err.splitlines()[-1].startswith(f"`{GENERATORS}`: 'B' cannot be used.")
    )


@pytest.mark.parametrize("name", ["nowhere.pkl", "/etc/passwd", "https://x.org/a.pkl", "org/a@b/c"])
def test_visitors_choose_among_names_only(engine, files, session, pair, name):
    inversions = Inversions(engine, files)
    with pytest.raises(UnknownNameError, match="Unknown generator"):
        next(inversions.run(session, *pair, Recipe("encoder", 0), generator=name))
    with pytest.raises(UnknownNameError):
        inversions.offers.of(files["Small"])


@pytest.fixture
def pair(portrait, upload) -> tuple[str, str]:
    return (upload(portrait, "me.png"),) * 2


def test_styles_belong_to_the_generator_they_were_made_with(engine, files, session, pair, tmp_path):
    inversions = Inversions(engine, files)
    offers = inversions.offers
    *_, done = inversions.run(session, *pair, Recipe("fast", 10), generator="Large")
    desk = done.value
    assert desk.generator == "Large" and desk.kept.styles.shape[1] == 8
    assert desk.draw((3, 4), 1.0).faces.shape == (3, 3, 32, 32)
    file = str(desk.save(tmp_path / "styles.safetensors"))
    assert load_desk(offers, "Large", file, None).generator == "Large"
    for other in (words.BUILT_IN, "Small"):
        with pytest.raises(InputError, match="belong to the generator 'Large'") as caught:
            load_desk(offers, other, file, None)
        assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match="they are of another"):
        load_desk(Offers(engine), words.BUILT_IN, file, None)
