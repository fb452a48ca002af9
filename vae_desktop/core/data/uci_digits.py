"""The UCI digits: 1,797 small handwritten digits of real people, shipped with scikit-learn.

8×8 grey pixels, each the count of inked points in a 4×4 block of the scan, 0 to 16.
"""

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.data.dataset import Dataset, Part, fingerprint_of
from vae_desktop.core.data.splitting import split
from vae_desktop.core.errors import DataError

NAME = "uci-digits"
TITLE = "UCI handwritten digits"
TEST_SHARE = 0.2
SIDE = 8  # pixels
_FULL_INK = 16  # the highest count of a pixel

SOURCE = (
    "Optical Recognition of Handwritten Digits (E. Alpaydin and C. Kaynak, 1998), UCI Machine "
    "Learning Repository; the 1,797 digits of its test part, as scikit-learn ships them."
)
LICENCE = (
    "Creative Commons Attribution 4.0 (CC BY 4.0): free to use and share when the authors are "
    "named."
)


def load(test_share: float = TEST_SHARE, seed: int = 0) -> Dataset:
    """The digits as a data set; the seed draws the same share of each digit for testing.

    Args:
        test_share: how much of each digit is for testing, between 0 and 1.
        seed: draws the test images, 0 or more.

    Raises:
        DataError: the share is not between 0 and 1, or the seed is negative.
    """
    # Late: scikit-learn takes about a second to import.
    from sklearn.datasets import load_digits

    _check_request(test_share, seed)
    ink, labels = load_digits(return_X_y=True)
    images = _to_uint8(ink.astype(np.int64)).reshape(-1, 1, SIDE, SIDE)
    labels = labels.astype(np.int64)
    train, test = (
        Part(images[chosen], labels[chosen])
        for chosen in split(labels, len(labels), test_share, seed)
    )
    return Dataset(
        name=NAME,
        title=TITLE,
        train=train,
        test=test,
        label_names=tuple("0123456789"),
        source=SOURCE,
        licence=LICENCE,
        fingerprint=fingerprint_of(train, test),
    )


def _check_request(test_share: float, seed: int) -> None:
    if not 0 < test_share < 1:
        raise DataError(
            f"{TITLE}: a test share of {test_share:g} leaves nothing to train on or nothing to "
            "test with; choose one between 0 and 1, such as 0.2."
        )
    if seed < 0:
        raise DataError(f"{TITLE}: the seed is {seed}; choose 0 or a positive whole number.")


def _to_uint8(ink: NDArray[np.int64]) -> NDArray[np.uint8]:
    """0 … 16 to 0 … 255, to the nearest; 8, exactly between two, becomes 128."""
    return ((ink * 255 + _FULL_INK // 2) // _FULL_INK).astype(np.uint8)
