"""Words of the tab *Compare*."""

from __future__ import annotations

from collections.abc import Sequence

from demo import text

TAB_COMPARE = "Compare"
INTRO = "One pair through every method. Results appear one after the other, with their figures."

TARGET_HEAD = "Ground truth"
TARGET_HINT = "optional"
TARGET_LABEL = "Ground truth picture"

RUN = "Compare all methods"
SHEET = "Download all on one sheet"
RESULTS_HEAD = "Results"
RESULTS_HINT = "drag a handle to compare with the source"
NOT_RUN = "Not run yet."
WAITING = "Waits for its turn."
WORKING = "Working …"
MEASURING = "Measuring …"
STARTING = "Looking for the faces …"
START = "Press the button, or try an example."
NO_FIGURE = "not computed"
PEOPLE_HEAD = "Compare with one of them as the source"
SIDEWAYS = (
    "The ground truth must have the shape of the source picture, got {got} and {wanted} pixels. "
    "Give the same person in the same frame."
)

FIGURES = {
    "identity_distance": (
        "Identity distance to the source",
        "0 is the same picture; above 0.6 dlib sees another person.",
    ),
    "landmark_distance_px": (
        "Landmark distance to the driving",
        "Pixels of a 256 crop, both faces laid on the source's head; two people are never at 0.",
    ),
    "seconds": ("Time", "Seconds of this method for one picture, without finding the faces."),
    "ssim": ("SSIM to the ground truth", "Structural similarity of the face crop; 1 is equal."),
    "lpips": ("LPIPS to the ground truth", "Perceptual distance of the face crop; 0 is equal."),
}
"""What each figure is called, and what it means."""

UNITS = {"landmark_distance_px": "px", "seconds": "s"}


def running(number: int, total: int, title: str) -> str:
    """What the status line says while methods run."""
    return f"{title}: {number} of {total} …"


def done(count: int, failed: int, seconds: float) -> str:
    """What the status line says at the end."""
    methods = f"{count} method{'s' if count != 1 else ''}"
    without = f", {failed} of them without a result" if failed else ""
    return f"Compared {methods}{without} in {seconds:.1f} s."


def stranger(people: Sequence[str]) -> str:
    """What a card says where the method was not trained to draw the source."""
    who = f"the people it was trained on: {text.listed(people)}" if people else "people it knows"
    return (
        f"Nothing to compare: the source is nobody whom this method can draw. It draws only {who}."
    )


def slider_label(title: str) -> str:
    """What screen readers call a method's result."""
    return f"{title}: before and after"


def unchanged(value: str) -> str:
    """The same figure of the source as it is, so that a number says something."""
    return f"The source as it is: {value}"
