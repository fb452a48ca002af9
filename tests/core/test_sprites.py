"""The sprites: geometry against its formulas and the published frames, order, split."""

import csv
import hashlib
import math
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from vae_desktop.core.data import sprites
from vae_desktop.core.data.sprite_raster import build_tables
from vae_desktop.core.data.sprites import SpriteImages
from vae_desktop.core.errors import DataError

PUBLISHED = Path(__file__).parents[2].parent / "shared" / "data" / "dsprites"

# Radius of the heart from the tip (−90°) to the notch (90°), in pixels at scale 1.
HEART_DEGREES = [-90, -88, -86, -83, *range(-80, 81, 5), 83, 86, 88, 90]
HEART_RADII = [
    *(9.67, 8.74, 8.30, 7.78, 7.34, 6.85, 6.44, 6.30, 6.01, 5.95, 5.93, 5.79, 5.97, 6.03, 6.17),
    *(6.34, 6.58, 6.88, 7.22, 7.65, 8.08, 8.66, 9.20, 9.70, 10.19, 10.57, 10.90, 11.11, 11.23),
    *(11.29, 11.19, 11.02, 10.73, 10.30, 9.71, 8.90, 7.88, 7.20, 6.35, 5.74, 5.04),
]


def reference(shape: int, scale: float, orientation: float, x: float, y: float) -> np.ndarray:
    """One sprite by asking of every pixel's centre whether it is inside; (64, 64) bool."""
    centres = np.arange(64) + 0.5
    dx = (centres[None, :] - (16 + 32 * x)) / scale
    dy = (centres[:, None] - (16 + 32 * y)) / scale
    u = math.cos(orientation) * dx - math.sin(orientation) * dy
    v = math.sin(orientation) * dx + math.cos(orientation) * dy
    if shape == 1:
        return (abs(u) <= 19.2 / 2) & (abs(v) <= 19.2 / 2)
    if shape == 2:
        return (u / 12.76) ** 2 + (v / 7.22) ** 2 <= 1
    above = np.degrees(np.arctan2(-v, abs(u)))
    return np.sqrt(u**2 + v**2) <= np.interp(above, HEART_DEGREES, HEART_RADII)


def some_numbers(count: int) -> np.ndarray:
    return np.random.default_rng(11).choice(737_280, count, replace=False)


def test_pictures_follow_the_formulas() -> None:
    numbers = some_numbers(2000)
    drawn = SpriteImages(numbers)[:]
    values = sprites.factors_of(sprites.levels_of(numbers)).astype(np.float64)
    assert drawn.dtype == np.uint8
    assert drawn.shape == (2000, 1, 64, 64)
    for picture, (_, shape, scale, orientation, x, y) in zip(drawn, values, strict=True):
        turn = round(orientation / (2 * math.pi) * 39)
        expected = reference(
            shape, round(scale, 1), 2 * math.pi * turn / 39, round(x * 31) / 31, round(y * 31) / 31
        )
        np.testing.assert_array_equal(picture[0], np.where(expected, 255, 0))


