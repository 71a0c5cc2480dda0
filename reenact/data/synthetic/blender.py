"""Blender as a Python package, which rendering needs and nothing else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reenact.errors import InputError

if TYPE_CHECKING:
    from reenact.data.synthetic.render import Studio


def studio_class() -> type[Studio]:
    """`render.Studio`.

    Raises:
        InputError: Blender is not here; says how to get it.
    """
    try:
        from reenact.data.synthetic.render import Studio
    except ModuleNotFoundError as error:
        if error.name not in ("bpy", "mathutils"):
            raise
        raise InputError(
            "Rendering needs Blender as a Python package. In a fresh environment of Python 3.11: "
            "`pip install bpy==5.0.1 'opencv-python-headless<4.12' scipy pillow av`."
        ) from error
    return Studio
