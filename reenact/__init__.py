"""Face reenactment: one portrait, someone's expression, the portrait with that expression.

    import reenact
    result = reenact.reenact("me.jpg", "smile.jpg")
    result.image                                    # (H, W, 3) uint8

Heavy libraries load on first use, so that importing this takes no time.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_LAZY = {
    "reenact": "reenact.pipeline",
    "Reenactor": "reenact.pipeline",
    "LiveReenactor": "reenact.live",
    "reenact_video": "reenact.clips",
    "edit": "reenact.edits",
    "neutral": "reenact.pipeline",
    "interpolate": "reenact.interpolation",
    "create": "reenact.registry",
    "build": "reenact.registry",
    "method_names": "reenact.registry",
    "find_faces": "reenact.face.detect",
    "load_picture": "reenact.images",
    "save_picture": "reenact.images",
    "save_result": "reenact.media.write",
    "verify": "reenact.media.verify",
    "Options": "reenact.types",
    "Result": "reenact.types",
    "ReenactError": "reenact.errors",
}

__all__ = [*_LAZY, "__version__"]

if TYPE_CHECKING:
    from reenact.errors import ReenactError as ReenactError
    from reenact.types import Options as Options
    from reenact.types import Result as Result


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'reenact' has no attribute '{name}'")