def test_most_published_frames_come_out_exactly() -> None:
    if not PUBLISHED.is_dir():
        pytest.skip("the published preview frames are not on this machine")
    with Image.open(PUBLISHED / "dsprites.gif") as film:
        frames = np.stack([np.array(f.convert("L")) for f in ImageSequence.Iterator(film)])
    levels = []
    with (PUBLISHED / "frames.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            shape, scale = int(row["shape"]) - 1, round(float(row["scale"]) * 10) - 5
            turn = round(float(row["orientation"]) / (2 * math.pi) * 39)
            levels.append([0, shape, scale, turn, *(round(float(row[a]) * 31) for a in "xy")])
    wrong = np.count_nonzero(sprites.render_factors(np.array(levels))[:, 0] != frames, axis=(1, 2))
    assert len(wrong) == 320
    assert np.count_nonzero(wrong == 0) >= 280
    assert wrong.max() <= 4


def test_pictures_are_the_same_bytes_everywhere() -> None:
    pictures = SpriteImages(np.arange(0, 737_280, 101))[:]
    digest = hashlib.blake2b(np.packbits(pictures), digest_size=16).hexdigest()
    assert digest == "d97410317dbb4888c15592b4567cf564"


def test_tables_are_small() -> None:
    assert build_tables().nbytes < 64 * 2**20


def test_numbers_run_in_the_published_order() -> None:
    numbers = some_numbers(500)
    levels = sprites.levels_of(numbers)
    colour, shape, scale, orientation, x, y = levels.T
    expected = ((((colour * 3 + shape) * 6 + scale) * 40 + orientation) * 32 + x) * 32 + y
    np.testing.assert_array_equal(numbers, expected)
    np.testing.assert_array_equal(sprites.numbers_of(levels), numbers)
    np.testing.assert_array_equal(sprites.render_factors(levels), SpriteImages(numbers)[:])


def test_factors_have_the_published_values() -> None:
    first, last = sprites.factors_of(sprites.levels_of(np.array([0, 737_279])))
    np.testing.assert_allclose(first, [1, 1, 0.5, 0, 0, 0])
    np.testing.assert_allclose(last, [1, 3, 1, 2 * math.pi, 1, 1], rtol=1e-6)
    names = [factor.name for factor in sprites.FACTORS]
    assert names == ["colour", "shape", "scale", "orientation", "x", "y"]
    assert [len(factor.values or ()) for factor in sprites.FACTORS] == [1, 3, 6, 40, 32, 32]
    assert sprites.FACTORS[1].value_names == ("square", "ellipse", "heart")
    assert sprites.FACTORS[3].unit == "radians"
    steps = np.diff(np.array(sprites.FACTORS[3].values))
    np.testing.assert_allclose(steps, 2 * math.pi / 39)


@pytest.mark.parametrize("shape", [0, 1, 2])
def test_a_full_turn_is_no_turn(shape: int) -> None:
    levels = np.array([[0, shape, 3, turn, 9, 20] for turn in (0, 39, 1, 38)])
    none, full, one, one_back = sprites.render_factors(levels)
    np.testing.assert_array_equal(none, full)
    assert (one != none).any()
    assert (one != one_back).any()


def test_the_heart_points_down_and_turns_counter_clockwise() -> None:
    upright, turned = sprites.render_factors(
        np.array([[0, 2, 5, 0, 16, 16], [0, 2, 5, 10, 16, 16]])
    )
    rows, columns = np.nonzero(upright[0])
    assert np.ptp(columns[rows == rows.max()]) < 4 < np.ptp(columns[rows == rows.min()])
    rows, columns = np.nonzero(turned[0])
    assert np.ptp(rows[columns == columns.max()]) < 4 < np.ptp(rows[columns == columns.min()])


def test_the_ends_of_a_sweep_are_half_a_picture_apart() -> None:
    corner, right, down = sprites.render_factors(
        np.array([[0, 2, 5, 7, 0, 0], [0, 2, 5, 7, 31, 0], [0, 2, 5, 7, 0, 31]])
    )[:, 0]
    np.testing.assert_array_equal(right, np.roll(corner, 32, axis=1))
    np.testing.assert_array_equal(down, np.roll(corner, 32, axis=0))


def test_shapes_cover_their_area() -> None:
    pictures = SpriteImages(np.arange(0, 737_280, 29))[:]
    degrees = np.linspace(-90, 90, 10_001)
    heart = math.pi * np.mean(np.interp(degrees, HEART_DEGREES, HEART_RADII) ** 2)
    areas = np.array([19.2**2, math.pi * 12.76 * 7.22, heart])
    mean_square_scale = np.mean(np.linspace(0.5, 1, 6) ** 2)
    shares = [np.mean(third) / 255 for third in np.array_split(pictures, 3)]
    np.testing.assert_allclose(shares, areas * mean_square_scale / 64**2, rtol=0.01)


def test_the_mean_image_costs_about_570_nats() -> None:
    mean = np.mean(SpriteImages(np.arange(0, 737_280, 29))[:] > 0, axis=0)
    inner = mean[(mean > 0) & (mean < 1)]
    cross_entropy = -np.sum(inner * np.log(inner) + (1 - inner) * np.log(1 - inner))
    assert cross_entropy == pytest.approx(570, rel=0.01)


def test_images_behave_like_an_array() -> None:
    images = SpriteImages(some_numbers(50))
    everything = images[:]
    assert len(images) == 50
    assert images.shape == everything.shape
    np.testing.assert_array_equal(images[10:40:3], images[np.arange(10, 40, 3)])
    np.testing.assert_array_equal(images[np.array([7, -1, 7])], everything[[7, -1, 7]])
    assert images[50:].shape == (0, 1, 64, 64)


@pytest.mark.parametrize("key", [np.array([50]), np.array([-51]), np.array([[1]]), 3])
def test_places_that_are_not_there_are_refused(key: np.ndarray) -> None:
    with pytest.raises(IndexError):
        SpriteImages(np.arange(50))[key]


@pytest.mark.parametrize("numbers", [[-1], [737_280], [[1, 2]], [0.5]])
def test_numbers_that_are_no_image_are_refused(numbers: list[float]) -> None:
    with pytest.raises(DataError, match=r"number|no image"):
        SpriteImages(np.array(numbers))
    with pytest.raises(DataError, match=r"number|no image"):
        sprites.levels_of(np.array(numbers))


@pytest.mark.parametrize(
    ("levels", "complaint"),
    [
        ([[0, 3, 0, 0, 0, 0]], "shape has no level 3; choose from 0 to 2"),
        ([[0, 0, 0, -1, 0, 0]], "orientation has no level -1; choose from 0 to 39"),
        ([[0, 0, 0, 0, 0]], "one for each of the 6 factors"),
        ([0, 0, 0, 0, 0, 0], "one for each of the 6 factors"),
        ([[0, 0, 0, 0, 0.5, 0]], "levels are whole numbers"),
    ],
)
def test_levels_that_do_not_exist_are_refused(levels: list[object], complaint: str) -> None:
    for take in (sprites.render_factors, sprites.numbers_of, sprites.factors_of):
        with pytest.raises(DataError, match=complaint):
            take(np.array(levels))


def test_loading_draws_disjoint_parts() -> None:
    dataset = sprites.load(3000, seed=5, test_count=700)
    assert dataset.image_shape == (1, 64, 64)
    assert (len(dataset.train), len(dataset.test)) == (3000, 700)
    assert dataset.train.factors is not None
    assert dataset.test.factors is not None
    both = np.concatenate([dataset.train.factors, dataset.test.factors])
    assert len(np.unique(both, axis=0)) == 3700


def test_loading_everything_leaves_out_the_test_part_only() -> None:
    some, everything = sprites.load(100, seed=3, test_count=40), sprites.load(None, 3, 40)
    assert len(everything.train) == 737_240
    assert everything.test.factors is not None
    assert everything.train.factors is not None
    both = np.concatenate([everything.train.factors, everything.test.factors]).astype(np.float64)
    tens = np.column_stack([both[:, 1:3] * 10, both[:, 3] / (2 * math.pi) * 39, both[:, 4:] * 31])
    assert len(np.unique(np.rint(tens) @ [10**8, 10**6, 10**4, 10**2, 1])) == 737_280
    np.testing.assert_array_equal(some.test.images[:], everything.test.images[:])
    np.testing.assert_array_equal(some.train.images[:], everything.train.images[:100])


def test_labels_and_factors_belong_to_their_pictures() -> None:
    part = sprites.load(200, seed=1, test_count=10).train
    assert part.labels is not None
    assert part.factors is not None
    assert part.labels.dtype == np.int64
    assert part.factors.dtype == np.float32
    np.testing.assert_array_equal(part.factors[:, 1], part.labels + 1)
    numbers = np.array([0.0, *part.factors[0, 1:]])  # colour has but level 0
    numbers -= [0, 1, 0.5, 0, 0, 0]
    levels = np.rint(numbers * [1, 1, 10, 39 / (2 * math.pi), 31, 31]).astype(np.int64)
    np.testing.assert_array_equal(sprites.render_factors(levels[None]), part.images[:1])


def test_all_of_them_load_in_little_memory() -> None:
    tracemalloc.start()
    everything = sprites.load(None)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(everything.train) + len(everything.test) == sprites.IMAGES
    assert kept < 32e6
    assert peak < 64e6


def test_the_seed_decides_which_images() -> None:
    first, again, other = (sprites.load(200, seed, 50) for seed in (4, 4, 5))
    np.testing.assert_array_equal(first.train.images[:], again.train.images[:])
    assert (first.train.images[:] != other.train.images[:]).any()
    assert first.fingerprint == again.fingerprint
    prints = {first.fingerprint, other.fingerprint, sprites.load(201, 4, 50).fingerprint}
    assert len(prints | {sprites.load(200, 4, 51).fingerprint}) == 4


@pytest.mark.parametrize(
    ("count", "seed", "test_count"),
    [(0, 0, 10), (10, 0, 0), (737_280, 0, 1), (None, 0, 737_280), (10, -1, 10)],
)
def test_requests_that_cannot_be_met_are_refused(
    count: int | None, seed: int, test_count: int
) -> None:
    with pytest.raises(DataError, match=r"Sprites .*(at most 737,280|seed is -1)"):
        sprites.load(count, seed, test_count)


def test_source_and_licence_tell_whose_design_it_is() -> None:
    dataset = sprites.load(10, test_count=10)
    assert (dataset.name, dataset.title) == ("sprites", "Sprites (dSprites design)")
    assert "Matthey" in dataset.source
    assert "zlib/libpng" in dataset.licence
    assert dataset.label_names == ("square", "ellipse", "heart")
