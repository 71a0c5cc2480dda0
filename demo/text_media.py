"""The words about honest media: consent, and the tab *Check a picture*."""

from __future__ import annotations

TAB = "Check a picture"
HEAD = "Check a picture"
HINT = "did it come from here, and what was done to it?"
FILE_LABEL = "Picture or clip"
ABOUT = (
    "Every picture and clip made here says so twice: in signed content credentials (C2PA) inside "
    "the file, and in an invisible watermark that mostly survives when a file is compressed, "
    "shrunk, cropped or posted elsewhere. Drop a file to look for both. It is deleted at once "
    "after the check, and the check needs no internet."
)
CHOOSE = "Drop a picture or clip above, or click to choose one."
NOT_KEPT = "The file was deleted."

VERDICTS = {
    "here": "Made here",
    "reenact": "Made with reenact, elsewhere",
    "altered": "Altered",
    "stripped": "Made with reenact, credentials removed",
    "unknown": "Not from here, as far as can be seen",
}
FACTS = {
    "credentials": "Content credentials",
    "watermark": "Invisible watermark",
    "kind": "What it is",
    "method": "Method",
    "weights_sha256": "Weights",
    "version": "Version",
    "signer": "Signed by",
}
CREDENTIALS = {
    "intact": "intact",
    "altered": "do not fit the file",
    "absent": "none",
    "foreign": "another program's",
}
KINDS = {
    "picture": "picture with a changed expression",
    "edit": "picture with landmarks moved by hand",
    "clip": "animated clip",
    "live": "picture of a live camera",
    "neutral": "picture with the expression removed",
}
FOUND, NOT_FOUND = "found", "not found"

EXAMPLE_HERE, EXAMPLE_ELSEWHERE = "Made here", "From elsewhere"

CONSENT = (
    "I may use the pictures, clips and camera that I bring: the people in them agree, or they are "
    "mine."
)
CONSENT_INFO = (
    "Needed once before your own files are used; the examples work without. Your files serve your "
    "results only and are deleted when you leave. Nothing is kept."
)
CONSENT_FIRST = (
    'Before your own pictures are used, tick "I may use the pictures …" at the top of the page.'
)
CONSENT_LINK = "Go there"
