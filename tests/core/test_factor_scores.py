"""Pictures drawn with their factors, and scores repeated over draws."""

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.samples import tiny_config, tiny_dataset
from vae_desktop.core import runs
from vae_desktop.core.config import RunConfig
from vae_desktop.core.data import digits, sprites
from vae_desktop.core.data.dataset import Dataset, Factor, Part
from vae_desktop.core.disentanglement import entropies
from vae_desktop.core.errors import Cancelled, ConfigError, DataError
from vae_desktop.core.events import Floats
from vae_desktop.core.factor_scores import FACTOR_METRICS, DciScore, FactorBench
from vae_desktop.core.known_factors import CLASSES, draw, factor_names
from vae_desktop.core.latents import Bytes
from vae_desktop.core.metrics import separation_of
from vae_desktop.core.run_evaluation import RunScores, evaluate_run
from vae_desktop.core.training import train

SPRITES = sprites.load(200, test_count=50)


def written_digits(train_count: int = 400, test_count: int = 100) -> Dataset:
    """A few of the built-in digits."""
    train_part, test_part = digits.generate(train_count, test_count)
    return Dataset(
        digits.NAME, digits.TITLE, train_part, test_part, tuple("0123456789"), digits.FACTORS
    )


DIGITS = written_digits()


def places(images: Bytes, labels: NDArray[np.int64] | None) -> Floats:
    """A code made by hand: the middle of what is white, how much of it there is, and zero."""
    light = images[:, 0].astype(np.float64)
    mass = light.sum(axis=(1, 2))
    across = light.sum(axis=1) @ np.arange(images.shape[3]) / mass
    down = light.sum(axis=2) @ np.arange(images.shape[2]) / mass
    return np.stack([across, down, np.sqrt(mass), 0 * mass], axis=1).astype(np.float32)


def two_sides() -> Dataset:
    """Pictures of two pixels, each dark or bright: these are their factors."""
    values = np.random.default_rng(0).integers(0, 2, (150, 2))
    part = Part((255 * values).astype(np.uint8).reshape(-1, 1, 1, 2), None, values.astype("f4"))
    factors = (Factor("left", values=(0.0, 1.0)), Factor("right", values=(0.0, 1.0)))
    return Dataset("own", "Two pixels", part, part, factors=factors)


def two_numbers(images: Bytes, labels: NDArray[np.int64] | None) -> Floats:
    """A code that is the picture."""
    return images.reshape(len(images), 2).astype(np.float32)


def three_sides() -> Dataset:
    """Pictures of three pixels, dark or bright: these are their factors, the first their class."""
    values = np.random.default_rng(0).integers(0, 2, (300, 3))
    images = (255 * values).astype(np.uint8).reshape(-1, 1, 1, 3)
    part = Part(images, values[:, 0], values.astype("f4"))
    factors = tuple(Factor(name, values=(0.0, 1.0)) for name in ("left", "middle", "right"))
    return Dataset("own", "Three pixels", part, part, ("dark", "bright"), factors)


def all_but_the_class(images: Bytes, labels: NDArray[np.int64] | None) -> Floats:
    """What is left of a picture for a code that is told the left pixel."""
    code = images.reshape(len(images), -1).astype(np.float32)
    code[:, 0] = 0
    return code


def test_what_a_model_is_told_does_not_count() -> None:
    data = three_sides()
    alone = FactorBench(data, all_but_the_class, 1, images=300).score("mig")
    told = FactorBench(data, all_but_the_class, 1, images=300, told_class=True).score("mig")
    assert alone.left_out == ()
    assert told.left_out == ("left",)
    assert alone.score == pytest.approx(2 / 3, abs=0.03)
    assert told.score == pytest.approx(1, abs=0.03)


def test_a_model_that_is_told_all_but_one_factor_is_not_scored() -> None:
    data = two_sides()
    values = data.train.factors
    assert values is not None
    part = Part(data.train.images, values[:, 0].astype(np.int64), values)
    named = Dataset("own", "Two pixels", part, part, ("dark", "bright"), data.factors)
    with pytest.raises(DataError, match="told left, and Two pixels has too few"):
        FactorBench(named, two_numbers, 1, images=300, told_class=True).score("mig")


