"""Pictures of a person that lie in the weights: which are kept, and which are taken."""

from __future__ import annotations

import numpy as np

from reenact.methods.landmarkgan.__main__ import main as export
from reenact.methods.landmarkgan.examples import EYES, MOUTH, Example, choose, nearest
from reenact.methods.landmarkgan.weights import read_people


def faces(*openings: float) -> list[Example]:
    """Faces that differ in how far the mouth is open."""
    base = np.random.default_rng(0).uniform(60, 190, (106, 2)).astype(np.float32)
    found = []
    for opening in openings:
        points = base.copy()
        points[list(MOUTH[0])[10:], 1] += opening
        found.append(Example(np.zeros((256, 256, 3), np.uint8), points))
    return found


def test_pictures_that_are_kept_are_unlike_one_another():
    points = np.stack([one.points for one in faces(0, 0.1, 0.2, 10, 10.1, 30)])
    chosen = choose(points, 5, 3)
    assert len({index // 3 for index in chosen}) == 2 and 5 in chosen and len(chosen) == 3
    assert choose(points, 1, 3)[3:] in ([], [1])
    assert len(choose(points, 0, 20)) == 6


def test_the_mouth_nearest_to_the_wanted_one_is_taken():
    known = faces(0, 10, 30)
    (one, share), *more = nearest(known, faces(11)[0].points, MOUTH)
    assert one is known[1] and share == 1 and not more
    assert nearest(known[:1], faces(11)[0].points, EYES) == [(known[0], 1.0)]


def test_shares_change_evenly_between_two_examples():
    known = faces(0, 4, 40)
    shares = []
    for opening in np.linspace(0, 4, 41):
        found = nearest(known, faces(opening)[0].points, MOUTH)
        shares.append(sum(share for one, share in found if one is known[0]))
    assert shares[0] == 1 and shares[-1] == 0
    assert np.abs(np.diff(shares)).max() < 0.3
    assert abs(shares[20] - 0.5) < 0.05


def test_a_run_keeps_examples_and_some_people_keep_theirs(run, small_pack, tmp_path):
    known = read_people(run)
    first = known.examples(1)[0]
    assert len(known.examples(1)) == 3 and first.picture.shape == (256, 256, 3)
    assert first.points.shape == (106, 2) and 0 < first.points.min() < first.points.max() < 256
    export(run, tmp_path / "one.safetensors", only="test/1")
    kept = read_people(tmp_path / "one.safetensors").examples(0)
    np.testing.assert_array_equal(kept[0].picture, first.picture)
    export(run, tmp_path / "anew.safetensors", examples=small_pack.path)
    anew = read_people(tmp_path / "anew.safetensors").examples(1)
    np.testing.assert_allclose(anew[0].points, first.points, atol=0.1)
