"""Pictures of the tab *Style fusion*: faces as they form, the loss curve, the splice grid."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from demo import text_style as words
from demo.marks import MARK
from demo.pictures import data_address, plain_address
from reenact.media.provenance import Marking, Provenance
from reenact.media.write import save_marked

if TYPE_CHECKING:
    from torch import Tensor

    from reenact.methods.stylefusion.choice import Choice
    from reenact.types import Frame

SHOWN_PX = 192
EMPTY_FORMING = f"<p>{words.EMPTY_FORMING}</p>"
_FACE_PX = 256
_CELL_PX, _GAP_PX = 96, 4
_WIDTH, _HEIGHT, _LEFT, _LOW = 480, 180, 44, 26  # of the curve, and of its margins
_COLORS = ("#4f46e5", "#c2410c")
_INK, _GRAY, _PAPER = "#111827", "#4b5563", "white"


def face_frame(picture: Tensor, side: int = SHOWN_PX) -> Frame:
    """(3, S, S) 0..1 to (side, side, 3)."""
    small = np.round(255 * picture.clamp(0, 1).permute(1, 2, 0).numpy()).astype(np.uint8)
    return np.asarray(Image.fromarray(small).resize((side, side), Image.Resampling.BICUBIC))


def forming_html(
    faces: Tensor, drawn: Tensor, provenance: Provenance, marking: Marking | None = None
) -> str:
    """Both faces and what the generator draws of them, side by side.

    Args:
        faces: (2, 3, S, S) of the visitor's pictures. drawn: the same, generated.
    """
    figures = []
    for name, face, made in zip((words.SOURCE, words.DRIVING), faces, drawn, strict=True):
        figures.append((plain_address(face_frame(face)), words.PICTURE_OF.format(name)))
        address = data_address(face_frame(made), provenance, marking)
        figures.append((address, words.DRAWN_OF.format(name)))
    return figures_html(figures)


def drawn_html(faces: Tensor, provenance: Provenance, marking: Marking | None = None) -> str:
    """The generated source, fused and driving face: (3, 3, S, S)."""
    names = [words.DRAWN_OF.format(name) for name in (words.SOURCE, words.FUSED, words.DRIVING)]
    addresses = [data_address(face_frame(face), provenance, marking) for face in faces]
    return figures_html(list(zip(addresses, names, strict=True)))


def figures_html(figures: Sequence[tuple[str, str]]) -> str:
    """Small pictures in a row, each with its name below."""
    each = "".join(
        f'<figure><img src="{escape(address)}" alt="{escape(name)}">'
        f"<figcaption>{escape(name)}</figcaption></figure>"
        for address, name in figures
    )
    return f'<div class="style-faces">{each}</div>'


def curve_html(losses: Sequence[Sequence[float]], total: int) -> str:
    """The loss of both faces over the steps, on a logarithmic scale; empty for fewer than two.

    Args:
        losses: of each step, source and driving. total: steps of the whole search.
    """
    if len(losses) < 2:
        return ""
    values = np.maximum(np.asarray(losses, float), 1e-6)  # (N, 2)
    low, high = math.floor(10 * math.log10(values.min())), math.ceil(10 * math.log10(values.max()))
    span = max(high - low, 1)

    def place(step: int, value: float) -> str:
        x = _LEFT + (_WIDTH - _LEFT - 8) * step / max(total - 1, 1)
        y = 8 + (_HEIGHT - _LOW - 8) * (high - 10 * math.log10(value)) / span
        return f"{x:.1f},{y:.1f}"

    every = max(1, len(values) // 240)
    shown = sorted({*range(0, len(values), every), len(values) - 1})
    lines = "".join(
        f'<polyline points="{" ".join(place(n, values[n, k]) for n in shown)}" fill="none" '
        f'stroke="{color}" stroke-width="2.5"/>'
        for k, color in enumerate(_COLORS)
    )
    first, last = values[0], values[-1]
    told = words.CURVE.format(first[0], last[0], first[1], last[1])
    legend = "".join(
        f'<span><i style="background:{color}"></i>{escape(name)}</span>'
        for name, color in zip((words.SOURCE, words.DRIVING), _COLORS, strict=True)
    )
    return (
        f'<figure class="style-curve"><svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(told)}">{_axes(low, high, total)}{lines}</svg>'
        f"<figcaption>{legend}<small>{escape(told)}</small></figcaption></figure>"
    )


def _axes(low: int, high: int, total: int) -> str:
    bottom = _HEIGHT - _LOW
    ticks = "".join(
        f'<text x="{_LEFT - 6}" y="{y}" text-anchor="end">{10 ** (level / 10):.2g}</text>'
        for level, y in ((high, 14), (low, bottom))
    )
    return (
        f'<path d="M{_LEFT} 6V{bottom}H{_WIDTH - 6}" class="axis"/>{ticks}'
        f'<text x="{_LEFT}" y="{_HEIGHT - 8}">1</text>'
        f'<text x="{_WIDTH - 8}" y="{_HEIGHT - 8}" text-anchor="end">{total:,}</text>'
        f'<text x="{(_LEFT + _WIDTH) // 2}" y="{_HEIGHT - 8}" text-anchor="middle">'
        f"{escape(words.CURVE_X)}</text>"
        f'<text x="{-(bottom // 2)}" y="12" transform="rotate(-90)" text-anchor="middle">'
        f"{escape(words.CURVE_Y)}</text>"
    )


def costs_html(choice: Choice, names: Sequence[str]) -> str:
    """What each layer costs, as a table; chosen ones are marked."""
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in words.COLUMNS)
    rows = ""
    each = zip(choice.costs.appearance, choice.costs.expression, choice.costs.total, strict=True)
    for layer, costs in enumerate(each):
        is_chosen = layer in choice.layers
        cells = "".join(f"<td>{round(cost, 2) + 0.0:+.2f}</td>" for cost in costs)
        kind = ' class="chosen"' if is_chosen else ""
        name = escape(names[layer]) + (f" {words.CHOSEN}" if is_chosen else "")
        rows += f"<tr{kind}><th scope='row'>{name}</th>{cells}</tr>"
    return (
        f'<div class="style-costs"><h3>{escape(words.COSTS_HEAD)}</h3>'
        f"<p>{escape(words.COSTS_INFO)}</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def save_grid(
    grid: Sequence[Sequence[Tensor]],
    ends: Tensor,
    sizes: Sequence[int],
    path: Path,
    provenance: Provenance,
    marking: Marking | None = None,
) -> Path:
    """Write figure 14 as one picture.

    Args:
        grid: (3, S, S) each; number w of list k replaces layers k to k + w: `fuse.splice_grid`.
        ends: (2, 3, S, S) what the generator draws of the source and the driving face.
        sizes: side of each layer's features.
    """
    count, step = len(grid), _CELL_PX + _GAP_PX
    high = 16
    left, top = 92, high + 32 + _CELL_PX + 76
    side = (left + count * step + 16, top + count * step + 44)
    sheet = Image.new("RGB", side, _PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((16, high), words.GRID_TITLE, fill=_INK, font=_font(18))
    for number, (face, name) in enumerate(zip(ends, (words.SOURCE, words.DRIVING), strict=True)):
        x = left + number * 2 * step
        sheet.paste(Image.fromarray(face_frame(face, _CELL_PX)), (x, high + 32))
        draw.text(
            (x + step + 4, high + 32 + _CELL_PX // 2), name, fill=_GRAY, font=_font(15), anchor="lm"
        )
    draw.text((16, top - 18), words.GRID_ROWS, fill=_GRAY, font=_font(15), anchor="lm")
    for first in range(count):
        x = left + first * step
        label = f"{words.GRID_COLUMNS} {first + 1}\n{sizes[first]} x {sizes[first]}"
        draw.text((x, top - 44), label, fill=_GRAY, font=_font(13))
        for width, picture in enumerate(grid[first]):
            cell = Image.fromarray(face_frame(picture, _CELL_PX))
            sheet.paste(cell, (x, top + width * step))
    for width in range(count):
        y = top + width * step + _CELL_PX // 2
        draw.text((46, y), f"{width + 1}", fill=_INK, font=_font(18), anchor="mm")
    draw.text((16, side[1] - 30), MARK, fill=_GRAY, font=_font(14))
    save_marked(np.asarray(sheet), path, provenance, marking=marking)
    return path


def save_face(
    picture: Tensor, path: Path, provenance: Provenance, marking: Marking | None = None
) -> Path:
    """Write one generated face (3, S, S), enlarged."""
    save_marked(face_frame(picture, _FACE_PX), path, provenance, marking=marking)
    return path


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=size)