def test_constant_factors_are_left_out_and_the_digit_is_a_factor() -> None:
    assert factor_names(SPRITES) == ("shape", "scale", "orientation", "x", "y")
    assert factor_names(DIGITS) == ("digit", *(trait.factor.name for trait in digits.TRAITS))
    assert factor_names(tiny_dataset()) == ()


def test_sprites_are_drawn_evenly_over_all_of_them() -> None:
    drawn = draw(SPRITES, 5_000, np.random.default_rng(0))
    assert len(drawn) == 5_000
    counts = [np.bincount(column) for column in drawn.factors.levels.T]
    assert [len(count) for count in counts] == list(sprites.LEVELS[1:])
    assert all(count.min() > 0.5 * count.mean() for count in counts)
    full = np.concatenate([np.zeros((9, 1), np.int64), drawn.factors.levels[:9]], axis=1)
    np.testing.assert_array_equal(
        drawn.pictures.images(drawn.rows[:9]), sprites.render_factors(full)
    )
    np.testing.assert_allclose(drawn.factors.values[:9], sprites.factors_of(full)[:, 1:])


def test_digits_are_drawn_from_both_parts_and_continua_are_cut_evenly() -> None:
    drawn = draw(DIGITS, 10_000, np.random.default_rng(1))
    assert sorted(drawn.rows.tolist()) == list(range(500))
    factors = drawn.factors
    assert factors.continuous == (False, *(True for _ in digits.TRAITS))
    known = drawn.pictures.labels
    assert known is not None
    np.testing.assert_array_equal(factors.levels[:, 0], known[drawn.rows])
    slant = factors.names.index("slant")
    assert np.bincount(factors.levels[:, slant]).tolist() == [50] * CLASSES
    order = np.argsort(factors.values[:, slant], kind="stable")
    assert (np.diff(factors.levels[order, slant]) >= 0).all()
    assert entropies(factors.levels)[slant] == pytest.approx(math.log(CLASSES))


def test_many_equal_values_share_a_level() -> None:
    values = np.concatenate([np.zeros(60), np.linspace(0.1, 1, 40)]).astype(np.float32)[:, None]
    images = np.zeros((100, 1, 2, 2), np.uint8)
    part = Part(images, None, np.concatenate([values, np.arange(100)[:, None] % 2], axis=1))
    factors = (Factor("width"), Factor("side", values=(0.0, 1.0)))
    data = Dataset("own", "Own", part, part, factors=factors)
    found = draw(data, 200, np.random.default_rng(2)).factors
    assert set(found.levels[found.values[:, 0] == 0, 0]) == {found.levels[:, 0].min()}
    np.testing.assert_array_equal(found.levels[:, 1], found.values[:, 1])


def test_a_set_without_factors_gets_a_sentence() -> None:
    with pytest.raises(DataError, match="Bars has no known factors, so"):
        draw(tiny_dataset(), 10, np.random.default_rng(0))


def test_the_same_seed_gives_the_same_scores_and_draws_differ() -> None:
    def score(seed: int) -> tuple[float, ...]:
        return FactorBench(SPRITES, places, 2, seed, images=900).score("mig").each

    first = score(3)
    assert first == score(3)
    assert first != score(4)
    assert first[0] != first[1]


def test_scores_say_how_they_were_got() -> None:
    bench = FactorBench(SPRITES, places, 2, 5, images=3_000)
    found = {name: bench.score(name) for name in ("mig", "sap")}
    assert (found["mig"].images, found["sap"].images) == (2_000, 3_000)
    for score in found.values():
        assert (score.draws, score.seed, len(score.each)) == (2, 5, 2)
        assert score.score == pytest.approx(np.mean(score.each))
        assert score.spread == pytest.approx(np.std(score.each, ddof=1))


