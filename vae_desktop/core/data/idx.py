"""IDX files: the format of MNIST and of the sets that follow it.

An IDX file is: two zero bytes, a type code, the number of dimensions, each dimension as a
big-endian 32-bit number, then the values (http://yann.lecun.com/exdb/mnist/).
"""

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.data.dataset import Dataset, Part, fingerprint_of
from vae_desktop.core.data.progress_span import shares
from vae_desktop.core.errors import DataError
from vae_desktop.core.progress import Progress, silent

_UNSIGNED_BYTE = 0x08
_GZIP_MAGIC = b"\x1f\x8b"
BYTE_LIMIT = 2 * 2**30
"""No more than this is read from one file, packed or not."""
_CHUNK = 2**22
_Stream = IO[bytes] | gzip.GzipFile
_RANK_LIMIT = 8

_STEMS = {
    "training images": ("train-images-idx3-ubyte", "train-images.idx3-ubyte"),
    "training labels": ("train-labels-idx1-ubyte", "train-labels.idx1-ubyte"),
    "test images": ("t10k-images-idx3-ubyte", "t10k-images.idx3-ubyte"),
    "test labels": ("t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte"),
}
_SUBFOLDERS = ("", "MNIST/raw", "raw")


def read_idx(path: Path, progress: Progress = silent) -> NDArray[np.uint8]:
    """The array in an IDX file of unsigned bytes, packed with gzip or not.

    Raises:
        DataError: the file cannot be read, is truncated, or is no IDX file of bytes.
        Cancelled: through `progress`.
    """
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == _GZIP_MAGIC
            raw.seek(0)
            if not packed:
                return _array(path, raw, progress)
            with gzip.open(raw) as unpacked:
                return _array(path, unpacked, progress)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path} is truncated or damaged (gzip). Get the file again.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error


def _array(path: Path, stream: _Stream, progress: Progress) -> NDArray[np.uint8]:
    shape = _shape(path, stream)
    expected = math.prod(shape)
    if expected > BYTE_LIMIT:
        limit = f"{BYTE_LIMIT // 2**30} GiB"
        raise DataError(f"{path} claims to hold more than {limit}: get the file again.")
    data = bytearray()  # grows with what is there, not with what is claimed
    # One byte more than expected is asked for, to see that the file ends.
    while piece := stream.read(min(_CHUNK, expected + 1 - len(data))):
        data += piece
        progress(min(1.0, len(data) / max(1, expected)), f"Reading {path.name}")
    if len(data) != expected:
        has = "more" if len(data) > expected else f"{len(data):,}"
        raise DataError(
            f"{path} is damaged: it should hold {expected:,} values but has {has}. Get the file "
            "again."
        )
    return np.frombuffer(data, np.uint8).reshape(shape)


def _shape(path: Path, stream: _Stream) -> tuple[int, ...]:
    """What the header says, behind which the stream is left."""
    start = stream.read(4)
    if len(start) < 4 or start[:2] != b"\0\0":
        raise DataError(
            f"{path} is not an IDX file, as it does not start with two zero bytes: choose another."
        )
    if start[2] != _UNSIGNED_BYTE:
        raise DataError(
            f"{path} holds values of type 0x{start[2]:02x}, but only bytes (0x08) are read: save "
            "it as an array of numpy (.npy) instead."
        )
    rank = start[3]
    sides = stream.read(4 * rank)
    if not 0 < rank <= _RANK_LIMIT or len(sides) < 4 * rank:
        raise DataError(f"{path} is truncated or damaged (its header). Get the file again.")
    return struct.unpack(f">{rank}I", sides)


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
    tasks = zip(("training", "test"), shares(progress, 2), strict=True)
    train, test = (
        read_part(found[f"{part} images"], found[f"{part} labels"], inner) for part, inner in tasks
    )
    progress(1.0, "Reading done")
    return _dataset(folder, train, test)


def read_part(images: Path, labels: Path, progress: Progress) -> Part:
    """One part of an MNIST-like set from its two files.

    Raises:
        DataError: a file is damaged, or holds something else.
        Cancelled: through `progress`.
    """
    of_images, of_labels = shares(progress, 2)
    pictures = read_images(images, of_images)
    return Part(pictures, _of_rank(labels, read_idx(labels, of_labels), 1).astype(np.int64))


def read_images(path: Path, progress: Progress) -> NDArray[np.uint8]:
    """The grey pictures in an IDX file, (N, 1, H, W); errors as in `read_part`."""
    return _of_rank(path, read_idx(path, progress), 3)[:, np.newaxis]


def _of_rank(path: Path, array: NDArray[np.uint8], rank: int) -> NDArray[np.uint8]:
    if array.ndim != rank:
        raise DataError(
            f"{path} has {array.ndim} dimensions instead of {rank}: images and labels may have "
            "been mixed up."
        )
    return array


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
