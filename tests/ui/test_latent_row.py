"""Values as they are typed and as they are shown."""

import pytest

from vae_desktop.ui.latent_row import NotANumberError, parse_value
from vae_desktop.ui.numbers import value_text


@pytest.mark.parametrize(
    ("text", "value"), [("0.5", 0.5), (" −1,25 ", -1.25), ("1e-3", 0.001), ("3.4e38", 3.4e38)]
)
def test_a_number_is_read(text: str, value: float) -> None:
    assert parse_value(text, "z₁") == value


@pytest.mark.parametrize("text", ["", "x", "1.000,5", "nan", "inf", "-1e39"])
def test_what_is_none_is_said_with_its_name(text: str) -> None:
    with pytest.raises(NotANumberError, match="z₁"):
        parse_value(text, "z₁")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0.00"), (-1.304, "−1.30"), (9999, "9999.00"), (1e30, "1.0e+30"), (-0.0012, "0.00")],
)
def test_a_value_is_shown_in_few_figures(value: float, text: str) -> None:
    assert value_text(value) == text
