"""The participant's page as one file that needs no network, and the folder's README."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.study.sheet import Sheet

ASSETS = Path(__file__).parent / "assets"


def asset(name: str) -> str:
    """A file of `assets/`."""
    return (ASSETS / name).read_text(encoding="utf-8")


def offline_page(page: Mapping[str, Any], pictures: Mapping[str, bytes]) -> str:
    """A page with everything inside: it works from a disk, a mail, any web server, or a frame.

    Args:
        page: `Sheet.page`.
        pictures: file name -> JPEG.
    """
    addresses = {
        name: "data:image/jpeg;base64," + base64.b64encode(data).decode()
        for name, data in pictures.items()
    }
    body = (
        f"<style>{asset('player.css')}</style>\n"
        '<main id="study" aria-live="polite"></main>\n'
        f"<script>const STUDY = {in_script(dict(page))};\n"
        f"STUDY.pictures = {in_script(addresses)};\n"
        f"{asset('player.js')}\n{asset('offline.js')}</script>\n"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data: '
        "blob:; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
        f"<title>{escape(page['title'])}</title>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def in_script(value: Any) -> str:
    """JSON that can stand inside a script element."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")


def read_me(sheet: Sheet, workers: int) -> str:
    """How the study is run, in plain text."""
    forms = len(sheet.page["forms"])
    trials = len(sheet.page["forms"][0])
    each = -(-workers // forms)
    return f"""Study {sheet.study}: {sheet.page["title"]} ({sheet.page["kind"]})

{forms} form(s), {trials} trials each. For {workers} participants, {each} take each form.

KEY.json says what is real and which method made what. Keep it to yourself.

With a link or by mail (Prolific, colleagues)
    Hand out hand_out/study.html. It is one file and works offline; `study.html?form=1` fixes the
    form, otherwise it is drawn. On Prolific, open it with ?PROLIFIC_PID={{{{%PROLIFIC_PID%}}}}.
    At the end participants download a JSON file and send it to you. Put it into results/.

With Amazon Mechanical Turk (try it in the sandbox first: https://requestersandbox.mturk.com)
    1. Put the folder hand_out/mturk/images on a web server (https). Where the address in the
       column images_url of batch.csv is not yours, change it, or make the sheet again with
       `--images-url`.
    2. Create > New Project > Other > Survey Link or Other: paste layout.html into Design Layout.
    3. Set {each} assignments for each task, and publish a batch with batch.csv. Ask that nobody
       takes two tasks of the batch.
    4. Download the batch results as CSV and put the file into results/.

Then:
    python -m bench score THIS_FOLDER
"""
