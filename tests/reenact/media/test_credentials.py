import json
import re

import numpy as np
import pytest
from PIL import Image

from reenact.media.credentials import MIME_TYPES, manifest, read_credentials
from reenact.media.provenance import LABEL, Marking, Provenance
from reenact.media.write import MarkedClipWriter, save_marked, sign_output

PROVENANCE = Provenance("warp", "edit", "ab" * 32)


@pytest.fixture(params=[".png", ".jpg", ".webp", ".gif", ".mp4", ".mov"])
def signed(request, portrait, tmp_path):
    """A signed file of each kind, with a telling name."""
    path = tmp_path / f"private name{request.param}"
    if request.param in (".mp4", ".mov"):
        with MarkedClipWriter(path, PROVENANCE, fps=25, size=portrait.shape[:2]) as clip:
            for _ in range(6):
                clip.write(portrait)
    elif request.param == ".gif":
        Image.fromarray(portrait).save(path)
        sign_output(path, PROVENANCE)
    else:
        save_marked(portrait, path, PROVENANCE)
    return path


def mime(path):
    return MIME_TYPES[path.suffix]


def test_what_is_signed_can_be_read(signed, tmp_path):
    found = read_credentials(signed, mime(signed))
    assert (found.is_intact, found.is_ours, found.problems) == (True, True, ())
    assert found.generator == "reenact"
    assert found.output == PROVENANCE.data()
    assert list(tmp_path.iterdir()) == [signed]


def test_they_say_ai_and_nothing_about_anybody(signed):
    said = json.dumps(read_credentials(signed, mime(signed)).manifest)
    assert "compositeWithTrainedAlgorithmicMedia" in said
    assert "c2pa.created" in said and "c2pa.edited" in said
    assert "AI-generated or AI-edited" in said
    raw = signed.read_bytes()
    for word in (b"private name", str(signed.parent).encode(), b"Exif\0\0", b"GPSLatitude"):
        assert word not in raw
    if mime(signed).startswith("image/"):
        assert not Image.open(signed).getexif()
    assert not re.search(r"20\d\d-\d\d-\d\d", said), "no time of making"
    assert '"when"' not in said and "thumbnail" not in said and "ingredient" not in said


def test_a_flipped_bit_is_seen(signed):
    data = bytearray(signed.read_bytes())
    data[-40 if signed.suffix != ".mp4" else len(data) // 2] ^= 1
    signed.write_bytes(data)
    found = read_credentials(signed, mime(signed))
    assert not found.is_intact
    assert found.problems


def test_an_edited_claim_is_seen(signed):
    data = signed.read_bytes()
    old = PROVENANCE.weights_sha256.encode()
    assert old in data
    signed.write_bytes(data.replace(old, b"cd" * 32))
    found = read_credentials(signed, mime(signed))
    assert not found.is_intact
    assert "assertion.hashedURI.mismatch" in found.problems


def test_credentials_of_another_file_do_not_fit(portrait, tmp_path):
    """Someone moves our credentials into a picture of their own."""
    from tests.reenact.media.forgery import png_chunk, with_chunk

    ours, theirs = tmp_path / "ours.png", tmp_path / "theirs.png"
    save_marked(portrait, ours, PROVENANCE)
    Image.fromarray(255 - portrait).save(theirs)
    theirs.write_bytes(with_chunk(theirs.read_bytes(), png_chunk(ours.read_bytes(), b"caBX")))
    assert read_credentials(theirs, "image/png").problems == ("assertion.dataHash.mismatch",)


def test_damaged_beyond_reading_is_not_the_same_as_absent(portrait, tmp_path):
    path = tmp_path / "o.jpg"
    save_marked(portrait, path, PROVENANCE)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"jumb", b"jumX"))
    found = read_credentials(path, "image/jpeg")
    assert found is None or not found.is_intact


def test_a_file_without_any_has_none(portrait_path):
    assert read_credentials(portrait_path, "image/png") is None


def test_another_installation_is_not_ours(portrait, tmp_path, monkeypatch):
    path = tmp_path / "o.png"
    save_marked(portrait, path, PROVENANCE)
    monkeypatch.setenv("REENACT_CONFIG_DIR", str(tmp_path / "another"))
    found = read_credentials(path, "image/png")
    assert (found.is_intact, found.is_ours) == (True, False)


@pytest.mark.parametrize("kind", ["EC", "Ed25519", "RSA"])
def test_an_owners_own_certificate_signs_and_is_recognized(kind, portrait, tmp_path, monkeypatch):
    from tests.reenact.media.forgery import owners_pair

    chain, key = owners_pair(tmp_path, kind)
    monkeypatch.setenv("REENACT_CERTIFICATE", str(chain))
    monkeypatch.setenv("REENACT_PRIVATE_KEY", str(key))
    path = tmp_path / "o.png"
    save_marked(portrait, path, PROVENANCE)
    found = read_credentials(path, "image/png")
    assert (found.is_intact, found.is_ours) == (True, True)
    assert found.signer == "Example Museum"
    monkeypatch.delenv("REENACT_CERTIFICATE"), monkeypatch.delenv("REENACT_PRIVATE_KEY")
    assert not read_credentials(path, "image/png").is_ours


def test_a_whole_crop_of_a_network_is_called_generated():
    def types(is_whole):
        said = manifest(Provenance("x", is_whole=is_whole), "image/png", has_watermark=True)
        actions = said["assertions"][0]["data"]["actions"]
        return {a["digitalSourceType"].rsplit("/", 1)[1] for a in actions[:2]}

    assert types(True) == {"trainedAlgorithmicMedia"}
    assert types(False) == {"compositeWithTrainedAlgorithmicMedia"}


def test_the_watermark_is_mentioned_only_where_it_is(portrait, tmp_path):
    path = tmp_path / "o.png"
    save_marked(portrait, path, PROVENANCE, marking=Marking(watermark=False))
    assert "watermark" not in json.dumps(read_credentials(path, "image/png").manifest)
    assert np.array_equal(np.asarray(Image.open(path)), portrait)
    save_marked(portrait, path, PROVENANCE)
    assert "c2pa.watermarked.unbound" in json.dumps(read_credentials(path, "image/png").manifest)
    assert LABEL in json.dumps(read_credentials(path, "image/png").manifest)
