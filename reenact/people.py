"""Sources by name: methods that draw only people whom they were trained on know their portraits.

python -m reenact image ada driving.jpg --method landmarkgan -o out.png
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reenact.errors import InputError

if TYPE_CHECKING:
    from reenact.base import Method


def by_name(source: Any, method: Method) -> Any:
    """The source; or the portrait of the person it names, where the method knows people.

    A name that the method knows may look like anything; others have no suffix. Files come first.

    Raises:
        UnknownNameError: nobody is called like that; names the closest.
        InputError: it is somebody whom another method knows.
    """
    if not isinstance(source, str | Path) or os.path.exists(source):
        return source
    path, known = Path(source), method.info.people
    if str(source) in known or (known and _is_word(path)):
        return method.portrait(str(source))
    if _is_word(path):
        _refuse_person_of_another(str(source), method)
    return source


def _is_word(path: Path) -> bool:
    return path.suffix == "" and len(path.parts) == 1


def _refuse_person_of_another(name: str, method: Method) -> None:
    from reenact.registry import method_class, method_names

    for other in method_names():
        if name in method_class(other).info.people:
            raise InputError(
                f"`source` '{name}' is a person of {other}, not of {method.name}. "
                f"Use method {other}, or give a picture."
            )
