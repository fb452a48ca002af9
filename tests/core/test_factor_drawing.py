"""Pictures from settings: the same as the sets' own drawing of the same factors."""

import numpy as np
import pytest

from tests.samples import tiny_dataset
from vae_desktop.core.data import digits, sprites
from vae_desktop.core.data.dataset import Part
from vae_desktop.core.data.factor_drawing import (
    DigitDrawing,
    FactorDrawing,
    SpriteDrawing,
    drawing_of,
)


def test_which_sets_can_be_drawn() -> None:
    assert isinstance(drawing_of(sprites.load(20, test_count=5)), SpriteDrawing)
    assert drawing_of(tiny_dataset()) is None


@pytest.mark.parametrize("drawing", [DigitDrawing(), SpriteDrawing()])
def test_neutral_settings_are_within_the_knobs(drawing: FactorDrawing) -> None:
    settings = drawing.neutral()
    knobs = drawing.knobs(settings)
    assert len(knobs) == len(settings)
    for knob, setting in zip(knobs, settings, strict=True):
        assert knob.low <= setting <= knob.high
        assert knob.text(float(setting))
    assert drawing.draw(settings).any()


def test_a_sprite_is_drawn_again_from_its_settings() -> None:
    data = sprites.load(30, test_count=5)
    drawing = SpriteDrawing()
    for row in range(30):
        settings = drawing.settings_of(data.train, row)
        np.testing.assert_array_equal(drawing.draw(settings), data.train.images[row : row + 1][0])


def test_a_digit_takes_the_style_of_a_picture() -> None:
    train, _ = digits.generate(40, 10)
    assert train.labels is not None
    assert train.factors is not None
    drawing = DigitDrawing()
    for row in range(5):
        drawn = drawing.draw(drawing.settings_of(train, row))
        at = slice(row, row + 1)
        expected = digits.render_factors(train.labels[at], train.factors[at])[0]
        np.testing.assert_array_equal(drawn, expected)


def test_variants_depend_on_the_digit() -> None:
    drawing, settings = DigitDrawing(), DigitDrawing().neutral()
    for digit in range(10):
        settings[0] = digit
        assert drawing.knobs(settings)[1].texts == digits.variant_names(digit)


def test_settings_as_text() -> None:
    settings = DigitDrawing().neutral()
    settings[:5] = 4, 2, -12, 3.25, 1.5
    knobs = DigitDrawing().knobs(settings)
    texts = [knob.text(float(setting)) for knob, setting in zip(knobs, settings, strict=True)]
    assert texts[:5] == ["4", digits.variant_names(4)[2], "−12.0°", "3.2°", "1.50"]


def test_levels_of_sprites_as_text() -> None:
    data = sprites.load(1, test_count=1)
    part = Part(data.train.images, data.train.labels, data.train.factors)
    assert part.factors is not None
    drawing = SpriteDrawing()
    settings = drawing.settings_of(part, 0)
    _, shape, scale, angle, x, y = part.factors[0]
    expected = [
        sprites.SHAPE_NAMES[int(shape) - 1],
        *(f"{scale:.2f}", f"{angle:.2f} rad", f"{x:.2f}", f"{y:.2f}"),
    ]
    knobs = drawing.knobs(settings)
    texts = [knob.text(float(s)) for knob, s in zip(knobs, settings, strict=True)]
    assert texts == expected
