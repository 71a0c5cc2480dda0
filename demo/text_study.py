"""The words of the tab *Study*."""

from __future__ import annotations

TAB = "Study"
HEAD = "Study"
HINT = "can you tell? It takes a few minutes"
WHICH = "Study"
NO_STUDY = "No study is set up here."
KINDS = {
    "real-or-generated": "Untouched or altered?",
    "pairwise": "Which one is better?",
    "rating": "How good is it?",
}
FRAME = "The study"
KEPT = (
    "When you finish, your choices and reaction times are kept by the owner of this page, under a "
    "random number. Nothing about you is asked or stored: no name, no address, no account."
)
NOT_KEPT = (
    "Nothing is kept here: at the end you can download your answers as a file, and send it to "
    "whoever asked you. Nothing about you is asked or stored."
)
PEOPLE = "The people in the built-in studies do not exist: they are computer graphics."
DONE_KEPT = "Your answers are handed in. Thank you! You can keep a copy."
DONE_NOT_KEPT = (
    "Your answers were not kept here, as the owner of this page collects none. Download them if "
    "somebody asked you for them."
)
DONE_FAILED = "Your answers could not be stored here. Please download them and send the file."
REFUSED = "These answers do not belong to this study: nothing was kept."
CHECKS = "Attention checks right"
YOUR_FOOLED = "Made by a program, and it fooled you"
YOUR_REAL = "Genuine, and you recognized it"
YOUR_PREFERENCE = "You preferred {method}"
YOUR_RATING = "Your mean rating of {method}"
