"""Two faces in styles: layers and amounts redraw without another search; files bring them back."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from demo import text_style as words
from demo.generators import Offers
from demo.inverting import Inversions
from demo.searching import Recipe
from demo.styling import METHOD, StyleDesks, load_desk
from reenact.errors import InputError
from tests.demo.style_engine import StyleEngine, tiny


@pytest.fixture(scope="module")
def pair(portrait, tmp_path_factory) -> tuple[str, str]:
    from reenact.images import save_picture

    folder = tmp_path_factory.mktemp("pair")
    for name, picture in (("me", portrait), ("you", np.ascontiguousarray(portrait[:, ::-1]))):
        save_picture(picture, folder / f"{name}.png")
    return str(folder / "me.png"), str(folder / "you.png")


@pytest.fixture(scope="module")
def engine(portrait_face) -> StyleEngine:
    return StyleEngine(portrait_face)


@pytest.fixture
def desk(engine, session, pair):
    return [*Inversions(engine).run(session, *pair, Recipe("fast", 10))][-1].value


def test_layers_and_amounts_decide_what_is_drawn(desk, portrait, monkeypatch):
    def never(*_, **__):
        raise AssertionError("It searched again.")

    monkeypatch.setattr(tiny().studio, "infer", never)
    everything = tuple(range(6))
    nothing, whole, half = (desk.draw(*one) for one in (((), 1), (everything, 1), (everything, 0)))
    np.testing.assert_array_equal(nothing.result.image, portrait)
    assert nothing.notes[0] == words.NO_LAYERS
    torch.testing.assert_close(nothing.faces[1], desk.both[0])
    torch.testing.assert_close(half.faces[1], desk.both[0])
    torch.testing.assert_close(whole.faces[1], desk.both[1])
    one = desk.draw((3, 4), 0.5).faces[1]
    assert all((one - end).abs().max() > 0.01 for end in desk.both)
    assert whole.result.method == METHOD


def test_layers_that_do_not_exist_are_refused(desk):
    with pytest.raises(InputError, match="`layers` must be 0 to 5"):
        desk.draw((6,), 1.0)


def test_solving_answers_once_with_layers_and_costs(desk):
    choice = desk.solve()
    assert choice.layers and set(choice.layers) <= set(range(6))
    assert choice.total <= choice.fixed_total and len(choice.costs.total) == 6
    assert desk.solve() is choice


def test_saved_styles_come_back_into_the_photograph(desk, engine, pair, tmp_path):
    file = desk.save(tmp_path / "styles.safetensors")
    alone = load_desk(Offers(engine), words.BUILT_IN, str(file), None)
    assert alone.photo is None and alone.notes == (words.NO_PHOTO,)
    drawn = alone.draw((3, 4), 1.0)
    assert drawn.result is None
    torch.testing.assert_close(drawn.faces, desk.draw((3, 4), 1.0).faces)
    alone.solve()


def test_styles_of_another_face_are_not_put_into_the_photograph(desk, engine, pair, tmp_path):
    """Random networks draw noise: another face as far as anyone can tell."""
    file = desk.save(tmp_path / "styles.safetensors")
    loaded = load_desk(Offers(engine), words.BUILT_IN, str(file), pair[0])
    assert loaded.notes == (words.OTHER_PHOTO,)


def test_styles_of_the_same_face_are(desk, engine, pair, tmp_path, monkeypatch):
    monkeypatch.setattr("demo.styling.FAR", 1.0)
    file = desk.save(tmp_path / "styles.safetensors")
    again = load_desk(Offers(engine), words.BUILT_IN, str(file), pair[0])
    same = [one.draw((2, 3), 1.0).result.image for one in (desk, again)]
    np.testing.assert_array_equal(*same)


def test_a_desk_goes_with_its_session(desk, services):
    desks, visitor = StyleDesks(), services.sessions.get("leaves")
    with pytest.raises(InputError, match="Press Start first"):
        desks.of(visitor)
    desks.put(visitor, desk)
    assert desks.of(visitor) is desk
    services.sessions.close("leaves")
    with pytest.raises(InputError, match="Press Start first"):
        desks.of(visitor)
