"""Readers of the files in which the standard sets are published."""

import bz2
import gzip
import math
import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.data.cifar_batch import read_batch
from vae_desktop.core.data.dataset import Part
from vae_desktop.core.data.idx import read_images, read_part
from vae_desktop.core.data.progress_span import shares
from vae_desktop.core.errors import DataError
from vae_desktop.core.progress import Progress

Reader = Callable[[Sequence[Path], Progress], tuple[Part, Part]]
"""From the files of a set to its training and test part; DataError if one is damaged."""

_TEXT_LIMIT = 2**28
_LINES = 500  # lines of text that are converted at a time
_USPS_SIDE = 16
_USPS_NUMBERS = 1 + 2 * _USPS_SIDE**2  # a label, then index and value of every pixel
_QMNIST_COLUMNS = 8
_MAT_LIMIT = 2**30


def find(folder: Path, name: str) -> Path | None:
    """A file of a set in a folder, plain or packed with gzip; None if it is not there."""
    for candidate in (folder / name, folder / f"{name}.gz"):
        if candidate.is_file():
            return candidate
    return None


def idx_set(paths: Sequence[Path], progress: Progress) -> tuple[Part, Part]:
    """Training images and labels, test images and labels in IDX files."""
    of_train, of_test = shares(progress, 2)
    return read_part(paths[0], paths[1], of_train), read_part(paths[2], paths[3], of_test)


def emnist(paths: Sequence[Path], progress: Progress) -> tuple[Part, Part]:
    """As `idx_set`, of images that are stored lying on their side (transposed)."""
    train, test = idx_set(paths, progress)
    return _upright(train), _upright(test)


def emnist_letters(paths: Sequence[Path], progress: Progress) -> tuple[Part, Part]:
    """As `emnist`, with labels that count from 1."""
    train, test = emnist(paths, progress)
    return _counted_from_0(train), _counted_from_0(test)


def qmnist(paths: Sequence[Path], progress: Progress) -> tuple[Part, Part]:
    """Images in IDX files, labels as the first column of IDX tables of 32-bit numbers."""
    parts = []
    for number, inner in enumerate(shares(progress, 2)):
        images, labels = paths[2 * number : 2 * number + 2]
        parts.append(Part(read_images(images, inner), _qmnist_labels(labels)))
    return parts[0], parts[1]


def usps(paths: Sequence[Path], progress: Progress) -> tuple[Part, Part]:
    """Lines of text "label 1:value ... 256:value", values from -1 to 1, packed by bzip2."""
    parts = []
    for number, path in enumerate(paths):
        progress(number / 2, f"Reading {path.name}")
        try:
            parts.append(_usps_part(_unpacked(path).splitlines(), progress, number / 2))
        except ValueError as error:
            raise _damaged(path) from error
    return parts[0], parts[1]


def cifar10(paths: Sequence[Path], progress: Progress) -> tuple[Part, Part]:
    """Batch files, the last of which is the test part."""
    batches = []
    for number, path in enumerate(paths):
        progress(number / len(paths), f"Reading {path.name}")
        batches.append(read_batch(path))
    images = np.concatenate([batch.images[:] for batch in batches[:-1]])
    labels = np.concatenate([b.labels for b in batches[:-1] if b.labels is not None])
    return Part(images, labels), batches[-1]


def svhn(paths: Sequence[Path], progress: Progress) -> tuple[Part, Part]:
    """MATLAB files with X (H, W, 3, N) and y (N, 1), in which 10 stands for the digit 0."""
    parts = []
    for number, path in enumerate(paths):
        progress(number / 2, f"Reading {path.name}")
        images, labels = _mat_arrays(path)
        parts.append(Part(images.transpose(3, 2, 0, 1), labels.ravel().astype(np.int64) % 10))
    return parts[0], parts[1]


def _upright(part: Part) -> Part:
    return Part(np.ascontiguousarray(part.images[:].transpose(0, 1, 3, 2)), part.labels)


