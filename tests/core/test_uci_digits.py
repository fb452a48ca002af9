"""The UCI digits: exact pixels, a stratified split, a late import."""

import subprocess
import sys

import numpy as np
import pytest
from sklearn.datasets import load_digits

from vae_desktop.core.data import uci_digits
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.errors import DataError


def whole(dataset: Dataset) -> tuple[np.ndarray, np.ndarray]:
    parts = (dataset.train, dataset.test)
    return np.concatenate([p.images[:] for p in parts]), np.concatenate([p.labels for p in parts])


def in_any_order(images: np.ndarray, labels: np.ndarray) -> np.ndarray:
    table = np.column_stack([labels, images.reshape(len(images), -1)])
    return table[np.lexsort(table.T)]


def test_every_digit_is_there_once() -> None:
    images, labels = whole(uci_digits.load())
    assert images.shape == (1797, 1, 8, 8)
    assert images.dtype == np.uint8
    assert labels.dtype == np.int64
    grey = [0, 16, 32, 48, 64, 80, 96, 112, 128, 143, 159, 175, 191, 207, 223, 239, 255]
    ink, expected_labels = load_digits(return_X_y=True)
    expected = np.array(grey)[ink.astype(int)]
    np.testing.assert_array_equal(
        in_any_order(images, labels), in_any_order(expected, expected_labels)
    )


@pytest.mark.parametrize("share", [0.1, 0.2, 0.5])
def test_each_digit_is_tested_in_the_same_share(share: float) -> None:
    dataset = uci_digits.load(share)
    assert dataset.train.labels is not None
    assert dataset.test.labels is not None
    tested, trained = (np.bincount(part.labels) for part in (dataset.test, dataset.train))
    assert np.abs(tested - share * (tested + trained)).max() <= 0.5


def test_the_seed_decides_the_split() -> None:
    first, again, other = (uci_digits.load(seed=seed) for seed in (2, 2, 3))
    np.testing.assert_array_equal(first.test.images[:], again.test.images[:])
    assert first.fingerprint == again.fingerprint
    assert (first.test.images[:] != other.test.images[:]).any()
    assert first.fingerprint != other.fingerprint


@pytest.mark.parametrize("share", [-0.1, 0.0, 1.0, float("nan")])
def test_shares_that_empty_a_part_are_refused(share: float) -> None:
    with pytest.raises(DataError, match="choose one between 0 and 1"):
        uci_digits.load(share)


def test_negative_seeds_are_refused() -> None:
    with pytest.raises(DataError, match="seed is -1"):
        uci_digits.load(seed=-1)


def test_source_and_licence_name_the_authors_and_terms() -> None:
    dataset = uci_digits.load()
    assert dataset.name == "uci-digits"
    assert "Alpaydin" in dataset.source
    assert "CC BY 4.0" in dataset.licence
    assert dataset.label_names == tuple("0123456789")
    assert dataset.factors == ()


def test_importing_the_module_does_not_import_scikit_learn() -> None:
    code = "import sys, vae_desktop.core.data.uci_digits; sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
