"""What participants read. The words for real and generated depend on what the data show."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("real-or-generated", "pairwise", "rating")
REAL, GENERATED = "real", "generated"
LEFT, RIGHT = "left", "right"
RATINGS = ("1", "2", "3", "4", "5")


@dataclass(frozen=True)
class Wording:
    """Texts of one study.

    Attributes:
        title: of the page.
        intro: paragraphs before the first trial.
        question: asked at every trial.
        choices: (value, label) in the order of the buttons.
        captions: under the pictures that show what was wanted.
    """

    title: str
    intro: tuple[str, ...]
    question: str
    choices: tuple[tuple[str, str], ...]
    captions: tuple[str, ...] = ()

    def label(self, value: str) -> str:
        """The words on the button of a choice."""
        return dict(self.choices)[value]


_CHECKS = (
    "Now and then a gray picture with words tells you what to choose: do what it says. "
    "It shows us that someone is looking."
)
_PLAIN = "There are no trick questions: go by what you see."


def wording(kind: str, *, is_rendered: bool, exposure_ms: int | None) -> Wording:
    """The texts of a kind of study.

    Args:
        kind: one of `KINDS`.
        is_rendered: whether the data show rendered people instead of photographs.
        exposure_ms: how long a picture stays; None where there is no limit.
    """
    if kind == "pairwise":
        return _pairwise()
    if kind == "rating":
        return _rating()
    time = (
        "Take as long as you like."
        if exposure_ms is None
        else f"Each picture is shown for {exposure_ms / 1000:g} seconds; then you choose."
    )
    if is_rendered:
        return _made_or_untouched(time)
    return Wording(
        title="Real or generated?",
        intro=(
            "You will see faces, one at a time. Some are real photographs; in the others a program "
            "has made the facial expression. Say which is which.",
            f"{time} {_PLAIN}",
            _CHECKS,
        ),
        question="Is this a real photograph or a generated picture?",
        choices=((REAL, "Real"), (GENERATED, "Generated")),
    )


def _made_or_untouched(time: str) -> Wording:
    return Wording(
        title="Untouched or altered?",
        intro=(
            "You will see faces of people who do not exist: all of them are computer graphics. "
            "Some pictures are untouched; in the others a second program has put another "
            "expression on the face. Say which is which.",
            f"{time} {_PLAIN}",
            _CHECKS,
        ),
        question="Is this face untouched, or was its expression altered?",
        choices=((REAL, "Untouched"), (GENERATED, "Altered")),
    )


def _pairwise() -> Wording:
    return Wording(
        title="Which one is better?",
        intro=(
            "Each time you see a person, and an expression that another person shows. Two programs "
            "tried to put this expression on the person. Choose the better picture: it should look "
            "natural, look like the person, and show the expression.",
            f"Where you cannot decide, follow your first impression. {_PLAIN}",
            _CHECKS,
        ),
        question="Which picture is the better one?",
        choices=((LEFT, "Left"), (RIGHT, "Right")),
        captions=("This person", "with this expression"),
    )


def _rating() -> Wording:
    return Wording(
        title="How good is this picture?",
        intro=(
            "Each time you see a person, an expression that another person shows, and a picture in "
            "which a program put this expression on the person. Rate that picture: does it look "
            "natural, does it look like the person, does it show the expression?",
            f"Use the whole scale from 1 to 5. {_PLAIN}",
            _CHECKS,
        ),
        question="How good is the large picture?",
        choices=tuple(
            zip(RATINGS, ("1 bad", "2 poor", "3 fair", "4 good", "5 excellent"), strict=True)
        ),
        captions=("This person", "with this expression"),
    )