def _counted_from_0(part: Part) -> Part:
    return Part(part.images, None if part.labels is None else part.labels - 1)


def _damaged(path: Path) -> DataError:
    return DataError(f"{path} is damaged or not complete: get the file again.")


def _unpacked(path: Path) -> bytes:
    """Up to `_TEXT_LIMIT` bytes of a file, unpacked as the end of its name says."""
    try:
        with path.open("rb") as packed:
            data = _unpacking(packed, path.suffix).read(_TEXT_LIMIT + 1)
    except FileNotFoundError as error:
        raise DataError(f"{path} is no longer there.") from error
    except (OSError, EOFError, ValueError) as error:
        raise _damaged(path) from error
    if len(data) > _TEXT_LIMIT:
        raise DataError(f"{path} holds more than {_TEXT_LIMIT // 2**20} MiB; that is too much.")
    return data


def _unpacking(packed: BinaryIO, suffix: str) -> gzip.GzipFile | bz2.BZ2File | BinaryIO:
    if suffix == ".gz":
        return gzip.GzipFile(fileobj=packed)
    return bz2.BZ2File(packed) if suffix == ".bz2" else packed


def _qmnist_labels(path: Path) -> NDArray[np.int64]:
    data = _unpacked(path)
    if len(data) < 12 or data[:4] != b"\0\0\x0c\x02":  # 32-bit numbers, two dimensions
        raise _damaged(path)
    rows, columns = struct.unpack(">2I", data[4:12])
    if columns != _QMNIST_COLUMNS or len(data) != 12 + 4 * rows * columns:
        raise _damaged(path)
    return np.frombuffer(data, ">i4", offset=12).reshape(rows, columns)[:, 0].astype(np.int64)


def _usps_part(lines: list[bytes], progress: Progress, done: float) -> Part:
    images, labels = [], []
    for start in range(0, len(lines), _LINES):
        progress(done + 0.5 * start / len(lines), f"Reading line {start:,} of {len(lines):,}")
        numbers = _usps_numbers(lines[start : start + _LINES])
        images.append(np.rint((numbers[:, 2::2] + 1) * 127.5).astype(np.uint8))
        labels.append(numbers[:, 0].astype(np.int64) - 1)
    if not images:
        raise ValueError("no line")
    shape = (-1, 1, _USPS_SIDE, _USPS_SIDE)
    return Part(np.concatenate(images).reshape(shape), np.concatenate(labels))


def _usps_numbers(lines: list[bytes]) -> NDArray[np.float64]:
    """(lines, 513); ValueError if a line is not as it should be."""
    words = b"\n".join(lines).replace(b":", b" ").split()
    numbers = np.array(words, np.bytes_).astype(np.float64).reshape(len(lines), _USPS_NUMBERS)
    labels, places, values = numbers[:, 0], numbers[:, 1::2], numbers[:, 2::2]
    if not (np.abs(values) <= 1).all() or not np.isin(labels, np.arange(1, 11)).all():
        raise ValueError("a value is out of range")
    if not (places == np.arange(1, _USPS_SIDE**2 + 1)).all():
        raise ValueError("pixels are missing")
    return numbers


def _mat_arrays(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.generic]]:
    from scipy.io import loadmat, whosmat

    try:
        # Claims first, from the headers: nothing large is unpacked on a wrong file's word.
        claims = {name: (shape, kind) for name, shape, kind in whosmat(path)}
        (x_shape, x_kind), (y_shape, _) = claims["X"], claims["y"]
        if x_kind != "uint8" or len(x_shape) != 4 or math.prod(x_shape) > _MAT_LIMIT:
            raise _damaged(path)
        if math.prod(y_shape) != x_shape[3]:
            raise _damaged(path)
        content = loadmat(path, variable_names=["X", "y"])
        images, labels = content["X"], content["y"]
    except Exception as error:  # scipy lets almost any kind pass for damaged files
        raise _damaged(path) from error
    if images.dtype != np.uint8 or images.ndim != 4 or labels.dtype.kind not in "uif":
        raise _damaged(path)
    return images, labels
