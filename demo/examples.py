"""The example pictures in `assets/examples`; all of them show rendered people."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from demo import text

ASSETS = Path(__file__).parent / "assets"
EXAMPLES_DIR = ASSETS / "examples"


@dataclass(frozen=True)
class Example:
    """A source and what drives it. `is_clip` tells whether `driving` is a clip.

    Attributes:
        target: the source's person with the driving's expression; None where there is none.
    """

    title: str
    source: Path
    driving: Path
    target: Path | None = None

    @property
    def is_clip(self) -> bool:
        return self.driving.suffix == ".mp4"


WANTED = (
    (text.EXAMPLE_SMILE, "source_1.jpg", "driving_smile.jpg", "target_smile.jpg"),
    (text.EXAMPLE_SURPRISE, "source_2.jpg", "driving_surprise.jpg", "target_surprise.jpg"),
    (text.EXAMPLE_WINK, "source_3.jpg", "driving_wink.jpg", "target_wink.jpg"),
    (text.EXAMPLE_CLIP, "source_1.jpg", "driving_clip.mp4"),
)
"""Title, source, driving, and the ground truth where there is one. An example whose files are not
there is left out."""


def find_examples(folder: Path = EXAMPLES_DIR) -> list[Example]:
    """The examples whose files are there, pictures first."""
    found = [Example(title, *(folder / name for name in names)) for title, *names in WANTED]
    return [e for e in found if e.source.is_file() and e.driving.is_file()]


def is_example(path: str | Path | None) -> bool:
    """Whether a file is one of ours (each shows one face), also as a copy in Gradio's cache."""
    return path is not None and EXAMPLES_DIR in Path(path).resolve().parents
