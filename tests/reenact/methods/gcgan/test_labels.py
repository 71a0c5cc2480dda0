"""Labels: published, of meshes, pseudo; what each says about its pairs; E learned from them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from reenact.errors import InputError
from reenact.geometry.expression import ExpressionModel
from reenact.methods.gcgan.geometry import geometry
from reenact.methods.gcgan.labels import Labelled, Made, apart, cluster, labelled_faces, made_faces
from reenact.methods.gcgan.pretrain import (
    EmbeddingRecipe,
    _batch,
    point_weights,
    train_embedding,
)
from tests.packs import make_pack


@pytest.fixture(scope="module")
def faces() -> Labelled:
    """Twelve people with four expressions; people differ more than expressions do."""
    rng = np.random.default_rng(0)
    people = rng.normal(0, 0.1, (12, 136)).astype(np.float32)
    moods = rng.normal(0, 0.05, (4, 136)).astype(np.float32)
    label = np.tile(np.arange(4), 12)
    return Labelled(np.repeat(people, 4, 0) + moods[label], label, moods[label])


def test_half_of_the_pairs_share_a_label_and_alpha_says_so(faces):
    first, second, differs, moves, others = faces.draw(np.random.default_rng(1), 400)
    same = np.abs(moves - others).max(axis=1) < 1e-9
    np.testing.assert_array_equal(same, differs == 0)
    assert 0.5 < same.mean() < 0.75
    assert first.shape == second.shape == (400, 136)


def test_made_faces_are_somebody_with_the_expression_of_somebody():
    rng = np.random.default_rng(0)
    rest, move = rng.normal(size=(5, 136)), rng.normal(size=(6, 136))
    made = Made(rest.astype(np.float32), move.astype(np.float32), np.array([0, 0, 1, 1, 2, 2]), 1.0)
    first, second, differs, moves, others = made.draw(rng, 100)
    assert second.shape == (100, 136)
    exact = np.abs(moves - others).max(axis=1) == 0
    assert exact[::2].all()  # every second pair is the very same expression
    assert (differs[exact] == 0).all()
    gap = (first - moves)[:, None] - made.rest[None]
    assert np.abs(gap).max(-1).min(1).max() < 1e-5


def test_a_face_is_its_rest_and_what_its_expression_adds(portrait_face):
    model = ExpressionModel.load()
    rest, move = apart(portrait_face.points, model)
    np.testing.assert_allclose(rest + move, geometry(portrait_face.points, model.mean), atol=1e-6)


def test_clusters_are_found():
    rng = np.random.default_rng(0)
    readings = np.repeat(np.eye(3) * 5, 20, 0) + rng.normal(0, 0.1, (60, 3))
    label = cluster(readings, 3)
    assert all(len(set(label[20 * i : 20 * i + 20])) == 1 for i in range(3))


def test_missing_labels_are_said_in_one_line(portrait, portrait_face, tmp_path):
    pack = make_pack(tmp_path / "p.pack", portrait, portrait_face, size=64)
    for row in pack.rows:
        row["expression"] = ""
    with pytest.raises(InputError, match="two expression labels or more.*none"):
        labelled_faces(pack, clusters=0)
    with pytest.raises(InputError, match="`clusters` must be at most"):
        labelled_faces(pack, clusters=10_000)
    with pytest.raises(InputError, match="`meshes` must be an archive"):
        labelled_faces(pack, tmp_path / "no.npz", clusters=0)


def test_the_contrastive_loss_makes_expressions_matter_and_people_not(faces):
    found = {}
    for contrast in (0.0, 1.0):
        recipe = EmbeddingRecipe(contrast=contrast, steps=300, rate=3e-3)
        network = train_embedding({"named": faces}, recipe)
        with torch.no_grad():
            z = network.encoder(torch.from_numpy(faces.geometry)).numpy()
        gaps = ((z[:, None] - z[None]) ** 2).sum(-1)
        same = faces.label[:, None] == faces.label[None]
        found[contrast] = gaps[same].mean() / gaps[~same].mean()
    assert found[1.0] < 0.3 * found[0.0]
    assert found[1.0] < 0.2


def test_training_e_depends_on_its_recipe_alone_and_leaves_torchs_seed(faces):
    recipe = EmbeddingRecipe(steps=5, batch=8)
    torch.manual_seed(5)
    first = train_embedding({"named": faces}, recipe)
    drawn = torch.rand(1)
    torch.manual_seed(5)
    assert torch.equal(torch.rand(1), drawn)
    second = train_embedding({"named": faces}, recipe)
    assert torch.equal(first.encoder[0].weight, second.encoder[0].weight)


def test_without_l_gr_the_decoder_says_one_face(faces):
    network = train_embedding({"named": faces}, EmbeddingRecipe(landmarks=0.0, steps=3, batch=8))
    with torch.no_grad():
        back = network(torch.from_numpy(faces.geometry))[1]
    assert float(back.abs().max()) == 0


def test_of_mean_gives_the_mean_person_with_the_expression(faces):
    recipe = EmbeddingRecipe(of_mean=True, landmarks=10.0, steps=400, rate=3e-3)
    network = train_embedding({"named": faces}, recipe)
    with torch.no_grad():
        back = network(torch.from_numpy(faces.geometry))[1].numpy()
    spread = np.stack([back[faces.label == mood].var(0).sum() for mood in range(4)]).mean()
    assert spread < 0.2 * faces.rest.var(0).sum()


def test_pseudo_labels_of_a_pack(portrait, portrait_face, tmp_path):
    pack = make_pack(tmp_path / "p.pack", portrait, portrait_face, size=64)
    points = pack.all_points(pack.indices("train"))
    made = made_faces(points, ExpressionModel.load(), 2)
    assert len(made.label) == len(points) and set(made.label) <= {0, 1}


def test_pairs_with_one_label_are_scaled_alike(faces):
    recipe = EmbeddingRecipe(weaker=1.0, noise=0.0, batch=64)
    rng = np.random.default_rng(0)
    seen, differs, moves = _batch({"named": faces}, faces.rest, rng, recipe)
    first, second = moves.chunk(2)
    same = differs == 0
    assert torch.allclose(first[same], second[same])
    assert moves.norm(dim=1).min() < 0.3 * moves.norm(dim=1).max()
    rests = seen - moves  # whole people, whatever the strength
    gaps = torch.cdist(rests, torch.from_numpy(faces.rest))
    assert gaps.min(dim=1).values.max() < 5e-3


def test_people_are_varied_by_the_difference_of_others(faces):
    recipe = EmbeddingRecipe(mix=0.7, noise=0.0, batch=64)
    seen, _, moves = _batch({"named": faces}, faces.rest, np.random.default_rng(0), recipe)
    gaps = torch.cdist(seen - moves, torch.from_numpy(faces.rest)).min(dim=1).values
    assert (gaps > 0.05).float().mean() > 0.5


def test_eyes_and_brows_count_more_where_the_recipe_says_so():
    weights = point_weights(EmbeddingRecipe(eyes=3.0, brows=2.0)).view(68, 2)
    assert (weights[36:48] == 3).all() and (weights[17:27] == 2).all()
    assert weights.sum() == 2 * (68 + 2 * 12 + 10)
    assert (point_weights(EmbeddingRecipe()) == 1).all()
