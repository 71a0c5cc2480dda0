"""Sources by name: methods that draw only people whom they were trained on know their portraits.

python -m reenact image ada driving.jpg --method landmarkgan -o out.png
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reenact.base import Method


def by_name(source: Any, method: Method) -> Any:
    """The source; or the portrait of the person it names, where the method knows people.

    A name has no suffix and is no file.

    Raises:
        UnknownNameError: nobody is called like that; names the closest.
    """
    if not method.info.people or not isinstance(source, str | Path):
        return source
    path = Path(source)
    is_name = path.suffix == "" and len(path.parts) == 1 and not path.exists()
    return method.portrait(str(source)) if is_name else source
