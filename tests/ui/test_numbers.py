"""How numbers are written."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae_desktop.ui.numbers import duration, nats, plain, speed


@pytest.mark.parametrize(
    ("rate", "text"),
    [(26_143.0, "26,100"), (999.6, "1,000"), (3.14159, "3.14"), (0.0, "0"), (math.nan, "0")],
)
def test_speed_has_three_digits(rate: float, text: str) -> None:
    assert speed(rate) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(1234.56, "1,234.6"), (6.463, "6.46"), (0.0032, "0.003"), (math.inf, "not finite")],
)
def test_small_losses_have_more_decimals(value: float, text: str) -> None:
    assert nats(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (42.4, "0:42"), (725, "12:05"), (3723, "1:02:03")]
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.001, "0.001"), (1.0, "1"), (1e-5, "1e-5"), (2.5e-7, "2.5e-7")]
)
def test_plain_is_short(value: float, text: str) -> None:
    assert plain(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_plain_loses_nothing(value: float) -> None:
    assert float(plain(value)) == value
