"""Pictures of the tab *Style fusion*: they say what they are, also to those who hear the page."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch
from PIL import Image

from demo import text_style as words
from demo.style_pictures import costs_html, curve_html, drawn_html, forming_html, save_grid
from reenact.media.provenance import Marking, Provenance
from reenact.media.verify import verify
from reenact.methods.stylefusion.choice import Choice
from reenact.methods.stylefusion.fuse import LayerCosts

MADE = Provenance("stylefusion", weights_sha256="ab" * 32, is_whole=True)


def points(svg: str) -> list[list[list[float]]]:
    """Places of each line."""
    lines = re.findall(r'<polyline points="([^"]+)"', svg)
    return [[[float(v) for v in place.split(",")] for place in line.split()] for line in lines]


def test_the_curve_goes_down_where_losses_do_and_says_so():
    losses = [[1.0, 0.5], [0.1, 0.5], [0.01, 0.5]]
    svg = curve_html(losses, total=5)
    falling, level = points(svg)
    assert falling[0][1] < falling[1][1] < falling[2][1], "down is a larger y"
    assert falling[1][1] - falling[0][1] == pytest.approx(falling[2][1] - falling[1][1], abs=0.2)
    assert len({y for _, y in level}) == 1
    assert falling[2][0] == pytest.approx(44 + (480 - 52) / 2, abs=0.2), "half of five steps"
    assert words.CURVE.format(1.0, 0.01, 0.5, 0.5) in svg


def test_a_long_curve_stays_small_and_no_curve_is_empty():
    rng = np.random.default_rng(0)
    svg = curve_html(rng.uniform(0.1, 1, (5000, 2)), total=5000)
    assert len(svg) < 12_000 and len(points(svg)[0]) <= 252
    assert curve_html([], 60) == curve_html([[1.0, 1.0]], 60) == ""
    assert "nan" not in curve_html([[0.0, 1e-30], [0.0, 0.0]], 2)


def test_only_generated_faces_are_marked_as_generated():
    faces = torch.rand(2, 3, 16, 16)
    html = forming_html(faces, faces, MADE, Marking())
    addresses = re.findall(r'src="([^"]+)" alt="([^"]+)"', html)
    assert [name for _, name in addresses] == [
        "Source picture",
        "Source, drawn",
        "Driving picture",
        "Driving, drawn",
    ]
    sizes = [len(address) for address, _ in addresses]
    assert min(sizes[1], sizes[3]) > max(sizes[0], sizes[2]), "credentials take room"
    three = drawn_html(torch.rand(3, 3, 16, 16), MADE, Marking())
    assert three.count("<figure>") == 3 and "Fused, drawn" in three


def test_costs_are_a_table_with_the_chosen_layers_marked():
    costs = LayerCosts(np.array([0.1, 0.2, 0.0]), np.array([0.0, -0.5, 0.25]))
    html = costs_html(Choice((1,), costs, -0.3, 0.1), ["1 · <a>", "2 · b", "3 · c"])
    assert html.count('class="chosen"') == 1 and html.count("✓") == 1
    assert "-0.30" in html and "+0.25" in html and "&lt;a&gt;" in html


def test_the_grid_is_one_marked_picture(tmp_path):
    grid = [[torch.zeros(3, 8, 8) for _ in range(4 - first)] for first in range(4)]
    grid[1][2] += 1.0  # layers 2 to 4
    ends = torch.rand(2, 3, 8, 8)
    path = save_grid(grid, ends, (4, 4, 8, 8), tmp_path / "grid.png", MADE)
    image = np.asarray(Image.open(path).convert("RGB")).astype(int)
    left, top, step = 92, 220, 100
    center = image[top + 2 * step + 48, left + step + 48]
    assert center.min() > 240, "column 2, three layers"
    assert image[top + 48, left + 48].max() < 15
    assert image[top + 3 * step + 48, left + step + 48].min() > 240, "no run goes past the end"
    answer = verify(path)
    assert answer.has_watermark and answer.method == "stylefusion"
