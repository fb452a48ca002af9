"""Dividing images into a training and a test part."""

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]


def split(
    labels: Indices | None, count: int, test_share: float, seed: int
) -> tuple[Indices, Indices]:
    """Indices of the training and of the test images, each in ascending order.

    Every class gives its share to the test part, rounded, and keeps at least one image for
    training. Each part has at least one image.

    Args:
        labels: class per image, (count,); None counts all images as one class.
        count: number of images, at least 2.
        test_share: share of the test part, in (0, 1).
        seed: of the shuffling.
    """
    generator = np.random.default_rng(seed)
    classes = np.zeros(count, np.int64) if labels is None else labels
    is_test = np.zeros(count, np.bool_)
    for label in np.unique(classes):
        members = generator.permutation(np.flatnonzero(classes == label))
        quota = min(round(test_share * len(members)), len(members) - 1)
        is_test[members[:quota]] = True
    if not is_test.any():
        is_test[_one_of_largest_class(classes, generator)] = True
    return np.flatnonzero(~is_test), np.flatnonzero(is_test)


def _one_of_largest_class(classes: Indices, generator: np.random.Generator) -> int:
    labels, counts = np.unique(classes, return_counts=True)
    return int(generator.choice(np.flatnonzero(classes == labels[counts.argmax()])))
