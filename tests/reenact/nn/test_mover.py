"""Pictures moved by a network."""

from __future__ import annotations

import pytest
import torch

from reenact.nn.mover import sample


def test_no_motion_gives_the_picture_and_a_pixel_moves_it_by_one():
    picture = torch.rand(1, 3, 16, 16)
    assert torch.allclose(sample(picture, torch.zeros(1, 2, 4, 4)), picture, atol=1e-6)
    flow = torch.zeros(1, 2, 4, 4)
    flow[:, 0] = 1  # from the right
    assert torch.allclose(sample(picture, flow)[..., :-1], picture[..., 1:], atol=1e-5)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1e30])
def test_gradients_of_a_motion_gone_wrong_do_not_end_the_process(value):
    flow = torch.full((1, 2, 4, 4), value, requires_grad=True)
    sample(torch.rand(1, 3, 16, 16), flow).sum().backward()
    assert flow.grad is not None
