"""Every word of the tab *Edit landmarks*."""

from __future__ import annotations

TAB = "Edit landmarks"
EXAMPLES_HEAD = "Try a face"
EXAMPLE = "Face {}"
SOURCE_LABEL = "Your picture"
SOURCE_HINT = "the face to edit"
METHOD_LABEL = "Method"
FACE_LABEL = "Which face?"
CANVAS_LABEL = "Face with landmarks"
CANVAS_HELP = (
    "Drag a point, or choose a group and drag it. Keyboard: Page Up and Page Down choose a point, "
    "arrow keys move what is chosen, Shift moves faster, Control Z undoes, Escape lets go."
)
START = "Drag a point of the face: a mouth corner, a brow, an eyelid."
STARTING = "Getting the first face ready …"
WORKING = "Finding the face …"
NO_SOURCE = "Choose a picture first, or try one of the faces."
GONE = "This picture was deleted after a long pause. Choose it again, or try one of the faces."
BUSY = "Many people are editing just now. Try again in a moment."

HEAD_ACTIONS = "Result"
SAVE_PICTURE = "Save picture"
DOWNLOAD = "Download picture"
USE_AS_DRIVING = "Use as driving"
SAVE_EDIT = "Save edit"
HANDED_ON = "The result is the driving picture of the other tabs now."
SAVED = "Saved: {}."
NOT_YET = "Change the face first: it is still as it was."

DATA_HEAD = "Expressions: take, save, load"
TAKE_LABEL = "Take the expression from a picture"
LOAD_LABEL = "Load an edit (JSON)"
KEEP = "Keep on the shelf"
DATA_HINT = (
    "An edit is a small JSON file. It gives the same picture here and with "
    "`python -m reenact edit`, and its expression fits other faces."
)
TAKEN = "Taken from the picture. It is on the shelf as “{}”."
LOADED = "The edit is loaded. It is on the shelf as “{}”."
KEPT = "Kept on the shelf as “{}”."
PICTURE_NAME = "Picture {}"
FILE_NAME = "File {}"
EDIT_NAME = "Edit {}"

BLEND_HEAD = "Blend and interpolate"
FIRST_LABEL = "From"
SECOND_LABEL = "To"
SHARE_LABEL = "Blend"
SHARE_INFO = "0 is the first expression, 1 the second."
STEPS_LABEL = "Steps"
KIND_LABEL = "As"
KINDS = (("Strip", "png"), ("GIF", "gif"), ("Clip", "mp4"))
MAKE = "Interpolate"
MADE_PICTURE_LABEL = "Interpolation"
MADE_CLIP_LABEL = "Interpolation as a clip"
MADE = "{} steps from “{}” to “{}”."
AS_IT_IS = "As it is"
BLENDED = "Between “{}” and “{}”."

UNDO, REDO, RESET = "Undo", "Redo", "Reset"
ZOOM_IN, ZOOM_OUT, ZOOM_FIT = "Zoom in", "Zoom out", "Whole picture"
HAND, LASSO = "Point", "Lasso"
POINTS = "Landmarks"
BEFORE = "Before"
GROUPS_LABEL = "Choose a group"
SHELF_LABEL = "Expressions"
TOOLS_LABEL = "Tools"
RADIUS = "Skin follows within"
SYMMETRIC = "Both sides"
CONSTRAINED = "Stay a face"
CONSTRAINED_HELP = "Keeps the shape within what faces look like."
PARTS = {
    "mouth": "Mouth",
    "eyes": "Eyes",
    "brows": "Brows",
    "face": "Face",
    "head": "Head",
}
NO_HEAD = "{} keeps the head still."
NO_EDITS = "{} cannot edit landmarks. {}"
