"""IDX files: the format of MNIST and of the sets that follow it.

An IDX file is: two zero bytes, a type code, the number of dimensions, each dimension as a
big-endian 32-bit number, then the values (http://yann.lecun.com/exdb/mnist/).
"""

import gzip
import math
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.data.dataset import Dataset, Part, fingerprint_of
from vae_desktop.core.errors import DataError
from vae_desktop.core.progress import Progress, silent

_UNSIGNED_BYTE = 0x08
_GZIP_MAGIC = b"\x1f\x8b"
BYTE_LIMIT = 4 * 2**30
"""No more than this is read from one file, packed or not."""

_STEMS = {
    "training images": ("train-images-idx3-ubyte", "train-images.idx3-ubyte"),
    "training labels": ("train-labels-idx1-ubyte", "train-labels.idx1-ubyte"),
    "test images": ("t10k-images-idx3-ubyte", "t10k-images.idx3-ubyte"),
    "test labels": ("t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte"),
}
_SUBFOLDERS = ("", "MNIST/raw", "raw")


def read_idx(path: Path) -> NDArray[np.uint8]:
    """The array in an IDX file of unsigned bytes, packed with gzip or not.

    Raises:
        DataError: the file cannot be read, is truncated, or is no IDX file of bytes.
    """
    data = _bytes_of(path)
    if len(data) < 4 or data[:2] != b"\0\0":
        raise DataError(f"{path} is not an IDX file: it does not start with two zero bytes.")
    if data[2] != _UNSIGNED_BYTE:
        raise DataError(f"{path} holds values of type 0x{data[2]:02x}; only bytes (0x08) are read.")
    rank = data[3]
    header = 4 + 4 * rank
    if rank == 0 or len(data) < header:
        raise DataError(f"{path} is truncated: its header is not complete. Get the file again.")
    shape = struct.unpack(f">{rank}I", data[4:header])
    expected = math.prod(shape)
    if len(data) - header != expected:
        raise DataError(
            f"{path} is damaged: it should hold {expected:,} values but has "
            f"{len(data) - header:,}. Get the file again."
        )
    return np.frombuffer(data, np.uint8, offset=header).reshape(shape)


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == _GZIP_MAGIC
            raw.seek(0)
            if packed:
                with gzip.open(raw) as unpacked:
                    data = unpacked.read(BYTE_LIMIT + 1)
            else:
                data = raw.read(BYTE_LIMIT + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path} is truncated or damaged (gzip). Get the file again.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(data) > BYTE_LIMIT:
        raise DataError(f"{path} holds more than {BYTE_LIMIT // 2**30} GiB; that is too much.")
    return data


def find_files(folder: Path) -> dict[str, Path]:
    """The four files of an MNIST-like set, in the folder or its `MNIST/raw/`.

    Returns:
        "training images", "training labels", "test images", "test labels" -> path, those
        that are there.
    """
    for subfolder in _SUBFOLDERS:
        found = {
            role: path
            for role, stems in _STEMS.items()
            if (path := _first_file(folder / subfolder, stems)) is not None
        }
        if found:
            return found
    return {}


def _first_file(folder: Path, stems: tuple[str, ...]) -> Path | None:
    candidates = (folder / f"{stem}{ending}" for stem in stems for ending in ("", ".gz"))
    return next((path for path in candidates if path.is_file()), None)


def load(folder: Path, progress: Progress = silent) -> Dataset:
    """MNIST, or a set in the same four files, from a folder.

    Raises:
        DataError: a file is missing or damaged, or images and labels do not match.
    """
    found = find_files(folder)
    missing = [role for role in _STEMS if role not in found]
    if missing:
        names = ", ".join(f"{_STEMS[role][0]}[.gz]" for role in missing)
        raise DataError(
            f"{folder} lacks the {' and '.join(missing)}: put {names} into it, choose another "
            "folder, or take the built-in digits."
        )
    arrays = {}
    for number, (role, path) in enumerate(found.items()):
        progress(number / len(found), f"Reading {path.name}")
        arrays[role] = _of_rank(path, read_idx(path), 3 if "images" in role else 1)
    progress(1.0, "Reading done")
    train = _part(arrays["training images"], arrays["training labels"])
    test = _part(arrays["test images"], arrays["test labels"])
    return _dataset(folder, train, test)


def _of_rank(path: Path, array: NDArray[np.uint8], rank: int) -> NDArray[np.uint8]:
    if array.ndim != rank:
        raise DataError(
            f"{path} has {array.ndim} dimensions instead of {rank}: images and labels may have "
            "been mixed up."
        )
    return array


def _part(images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> Part:
    return Part(images[:, np.newaxis], labels.astype(np.int64))


def _dataset(folder: Path, train: Part, test: Part) -> Dataset:
    assert train.labels is not None
    assert test.labels is not None
    classes = 1 + int(max(train.labels.max(initial=0), test.labels.max(initial=0)))
    return Dataset(
        name="mnist",
        title="MNIST",
        train=train,
        test=test,
        label_names=tuple(str(label) for label in range(classes)),
        source=f"IDX files in {folder}. MNIST is by Y. LeCun, C. Cortes and C. Burges.",
        licence="MNIST: Creative Commons Attribution-Share Alike 3.0.",
        fingerprint=fingerprint_of(train, test),
    )
