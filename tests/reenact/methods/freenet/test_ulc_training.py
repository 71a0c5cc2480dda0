"""Tables, batches and the loop that train the converter, on drawn people."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from reenact.errors import InputError
from reenact.face.schemes import mirror_order
from reenact.methods.freenet.config import (
    LOSS_SETTINGS,
    ULCAugmentation,
    ULCConfig,
    ULCRecipe,
)
from reenact.methods.freenet.ulc import ULC
from reenact.training.ulc import fit, rate_share, save
from reenact.training.ulc_batches import PairBatches
from reenact.training.ulc_pairs import all_pairs, converter, coordinate_errors
from reenact.training.ulc_tables import face_crop, rafd_table, split_people

RECIPE = ULCRecipe(
    net=ULCConfig(width=32, layers=2, decoder=(48, 32)),
    losses=LOSS_SETTINGS["l1"],
    batch=16,
    sources=8,
    axes=True,
    steps=60,
    learning_rate=3e-3,
    beta1=0.9,
    schedule="cosine",
)


def test_rafd_is_read_into_its_grid_and_cropped(rafd_file):
    table = rafd_table(rafd_file.parent)
    assert table.points.shape == (9, 3, 3, 3, 106, 2)
    assert table.expressions[table.rest] == "neutral"
    with np.load(rafd_file) as file:
        row = list(file["names"]).index("Rafd135_04_Caucasian_female_happy_right.jpg")
        face = file["points"][row]
    middle = (face.min(axis=0) + face.max(axis=0)) / 2
    expected = (face - middle + 208) * 256 / 416
    mood = table.expressions.index("happy")
    np.testing.assert_allclose(table.points[4, 2, mood, 2], expected, atol=1e-3)


def test_missing_rafd_says_where_to_get_it(tmp_path):
    with pytest.raises(InputError, match="github.com/zhangzjn/FReeNet"):
        rafd_table(tmp_path)


def test_incomplete_and_broken_rafd_is_refused(rafd_file):
    with np.load(rafd_file) as file:
        names, points = file["names"], file["points"]
    np.savez(rafd_file, names=names[1:], points=points[1:])
    with pytest.raises(InputError, match="1 are missing"):
        rafd_table(rafd_file)
    rafd_file.write_bytes(b"PK not an archive")
    with pytest.raises(InputError, match="cannot be read"):
        rafd_table(rafd_file)


def test_no_person_is_in_both_splits():
    learn, held = split_people(67)
    assert len(held) == 10 and not set(learn) & set(held)
    assert len(learn) + len(held) == 67


def test_crop_centers_each_face():
    face = np.random.default_rng(0).uniform(0, 500, (3, 106, 2))
    cropped = face_crop(face, 416)
    np.testing.assert_allclose((cropped.min(axis=1) + cropped.max(axis=1)) / 2, 128, atol=1e-3)


def test_pairs_are_of_different_people_and_all_there(drawn_table):
    pairs = all_pairs(drawn_table)
    assert (pairs.source != pairs.driving).all()
    assert len(pairs) == 8 * 7 * 4 * 3 * 3 * 2
    assert len(all_pairs(drawn_table, 100)) == 100


def test_truth_is_the_source_person_with_the_driving_expression(drawn_table):
    pairs = all_pairs(drawn_table, 50)
    source, driving, truth = pairs.faces(drawn_table)
    moved = drawn_table.points[0, :, :, 0] - drawn_table.points[0, :, 1, 0][:, None]
    np.testing.assert_allclose(truth - source, moved[pairs.view, pairs.expression], atol=1e-3)
    perfect = coordinate_errors(lambda s, d: s + (truth - source), drawn_table, pairs)
    assert perfect.max() < 1e-4


@pytest.mark.parametrize("sources", [0, 3])
def test_batches_pair_as_the_authors_do(drawn_table, sources):
    batch = PairBatches(drawn_table, ULCAugmentation(), 0).draw(12, sources)
    sizes = batch.source[:, :, 0].amax(dim=1) - batch.source[:, :, 0].amin(dim=1)
    assert batch.source.shape == (sources or 12, 106, 2)
    assert batch.target.shape == ((3, 12, 106, 2) if sources else (12, 106, 2))
    pick = np.arange(12) % (sources or 12)
    shift = batch.paired(batch.target) - batch.source[pick]
    own = batch.driving - batch.driving_rest
    torch.testing.assert_close(shift, own, atol=1e-3, rtol=0)
    assert sizes.isfinite().all()


def test_blended_people_are_between_two(drawn_table):
    how = ULCAugmentation(blend=1.0)
    batch = PairBatches(drawn_table, how, 0).draw(64, 4)
    shift = batch.paired(batch.target) - batch.source[batch.pick]
    torch.testing.assert_close(shift, batch.driving - batch.driving_rest, atol=1e-3, rtol=0)


def test_mirrored_faces_keep_their_pairs(drawn_table):
    plain = PairBatches(drawn_table, ULCAugmentation(), 0)
    faces = plain.points[0, 0]
    order = mirror_order("face106")
    twice = plain._mirrored(plain._mirrored(faces))
    torch.testing.assert_close(twice, faces[..., order[order], :])


@pytest.mark.parametrize("losses", sorted(LOSS_SETTINGS))
def test_training_learns_drawn_people(drawn_table, losses):
    torch.manual_seed(0)
    (ulc,) = fit(drawn_table, replace(RECIPE, losses=LOSS_SETTINGS[losses]))
    pairs = all_pairs(drawn_table, 300)
    error = coordinate_errors(converter([ulc]), drawn_table, pairs).mean()
    copied = coordinate_errors(lambda source, driving: source, drawn_table, pairs).mean()
    assert error < 0.5 * copied


def test_same_seed_gives_the_same_network(drawn_table):
    first, second = (fit(drawn_table, replace(RECIPE, steps=5))[0] for _ in range(2))
    for a, b in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.equal(a, b)


def test_minutes_end_the_training(drawn_table):
    networks = fit(drawn_table, replace(RECIPE, steps=10**6, members=2), minutes=0.01)
    assert len(networks) == 2


def test_validation_people_tell_when_to_stop(drawn_table):
    assert len(fit(drawn_table, replace(RECIPE, steps=10, validation=0.25))) == 1
    with pytest.raises(InputError, match="`validation` must leave two people"):
        fit(drawn_table, replace(RECIPE, validation=0.9))


def test_rate_falls_by_ten_at_the_papers_epochs():
    shares = [rate_share(p, "steps") for p in (0.0, 0.31, 0.61, 0.91)]
    np.testing.assert_allclose(shares, [1, 0.1, 0.01, 0.001])
    assert rate_share(1.0, "cosine") == pytest.approx(0)
    with pytest.raises(InputError, match="`schedule`"):
        rate_share(0.5, "linear")


def test_a_loss_that_is_not_a_number_ends_the_training(drawn_table):
    broken = replace(drawn_table, points=np.full_like(drawn_table.points, np.nan))
    with pytest.raises(InputError, match="loss is nan"):
        fit(broken, replace(RECIPE, axes=False))


def test_saved_weights_come_back(tmp_path):
    from safetensors.torch import load_file

    ulc = ULC(RECIPE.net)
    save([ulc], RECIPE, tmp_path / "ulc.safetensors")
    found = load_file(tmp_path / "ulc.safetensors")
    assert found["0.decoder.0.weight"].shape == (48, 64)
    assert json.loads((tmp_path / "ulc.json").read_text())["net"]["width"] == 32
