"""Where a picture or clip comes from, and what was done to it.

answer = verify("portrait.png")
answer.verdict                    # "here", "reenact", "altered", "stripped" or "unknown"
print(answer.text)
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from reenact.errors import ImageError, ReenactError, VideoError
from reenact.files import (
    AVIF_BRANDS,
    HEIC_BRANDS,
    iso_brand,
    read_head,
    require_file,
    why_not_a_picture,
)
from reenact.media import phrases
from reenact.media.certificate import identity
from reenact.media.credentials import Credentials, read_credentials
from reenact.media.payload import Said, from_payload
from reenact.media.provenance import GENERATOR, KINDS
from reenact.types import Frame

Verdict = Literal["here", "reenact", "altered", "stripped", "unknown"]

CLIP_FRAMES = 24
"""Frames of a clip in which the watermark is looked for, every second one from the beginning."""

_HEADS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
)


@dataclass(frozen=True)
class Answer:
    """What is known about a file.

    Attributes:
        verdict: `here` (signed by this installation, unchanged), `reenact` (signed by another
            one, unchanged), `altered` (changed after it was signed), `stripped` (no credentials
            any more, but the watermark), `unknown` (no sign of this program).
        text: all of it in plain words.
        credentials: `intact`, `altered`, `absent`, or `foreign`: another program's.
        has_watermark: whether the invisible watermark was found.
        kind, method, weights_sha256, version: what was done; empty where it is not known.
        signer: whom the credentials name.
        problems: C2PA's codes of what is wrong with the credentials.
    """

    verdict: Verdict
    text: str
    credentials: Literal["intact", "altered", "absent", "foreign"]
    has_watermark: bool
    kind: str = ""
    method: str = ""
    weights_sha256: str = ""
    version: str = ""
    signer: str = ""
    problems: tuple[str, ...] = ()


def verify(path: str | Path, *, name: str = "file") -> Answer:
    """Read a file's credentials and look for the watermark. Nothing is sent anywhere.

    Args:
        name: what the file is called in error messages.

    Raises:
        ImageError: it is neither a picture nor a clip, or cannot be read.
        CertificateError: the owner's certificate cannot be used.
    """
    file = require_file(path, name, ImageError)
    head = read_head(file)
    mime = media_type(head)
    found = read_credentials(file, mime) if mime else None
    try:
        frames, is_clip = _frames(file, head, name)
    except ReenactError:
        if found is None or not found.output:
            raise
        frames, is_clip = [], mime.startswith("video/")  # its pixels are destroyed
    mark = _look(frames, is_thorough=found is None or not found.is_intact)
    return _answer(found, mark, "clip" if is_clip else "picture")


def media_type(head: bytes) -> str:
    """The MIME type of a file that could carry credentials, from its first bytes; else nothing."""
    for start, mime in _HEADS:
        if head.startswith(start):
            return mime
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"AVI ": "video/avi"}.get(head[8:12], "")
    brand = iso_brand(head)
    if brand in HEIC_BRANDS:
        return "image/heic"
    if brand in AVIF_BRANDS:
        return "image/avif"
    if brand == b"qt  ":
        return "video/quicktime"
    return "video/mp4" if brand else ""


def _frames(file: Path, head: bytes, name: str) -> tuple[list[Frame], bool]:
    """Some frames of one size, and whether they are of a clip."""
    from reenact.images import is_still_picture, load_picture
    from reenact.video import ClipReader

    is_still = is_still_picture(file)
    if is_still or media_type(head) == "image/jpeg":
        return [load_picture(file, name=name)], False
    try:
        with ClipReader(file, name=name) as clip:
            return [frame for _, _, frame in islice(clip, 0, 2 * CLIP_FRAMES, 2)], True
    except VideoError as error:
        if "must be a picture, got something else" in why_not_a_picture(head, file.suffix):
            got = f"something else named {file.suffix}" if file.suffix else "something else"
            message = f"`{name}` ({file.name!r}) must be a picture or a clip, got {got}."
            raise ImageError(message) from error
        if media_type(head).startswith("image/"):
            return [load_picture(file, name=name)], False
        raise


def _look(frames: list[Frame], *, is_thorough: bool) -> tuple[bool | None, Said | None]:
    """Whether the watermark is there (None: no frame), and what it says if it can be read."""
    if not frames:
        return None, None
    from reenact.media.watermark import detect

    found = detect(frames, is_thorough=is_thorough)
    if found is None:
        return False, None
    return True, from_payload(found.payload) if found.payload else None


def _answer(found: Credentials | None, mark: tuple[bool | None, Said | None], noun: str) -> Answer:
    has_mark, said = mark
    if found is not None and (found.output or found.generator == GENERATOR or not found.manifest):
        return _from_credentials(found, has_mark, said, noun)
    foreign = "" if found is None else clean(found.generator or found.signer)
    facts: dict[str, Any] = {
        "credentials": "absent" if found is None else "foreign",
        "signer": "" if found is None else clean(found.signer),
        "problems": () if found is None else found.problems,
    }
    if not has_mark:
        return Answer(
            "unknown", phrases.unknown(noun, found, foreign), has_watermark=False, **facts
        )
    if said is not None:
        facts |= {"kind": said.kind, "method": said.method}
    is_here = said is not None and said.tag == identity().tag
    text = phrases.stripped(noun, said, is_here, foreign)
    return Answer("stripped", text, has_watermark=True, **facts)


def _from_credentials(
    found: Credentials, has_mark: bool | None, said: Said | None, noun: str
) -> Answer:
    output = {key: clean(str(value)) for key, value in found.output.items()}
    kind = output.get("kind", "")
    facts = {
        "kind": kind if kind in KINDS else "",
        "method": output.get("method", ""),
        "weights_sha256": output.get("weights_sha256", ""),
        "version": output.get("version", ""),
        "signer": clean(found.signer),
    }
    if found.is_intact:
        verdict: Verdict = "here" if found.is_ours else "reenact"
        text = phrases.intact(noun, facts, found.is_ours, bool(has_mark))
        return Answer(verdict, text, "intact", bool(has_mark), **facts)
    if not facts["method"] and said is not None:
        facts |= {"kind": said.kind, "method": said.method}
    text = phrases.altered(noun, facts, found.problems, has_mark)
    return Answer("altered", text, "altered", bool(has_mark), **facts, problems=found.problems)


def clean(text: str) -> str:
    """What a file says about itself, safe to print: one short line without control characters."""
    return "".join(c for c in text if c.isprintable())[:100]
