"""Studies with people: sheets that are handed out, and scores of what comes back.

    python -m bench sheet PROTOCOL --methods a,b --out DIR
    python -m bench score DIR

A sheet is a folder:

    DIR/KEY.json                what is real, what came from which method: never hand it out
    DIR/hand_out/study.html     one file, works offline; answers are downloaded as JSON
    DIR/hand_out/mturk/         layout.html, batch.csv, images/ for Amazon Mechanical Turk
    DIR/results/                put the answers here; `score` reads all of them

Three kinds: `real-or-generated` (FReeNet, section 4.3: 67 real and 67 generated pictures, with no
time limit or shown for a moment), `pairwise` (which of two outputs is better) and `rating` (1 to
5). What participants get says nothing about where a picture comes from: names are random, and all
pictures have one size, one encoding, one length in bytes, one date and no metadata.
"""
