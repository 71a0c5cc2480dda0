"""A sheet of pictures with names and figures: one PNG that can be put into a report."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont, ImageOps

from demo.marks import MARK, mark_picture

if TYPE_CHECKING:
    from demo.judge import Figure
    from reenact.media.provenance import Marking
    from reenact.types import Frame

CELL_PX, GAP_PX, LINE_PX = 400, 24, 26
MOST_COLUMNS = 4
_INK, _GRAY, _PAPER, _EMPTY = "#111827", "#4b5563", "white", "#eef0f4"


@dataclass(frozen=True)
class Cell:
    """One picture of a sheet.

    Attributes:
        image: (H, W, 3); None where there is none.
        figures: lines below it.
        note: a line below it, where there is something else to say.
        is_given: whether the visitor gave the picture; else a method made it.
    """

    title: str
    image: Frame | None
    figures: Sequence[Figure] = ()
    note: str = ""
    is_given: bool = False

    @property
    def lines(self) -> list[str]:
        shown = [f"{f.title}: {f.shown}" for f in self.figures]
        return [line for text in [*shown, self.note] for line in textwrap.wrap(text, 48)]


def save_sheet(cells: Sequence[Cell], path: Path, marking: Marking | None = None) -> Path:
    """Write what was given in one row and what was made below it, marked as generated.

    Args:
        marking: what the owner wants marked; None for what the environment says.
    """
    given = [cell for cell in cells if cell.is_given]
    made = [cell for cell in cells if not cell.is_given]
    columns = max(len(given), min(MOST_COLUMNS, len(made)))
    rows = [given, *(made[start : start + columns] for start in range(0, len(made), columns))]
    heights = [_row_height(row) for row in rows]
    width = columns * CELL_PX + (columns + 1) * GAP_PX
    sheet = Image.new("RGB", (width, sum(heights) + GAP_PX + 2 * LINE_PX), _PAPER)
    draw, top = ImageDraw.Draw(sheet), GAP_PX
    for row, height in zip(rows, heights, strict=True):
        for column, cell in enumerate(row):
            _draw_cell(sheet, draw, cell, (GAP_PX + column * (CELL_PX + GAP_PX), top))
        top += height
    draw.text((GAP_PX, top), MARK, fill=_GRAY, font=_font(16))
    sheet.save(path)
    mark_picture(path, marking=marking)
    return path


def _row_height(row: Sequence[Cell]) -> int:
    return CELL_PX + GAP_PX + LINE_PX * (2 + max(len(cell.lines) for cell in row))


def _draw_cell(
    sheet: Image.Image, draw: ImageDraw.ImageDraw, cell: Cell, corner: tuple[int, int]
) -> None:
    x, y = corner
    if cell.image is None:
        draw.rectangle((x, y, x + CELL_PX, y + CELL_PX), fill=_EMPTY)
    else:
        picture = ImageOps.contain(Image.fromarray(cell.image), (CELL_PX, CELL_PX))
        sheet.paste(picture, (x + (CELL_PX - picture.width) // 2, y + CELL_PX - picture.height))
    y += CELL_PX + 8
    draw.text((x, y), cell.title, fill=_INK, font=_font(22))
    for number, line in enumerate(cell.lines):
        draw.text((x, y + 34 + number * LINE_PX), line, fill=_GRAY, font=_font(17))


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=size)
