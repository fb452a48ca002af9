"""The built-in digits: layout as in MNIST, factors that can be seen, the same bytes, the cache."""

import logging
import threading
from collections import Counter
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from vae_desktop.core.data import digits
from vae_desktop.core.data.dataset import Dataset, Part, fingerprint_of
from vae_desktop.core.data.rendering import Style
from vae_desktop.core.data.strokes import glyph_table
from vae_desktop.core.errors import Cancelled, DataError

GOLDEN = "24d09a93310457204a0c0da0c3d3f35a"  # changes with the drawing: raise VERSION then
COUNT = 1000


@pytest.fixture(scope="module")
def part() -> Part:
    return digits.generate(COUNT, 0)[0]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the whole data set small, so that it is drawn at once."""
    monkeypatch.setattr(digits, "TRAIN", 500)
    monkeypatch.setattr(digits, "TEST", 250)


def spans(lit: np.ndarray) -> np.ndarray:
    """From the first to the last lit place of each row, (n,)."""
    first = lit.argmax(axis=1)
    return lit.shape[1] - lit[:, ::-1].argmax(axis=1) - first


def centres(images: np.ndarray) -> np.ndarray:
    """Centres of mass (n, 2), x and y."""
    ink = images[:, 0].astype(np.float64)
    places = np.arange(28)
    moments = np.stack((ink.sum(axis=1) @ places, ink.sum(axis=2) @ places), axis=1)
    return moments / ink.sum(axis=(1, 2))[:, None]


def slants(images: np.ndarray) -> np.ndarray:
    """Degrees by which the ink leans to the right, from its second moments, (n,)."""
    ink = images[:, 0].astype(np.float64)
    centre = centres(images)
    x = np.arange(28)[None, None, :] - centre[:, 0, None, None]
    y = np.arange(28)[None, :, None] - centre[:, 1, None, None]
    both, down = (ink * x * y).sum(axis=(1, 2)), (ink * y * y).sum(axis=(1, 2))
    return np.degrees(np.arctan(-both / down))


def column(name: str) -> int:
    return [factor.name for factor in digits.FACTORS].index(name)


def sweep(digit: int, name: str, values: list[float], variant: int = 0) -> np.ndarray:
    """Pictures of one digit in which nothing but one factor varies."""
    styles = np.tile(digits.NEUTRAL, (len(values), 1))
    styles[:, column("slant")] = 0
    styles[:, 0] = variant
    styles[:, column(name)] = values
    return digits.render_factors(np.full(len(values), digit), styles)


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(a, b)[0, 1])


def test_values_have_the_promised_types_and_shapes(part: Part) -> None:
    assert part.images.shape == (COUNT, 1, 28, 28)
    assert part.images[:].dtype == np.uint8
    assert part.labels is not None
    assert part.labels.dtype == np.int64
    assert part.factors is not None
    assert part.factors.dtype == np.float32
    assert part.factors.shape == (COUNT, len(digits.FACTORS))


def test_factors_are_the_fields_of_a_style_in_order() -> None:
    assert [factor.name for factor in digits.FACTORS] == [field.name for field in fields(Style)]
    assert len(digits.FACTOR_LIMITS) == len(digits.NEUTRAL) == len(digits.FACTORS)


def test_every_digit_is_equally_frequent_and_in_no_order(part: Part) -> None:
    assert Counter(part.labels) == dict.fromkeys(range(10), COUNT // 10)
    assert Counter(part.labels[: digits.BLOCK]) == dict.fromkeys(range(10), digits.BLOCK // 10)
    neighbours_alike = np.mean(part.labels[1:] == part.labels[:-1])
    assert neighbours_alike == pytest.approx(0.1, abs=0.04)


def test_every_variant_occurs(part: Part) -> None:
    for digit in range(10):
        seen = set(part.factors[part.labels == digit, 0])
        assert seen == set(range(len(digits.variant_names(digit))))


def test_ink_fills_a_box_of_twenty_pixels(part: Part) -> None:
    lit = part.images[:, 0] > 0
    sides = np.stack((spans(lit.any(axis=1)), spans(lit.any(axis=2))))
    assert sides.max() == 20
    assert np.mean(sides.max(axis=0) == 20) > 0.97
    assert sides.max(axis=0).min() >= 19


def test_ink_is_centred_by_mass_to_the_pixel(part: Part) -> None:
    # Half a pixel is rounding; more only where the box would leave the picture.
    away = np.abs(centres(part.images[:]) - 14)
    assert np.mean(away <= 0.5) > 0.99
    assert away.max() < 2


def test_grey_levels_are_like_those_of_mnist(part: Part) -> None:
    # MNIST: mean 0.1307, standard deviation 0.3081, 81 % of the pixels black.
    pixels = part.images[:] / 255
    assert pixels.mean() == pytest.approx(0.1307, abs=0.01)
    assert pixels.std() == pytest.approx(0.3081, abs=0.01)
    assert np.mean(pixels == 0) == pytest.approx(0.81, abs=0.03)
    soft = np.mean((pixels > 0) & (pixels < 0.95)) / np.mean(pixels > 0)
    assert 0.3 < soft < 0.7


def test_factors_stay_within_their_limits(part: Part) -> None:
    low, high = np.array(digits.FACTOR_LIMITS, np.float32).T
    assert np.all(part.factors >= low)
    assert np.all(part.factors <= high)
    assert np.all(part.factors[:, 1:].std(axis=0) > (high - low)[1:] / 12)


def test_thickness_is_seen_as_ink(part: Part) -> None:
    ink = part.images[:].sum(axis=(1, 2, 3), dtype=np.int64)
    for digit in range(10):
        rows = part.labels == digit
        assert correlation(part.factors[rows, column("thickness")], ink[rows]) > 0.7


def test_thickness_is_the_width_of_a_straight_bar() -> None:
    values = [2.0, 3.0, 4.0, 5.0]
    bars = sweep(1, "thickness", values)
    middle = bars[:, 0, 12:16].sum(axis=2) / 255
    # The bar of this variant leans a little, which makes its cut wider by 1 %.
    np.testing.assert_allclose(middle.mean(axis=1), values, atol=0.25)


def test_slant_is_seen_in_the_second_moments(part: Part) -> None:
    measured = slants(part.images[:])
    for digit in range(10):
        rows = part.labels == digit
        assert correlation(part.factors[rows, column("slant")], measured[rows]) > 0.6


def test_a_slanted_bar_leans_by_as_many_degrees() -> None:
    values = [-20.0, 0.0, 20.0, 40.0]
    measured = slants(sweep(1, "slant", values))
    upright = np.tan(np.radians(measured[1]))
    expected = np.degrees(np.arctan(upright + np.tan(np.radians(values))))
    np.testing.assert_allclose(measured, expected, atol=1.5)


def test_rotation_turns_a_bar_clockwise() -> None:
    measured = slants(sweep(1, "rotation", [-15.0, 0.0, 15.0]))
    np.testing.assert_allclose(np.diff(measured), 15, atol=1.5)


def test_aspect_makes_a_zero_wider() -> None:
    widths = spans(sweep(0, "aspect", [0.6, 0.8, 1.0])[:, 0].any(axis=1))
    assert list(widths) == sorted(set(widths))


def test_pressure_puts_the_ink_to_the_end() -> None:
    for value in (-0.4, 0.4):
        ink = sweep(1, "pressure", [value])[0, 0].sum(axis=1, dtype=np.int64)
        rows = ink[ink > 0]
        head, foot = rows[2:8].mean(), rows[-8:-2].mean()
        assert np.sign(foot - head) == np.sign(value)


def test_taper_makes_the_foot_wider_than_the_head() -> None:
    narrow, wide = sweep(8, "taper", [-0.35, 0.35])[:, 0] > 0
    for picture, foot_wins in ((narrow, False), (wide, True)):
        head = spans(picture[4:12].any(axis=0, keepdims=True))[0]
        foot = spans(picture[16:24].any(axis=0, keepdims=True))[0]
        assert (foot > head) == foot_wins


def test_bend_pushes_the_ends_to_the_right_of_the_middle() -> None:
    for value in (-0.35, 0.35):
        ink = sweep(1, "bend", [value])[0, 0].astype(np.float64)
        across = ink @ np.arange(28) / np.maximum(ink.sum(axis=1), 1)
        ends, middle = (across[5] + across[22]) / 2, across[13:15].mean()
        assert np.sign(ends - middle) == np.sign(value)


def test_balance_lowers_the_waist_of_an_eight() -> None:
    waists = []
    for value in (-0.3, 0.0, 0.3):
        lit = sweep(8, "balance", [value], variant=1)[0, 0] > 0
        waists.append(8 + int(spans(lit[8:20]).argmin()))
    assert waists == sorted(set(waists))


def test_the_path_moves_with_the_points_it_runs_through() -> None:
    # Weights that sum to one make the curve independent of where the sheet lies.
    np.testing.assert_allclose(glyph_table().weights.sum(axis=2), 1, atol=1e-6)


def test_every_variant_of_a_digit_looks_different() -> None:
    for digit in range(10):
        names = digits.variant_names(digit)
        styles = np.tile(digits.NEUTRAL, (len(names), 1))
        styles[:, 0] = np.arange(len(names))
        pictures = digits.render_factors(np.full(len(names), digit), styles)
        assert len({picture.tobytes() for picture in pictures}) == len(set(names)) == len(names)


def test_stored_factors_draw_nearly_the_stored_picture(part: Part) -> None:
    labels, factors = part.labels, part.factors
    images = part.images[:].astype(np.float64)
    drawn = digits.render_factors(labels, factors).astype(np.float64)
    for digit in range(10):
        rows = np.flatnonzero(labels == digit)
        others = np.abs(drawn[rows] - images[np.roll(rows, 1)]).mean()
        assert np.abs(drawn[rows] - images[rows]).mean() < 0.8 * others
    assert np.abs(drawn - images).mean() < 0.1 * 255


def test_drawing_from_factors_is_calm_and_independent_of_the_company(part: Part) -> None:
    all_at_once = digits.render_factors(part.labels, part.factors)
    alone = digits.render_factors(part.labels[700:703], part.factors[700:703])
    np.testing.assert_array_equal(all_at_once[700:703], alone)


def test_factors_beyond_their_limits_count_as_the_limit() -> None:
    pictures = sweep(5, "thickness", [5.5, 50.0])
    np.testing.assert_array_equal(pictures[0], pictures[1])
    last = len(digits.variant_names(1)) - 1
    beyond = sweep(1, "slant", [0.0], variant=digits.VARIANTS - 1)
    np.testing.assert_array_equal(beyond, sweep(1, "slant", [0.0], variant=last))


@pytest.mark.parametrize(
    ("labels", "factors", "sentence"),
    [
        ([1, 2], np.zeros((3, 9)), "there must be n rows of 9 factors"),
        ([1], np.zeros((1, 4)), "there must be n rows of 9 factors"),
        ([10], np.zeros((1, 9)), "Only the digits 0 to 9"),
        ([-1], np.zeros((1, 9)), "Only the digits 0 to 9"),
        ([3], np.full((1, 9), np.nan), "not a finite number"),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    labels: list[int], factors: np.ndarray, sentence: str
) -> None:
    with pytest.raises(DataError, match=sentence):
        digits.render_factors(np.array(labels), factors.astype(np.float32))


def test_the_same_seed_gives_the_same_bytes_everywhere() -> None:
    assert fingerprint_of(*digits.generate(600, 300, seed=5)) == GOLDEN


def test_another_seed_gives_other_pictures(part: Part) -> None:
    other, _ = digits.generate(digits.BLOCK, 0, seed=digits.SEED + 1)
    assert not np.array_equal(other.images[:], part.images[: digits.BLOCK])


def test_training_and_test_part_share_no_picture() -> None:
    train, test = digits.generate(500, 500)
    seen = {picture.tobytes() for picture in train.images[:]}
    assert len(seen) == 500
    assert not seen & {picture.tobytes() for picture in test.images[:]}


@pytest.mark.parametrize("workers", [1, 3])
def test_fewer_images_are_the_first_ones_with_any_number_of_threads(
    part: Part, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digits.os, "cpu_count", lambda: workers)
    first, _ = digits.generate(digits.BLOCK + 30, 0)
    np.testing.assert_array_equal(first.images[:], part.images[: len(first)])
    np.testing.assert_array_equal(first.labels, part.labels[: len(first)])
    np.testing.assert_array_equal(first.factors, part.factors[: len(first)])


def same(a: Dataset, b: Dataset) -> bool:
    return a.fingerprint == b.fingerprint == fingerprint_of(b.train, b.test)


@pytest.mark.usefixtures("small")
def test_the_data_set_says_what_it_is(tmp_path: Path) -> None:
    dataset = digits.load(tmp_path)
    assert (dataset.name, dataset.title) == ("digits", "Built-in digits")
    assert (len(dataset.train), len(dataset.test)) == (500, 250)
    assert dataset.image_shape == (1, 28, 28)
    assert dataset.label_names == ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
    assert dataset.factors == digits.FACTORS


@pytest.mark.usefixtures("small")
def test_the_second_time_the_digits_come_from_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = digits.load(tmp_path / "made" / "when needed")
    monkeypatch.setattr(digits, "generate", refuse)
    read = digits.load(tmp_path / "made" / "when needed")
    assert same(drawn, read)
    np.testing.assert_array_equal(read.train.factors, drawn.train.factors)
    np.testing.assert_array_equal(read.test.labels, drawn.test.labels)


def refuse(*args: object, **kwargs: object) -> None:
    raise AssertionError("drawn again")


def flipped(content: bytes) -> bytes:
    """The same with one bit of one pixel changed."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


