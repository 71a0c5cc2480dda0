"""Words of the tab *Methods*."""

from __future__ import annotations

TAB = "Methods"
HEAD = "Methods"
HINT = "what each one does, where it comes from, how well it works"
OURS = "This project's own method"
PAPER = "Paper"
YEAR = "Year"
LICENSE = "Weights"
NO_WEIGHTS = "none needed"
NON_COMMERCIAL = "Not for commercial use."
DATA = "Trained on"
SPEED = "Speed on this computer"
NOT_MEASURED = "not measured yet"
CANNOT = "What it cannot do"
FIGURES = "Figures"
NO_FIGURES = "No results of this method are in the project yet."
FIGURES_HINT = "Means with 95 % intervals; the tab Leaderboard ranks them."
SEEN = "The weights were trained on these very pictures."
PARTIAL = "A part of the protocol only."
TRY = "Try it"
COMPARE = "Compare"


def speed(seconds: float) -> str:
    """How long a method takes for a picture."""
    return f"{seconds:.2f} s a picture, faces found"


def sample_alt(title: str) -> str:
    """What a method's example picture shows."""
    return f"The first example, made by {title} when this page was started"
