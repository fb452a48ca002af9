"""What can be said of many pictures at a glance: the mean image and figures of the pixels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.data.dataset import Images
from vae_desktop.core.progress import Progress, silent

SUMMARY_LIMIT = 10_000
"""No more pictures than this are looked at."""

_BATCH_BYTES = 2**25


@dataclass(frozen=True)
class Summary:
    """Of some of the pictures of a part.

    Attributes:
        images: how many pictures were looked at.
        of: how many there are.
        mean_image: uint8 (C, H, W), rounded.
        mean, std: of all pixel values, scaled to [0, 1].
        zero_share: share of the pixel values that are 0, in [0, 1].
    """

    images: int
    of: int
    mean_image: NDArray[np.uint8]
    mean: float
    std: float
    zero_share: float


def summarise(images: Images, progress: Progress = silent, limit: int = SUMMARY_LIMIT) -> Summary:
    """The summary of at most `limit` pictures, evenly spaced over all of them.

    Args:
        images: uint8 (N, C, H, W), N at least 1.
        progress: told after every batch; may raise `Cancelled`.
        limit: how many pictures to look at, at most.
    """
    count = min(len(images), limit)
    rows = np.arange(count, dtype=np.int64) * len(images) // count
    total = np.zeros(images.shape[1:], np.int64)
    histogram = np.zeros(256, np.int64)
    step = max(1, _BATCH_BYTES // total.size)
    for start in range(0, count, step):
        batch = images[rows[start : start + step]]
        total += batch.sum(axis=0, dtype=np.int64)
        histogram += np.bincount(batch.reshape(-1), minlength=256)
        progress(min(1.0, (start + step) / count), "Measuring the pixels.")
    mean, std = _moments(histogram)
    mean_image = np.rint(total / count).astype(np.uint8)
    share = float(histogram[0] / histogram.sum())
    return Summary(count, len(images), mean_image, mean, std, share)


def _moments(histogram: NDArray[np.int64]) -> tuple[float, float]:
    """Mean and standard deviation of bytes, scaled to [0, 1], from how often each occurs."""
    values = np.arange(256) / 255
    weights = histogram / histogram.sum()
    mean = float(weights @ values)
    return mean, float(np.sqrt(weights @ (values - mean) ** 2))
