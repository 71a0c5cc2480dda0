"""The tables of `bench.g2gan` and `bench.gcgan`: who is compared with whom, and by what."""

from __future__ import annotations

import numpy as np

from bench import g2gan, gcgan


def row(method: str, person: str, better: float) -> g2gan.Row:
    values = {"ssim": 0.5 + better, "psnr": 20 + better, "lmk": 2 - better}
    values |= {"identity_distance": 0.3, "rank1": 1.0}
    values |= {"ssim_face": 0.6, "psnr_face": 24.0, "detail": 0.9}
    return g2gan.Row("synthesis", "rendered", method, person, values, np.zeros(4))


def test_g2gan_ablations_are_compared_with_d_person_by_person(capsys):
    better = {"copy": 0.0, "D": 0.2, "A": 0.1}
    g2gan.print_table([row(m, p, v) for m, v in better.items() for p in ("ann", "ben", "cem")])
    lines = [line for line in capsys.readouterr().out.splitlines() if " - " in line]
    assert [line.split(":")[0].split("rendered ")[1] for line in lines] == ["D - copy", "D - A"]
    assert "ssim +0.100 [+0.100, +0.100]" in lines[1]
    assert "lmk -0.100 [-0.100, -0.100]" in lines[1]


def test_gcgan_ablations_are_compared_with_the_whole_one_trained_alike(capsys):
    people = ["ann", "ann", "ben"]
    by_method = {
        "warp": {"similarity": ([0.9, 0.9, 0.9], people)},
        gcgan.PARTS["full"]: {"similarity": ([0.6, 0.6, 0.6], people)},
        gcgan.PARTS["spg"]: {"similarity": ([0.8, 0.8, 0.8], people)},
    }
    gcgan._print("rendered", by_method, gcgan.FIGURES)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert lines[0].endswith("n   3 similarity 0.900 [0.900, 0.900]")
    assert lines[3].split() == "rendered full - SPG similarity -0.200 [-0.200, -0.200]".split()
