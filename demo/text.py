"""Every word that the demo shows."""

from __future__ import annotations

from collections.abc import Sequence

TITLE = "Reenact"
TAGLINE = "Put someone's expression on your portrait."
PRIVACY = (
    "Results are generated pictures and say so: in signed content credentials and in an invisible "
    "watermark. What you upload is used for your result only and deleted when you leave; nothing "
    "is kept. Use only pictures of people who agree."
)
TAB_REENACT = "Reenact"

COPY_LINK = "Copy link"
COPY_LINK_HINT = "A link to this tab, method and example; nothing of yours is in it."
LINK_COPIED = "Copied."

SOURCE_HEAD = "Source"
SOURCE_HINT = "the face that stays"
SOURCE_LABEL = "Source picture"
DRIVING_HEAD = "Driving"
DRIVING_HINT = "the expression it takes on"
DRIVING_PICTURE_LABEL = "Driving picture"
DRIVING_CLIP_LABEL = "Driving clip"
CAMERA_LABEL = "Driving camera"
RESULT_HEAD = "Result"
RESULT_HINT = "the source with the driving expression"
SLIDER_LABEL = "Before and after"
CLIP_RESULT_LABEL = "Result clip"
LIVE_RESULT_LABEL = "Live result"

TAB_PICTURE = "Picture"
TAB_CLIP = "Clip"
TAB_CAMERA = "Camera"

RUN_PICTURE = "Reenact picture"
RUN_CLIP = "Reenact clip"
CANCEL = "Cancel"
MAKE_NEUTRAL = "Make neutral"
DOWNLOAD = "Download"
USE_AS_SOURCE = "Use as source"
USE_AS_DRIVING = "Use as driving"
SET_NEUTRAL = "Set neutral face"
CAMERA_HINT = (
    "The camera is shown as a mirror. With *Motion* on relative: relax your face, look straight "
    "ahead, press **Set neutral face**."
)

EXAMPLES_HEAD = "Try an example"
PEOPLE_HEAD = "People it draws"
EXAMPLE_SMILE = "Smile"
EXAMPLE_SURPRISE = "Surprise"
EXAMPLE_WINK = "Wink"
EXAMPLE_CLIP = "Clip"

OPTIONS_HEAD = "Options"
METHOD_LABEL = "Method"
REGION_LABEL = "Region"
REGION_INFO = "Which part of the expression is transferred."
REGIONS = (("Whole face", "all"), ("Mouth", "mouth"), ("Eyes", "eyes"), ("Brows", "brows"))
STRENGTH_LABEL = "Strength"
STRENGTH_INFO = "0 leaves the source as it is, 1 is the driving expression, above 1 exaggerates."
MODE_LABEL = "Motion (clips and camera)"
MODE_INFO = "Relative adds only what changes after the first driving frame."
MODES = (("Absolute", "absolute"), ("Relative", "relative"))
FOLLOW_LABEL = "Turn the head too"
FACE_LABEL = "Which face in the source?"
DRIVING_FACE_LABEL = "Which face drives?"
FACES_PREVIEW_LABEL = "Faces, numbered from left to right"

API_SOURCE = "source"
API_DRIVING = "driving"
API_METHOD = "method"
API_REGION = "region"
API_STRENGTH = "strength"
API_MODE = "mode"
API_FACE = "face"
API_DRIVING_FACE = "driving_face"
API_PICTURE_ABOUT = (
    "The source picture with the driving picture's expression, as a PNG. `face` and `driving_face` "
    "are counted from left to right from 0; leave them out for the largest face. By calling it you "
    "say that the people shown agree. The file says that it was generated."
)
API_CLIP_ABOUT = (
    "The source picture moving like the driving clip, as an MP4 with the clip's sound. `face` and "
    "`driving_face` are counted from left to right from 0; leave them out for the largest face. By "
    "calling it you say that the people shown agree. The file says that it was generated."
)

CHOOSE_PICTURE = "Choose a picture with the expression you want."
CAMERA_READY = "Let the page use your camera, then press Record."
STARTING = "Getting ready: the first example appears in a few seconds."
WELCOME = "An example: drag the handle to compare."
WORKING = "Working on your picture …"
QUEUED = "Waiting for your turn …"
CLIP_STARTING = "Reading the clip …"
CANCELED = "Canceled. Nothing was kept."
CANCELING = "Canceling …"
NOTHING_TO_CANCEL = "Nothing is running."
NEUTRAL_SET = "The next camera frame is your neutral face."
NO_CAMERA = "Start the camera first."
UNEXPECTED = "Something went wrong on our side. Please try again."
GONE = "Your picture or clip was deleted after a long pause. Choose it again."
NO_SOURCE = "Choose a source picture first."
NO_DRIVING_PICTURE = "Choose a driving picture first."
NO_DRIVING_CLIP = "Choose a driving clip first."
LIVE_NO_FACE = "No face in the camera picture: look at the camera, with light on your face."


def stranger(people: Sequence[str]) -> str:
    """What is said where a method was not trained to draw the source."""
    return (
        f"This method draws only the people it was trained on: {listed(people)}. Choose one of "
        "their portraits as the source, or another method."
    )


def listed(names: Sequence[str]) -> str:
    """Names as people say them.

    Example:
        >>> listed(["ada", "bruno", "carl"])
        'Ada, Bruno and Carl'
    """
    *first, last = map(str.title, names)
    return f"{', '.join(first)} and {last}" if first else last


def choose_clip(seconds: int) -> str:
    """What the status line says when the tab *Clip* is opened."""
    return f"Choose a clip of up to {seconds} s."


def picture_done(seconds: float) -> str:
    """What the status line says after a picture."""
    return f"Done in {seconds:.1f} s."


def ready(name: str) -> str:
    """What the status line says when a new picture or clip can be used."""
    return f"The {name} is ready."


def clip_running(done: int, total: int, left_s: float | None) -> str:
    """What the status line says while a clip runs."""
    of = f" of {total}" if total else ""
    left = "" if left_s is None else f", about {round(left_s)} s left"
    if left_s is not None and left_s < 1:
        left = ", almost done"
    return f"Frame {done}{of}{left}."


def clip_done(frames: int, seconds: float) -> str:
    """What the status line says after a clip."""
    return f"Done: {frames} frames in {seconds:.0f} s."


def live_running(fps: float) -> str:
    """What the status line says while the camera runs."""
    return f"Live, {fps:.0f} frames a second."


def faces_found(count: int, name: str) -> str:
    """What the status line says when a picture shows several faces."""
    return f"The {name} shows {count} faces: the largest is used unless you choose another."


def face_taken(name: str, number: int, count: int, *, is_largest: bool) -> str:
    """What a result says where a picture showed several faces.

    Example:
        >>> face_taken("source", 2, 3, is_largest=True)
        'The source picture shows 3 faces: face 2 from the left, the largest, was taken.'
    """
    which = f"face {number} from the left" + (", the largest," if is_largest else "")
    return f"The {name} picture shows {count} faces: {which} was taken."


def face_choices(count: int) -> list[tuple[str, int | str]]:
    """What can be chosen when a picture shows several faces."""
    return [("Largest", "largest"), *((f"Face {n + 1}", n) for n in range(count))]