@pytest.mark.parametrize(
    ("name", "low", "high"), [("beta-vae", 0.6, 0.95), ("factor-vae", 0.55, 0.62)]
)
def test_a_code_made_by_hand_names_the_fixed_factor(name: str, low: float, high: float) -> None:
    """It tells x, y and scale, three of five; with three latents that vote, the votes are right
    for three of five at most, while a classifier can also learn what is left."""
    found = FactorBench(SPRITES, places, 1, images=1_500).score(name)
    assert low < found.score < high
    assert found.spread is None


def test_dci_has_three_numbers_and_one_draw_has_no_spread() -> None:
    bench = FactorBench(two_sides(), two_numbers, 1, images=300, tree_images=40)
    found = bench.score("dci")
    assert isinstance(found, DciScore)
    assert found.spread is found.completeness_spread is found.informativeness_spread is None
    assert found.images == 40 + 100
    # Each number of the code is one factor, with nothing else in it.
    assert (found.score, found.completeness, found.informativeness) == pytest.approx((1, 1, 1))


def test_progress_grows_and_can_end_the_work() -> None:
    shares: list[float] = []
    bench = FactorBench(SPRITES, places, 2, images=600)
    bench.score("sap", lambda share, sentence: shares.append(share))
    assert shares == sorted(shares)
    assert 0 <= shares[0] < shares[-1] <= 1

    def give_up(share: float, sentence: str) -> None:
        if "trees" in sentence:
            raise Cancelled

    with pytest.raises(Cancelled):
        bench.score("dci", give_up)


def test_what_cannot_be_scored_is_said() -> None:
    with pytest.raises(ConfigError, match="There is no score “fid”"):
        FactorBench(SPRITES, places).score("fid")
    one = FactorBench(SPRITES, lambda images, labels: places(images, labels)[:, :1], images=90)
    with pytest.raises(ConfigError, match="MIG compares latents with each other"):
        one.score("mig")
    lost = FactorBench(SPRITES, lambda images, labels: np.nan * places(images, labels), images=90)
    for name in FACTOR_METRICS:
        with pytest.raises(DataError, match="not finite"):
            lost.score(name)


def test_separation_is_the_share_of_variance_between_classes() -> None:
    """By hand: means −1 and 1 around 0, and within each class ±1."""
    codes = np.array([[-2.0], [0.0], [0.0], [2.0]], np.float32)
    found = separation_of(codes, np.array([0, 0, 1, 1]))
    assert found.between == pytest.approx(4 / 8)
    assert (found.images, found.classes) == (4, 2)
    assert separation_of(np.zeros((4, 2), np.float32), np.array([0, 0, 1, 1])).between == 0.0


def trained(folder: Path, config: RunConfig, data: Dataset) -> runs.SavedRun:
    runs.create(folder, config)
    for _ in runs.record(folder, train(config, data)):
        pass
    return runs.read(folder)


@pytest.mark.parametrize("kind", ["vae", "cvae", "autoencoder"])
def test_a_saved_run_is_scored(kind: str, tmp_path: Path) -> None:
    config = tiny_config(epochs=1).changed(model={"kind": kind, "latent_dim": 3})
    run = trained(tmp_path / "run", config, DIGITS)
    wanted = ["mig", "separation"]
    found: RunScores = evaluate_run(run, DIGITS, wanted, draws=2, seed=7)
    assert found.metrics.keys() == set(wanted)
    assert found.metrics["mig"].seed == 7
    assert found.metrics["mig"].left_out == (("digit",) if kind == "cvae" else ())
    assert 0 <= found.metrics["mig"].score < 0.5
    assert 0 < found.metrics["separation"].between < 1


def test_a_saved_run_says_what_it_cannot_be_asked(tmp_path: Path) -> None:
    classifier = tiny_config(epochs=1).changed(model={"kind": "classifier"})
    run = trained(tmp_path / "classifier", classifier, DIGITS)
    with pytest.raises(ConfigError, match="sap: this needs codes"):
        evaluate_run(run, DIGITS, ["sap"])
    one = tiny_config(epochs=1).changed(model={"latent_dim": 1})
    run = trained(tmp_path / "one", one, DIGITS)
    with pytest.raises(ConfigError, match="MIG compares latents"):
        evaluate_run(run, DIGITS, ["mig"])
