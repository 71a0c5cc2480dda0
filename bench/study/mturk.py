"""Files for Amazon Mechanical Turk: the layout with ${variables}, and one CSV row a form.

The layout is pasted into a project's *Design Layout* (requester site or its sandbox), or sent as
an HTMLQuestion through the API. Its form is a `<crowd-form answer-format="flatten-objects">`, so
that the batch results have a column `Answer.<name>` for each hidden input.
https://docs.aws.amazon.com/AWSMechTurk/latest/AWSMturkAPI/ApiReference_HTMLQuestionArticle.html
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bench.study.page import asset, in_script

if TYPE_CHECKING:
    from bench.study.sheet import Sheet

COLUMNS = ("study", "form", "images_url", "trials")
LAYOUT_LIMIT = 65_535
"""Bytes that an HTMLQuestion may have, with its variables filled in."""


def mturk_files(sheet: Sheet) -> dict[str, bytes]:
    """`layout.html` and `batch.csv`."""
    url = sheet.key["settings"]["images_url"].rstrip("/")
    return {
        "layout.html": layout(sheet.page).encode(),
        "batch.csv": batch(sheet.page, url).encode(),
    }


def batch(page: Mapping[str, Any], images_url: str) -> str:
    """One row a form."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for number, form in enumerate(page["forms"]):
        rows.writerow([page["study"], number, images_url, packed(form)])
    return text.getvalue()


def packed(form: list[dict[str, Any]]) -> str:
    """A form in letters that need no escaping: `trial:show,show/context,context;...`."""

    def stems(names: list[str]) -> str:
        return ",".join(name.removesuffix(".jpg") for name in names)

    return ";".join(f"{t['id']}:{stems(t['show'])}/{stems(t['context'])}" for t in form)


def layout(page: Mapping[str, Any]) -> str:
    """The layout. `${` stands in it for variables only: scripts do not use template strings."""
    public = {k: v for k, v in page.items() if k not in ("forms", "study")}
    return (
        asset("mturk.html")
        .replace("/* STYLE */", asset("player.css"))
        .replace(
            "/* SCRIPT */",
            f"const STUDY = {in_script(public)};\n{asset('player.js')}\n{asset('mturk.js')}",
        )
    )
