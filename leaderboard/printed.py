"""Figures that the papers print. Nobody measured them here, and nothing here ranks them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "reported"
PAPERS = {
    "freenet": "FReeNet (CVPR 2020)",
    "landmarkgan": "LandmarkGAN (2020)",
    "stylefusion": "Facial expression transfer with a style-based generator (2019)",
    "g2gan": "G2-GAN (2017)",
    "gcgan": "GC-GAN (2018)",
}
"""Titles by the names of the files in `reported/`."""

TITLES = {
    "ace_px": "ACE (px)",
    "amt_fooled_percent": "AMT fooled (%)",
    "expression_accuracy_percent": "Expression accuracy (%)",
    "expression_similarity": "Expression similarity",
    "fid": "FID",
    "fps_2080ti": "Frames/s (2080 Ti)",
    "identity_distance": "Identity distance",
    "l1_error": "L1",
    "l2_error": "L2",
    "lipschitz_ratio_mean": "Lipschitz ratio",
    "lmk": "LMK",
    "params_generator_millions": "Generator (M params)",
    "params_transfer_millions": "Transfer (M params)",
    "psnr": "PSNR",
    "rank1_percent": "Rank-1 (%)",
    "seconds_per_pair": "Seconds a pair",
    "ssim": "SSIM",
    "tar_at_far0.1_percent": "TAR @ FAR 0.1 % (%)",
    "tar_at_far1_percent": "TAR @ FAR 1 % (%)",
    "verification_accuracy": "Verification accuracy",
}


@dataclass(frozen=True)
class Figure:
    """One printed number.

    Attributes:
        paper, table: where it stands.
        method, dataset, metric: the paper's words, in the project's spelling.
        is_higher_better: the metric's direction.
        text: the number as it is printed.
        note: what the paper adds.
    """

    paper: str
    table: str
    method: str
    dataset: str
    metric: str
    is_higher_better: bool
    text: str
    note: str

    @property
    def value(self) -> float:
        return float(self.text)


@dataclass(frozen=True)
class PrintedTable:
    """One table of a paper: rows are methods, columns are figures of a kind.

    Attributes:
        columns: (data set, metric, note or "") in the order of the paper's table.
    """

    paper: str
    table: str
    methods: tuple[str, ...]
    columns: tuple[tuple[str, str, str], ...]
    cells: dict[tuple[str, tuple[str, str, str]], Figure]
    notes: tuple[str, ...]

    @property
    def name(self) -> str:
        """Unique, for choosing: `reported:freenet-table1`."""
        return f"reported:{self.paper}-table{self.table}"

    @property
    def title(self) -> str:
        """Paper and table as one says them."""
        place = {"text": "in the text", "fig3": "figure 3"}.get(self.table, f"table {self.table}")
        return f"{PAPERS[self.paper]}, {place}"

    def column_title(self, column: tuple[str, str, str]) -> str:
        """Data set (where tables have several), metric and its direction."""
        dataset, metric, note = column
        figure = next(f for (_, c), f in self.cells.items() if c == column)
        arrow = "↑" if figure.is_higher_better else "↓"
        is_removal = metric.startswith("removal_")
        name = TITLES.get(metric.removeprefix("removal_").removeprefix("synthesis_"), metric)
        parts = [dataset if len({c[0] for c in self.columns}) > 1 else "", note]
        parts += ["removal" if is_removal else "synthesis" if "synthesis_" in metric else ""]
        before = ", ".join(part for part in parts if part)
        return f"{before}: {name} {arrow}" if before else f"{name} {arrow}"


@cache
def figures() -> tuple[Figure, ...]:
    """All printed figures, paper by paper."""
    found = []
    for paper in PAPERS:
        with (FOLDER / f"{paper}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                better = row.pop("better")
                text = row.pop("value")
                found.append(Figure(**row, is_higher_better=better == "higher", text=text))
    return tuple(found)


@cache
def printed_tables() -> tuple[PrintedTable, ...]:
    """All printed figures as the papers' tables."""
    places = dict.fromkeys((f.paper, f.table) for f in figures())
    return tuple(_table(*place) for place in places)


def _table(paper: str, table: str) -> PrintedTable:
    rows = [f for f in figures() if (f.paper, f.table) == (paper, table)]
    met: dict[tuple[str, str, str], int] = {}
    for f in rows:
        met[f.method, f.dataset, f.metric] = met.get((f.method, f.dataset, f.metric), 0) + 1
    # Where one cell has two figures, the note says what tells them apart (the network).
    is_twice = {(dataset, metric) for (_, dataset, metric), n in met.items() if n > 1}
    cells: dict[tuple[str, tuple[str, str, str]], Figure] = {}
    notes: dict[str, None] = {}
    for f in rows:
        apart = f.note if (f.dataset, f.metric) in is_twice else ""
        cells[f.method, (f.dataset, f.metric, apart)] = f
        if f.note and not apart:
            name = TITLES.get(f.metric, f.metric)
            notes[f"{f.method}, {name}: {f.note.replace('+-', '±')}"] = None
    columns = dict.fromkeys(column for _, column in cells)
    methods = dict.fromkeys(f.method for f in rows)
    return PrintedTable(paper, table, tuple(methods), tuple(columns), cells, tuple(notes))


def printed_for(protocol: str) -> PrintedTable | None:
    """The printed table that a protocol repeats: `freenet-table1-held-out@1` -> table 1."""
    name = protocol.split("@")[0].replace("-figure", "-tablefig")
    for table in printed_tables():
        wanted = table.name.removeprefix("reported:")
        if name == wanted or name.startswith(f"{wanted}-"):
            return table
    return None
