"""Portraits of the people whom a method draws, to choose as a source with one click.

Methods that draw only people whom they were trained on say so (`MethodInfo.people`). The embedded
people are rendered, and their portraits lie among the examples.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from demo.engine import Engine, own_methods, word_of
from demo.examples import EXAMPLES_DIR

PEOPLE_DIR = EXAMPLES_DIR / "people"


@dataclass(frozen=True)
class Portrait:
    """A person whom a method knows, and a picture of them."""

    name: str
    file: Path


def find_portraits(
    engine: Engine, methods: Sequence[str], folder: Path
) -> dict[str, list[Portrait]]:
    """The people of each method that knows some; those of one's own runs are written to `folder`.

    Args:
        folder: that visitors can read.
    """
    found: dict[str, list[Portrait]] = {}
    for method in methods:
        names = getattr(engine.method_info(method), "people", ())
        kept = [Portrait(name, PEOPLE_DIR / f"{name}.jpg") for name in names]
        # The people of one's own run may be called like the embedded ones, and are others.
        if method in own_methods() or not all(one.file.is_file() for one in kept):
            kept = [_written(engine, method, name, folder) for name in names]
        if kept:
            found[method] = kept
    return found


def _written(engine: Engine, method: str, name: str, folder: Path) -> Portrait:
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    word = re.sub(r"\W+", "_", name)  # of a pack, it may be `london/001`
    file = folder / f"{word_of(method)}_{word}.jpg"
    Image.fromarray(engine.method(method).portrait(name)).save(file, quality=92)
    return Portrait(name, file)
