import pytest

from reenact.media.payload import _METHODS, from_payload, to_payload
from reenact.media.provenance import KINDS, Provenance
from reenact.registry import method_names


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["warp", "warp-repair", "stylefusion"])
def test_what_is_written_can_be_read(kind, method):
    said = from_payload(to_payload(Provenance(method, kind), 255))
    assert (said.kind, said.method, said.tag) == (kind, method, 255)


def test_codes_never_change():
    assert _METHODS[:4] == ("", "warp", "warp-repair", "freenet")
    assert KINDS == ("picture", "edit", "clip", "live", "neutral")
    assert len(_METHODS) <= 32
    assert to_payload(Provenance("warp", "edit"), 0) == (65, 0)
    assert to_payload(Provenance("g2gan", "neutral"), 0) == (64 + 32 + 7, 0)


def test_every_method_of_ours_has_a_code():
    assert set(method_names()) <= set(_METHODS)


def test_a_method_from_elsewhere_and_a_byte_of_a_later_version_have_no_name():
    assert from_payload(to_payload(Provenance("mine"), 0)).method == ""
    assert from_payload((63, 0)).method == ""
