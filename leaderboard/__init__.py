"""Results side by side: records that `bench run` made, and figures that papers print.

    python -m leaderboard show [PROTOCOL] [--csv | --markdown | --latex]
    python -m leaderboard check [FOLDER]

`results/<protocol>@<version>/<method>/<hash>.json` are records of this project, with one row a pair
beside each; anyone can make such a folder with `bench run PROTOCOL --methods a,b --out FOLDER`.
`reported/<paper>.csv` are the papers' own figures: always shown as reported, never ranked with
what was measured here.
"""
