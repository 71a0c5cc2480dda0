import io
import json

import numpy as np
import pytest
from PIL import Image

from reenact import terminal
from reenact.cli import app
from reenact.errors import ImageError
from reenact.media.provenance import Marking, Provenance
from reenact.media.verify import clean, media_type, verify
from reenact.media.write import MarkedClipWriter, save_marked
from tests.media import BAD_PICTURES, draw_clip

PROVENANCE = Provenance("warp", "picture", "ab" * 32)


@pytest.fixture
def made(portrait, tmp_path):
    path = tmp_path / "made.png"
    save_marked(portrait, path, PROVENANCE)
    return path


@pytest.fixture(scope="session")
def clip(portrait, tmp_path_factory):
    path = tmp_path_factory.mktemp("clip") / "made.mp4"
    with MarkedClipWriter(path, Provenance("warp", "clip"), fps=25, size=portrait.shape[:2]) as out:
        for _ in range(6):
            out.write(portrait)
    return path


def test_untouched(made):
    answer = verify(made)
    assert answer.verdict == "here"
    assert "made here, with reenact" in answer.text
    assert "intact" in answer.text
    assert (answer.credentials, answer.has_watermark) == ("intact", True)


def test_saved_again_without_credentials(made, tmp_path):
    path = tmp_path / "again.jpg"
    Image.open(made).save(path, quality=75)
    answer = verify(path)
    assert (answer.verdict, answer.credentials, answer.method) == ("stripped", "absent", "warp")
    assert "content credentials were removed" in answer.text
    assert "probably here" in answer.text


def test_saved_again_on_another_machine(made, tmp_path, monkeypatch):
    path = tmp_path / "again.png"
    Image.open(made).convert("RGB").save(path)
    from reenact.media import verify as module

    there = module.identity().tag
    monkeypatch.setattr(module, "identity", lambda: type("I", (), {"tag": (there + 1) % 256}))
    assert "probably here" not in verify(path).text


def test_pixels_changed_under_the_credentials(portrait, tmp_path):
    path = tmp_path / "o.jpg"
    save_marked(portrait, path, PROVENANCE)
    data = bytearray(path.read_bytes())
    data[-300] ^= 4
    path.write_bytes(data)
    answer = verify(path)
    assert (answer.verdict, answer.credentials) == ("altered", "altered")
    assert "the picture is not the one that was signed" in answer.text
    assert answer.problems == ("assertion.dataHash.mismatch",)


def test_claims_edited(portrait, tmp_path):
    path = tmp_path / "o.jpg"
    save_marked(portrait, path, PROVENANCE)
    path.write_bytes(path.read_bytes().replace(b"ab" * 32, b"cd" * 32))
    answer = verify(path)
    assert answer.verdict == "altered"
    assert "the credentials themselves were edited" in answer.text
    assert answer.has_watermark


def test_pixels_destroyed_under_the_credentials(made):
    data = made.read_bytes()
    at = data.index(b"IDAT") + 400
    made.write_bytes(data[:at] + bytes(2000) + data[at + 2000 :])
    answer = verify(made)
    assert answer.verdict == "altered"
    assert "damaged and cannot be shown" in answer.text


def test_credentials_of_another_machine(made, tmp_path, monkeypatch):
    monkeypatch.setenv("REENACT_CONFIG_DIR", str(tmp_path / "other"))
    answer = verify(made)
    assert answer.verdict == "reenact"
    assert "on another installation" in answer.text
    assert "not known here" in answer.text


def test_another_programs_credentials(portrait, tmp_path):
    path = tmp_path / "o.png"
    Image.fromarray(portrait).save(path)
    foreign(path)
    answer = verify(path)
    assert (answer.verdict, answer.credentials) == ("unknown", "foreign")
    assert "from 'Camera 5'" in answer.text


def test_ours_signed_again_by_another_program(made):
    Image.open(made).convert("RGB").save(made)
    foreign(made)
    answer = verify(made)
    assert (answer.verdict, answer.credentials) == ("stripped", "foreign")
    assert "are now those of 'Camera 5'" in answer.text


