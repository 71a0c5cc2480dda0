"""A face with its landmarks on it that can be dragged; drawn by `assets/landmark_canvas.js`.

The page draws and sends what the hand does; all geometry is Python's (`reenact/editing.py`). The
value is a scene (`demo.editing.Desk.scene`), and `step` answers each thing that the hand does.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from demo import text_edit as words
from reenact.geometry import regions
from reenact.geometry.handles import GROUPS, HANDLES
from reenact.geometry.presets import PRESETS
from reenact.geometry.sliders import HEAD, SLIDERS

ASSETS = Path(__file__).parent.parent / "assets"
SCRIPTS = ("landmark_canvas.js", "landmark_hand.js", "landmark_tools.js")
RADIUS, MAX_RADIUS = 0.3, 0.8

LINES = (
    *((*ring, ring[0]) for ring in (regions.LIPS_OUTER, regions.LIPS_INNER)),
    *((*ring, ring[0]) for ring in (regions.RIGHT_EYE, regions.LEFT_EYE, regions.OVAL)),
    *((*ring, ring[0]) for ring in (regions.RIGHT_BROW, regions.LEFT_BROW)),
    (168, 6, 197, 195, 5, 4),
    (98, 97, 2, 326, 327),
)
"""Rows of points that are joined by lines."""

Remote = Callable[..., Awaitable[dict[str, Any]]]


class LandmarkCanvas(gr.HTML):
    """The canvas with its tools, sliders and shelf of expressions.

    Args:
        remote: functions that the page calls, by name: `edit_step`, `edit_shelf`, `edit_save`.
    """

    def __init__(self, remote: list[Remote], **settings: Any) -> None:
        super().__init__(
            None,
            label=words.CANVAS_LABEL,
            html_template=template(),
            css_template=(ASSETS / "landmark_canvas.css").read_text(encoding="utf-8"),
            js_on_load="\n".join((ASSETS / name).read_text(encoding="utf-8") for name in SCRIPTS),
            apply_default_css=False,
            server_functions=remote,
            **settings,
        )

    def preprocess(self, payload: Any) -> None:
        """The page's copy of the scene is never read: what counts is the visitor's desk."""

    def postprocess(self, value: dict[str, Any] | None) -> dict[str, Any] | None:
        """A scene as it is."""
        return value

    def api_info(self) -> dict[str, Any]:
        return {"type": "object"}


def template() -> str:
    """The page's part as HTML; nothing in it depends on the scene."""
    setup = {
        "handles": HANDLES,
        "groups": GROUPS,
        "lines": LINES,
        "irises": [iris[:2] for iris in (regions.RIGHT_IRIS, regions.LEFT_IRIS)],
        "presets": [preset.title for preset in PRESETS.values()],
        "keys": {preset.title: name for name, preset in PRESETS.items()},
        "head": HEAD,
        "radius": RADIUS,
        "words": {"gone": words.GONE, "start": words.START, "before": words.BEFORE},
    }
    return (
        f'<div class="lm" data-setup="{escape(json.dumps(setup), quote=True)}">'
        f'<div class="lm-left">{_tools()}{_canvas()}{_groups()}{_options()}</div>'
        f'<div class="lm-right">{_shelf()}{_sliders()}</div></div>'
    )


def _button(act: str, title: str, sign: str = "", **attributes: str) -> str:
    more = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in attributes.items())
    shown = f'<span aria-hidden="true">{sign}</span>' if sign else escape(title)
    label = f' aria-label="{escape(title)}" title="{escape(title)}"' if sign else ""
    return f'<button type="button" data-act="{act}"{label}{more}>{shown}</button>'


def _tools() -> str:
    parts = [
        _button("undo", words.UNDO, "↶", disabled="disabled"),
        _button("redo", words.REDO, "↷", disabled="disabled"),
        _button("reset", words.RESET, disabled="disabled"),
        '<span class="lm-gap"></span>',
        _button("hand", words.HAND, aria_pressed="true"),
        _button("lasso", words.LASSO, aria_pressed="false"),
        '<span class="lm-gap"></span>',
        _button("zoom-out", words.ZOOM_OUT, "−"),
        _button("zoom-in", words.ZOOM_IN, "+"),
        _button("fit", words.ZOOM_FIT, "⤢"),
        '<span class="lm-gap"></span>',
        _button("points", words.POINTS, aria_pressed="true"),
        _button("before", words.BEFORE, aria_pressed="false"),
    ]
    label = escape(words.TOOLS_LABEL)
    return f'<div class="lm-tools" role="toolbar" aria-label="{label}">{"".join(parts)}</div>'


def _canvas() -> str:
    return (
        '<div class="lm-stage">'
        f'<canvas tabindex="0" role="application" aria-label="{escape(words.CANVAS_LABEL)}" '
        'aria-describedby="lm-help"></canvas></div>'
        f'<p id="lm-help" class="lm-help">{escape(words.CANVAS_HELP)}</p>'
        f'<p class="lm-line" role="status" aria-live="polite">{escape(words.STARTING)}</p>'
    )


def _groups() -> str:
    buttons = "".join(
        f'<button type="button" data-group="{name}" aria-pressed="false">{escape(title)}</button>'
        for name, title in ((name, name[0].upper() + name[1:]) for name in GROUPS)
    )
    label = escape(words.GROUPS_LABEL)
    return f'<div class="lm-groups" role="group" aria-label="{label}">{buttons}</div>'


def _options() -> str:
    return (
        '<div class="lm-options">'
        f'<label class="lm-radius"><span>{escape(words.RADIUS)}</span>'
        f'<input type="range" data-option="radius" min="0.04" max="{MAX_RADIUS}" step="0.02" '
        f'value="{RADIUS}"></label>'
        f'<label><input type="checkbox" data-option="symmetric"> {escape(words.SYMMETRIC)}</label>'
        f'<label title="{escape(words.CONSTRAINED_HELP)}"><input type="checkbox" checked '
        f'data-option="constrained"> {escape(words.CONSTRAINED)}</label></div>'
    )


def _shelf() -> str:
    buttons = "".join(
        f'<button type="button" data-preset="{name}"><span class="lm-face"></span>'
        f"<span>{escape(preset.title)}</span></button>"
        for name, preset in PRESETS.items()
    )
    label = escape(words.SHELF_LABEL)
    return (
        f'<h3 id="lm-shelf">{label}</h3>'
        f'<div class="lm-shelf" role="group" aria-labelledby="lm-shelf">{buttons}</div>'
    )


def _sliders() -> str:
    blocks = []
    for part, title in words.PARTS.items():
        rows = "".join(_slider(name) for name, s in SLIDERS.items() if s.part == part)
        blocks.append(f"<fieldset><legend>{escape(title)}</legend>{rows}</fieldset>")
    return f'<div class="lm-sliders">{"".join(blocks)}</div>'


def _slider(name: str) -> str:
    slider = SLIDERS[name]
    low, high = (escape(end) for end in slider.ends)
    return (
        f'<label title="{low} to {high}"><span>{escape(slider.title)}</span>'
        f'<input type="range" data-slider="{name}" min="-1" max="1" step="0.02" value="0" '
        f'aria-valuetext="0"><output>0</output></label>'
    )
