"""Color matching of the mouth's inside."""

import cv2
import numpy as np

from reenact.methods.warp.tone import Tone, match_tone, measure_tone, to_linear, to_srgb


def _tone(light, chroma=0.2) -> Tone:
    return Tone(np.array(light, np.float32), chroma)


PICTURE = np.random.default_rng(1).integers(20, 230, (12, 9, 3)).astype(np.uint8)


def test_the_same_tone_changes_nothing_but_yellow_teeth():
    tone = _tone((0.9, 0.9, 0.9))
    grey = np.repeat(PICTURE[..., :1], 3, axis=-1)
    assert np.abs(match_tone(grey, tone, tone).astype(int) - grey).max() <= 1
    teeth = np.full((8, 8, 3), (200, 180, 130), np.uint8)
    after = match_tone(teeth, tone, tone)[0, 0].astype(int)
    assert 0.5 * 70 < after[0] - after[2] < 0.8 * 70


def test_teeth_are_not_brighter_than_the_light():
    teeth = np.full((8, 8, 3), 240, np.uint8)
    dim = _tone((0.2, 0.2, 0.2))
    assert to_linear(match_tone(teeth, dim, dim)).max() < 0.23


def test_light_goes_there_and_back():
    assert np.array_equal(to_srgb(to_linear(PICTURE)), PICTURE)


def test_a_darker_source_makes_it_darker():
    dark = match_tone(PICTURE, _tone((0.6, 0.6, 0.6)), _tone((0.1, 0.1, 0.1)))
    assert dark.mean() < 0.7 * PICTURE.mean()


def test_a_grey_source_makes_it_grey():
    grey = match_tone(PICTURE, _tone((0.6, 0.5, 0.4)), _tone((0.5, 0.5, 0.5), chroma=0.0))
    assert int(np.ptp(grey.astype(int), axis=-1).max()) <= 1


def test_a_bluish_source_makes_it_bluish():
    blue = match_tone(PICTURE, _tone((0.5, 0.5, 0.5)), _tone((0.35, 0.45, 0.6)))
    change = blue.astype(float).mean((0, 1)) - PICTURE.astype(float).mean((0, 1))
    assert change[2] > change[0] + 5


def test_measured_light_is_that_of_the_face_not_of_the_background():
    from reenact.geometry.regions import OVAL

    frame = np.full((200, 200, 3), 250, np.uint8)
    angle = np.linspace(0, 2 * np.pi, len(OVAL), endpoint=False)
    points = np.full((478, 3), 100, np.float32)
    points[list(OVAL), 0] = 100 + 50 * np.cos(angle)
    points[list(OVAL), 1] = 100 + 60 * np.sin(angle)
    yy, xx = np.mgrid[:200, :200]
    frame[((xx - 100) / 56) ** 2 + ((yy - 100) / 66) ** 2 < 1] = (120, 80, 60)
    tone = measure_tone(frame, points)
    assert np.allclose(to_srgb(tone.light[None])[0], (120, 80, 60), atol=3)


def test_the_whites_of_the_eyes_tell_the_light_on_dark_skin():
    from reenact.geometry.expression import ExpressionModel
    from reenact.geometry.regions import LEFT_EYE, RIGHT_EYE

    points = (ExpressionModel.load().mean * 220 + 256).astype(np.float32)
    frame = np.full((512, 512, 3), (70, 45, 35), np.uint8)
    for eye in (RIGHT_EYE, LEFT_EYE):
        cv2.fillPoly(frame, [np.round(points[list(eye), :2]).astype(np.int32)], (180, 175, 170))
    light = to_srgb(measure_tone(frame, points).light[None])[0]
    assert np.allclose(light, (180, 175, 170), atol=6)
