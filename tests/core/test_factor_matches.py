"""What latents know of factors, and the sweeps, with a model whose answers are known."""

import math

import numpy as np
import pytest

from vae_desktop.core.data import digits, sprites
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.data.factor_drawing import SpriteDrawing
from vae_desktop.core.errors import Cancelled, DataError
from vae_desktop.core.events import Floats
from vae_desktop.core.factor_matches import MOST_VALUES, STEPS, inform, sweep_matches
from vae_desktop.core.latents import Bytes

SPRITES = sprites.load(200, test_count=50)
IMAGES = 1_500
MIDDLE, SPAN = 31.5, 32.0
X, Y = 1, 2


class Places:
    """A model made by hand: latents −x, y and one that knows nothing; it draws one white pixel."""

    step, classes = 7, 0

    def __init__(self, sigma: float = 0.5) -> None:
        self.sigma = sigma

    def encode(self, images: Bytes, labels: object = None, /) -> tuple[Floats, Floats]:
        light = images[:, 0].astype(np.float64)
        mass = light.sum(axis=(1, 2))
        across = (light.sum(axis=1) @ np.arange(64) / mass - MIDDLE) / SPAN
        down = (light.sum(axis=2) @ np.arange(64) / mass - MIDDLE) / SPAN
        mu = np.stack([0 * across, -across, down], axis=1).astype(np.float32)
        return mu, np.full_like(mu, self.sigma)

    def decode(self, z: Floats, labels: object = None, /) -> Bytes:
        pictures = np.zeros((len(z), 1, 64, 64), np.uint8)
        columns = np.clip(np.rint(MIDDLE - SPAN * z[:, X]), 0, 63).astype(int)
        rows = np.clip(np.rint(MIDDLE + SPAN * z[:, Y]), 0, 63).astype(int)
        pictures[np.arange(len(z)), 0, rows, columns] = 255
        return pictures


