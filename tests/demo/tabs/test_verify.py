import pytest
from PIL import Image

from demo import text_media as words
from demo.config import DemoConfig
from demo.services import Services
from demo.sessions import Sessions
from demo.tabs.verify import answer_html, check
from reenact.media.provenance import Provenance
from reenact.media.verify import Answer, verify
from reenact.media.write import save_marked
from tests.demo.stand_in import StandIn


@pytest.fixture
def strict(cache):
    """Services that ask for consent: checking a picture needs none."""
    return Services(StandIn(), Sessions(cache), DemoConfig())


@pytest.fixture
def made(upload, tmp_path, portrait):
    path = tmp_path / "made.png"
    save_marked(portrait, path, Provenance("warp", "picture", "ab" * 32))
    return upload(path)


def test_the_answer_is_the_command_lines(strict, made):
    text = verify(made).text
    shown = check(strict, "a", made)
    assert words.VERDICTS["here"] in shown
    assert text in shown
    assert "abababababababab<" in shown


def test_the_file_is_gone_afterwards(strict, made, cache):
    check(strict, "a", made)
    assert [p for p in cache.rglob("*") if p.is_file()] == []
    assert strict.sessions.get("a").uploads == set()


def test_a_file_that_another_visitor_uses_stays_for_them(strict, made):
    other = strict.sessions.get("b")
    strict.sessions.note_upload(other, made)
    check(strict, "a", made)
    assert verify(made).verdict == "here"


def test_saved_again_altered_and_elsewhere(strict, made, upload, tmp_path, portrait):
    again, plain = tmp_path / "again.jpg", tmp_path / "plain.png"
    Image.open(made).save(again, quality=80)
    Image.fromarray(portrait).save(plain)
    altered = tmp_path / "altered.png"
    data = bytearray(open(made, "rb").read())
    data[-20] ^= 1
    altered.write_bytes(data)
    for path, verdict in ((again, "stripped"), (plain, "unknown"), (altered, "altered")):
        assert words.VERDICTS[verdict] in check(strict, "a", upload(path, path.name))


def test_no_picture_is_one_line_and_goes_too(strict, upload, cache):
    shown = check(strict, "a", upload(b"nothing to see here", "notes.png"))
    assert 'role="alert"' in shown and "must be a picture or a clip" in shown
    assert [p for p in cache.rglob("*") if p.is_file()] == []


def test_what_a_file_says_cannot_become_markup():
    answer = Answer("reenact", "<b>x</b>", "intact", True, method="<img src=x>", signer="<i>")
    shown = answer_html(answer)
    assert "<b>" not in shown and "<img" not in shown and "<i>" not in shown


def test_every_verdict_has_a_headline():
    from typing import get_args

    from reenact.media.verify import Verdict

    assert set(words.VERDICTS) == set(get_args(Verdict))
