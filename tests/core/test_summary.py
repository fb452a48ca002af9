"""Mean image and pixel figures against numpy over everything at once."""

import numpy as np
import pytest

from tests.samples import bars
from vae_desktop.core.data.summary import summarise
from vae_desktop.core.errors import Cancelled


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 5, 9)])
def test_the_summary_is_what_numpy_says(shape: tuple[int, int, int]) -> None:
    images = bars(1203, shape, 1).images
    assert isinstance(images, np.ndarray)
    summary = summarise(images)
    scaled = images.astype(np.float64) / 255
    assert (summary.images, summary.of) == (1203, 1203)
    np.testing.assert_array_equal(summary.mean_image, np.rint(images.mean(0)).astype(np.uint8))
    assert summary.mean == pytest.approx(scaled.mean())
    assert summary.std == pytest.approx(scaled.std())
    assert summary.zero_share == pytest.approx((images == 0).mean())


def test_large_pictures_are_taken_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    images = np.asarray(bars(40, (3, 10, 10), 1).images)
    at_once = summarise(images)
    monkeypatch.setattr("vae_desktop.core.data.summary._BATCH_BYTES", 1000)
    reports: list[float] = []
    in_parts = summarise(images, lambda share, sentence: reports.append(share))
    np.testing.assert_array_equal(in_parts.mean_image, at_once.mean_image)
    assert (in_parts.mean, in_parts.std) == (at_once.mean, at_once.std)
    assert len(reports) == 14
    assert reports[-1] == 1.0


def test_only_so_many_pictures_are_looked_at_from_all_over_the_set() -> None:
    images = np.repeat(np.arange(100, dtype=np.uint8), 4).reshape(100, 1, 2, 2)
    summary = summarise(images, limit=10)
    assert (summary.images, summary.of) == (10, 100)
    assert summary.mean * 255 == pytest.approx(np.arange(0, 100, 10).mean())


def test_one_black_picture() -> None:
    summary = summarise(np.zeros((1, 1, 3, 3), np.uint8))
    assert (summary.mean, summary.std, summary.zero_share) == (0, 0, 1)


def test_a_summary_is_cancelled() -> None:
    def refuse(share: float, sentence: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        summarise(np.zeros((2, 1, 3, 3), np.uint8), refuse)
