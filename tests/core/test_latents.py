"""Codes of a data set: which pictures, what KL, who is near whom."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.samples import bars, tiny_dataset
from vae_desktop.core.data.dataset import Part
from vae_desktop.core.errors import Cancelled
from vae_desktop.core.latents import Cloud, PictureSet, Rows, encode, neighbours, squared_error

Bytes = NDArray[np.uint8]


class MeanCoder:
    """Codes are (mean brightness, a constant); pictures are flat at twice the first number."""

    step = 7

    def encode(
        self, images: Bytes, labels: Rows | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        means = images.reshape(len(images), -1).mean(axis=1) / 255
        mu = np.stack([means, np.full(len(means), 2.0)], axis=1).astype(np.float32)
        return mu, np.full_like(mu, 0.5)

    def decode(self, z: NDArray[np.float32], labels: Rows | None = None) -> Bytes:
        return np.zeros((len(z), 1, 8, 8), np.uint8)


@pytest.fixture
def both() -> PictureSet:
    data = tiny_dataset(train=300, test=90)
    return PictureSet((("test", data.test), ("training", data.train)))


def test_parts_stand_behind_each_other(both: PictureSet) -> None:
    data = tiny_dataset(train=300, test=90)
    assert len(both) == 390
    rows = np.array([389, 0, 90, 89])
    images = both.images(rows)
    assert np.array_equal(images[0], data.train.images[np.array([299])][0])
    assert np.array_equal(
        images[1:3, 0, 0], np.stack([data.test.images[:1][0, 0, 0], data.train.images[:1][0, 0, 0]])
    )
    assert both.labels is not None
    assert data.train.labels is not None
    assert both.labels[90] == data.train.labels[0]
    assert [both.source(int(row)) for row in rows] == [
        ("training", 299),
        ("test", 0),
        ("training", 0),
        ("test", 89),
    ]


def test_no_labels_where_one_part_has_none() -> None:
    part = bars(5, (1, 4, 4), 0)
    assert PictureSet((("test", part), ("training", Part(part.images)))).labels is None


def test_a_subset_is_fixed_and_the_beginning_of_a_larger_one(both: PictureSet) -> None:
    small, large = both.subset(20), both.subset(50)
    assert np.array_equal(large[:20], small)
    assert len(np.unique(large)) == 50
    assert sorted(both.subset(10_000).tolist()) == list(range(390))


def test_encoding_keeps_the_order_of_the_rows(both: PictureSet) -> None:
    rows = both.subset(390)
    cloud = encode(MeanCoder(), both, rows, with_error=True)
    expected = [both.images(rows[k : k + 1]).mean() / 255 for k in range(390)]
    np.testing.assert_allclose(cloud.mu[:, 0], expected, rtol=1e-4)
    assert cloud.complete
    assert cloud.step == 7
    assert cloud.error is not None
    first = both.images(rows[:1]).astype(float) / 255
    assert cloud.error[0] == pytest.approx((first**2).sum(), rel=1e-4)


def test_encoding_can_be_cancelled(both: PictureSet) -> None:
    def stop(share: float, sentence: str) -> None:
        if share > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        encode(MeanCoder(), both, both.subset(390), progress=stop)


def cloud(mu: list[list[float]], sigma: list[list[float]]) -> Cloud:
    return Cloud(
        0, len(mu), np.arange(len(mu)), np.array(mu, np.float32), np.array(sigma, np.float32)
    )


def test_kl_of_known_gaussians() -> None:
    kl = cloud([[0, 1], [2, 0]], [[1, 1], [1, np.e]]).kl
    np.testing.assert_allclose(kl, [[0, 0.5], [2, 0.5 * (np.e**2 - 1) - 1]], rtol=1e-5)


def test_codes_that_are_points_have_no_kl() -> None:
    points = cloud([[3, 4]], [[0, 0]])
    assert not points.has_posterior
    assert not points.kl.any()


def test_neighbours_are_the_nearest_others() -> None:
    mu = np.random.default_rng(0).normal(size=(200, 7)).astype(np.float32)
    mu[50] = np.nan
    distances = np.linalg.norm(mu - mu[3], axis=1)
    expected = [k for k in np.argsort(distances) if k not in (3, 50)][:5]
    assert neighbours(mu, 3, 5).tolist() == expected
    assert not len(neighbours(mu[:1], 0, 5))


def test_squared_error_is_summed_over_pixels() -> None:
    black, white = np.zeros((2, 1, 3, 4), np.uint8), np.full((2, 1, 3, 4), 255, np.uint8)
    assert squared_error(black, white).tolist() == [12, 12]
