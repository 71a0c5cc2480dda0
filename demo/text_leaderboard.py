"""The words of the tab *Leaderboard*."""

from __future__ import annotations

TAB = "Leaderboard"
HEAD = "Leaderboard"
HINT = "what was measured, and what papers print"

BOARD = "Protocol"
REPORTED_GROUP = "Paper: "
SORT = "Sort by"
SEARCH = "Search methods"
SEARCH_HINT = "for example warp"
ROWS = "Rows"
ROWS_ALL = "All"
ROWS_WHOLE = "Complete runs only"
ROWS_UNSEEN = "Never trained on these data"
COLUMNS = "Columns"
SHOW = "Columns and intervals"
INTERVALS = "Show 95 % intervals"
TABLE = "Measured figures"
PRINTED = "Reported figures"
METHOD = "Method"
NOT_COMPUTED = "not computed"
LOADING = "Reading the records …"
NO_RECORDS = (
    "No measurements are here yet. Make some with `python -m bench run synthetic-people "
    "--methods copy,warp --out leaderboard/results`. Below is what papers print."
)
NOTHING_FOUND = "No method matches. Clear the search, or show all rows."
LEGEND = (
    "Each figure is a mean over pairs; small brackets hold its 95 % interval over people. "
    "Green figures are the best: no other method is better beyond doubt. The small number is the "
    "rank, with = where methods are tied: the data do not tell them apart. Stars mark methods "
    "that are worse than the best mean (* p < 0.05, ** p < 0.01). Failed pairs count as the worst "
    "value."
)
MARKS = {"partial": "partial", "seen": "saw the data"}
MARKS_ABOUT = {
    "partial": "Only a part of the pairs: shown, never ranked.",
    "seen": "Its weights were trained on these very data, or on what they are made of.",
}
REPORTED = "Reported by the paper"
REPORTED_ABOUT = (
    "Printed in {title}. Nobody measured these figures here: data, crops and metrics may differ, "
    "so they are never ranked together with the measured ones."
)
PLOT = "Quality against speed"
EXPORTS = {"csv": "Download CSV", "markdown": "Markdown", "latex": "LaTeX"}
COMMAND = "The command that made these figures"
PICK = "Click a row to see samples and the command that made its figures."
NO_SAMPLES = "There are no sample pictures of this record."
REAL_PEOPLE = (
    "The people of this protocol are real, so no pictures are shown here. The command gives them "
    "to whoever has the data."
)
SAMPLES_ALT = "Sample pictures of {method}: each row shows source, driving, output and truth"
SAMPLE_HEADS = ("Source", "Driving", "Output", "Truth")
FACTS = {
    "pairs": "Pairs",
    "failed": "Failed pairs",
    "fingerprint": "Protocol fingerprint",
    "weights": "Weights (SHA-256)",
    "commit": "Commit",
    "device": "Computer",
    "time": "Measured",
}


def older(title: str) -> str:
    """Said over a board whose protocol has changed since."""
    return f"{title} was measured by rules that have changed since; it is ranked on its own."