class Told(Places):
    """The same, told the shape: class k is drawn with a brightness of 100 + 50 k."""

    classes = 3

    def encode(self, images: Bytes, labels: object = None, /) -> tuple[Floats, Floats]:
        assert labels is not None
        return super().encode(images)

    def decode(self, z: Floats, labels: object = None, /) -> Bytes:
        bright = 100 + 50 * np.asarray(labels)[:, None, None, None]
        return (super().decode(z) // 255 * bright).astype(np.uint8)


def test_latents_are_matched_and_ordered() -> None:
    found = inform(Places(), SPRITES, IMAGES)
    assert (found.step, found.images, found.has_posterior) == (7, IMAGES, True)
    names = list(found.names)
    assert names == ["shape", "scale", "orientation", "x", "y"]
    assert found.matches[names.index("x")] == X
    assert found.matches[names.index("y")] == Y
    assert found.information[:, 0] == pytest.approx(np.zeros(5))
    assert not found.rising[names.index("x"), X]
    assert found.rising[names.index("y"), Y]
    assert found.entropy[names.index("x")] == pytest.approx(math.log(32), abs=0.05)
    # KL of N(0, ½²) by hand; the two that vary have more, so they come first.
    assert found.kl[0] == pytest.approx(0.5 * (0.25 - 1 + math.log(4)))
    assert found.order[-1] == 0
    assert found.by_chance[names.index("scale")] == pytest.approx(19 * 5 / (2 * IMAGES))


def test_codes_that_are_points_are_ordered_by_variance() -> None:
    found = inform(Places(sigma=0.0), SPRITES, 300)
    assert not found.has_posterior
    assert found.order[-1] == 0
    np.testing.assert_array_equal(found.kl, np.zeros(3))


def test_the_lines_of_a_match_run_the_same_way() -> None:
    found = inform(Places(), SPRITES, IMAGES)
    matches = {match.factor: match for match in sweep_matches(Places(), SPRITES, found)}
    across = matches["x"]
    assert (across.latent, across.first, across.last) == (X, "0.00", "1.00")
    assert across.begin == pytest.approx(found.high[X])
    assert across.end == pytest.approx(found.low[X])
    assert len(across.drawn) == len(across.decoded) == STEPS
    columns = [picture[0].max(axis=0).argmax() for picture in across.decoded]
    assert columns == sorted(columns)
    drawn = [picture[0].max(axis=0).argmax() for picture in across.drawn]
    assert drawn == sorted(drawn)
    expected = np.rint(MIDDLE - SPAN * np.linspace(across.begin, across.end, STEPS))
    assert columns == expected.astype(int).tolist()
    # What is not swept is the base picture's: the neutral one stands at y level 16 of 0 to 31.
    rows = {int(picture[0].max(axis=1).argmax()) for picture in across.decoded}
    assert rows == {round(MIDDLE + SPAN * ((15.5 + 32 * 16 / 31) - MIDDLE) / SPAN)}


def test_a_factor_of_few_values_shows_each_of_them() -> None:
    found = inform(Places(), SPRITES, 300)
    matches = {match.factor: match for match in sweep_matches(Places(), SPRITES, found)}
    assert len(matches["shape"].drawn) == 3
    assert len(matches["scale"].drawn) == MOST_VALUES
    drawing = SpriteDrawing()
    settings = drawing.neutral()
    for value, picture in enumerate(matches["shape"].drawn):
        settings[0] = value
        np.testing.assert_array_equal(picture, drawing.draw(settings))


def test_another_base_picture_is_swept_from() -> None:
    found = inform(Places(), SPRITES, 300)
    base = SpriteDrawing().neutral()
    base[-1] = 0  # at the top
    matches = {match.factor: match for match in sweep_matches(Places(), SPRITES, found, base)}
    rows = {int(picture[0].max(axis=1).argmax()) for picture in matches["x"].decoded}
    assert rows == {
        round(MIDDLE + SPAN * Places().encode(SpriteDrawing().draw(base)[None])[0][0, Y])
    }
    assert max(rows) < 20


def test_what_a_model_is_told_is_swept_by_the_class_and_the_rest_in_the_class_of_the_base() -> None:
    found = inform(Told(), SPRITES, IMAGES)
    assert found.told == ("shape",)
    base = SpriteDrawing().neutral()
    base[0] = 2  # a heart
    matches = {match.factor: match for match in sweep_matches(Told(), SPRITES, found, base)}
    assert matches["shape"].latent is None
    bright = [int(picture.max()) for picture in matches["shape"].decoded]
    assert bright == [100, 150, 200]
    places = {int(picture.argmax()) for picture in matches["shape"].decoded}
    assert len(places) == 1
    assert matches["x"].latent == X
    assert {int(picture.max()) for picture in matches["x"].decoded} == {200}
    assert inform(Places(), SPRITES, 300).told == ()


def test_digits_are_swept_by_what_they_are_and_how_they_are_written() -> None:
    train_part, test_part = digits.generate(60, 30)
    data = Dataset(
        digits.NAME, digits.TITLE, train_part, test_part, tuple("0123456789"), digits.FACTORS
    )

    class Wide(Places):
        def encode(self, images: Bytes, labels: object = None, /) -> tuple[Floats, Floats]:
            return super().encode(np.pad(images, ((0, 0), (0, 0), (18, 18), (18, 18))))

    matches = sweep_matches(Wide(), data, inform(Wide(), data, 90))
    assert [match.factor for match in matches][:2] == ["digit", "slant"]
    assert (matches[0].first, matches[0].last) == ("0", "9")
    assert all(len(match.drawn) == len(match.decoded) == STEPS for match in matches)


def test_it_can_be_given_up_and_codes_must_be_numbers() -> None:
    def give_up(share: float, sentence: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        inform(Places(), SPRITES, 300, give_up)

    class Lost(Places):
        def encode(self, images: Bytes, labels: object = None, /) -> tuple[Floats, Floats]:
            mu, sigma = super().encode(images)
            return mu * np.nan, sigma

    with pytest.raises(DataError, match="not finite"):
        inform(Lost(), SPRITES, 300)
