"""What can be said before any picture is read: a run's recipe, options and files.

Packing a data set takes minutes, and a typing mistake must not cost them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

from reenact.errors import InputError, OutputError
from reenact.files import require_file
from reenact.training.recipe import Recipe

FILES = ("begin", "drivers", "embedding", "meshes", "rendered", "shapes", "start", "ulc")
"""Options that name a file to read, in every method that has them."""
KEPT = "keep_file"
"""The option that names a file to read, or to write where it is missing."""
_NOTHING = ("", "none")  # left out; and landmarkgan's `begin=none`


def check_files(recipe: Recipe) -> None:
    """Refuse options that name a file which is not there, or cannot be.

    Raises:
        InputError, OutputError: says which.
    """
    for name, text in recipe.options.items():
        if name in FILES and text not in _NOTHING:
            require_file(text, name, InputError)
        if name == KEPT and text and (Path(text).is_dir() or not Path(text).parent.is_dir()):
            raise OutputError(f"`{name}` must be a file in a folder that exists, got '{text}'.")


def check_options(recipe: Recipe) -> None:
    """Refuse whatever a method's `prepare` refuses before it looks at its data.

    That is a wrong recipe or option, weights to begin with that do not fit, and networks of
    losses that are not on this computer. The networks are built for it: about a second.

    Raises:
        ReenactError: as `prepare`.
    """
    from reenact.training.start import training_of

    try:
        training_of(recipe.method).prepare(_NoPackYet(), recipe)
    except _Looked:
        return


class _Looked(Exception):
    """`prepare` asked for data: all that it checks before is in order."""


class _NoPackYet:
    """Stands for a pack that will be made."""

    def __getattr__(self, name: str) -> NoReturn:
        raise _Looked

    def __len__(self) -> NoReturn:
        raise _Looked

    def __getitem__(self, index: Any) -> NoReturn:
        raise _Looked
