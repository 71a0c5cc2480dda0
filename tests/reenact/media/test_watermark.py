import io

import numpy as np
import pytest
from PIL import Image

from reenact.media.watermark import THRESHOLD, detect, embed

PAYLOAD = (129, 77)


@pytest.fixture(scope="module")
def marked(portrait):
    return embed(portrait, PAYLOAD)


def saved(frame, kind="JPEG", **settings):
    buffer = io.BytesIO()
    Image.fromarray(frame).save(buffer, kind, **settings)
    return np.asarray(Image.open(buffer).convert("RGB"))


def resized(frame, scale):
    size = (round(frame.shape[1] * scale), round(frame.shape[0] * scale))
    return np.asarray(Image.fromarray(frame).resize(size, Image.Resampling.LANCZOS))


def test_nobody_sees_it(portrait, marked):
    change = marked.astype(int) - portrait
    psnr = 10 * np.log10(255**2 / np.mean(change.astype(float) ** 2))
    assert psnr > 44
    assert np.abs(change).max() <= 10
    assert (np.ptp(change, axis=2)[(portrait > 10).all(2) & (portrait < 245).all(2)] == 0).all()


@pytest.mark.parametrize(
    "treat",
    [
        lambda p: p,
        lambda p: saved(p, quality=75),
        lambda p: saved(p, quality=60),
        lambda p: saved(p, "WEBP", quality=80),
        lambda p: resized(p, 0.5),
        lambda p: p[17:290, 25:298],
        lambda p: saved(resized(p, 0.73), quality=85),
        lambda p: resized(p, 1.31),
    ],
    ids="whole jpeg75 jpeg60 webp half crop smaller larger".split(),
)
def test_it_is_found_and_read_after(marked, treat):
    found = detect([np.ascontiguousarray(treat(marked))])
    assert found is not None
    assert found.payload == PAYLOAD


@pytest.mark.parametrize("scale", [0.5, 0.8, 1.25])
def test_it_tells_how_much_the_picture_was_resized(marked, scale):
    assert detect([resized(marked, scale)]).scale == pytest.approx(scale, rel=0.01)


def test_other_pictures_have_none(portrait):
    from skimage import data

    tiled = np.tile(portrait[:128, :128], (3, 3, 1))  # repeats as the mark does
    black, white = np.zeros((200, 200, 3), np.uint8), np.full((90, 64, 3), 255, np.uint8)
    for picture in (portrait, data.coffee(), tiled, black, white):
        assert detect([picture]) is None
        assert detect([saved(picture, quality=60)]) is None


def test_without_a_mark_peaks_are_as_high_as_chance_makes_them():
    """What `THRESHOLD` rests on: in noise, the correlation is Gaussian with deviation 1."""
    from reenact.media.watermark import _correlation, _phases, _residual

    numbers = np.random.RandomState(0)
    planes = []
    for _ in range(20):
        noise = numbers.randint(0, 256, (200, 300, 3)).astype(np.uint8)
        planes.append(_correlation(_phases(_residual(noise), 1.0), 0))
    assert np.std(planes) == pytest.approx(1, abs=0.03)
    assert np.mean(np.abs(planes) > 3) == pytest.approx(0.0027, rel=0.3)
    assert np.max(planes) < THRESHOLD - 1


def test_it_does_not_repeat_the_payload_of_another(portrait):
    other = embed(portrait, (5, 200))
    assert detect([other]).payload == (5, 200)


@pytest.mark.parametrize("size", [(64, 64), (64, 200), (101, 77)])
def test_small_pictures_can_be_marked(portrait, size):
    frame = np.ascontiguousarray(portrait[60 : 60 + size[0], 40 : 40 + size[1]])
    assert embed(frame).shape == frame.shape
    assert detect([frame], is_thorough=False) is None


def test_a_large_picture_keeps_it_when_it_becomes_a_small_one(portrait):
    large = resized(portrait, 8)
    marked = embed(large, PAYLOAD)
    assert detect([saved(resized(marked, 0.25), quality=80)]).payload == PAYLOAD


def test_frames_of_a_clip_add_up(portrait):
    """Each frame is too damaged alone; together they tell."""
    marked = resized(embed(portrait, PAYLOAD), 0.5)
    numbers = np.random.RandomState(0)
    noisy = [
        np.clip(marked + numbers.normal(0, 14, marked.shape), 0, 255).astype(np.uint8)
        for _ in range(12)
    ]
    assert detect(noisy[:1], is_thorough=False) is None
    assert detect(noisy, is_thorough=False).payload == PAYLOAD


def test_black_white_and_wrapping(portrait):
    for level in (0, 255):
        flat = np.full((128, 128, 3), level, np.uint8)
        assert np.abs(embed(flat).astype(int) - flat).max() < 10
