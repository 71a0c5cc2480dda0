"""The example pictures in `assets/examples`; all of them show rendered people."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from demo import text

ASSETS = Path(__file__).parent / "assets"
EXAMPLES_DIR = ASSETS / "examples"


@dataclass(frozen=True)
class Example:
    """A source and what drives it. `is_clip` tells whether `driving` is a clip."""

    title: str
    source: Path
    driving: Path

    @property
    def is_clip(self) -> bool:
        return self.driving.suffix == ".mp4"


WANTED = (
    (text.EXAMPLE_SMILE, "source_1.jpg", "driving_smile.jpg"),
    (text.EXAMPLE_SURPRISE, "source_2.jpg", "driving_surprise.jpg"),
    (text.EXAMPLE_WINK, "source_3.jpg", "driving_wink.jpg"),
    (text.EXAMPLE_CLIP, "source_1.jpg", "driving_clip.mp4"),
)
"""Title, source and driving; files that are not there are left out."""


def find_examples(folder: Path = EXAMPLES_DIR) -> list[Example]:
    """The examples whose files are there, pictures first."""
    found = [Example(title, folder / source, folder / driving) for title, source, driving in WANTED]
    return [e for e in found if e.source.is_file() and e.driving.is_file()]


def is_example(path: str | Path | None) -> bool:
    """Whether a file is one of ours (each shows one face), also as a copy in Gradio's cache."""
    return path is not None and EXAMPLES_DIR in Path(path).resolve().parents
