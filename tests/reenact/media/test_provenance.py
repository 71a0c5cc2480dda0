from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest

import reenact
from reenact.errors import InputError
from reenact.media.provenance import Marking, Provenance


def result(**changes):
    given = {"method": "warp", "kind": "picture", "weights_sha256": "ab"}
    return SimpleNamespace(**given | changes)


def test_everything_is_on_until_the_owner_says_otherwise():
    assert Marking.from_environ({}) == Marking(True, True)
    assert Marking.from_environ({"REENACT_WATERMARK": "off"}) == Marking(True, False)
    assert Marking.from_environ({"REENACT_CREDENTIALS": " OFF "}) == Marking(False, True)
    assert Marking.from_environ({"REENACT_CREDENTIALS": "on"}) == Marking(True, True)


@pytest.mark.parametrize("value", ["0", "false", "no"])
def test_a_switch_that_is_neither_on_nor_off_is_refused_by_name(value):
    with pytest.raises(InputError, match="`REENACT_WATERMARK` must be on or off"):
        Marking.from_environ({"REENACT_WATERMARK": value})


def test_a_result_knows_what_was_done():
    assert Provenance.of(result(kind="edit")).kind == "edit"
    assert Provenance.of(result(), "live").kind == "live"
    assert Provenance.of(result()).weights_sha256 == "ab"


def test_a_crop_of_the_warp_is_still_a_photograph():
    assert not Provenance.of(result(), crop_only=True).is_whole
    assert not Provenance.of(result(method="of mine"), crop_only=True).is_whole


def test_every_method_knows_its_own_weights():
    folder = Path(reenact.__file__).parent / "weights"
    files = {sha256(path.read_bytes()).hexdigest(): path.stem for path in folder.iterdir()}
    found = {name: files[reenact.create(name).weights_sha256] for name in ("warp", "warp-repair")}
    assert found == {"warp": "expression", "warp-repair": "warp_repair"}
