"""Traversals of a decoder that was made by hand, so that every cell is known exactly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from vae_desktop.core.difference import BRIGHTER, DARKER, SAME, heat
from vae_desktop.core.errors import ConfigError
from vae_desktop.core.span import Span, limit_span, parse_span, prior_span, quantile_span, signed
from vae_desktop.core.traversal import Importance, by_variance, parse_rows, traversal
from vae_desktop.core.traversal_sheet import decode_all, make_sheet

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

BASE = np.array([0.5, -1.0, 2.0], np.float32)
EVERY = np.arange(3)


def linear_decode(z: Floats) -> Bytes:
    """Pictures of 1×3 pixels: pixel j is 100 + 20 z_j."""
    return np.rint(100 + 20 * z).astype(np.uint8).reshape(-1, 1, 1, 3)


def importance(*kl: float) -> Importance:
    return Importance(np.array(kl, np.float32), "kl", "90 test images, epoch 2")


def test_rows_are_sorted_by_kl_and_parted_at_the_threshold() -> None:
    of = importance(0.2, 0.009, 3.0, 0.01, float("nan"))
    assert of.order.tolist() == [2, 0, 3, 1, 4]
    assert of.rows("used").tolist() == [2, 0, 3]
    assert of.rows("unused").tolist() == [1, 4]
    assert "0.01 nats" in of.sentence


def test_bars_are_beside_the_largest_or_the_threshold() -> None:
    of = importance(4.0, 1.0, float("nan"), -1.0)
    assert [of.share(latent) for latent in range(4)] == [1, 0.25, 0, 0]
    assert importance(0.002, 0.001).share(0) == pytest.approx(0.2)


def test_equal_rows_keep_their_order() -> None:
    assert importance(0, 0, 0).order.tolist() == [0, 1, 2]


def test_an_autoencoder_has_rows_by_variance_and_says_so() -> None:
    codes = np.array([[0, 1, 5], [0.1, 3, 5]], np.float32)
    of = by_variance(codes, "2 test images")
    assert of.values.tolist() == pytest.approx([0.0025, 1.0, 0.0])
    assert of.order.tolist() == [1, 0, 2]
    assert of.in_use.tolist() == [False, True, False]
    assert "variance" in of.sentence
    assert "No KL" in of.sentence


def test_every_cell_of_a_linear_decoder() -> None:
    board = traversal(BASE, np.array([2, 0, 1]), limit_span(-2, 2), 5)
    assert board.values.tolist() == [[-2, -1, 0, 1, 2]] * 3
    pictures = decode_all(linear_decode, board.codes)
    held = [110, 80, 140]
    moved = [60, 80, 100, 120, 140]
    for row, latent in enumerate((2, 0, 1)):
        for column, value in enumerate(moved):
            expected = [value if j == latent else held[j] for j in range(3)]
            assert pictures[row, column, 0, 0].tolist() == expected
            cell = linear_decode(board.code(row, column)[None])[0]
            assert np.array_equal(cell, pictures[row, column])


def test_the_prior_is_around_zero_whatever_the_base_is() -> None:
    board = traversal(BASE, EVERY, prior_span(3), 7)
    assert board.values.tolist() == [[-3, -2, -1, 0, 1, 2, 3]] * 3


def test_quantiles_are_those_of_the_codes_moved_to_the_base() -> None:
    """101 codes k² / 1000: the percentile p of them is p² / 1000, the median 2.5."""
    k = np.arange(101)
    codes = np.stack([k**2 / 1000, k / 10, np.full(101, 4.0)], axis=1).astype(np.float32)
    board = traversal(BASE, EVERY, quantile_span(10), 5, codes)
    levels = np.array([10, 30, 50, 70, 90])
    assert board.values[0] == pytest.approx(0.5 + levels**2 / 1000 - 2.5, abs=1e-5)
    assert board.values[1] == pytest.approx(-1 + levels / 10 - 5, abs=1e-5)
    assert board.values[2].tolist() == [2, 2, 2, 2, 2]
    assert board.values[:, 2].tolist() == pytest.approx(BASE.tolist())
    assert board.base_columns.tolist() == [2, 2, 2]
    assert board.exact.all()


def test_quantiles_of_nothing_are_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="encoded"):
        traversal(BASE, EVERY, quantile_span(5), 5)


def test_the_base_is_marked_where_it_really_lies() -> None:
    """Columns −3 … 3: 0.5 is half-way between two, −1 is one, 5 is beyond the last."""
    base = np.array([0.5, -1, 5], np.float32)
    board = traversal(base, EVERY, prior_span(3), 7)
    assert board.places.tolist() == [3.5, 2.0, 6.5]
    assert board.base_columns.tolist() == [4, 2, 6]
    assert board.exact.tolist() == [False, True, False]
    assert traversal(-base, EVERY, prior_span(3), 7).places.tolist() == [2.5, 4.0, -0.5]


@given(
    value=st.floats(-4, 4, width=32),
    steps=st.integers(3, 21),
    reach=st.floats(0.5, 5),
)
def test_place_and_value_are_inverse(value: float, steps: int, reach: float) -> None:
    board = traversal(np.array([value], np.float32), np.array([0]), prior_span(reach), steps)
    place = board.place_of(0, value)
    if abs(value) < reach:
        assert board.value_at(0, place) == pytest.approx(value, abs=1e-4)
        nearest = board.values[0, board.base_columns[0]]
        assert abs(nearest - value) <= np.abs(board.values[0] - value).min() + 1e-4
    elif abs(value) > reach * 1.001:
        assert place in (-0.5, steps - 0.5)


def test_only_one_latent_differs_from_the_base() -> None:
    base = np.random.default_rng(0).normal(size=128).astype(np.float32)
    board = traversal(base, np.arange(128), prior_span(), 21)
    changed = board.codes != base
    assert changed.any(axis=1).sum(axis=1).tolist() == [1] * 128
    assert (changed.any(axis=1) == np.eye(128, dtype=bool)).all()


def test_one_latent_makes_one_row() -> None:
    board = traversal(np.zeros(1, np.float32), np.array([0]), prior_span(1), 3)
    assert board.codes.tolist() == [[[-1], [0], [1]]]


@pytest.mark.parametrize("steps", [2, 22])
def test_steps_have_limits(steps: int) -> None:
    with pytest.raises(ConfigError, match="3 to 21"):
        traversal(BASE, EVERY, prior_span(), steps)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("prior:2.5", Span("prior", -2.5, 2.5)),
        ("prior", Span("prior", -3, 3)),
        ("quantiles:1", Span("quantiles", 1, 99)),
        ("limits:−2:4", Span("limits", -2, 4)),
    ],
)
def test_spans_are_read_and_written(text: str, span: Span) -> None:
    assert parse_span(text) == span
    assert parse_span(str(span)) == span


@pytest.mark.parametrize(
    "text",
    ["", "prior:0", "prior:nan", "prior:-1", "prior:inf", "quantiles:50", "quantiles:-1",
     "limits:2:-2", "limits:1", "limits:1:1", "limits:0:1e9", "prior:1:2", "wide", "prior:x"],
)  # fmt: skip
def test_what_is_no_span(text: str) -> None:
    with pytest.raises(ConfigError, match="Range"):
        parse_span(text)


def test_a_span_says_what_it_is() -> None:
    assert prior_span(3).text() == "prior ±3 σ"
    assert prior_span(3).text(has_prior=False) == "from −3 to 3"
    assert quantile_span(5).text() == "5–95 % of the encoded test images, centred on the base"


def test_rows_are_read_in_the_order_of_the_board() -> None:
    of = importance(0.2, 0.001, 3.0, 0.5)
    assert parse_rows("all", of).tolist() == [2, 3, 0, 1]
    assert parse_rows("used", of).tolist() == [2, 3, 0]
    assert parse_rows("unused", of).tolist() == [1]
    assert parse_rows("1,3-4", of).tolist() == [2, 3, 0]
    assert parse_rows("z2", of).tolist() == [1]
    for wrong in ("0", "5", "a", "3-1", ""):
        with pytest.raises(ConfigError, match="Rows"):
            parse_rows(wrong, of)
    with pytest.raises(ConfigError, match="unused"):
        parse_rows("unused", importance(1, 1))


def test_values_for_a_reader() -> None:
    assert signed(-1.2, 2) == "−1.20"
    assert signed(-0.001, 2) == "0.00"


def test_heat_is_grey_where_nothing_changes_and_has_two_directions() -> None:
    base = np.array([[[0, 255, 100]]], np.uint8)
    pictures = np.array([[[[0, 255, 100]]], [[[255, 0, 100]]]], np.uint8)
    result = heat(pictures, base)
    assert result.shape == (2, 3, 1, 3)
    assert [tuple(pixel) for pixel in result[0, :, 0].T] == [SAME] * 3
    assert [tuple(pixel) for pixel in result[1, :, 0].T] == [BRIGHTER, DARKER, SAME]


def test_heat_of_colour_is_the_mean_over_channels() -> None:
    base = np.zeros((3, 1, 1), np.uint8)
    one = np.array([255, 0, 0], np.uint8).reshape(1, 3, 1, 1)
    grey = np.full((1, 3, 1, 1), 85, np.uint8)
    assert np.array_equal(heat(one, base), heat(grey, base))


def test_the_difference_of_the_base_itself_is_grey() -> None:
    board = traversal(np.zeros(3, np.float32), EVERY, prior_span(2), 5)
    sheet = make_sheet(
        linear_decode, board, importance(1, 1, 1), prior_span(2), (), difference=True
    )
    assert (sheet.pictures[:, 2].reshape(3, 3, -1) == np.array(SAME)[:, None]).all()
    assert tuple(sheet.pictures[1, 4, :, 0, 1]) != SAME
    assert tuple(sheet.pictures[1, 4, :, 0, 0]) == SAME
