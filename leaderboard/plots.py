"""Quality against speed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from leaderboard.board import Board
from leaderboard.cells import SPEED_NAME, Column

if TYPE_CHECKING:
    import plotly.graph_objects

_LETTER, _LINE = 0.021, 0.11  # size of a letter, over what lies between the outermost points


def quality_against_speed(
    board: Board, column: Column, *, is_dark: bool = False
) -> plotly.graph_objects.Figure | None:
    """A point a method: pairs a second to the right, the metric upwards; better is up and right.

    Returns:
        None where no method has both figures.
    """
    import plotly.graph_objects as go

    points = [
        (row.label, row.cells[SPEED_NAME].value, row.cells[column.name])
        for row in board.rows
        if row.cells[SPEED_NAME].value and row.cells[column.name].value is not None
    ]
    if not points:
        return None
    fastest = [1000 / float(ms or 1) for _, ms, _ in points]
    values = [float(cell.value or 0) for _, _, cell in points]
    ends = [
        (0.0, 0.0)
        if cell.low is None or cell.high is None
        else (cell.high - float(cell.value or 0), float(cell.value or 0) - cell.low)
        for _, _, cell in points
    ]
    figure = go.Figure(
        go.Scatter(
            x=fastest,
            y=values,
            text=[f" {label} " for label, _, _ in points],
            mode="markers+text",
            textposition=_positions(fastest, values, [label for label, _, _ in points]),
            marker={"size": 13, "color": "#6366f1"},
            cliponaxis=False,
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [up for up, _ in ends],
                "arrayminus": [down for _, down in ends],
                "color": "#9aa3b8",
                "thickness": 1.2,
            },
            hovertemplate="%{text}<br>%{x:.2f} pairs/s<br>%{y:.4g}<extra></extra>",
        )
    )
    ink, line = ("#e5e9f5", "#3b4560") if is_dark else ("#1c2333", "#d8dce8")
    axis = {"gridcolor": line, "zeroline": False, "linecolor": line}
    best = "up" if column.is_higher_better else "down"
    ticks = _ticks(min(fastest), max(fastest))
    speed_axis = {"title": "pairs a second (log scale)", "type": "log", "tickvals": ticks}
    ends_x = (math.log10(min(fastest)) - 0.15, math.log10(max(fastest)) + 0.5)
    figure.update_layout(
        xaxis={**axis, **speed_axis, "range": ends_x, "ticktext": [f"{tick:g}" for tick in ticks]},
        yaxis={**axis, "title": f"{column.heading}: {best} is better"},
        margin={"l": 60, "r": 40, "t": 52, "b": 50},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": ink, "size": 13, "family": "ui-sans-serif, system-ui, sans-serif"},
        showlegend=False,
        height=360,
    )
    return figure


def _positions(
    speeds: Sequence[float], values: Sequence[float], labels: Sequence[str]
) -> list[str]:
    """A side of its point for each label, so that no two labels lie on each other."""
    xs, ys = _spread([math.log10(speed) for speed in speeds]), _spread(values)
    placed: list[tuple[float, float, float, float]] = []
    sides = []
    for x, y, label in zip(xs, ys, labels, strict=True):
        wide = _LETTER * (len(label) + 1)
        boxes = {
            f"{height} {side}": (x - wide * (side == "left"), y + up, wide, _LINE)
            for side in ("right", "left")
            for height, up in (("middle", 0.0), ("bottom", -_LINE), ("top", _LINE))
        }
        free = [name for name, box in boxes.items() if not any(_meet(box, b) for b in placed)]
        sides.append(free[0] if free else "middle right")
        placed.append(boxes[sides[-1]])
    return sides


def _spread(values: Sequence[float]) -> list[float]:
    low, high = min(values), max(values)
    return [(value - low) / ((high - low) or 1) for value in values]


def _meet(first: tuple[float, ...], second: tuple[float, ...]) -> bool:
    (x, y, wide, high), (left, low, width, height) = first, second
    return x < left + width and left < x + wide and y < low + height and low < y + high


def _ticks(low: float, high: float) -> list[float]:
    """1, 2 and 5 times powers of ten around a range."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    return [step * 10.0**power for power in range(first, last + 1) for step in (1, 2, 5)]