def test_from_elsewhere(portrait_path):
    answer = verify(portrait_path)
    assert (answer.verdict, answer.credentials, answer.has_watermark) == (
        "unknown",
        "absent",
        False,
    )
    assert "does not prove that it is real" in answer.text


def test_a_clip(clip, tmp_path):
    answer = verify(clip)
    assert (answer.verdict, answer.kind) == ("here", "clip")
    assert answer.text.startswith("This clip was made here")
    data = bytearray(clip.read_bytes())
    data[len(data) // 2] ^= 8
    (tmp_path / "t.mp4").write_bytes(data)
    assert verify(tmp_path / "t.mp4").verdict == "altered"


def test_a_clip_encoded_again(clip, tmp_path):
    import av

    path = tmp_path / "again.mp4"
    with av.open(str(clip)) as read, av.open(str(path), "w") as write:
        stream = write.add_stream("libx264", rate=25, options={"crf": "26"})
        stream.width, stream.height, stream.pix_fmt = 304, 304, "yuv420p"
        for frame in read.decode(video=0):
            write.mux(stream.encode(av.VideoFrame.from_image(frame.to_image())))
        write.mux(stream.encode())
    answer = verify(path)
    assert (answer.verdict, answer.kind) == ("stripped", "clip")


def test_a_clip_from_elsewhere(tmp_path):
    assert verify(draw_clip(tmp_path / "c.mp4", frames=6)).verdict == "unknown"


@pytest.mark.parametrize("name", sorted(BAD_PICTURES))
def test_what_is_no_picture_is_one_line(name, tmp_path):
    path = BAD_PICTURES[name](tmp_path) if callable(BAD_PICTURES[name]) else None
    if path is None:
        pytest.skip("described elsewhere")
    try:
        verify(path)
    except ImageError as error:
        assert "\n" not in str(error)


def test_the_suffix_does_not_matter(made, tmp_path):
    odd = tmp_path / "made.dat"
    odd.write_bytes(made.read_bytes())
    assert verify(odd).verdict == "here"
    assert media_type(odd.read_bytes()[:400]) == "image/png"


def test_what_a_file_says_cannot_reach_the_terminal_as_commands():
    assert clean("a\x1b[31mb\nc" + "d" * 200) == ("a[31mbc" + "d" * 200)[:100]


def test_the_command(made, tmp_path, capsys):
    assert terminal.run(app, "reenact", ["verify", str(made)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("This picture was made here") and out.count("\n") == 1
    assert terminal.run(app, "reenact", ["verify", str(made), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "here"
    text = tmp_path / "notes.txt"
    text.write_text("nothing to see")
    assert terminal.run(app, "reenact", ["verify", str(text)]) == 2
    err = capsys.readouterr().err
    assert "must be a picture or a clip, got something else named .txt" in err
    assert err.count("\n") == 1


def test_owners_choice_reaches_the_answer(portrait, tmp_path):
    path = tmp_path / "o.png"
    save_marked(portrait, path, PROVENANCE, marking=Marking(credentials=False))
    assert verify(path).verdict == "stripped"
    save_marked(portrait, path, PROVENANCE, marking=Marking(watermark=False))
    assert (verify(path).verdict, verify(path).has_watermark) == ("here", False)


def foreign(path):
    """Sign a PNG as another program would, with a certificate that nobody here knows."""
    import c2pa

    from tests.reenact.media.forgery import owners_pair

    chain, key = owners_pair(path.parent, "EC")
    pair = (chain.read_bytes(), key.read_bytes())
    chain.unlink(), key.unlink()
    created = {"action": "c2pa.created"}
    claim = {
        "claim_generator_info": [{"name": "Camera 5", "version": "1"}],
        "format": "image/png",
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [created]}}],
    }
    signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(b"es384", *pair, None))
    settings = {"verify": {"verify_after_sign": False}}
    signed = io.BytesIO()
    with c2pa.Context.from_dict(settings, signer=signer) as context:
        with c2pa.Builder(json.dumps(claim), context=context) as builder:
            builder.sign("image/png", io.BytesIO(path.read_bytes()), signed)
    path.write_bytes(signed.getvalue())
    assert np.asarray(Image.open(path)).ndim == 3