DAMAGES = {
    "empty": lambda content: b"",
    "truncated": lambda content: content[:-1],
    "longer": lambda content: content + b"0",
    "one bit": flipped,
    "other version": lambda content: content.replace(b" digits 1 ", b" digits 0 ", 1),
    "foreign": lambda content: b"PK\x03\x04" + bytes(len(content)),
    "no line end": lambda content: b"x" * len(content),
}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_broken_cache_is_made_anew(tmp_path: Path, damage: str) -> None:
    drawn = digits.load(tmp_path)
    (file,) = tmp_path.iterdir()
    good = file.read_bytes()
    bad = DAMAGES[damage](good)
    assert bad != good
    file.write_bytes(bad)
    assert same(drawn, digits.load(tmp_path))
    assert file.read_bytes() == good


@pytest.mark.usefixtures("small")
def test_a_changed_pixel_changes_the_fingerprint(tmp_path: Path) -> None:
    dataset = digits.load(tmp_path)
    images = dataset.train.images[:].copy()
    images[7, 0, 14, 14] ^= 1
    changed = Part(images, dataset.train.labels, dataset.train.factors)
    assert fingerprint_of(changed, dataset.test) != dataset.fingerprint


@pytest.mark.usefixtures("small")
def test_a_folder_that_cannot_be_made_is_no_hindrance(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "taken").write_text("a file")
    with caplog.at_level(logging.WARNING):
        dataset = digits.load(tmp_path / "taken")
    assert len(dataset.train) == 500
    assert "could not be kept" in caplog.text
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


@pytest.mark.usefixtures("small")
def test_a_full_disk_is_no_hindrance_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with caplog.at_level(logging.WARNING):
        dataset = digits.load(tmp_path)
    assert len(dataset.train) == 500
    assert "No space left on device" in caplog.text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("call", range(4))
def test_cancelling_leaves_no_file(tmp_path: Path, call: int) -> None:
    calls = iter(range(100))

    def cancel(share: float, sentence: str) -> None:
        if next(calls) == call:
            raise Cancelled

    with pytest.raises(Cancelled):
        digits.load(tmp_path, cancel)
    assert list(tmp_path.iterdir()) == []


def test_cancelling_ends_the_threads() -> None:
    def cancel(share: float, sentence: str) -> None:
        raise Cancelled

    before = threading.active_count()
    with pytest.raises(Cancelled) as caught:
        digits.generate(5000, 0, progress=cancel)
    assert caught.value is not None  # its traceback still holds what the call left behind
    assert threading.active_count() == before


def test_progress_rises_to_the_end_in_small_steps() -> None:
    shares: list[float] = []
    digits.generate(2000, 500, progress=lambda share, sentence: shares.append(share))
    assert shares == sorted(shares)
    assert len(shares) >= 10
    assert shares[-1] == 1
