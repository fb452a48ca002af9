"""The standard sets of the field: a table of what they are and of which files they consist.

Folders are laid out as torchvision lays them out, so that what another program has
downloaded is found.
"""

import string
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from vae_desktop.core.data import standard_readers as readers
from vae_desktop.core.errors import DataError


@dataclass(frozen=True)
class StandardSet:
    """A well-known data set.

    Attributes:
        key: the key by which a run's config names it.
        title: its name for a reader.
        image_shape: (C, H, W).
        train_count, test_count: images in its two parts.
        download_mb: size of its download in MB (10⁶ bytes).
        label_names: a name per class.
        source, licence: sentences on where it comes from and what it may be used for.
        files: what must be in the folder, relative to it; IDX files also with ".gz".
        read: reads those files.
    """

    key: str
    title: str
    image_shape: tuple[int, int, int]
    train_count: int
    test_count: int
    download_mb: float
    label_names: tuple[str, ...]
    source: str
    licence: str
    files: tuple[str, ...]
    read: readers.Reader


_DIGITS = tuple(string.digits)
_IDX_NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
_MERGED = frozenset("cijklmopsuvwxyz")  # lower case letters that EMNIST merges with upper case
_MERGED_NAMES = tuple(sorted(set(string.digits + string.ascii_letters) - _MERGED))
_EMNIST_SPLITS = (
    ("byclass", 697_932, 116_323, tuple(sorted(string.digits + string.ascii_letters))),
    ("bymerge", 697_932, 116_323, _MERGED_NAMES),
    ("balanced", 112_800, 18_800, _MERGED_NAMES),
    ("letters", 124_800, 20_800, tuple(string.ascii_lowercase)),
    ("digits", 240_000, 40_000, _DIGITS),
    ("mnist", 60_000, 10_000, _DIGITS),
)


def _mnist_like(
    key: str, folder: str, megabytes: float, title: str, names: tuple[str, ...], *sentences: str
) -> StandardSet:
    source, licence = sentences
    files = tuple(f"{folder}/raw/{name}" for name in _IDX_NAMES)
    shape = (1, 28, 28)
    return StandardSet(
        key, title, shape, 60_000, 10_000, megabytes, names, source, licence, files, readers.idx_set
    )


def _emnist(split: str, train: int, test: int, names: tuple[str, ...]) -> StandardSet:
    return StandardSet(
        key=f"emnist-{split}",
        title=f"EMNIST ({split})",
        image_shape=(1, 28, 28),
        train_count=train,
        test_count=test,
        download_mb=561.8,
        label_names=names,
        source="EMNIST, by G. Cohen, S. Afshar, J. Tapson and A. van Schaik (2017), from NIST "
        "Special Database 19; one download brings all six splits.",
        licence="EMNIST: no licence is known; its authors ask to be cited.",
        files=tuple(
            f"EMNIST/raw/emnist-{split}-{part}-{kind}-ubyte"
            for part in ("train", "test")
            for kind in ("images-idx3", "labels-idx1")
        ),
        read=readers.emnist_letters if split == "letters" else readers.emnist,
    )


STANDARD: tuple[StandardSet, ...] = (
    _mnist_like(
        "mnist",
        "MNIST",
        11.6,
        "MNIST",
        _DIGITS,
        "MNIST, by Y. LeCun, C. Cortes and C. Burges (1998).",
        "MNIST: Creative Commons Attribution-Share Alike 3.0.",
    ),
    _mnist_like(
        "fashion-mnist",
        "FashionMNIST",
        30.9,
        "Fashion-MNIST",
        (
            *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
            *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
        ),
        "Fashion-MNIST, by H. Xiao, K. Rasul and R. Vollgraf (Zalando, 2017).",
        "Fashion-MNIST: MIT licence.",
    ),
    _mnist_like(
        "kmnist",
        "KMNIST",
        21.3,
        "Kuzushiji-MNIST",
        ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
        "KMNIST, by T. Clanuwat and others (2018), from the Kuzushiji Dataset of ROIS-DS CODH.",
        "KMNIST: Creative Commons Attribution-Share Alike 4.0.",
    ),
    *(_emnist(*split) for split in _EMNIST_SPLITS),
    StandardSet(
        key="qmnist",
        title="QMNIST",
        image_shape=(1, 28, 28),
        train_count=60_000,
        test_count=60_000,
        download_mb=20.4,
        label_names=_DIGITS,
        source="QMNIST, by C. Yadav and L. Bottou (2019): MNIST with a test part of 60,000.",
        licence="QMNIST: a BSD licence; see its site.",
        files=tuple(
            f"QMNIST/raw/qmnist-{part}-{kind}"
            for part in ("train", "test")
            for kind in ("images-idx3-ubyte", "labels-idx2-int")
        ),
        read=readers.qmnist,
    ),
    StandardSet(
        key="usps",
        title="USPS",
        image_shape=(1, 16, 16),
        train_count=7291,
        test_count=2007,
        download_mb=8.4,
        label_names=_DIGITS,
        source="USPS, by J. J. Hull (1994), digits from American envelopes.",
        licence="USPS: no licence is known; it is in use for research.",
        files=("usps.bz2", "usps.t.bz2"),
        read=readers.usps,
    ),
    StandardSet(
        key="cifar10",
        title="CIFAR-10",
        image_shape=(3, 32, 32),
        train_count=50_000,
        test_count=10_000,
        download_mb=170.5,
        label_names=(
            *("airplane", "automobile", "bird", "cat", "deer"),
            *("dog", "frog", "horse", "ship", "truck"),
        ),
        source="CIFAR-10, by A. Krizhevsky, V. Nair and G. Hinton (2009).",
        licence="CIFAR-10: no licence is known; its authors ask to be cited.",
        files=tuple(
            f"cifar-10-batches-py/{name}"
            for name in (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch")
        ),
        read=readers.cifar10,
    ),
    StandardSet(
        key="svhn",
        title="SVHN",
        image_shape=(3, 32, 32),
        train_count=73_257,
        test_count=26_032,
        download_mb=246.3,
        label_names=_DIGITS,
        source="SVHN, by Y. Netzer and others (2011): house numbers from street views.",
        licence="SVHN: for non-commercial use only; see its site.",
        files=("train_32x32.mat", "test_32x32.mat"),
        read=readers.svhn,
    ),
)


def standard_set(key: str) -> StandardSet:
    """The set with this key.

    Raises:
        DataError: there is none.
    """
    for known in STANDARD:
        if known.key == key:
            return known
    keys = ", ".join(known.key for known in STANDARD)
    raise DataError(f"There is no standard set “{key}”; choose one of: {keys}.")


def home_of(wanted: StandardSet, folder: Path) -> Path:
    """Where the layout of a set begins, if a folder is inside of its files' own folders.

    People choose `cifar-10-batches-py` or `FashionMNIST/raw` as well as what holds it.
    """
    inner = PurePosixPath(wanted.files[0]).parent.parts
    depth = next((n for n in range(len(inner), 0, -1) if folder.parts[-n:] == inner[:n]), 0)
    return folder.parents[depth - 1] if depth else folder


def missing_files(wanted: StandardSet, folder: Path) -> list[str]:
    """The files of a set that a folder lacks."""
    return [name for name in wanted.files if readers.find(folder, name) is None]
