"""Batch files of CIFAR-10, which are pickles, read without running what is in them."""

import io
import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.data.dataset import Part
from vae_desktop.core.errors import DataError

_BYTE_LIMIT = 2**26  # a batch has 31 MB
_IMAGE = (3, 32, 32)


class _StandIn:
    """Takes the place of any numpy object in the pickle and keeps what it was built from."""

    def __init__(self, *arguments: object) -> None:
        self.arguments = arguments
        self.state: Any = None

    def __setstate__(self, state: object) -> None:
        self.state = state


def _array_stand_in(*_: object) -> _StandIn:
    return _StandIn()


_ADMITTED: dict[tuple[str, str], object] = {
    ("numpy.core.multiarray", "_reconstruct"): _array_stand_in,
    ("numpy._core.multiarray", "_reconstruct"): _array_stand_in,
    ("numpy", "ndarray"): _StandIn,
    ("numpy", "dtype"): _StandIn,
}


class _Unpickler(pickle._Unpickler):
    """Builds containers, numbers, text and stand-ins for arrays; admits nothing else.

    A pickle can only call what `find_class` gives it, and that is never more than a class
    that stores its arguments. The base is the one in Python: the compiled one allocates a
    table as long as the file claims, gigabytes if it lies.
    """

    def find_class(self, module: str, name: str) -> Any:
        try:
            return _ADMITTED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is not admitted") from None


def read_batch(path: Path) -> Part:
    """The images and labels of one batch file: uint8 (N, 3, 32, 32), int64 (N,).

    Raises:
        DataError: the file is damaged, or asks for anything but arrays and lists.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(_BYTE_LIMIT + 1)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(data) > _BYTE_LIMIT:
        raise DataError(f"{path} is too large for a batch of CIFAR-10.")
    try:
        # The files were written by Python 2, whose text arrives as bytes.
        batch = _Unpickler(io.BytesIO(data), encoding="bytes").load()
        return Part(_images(batch[b"data"]), _labels(batch[b"labels"]))
    except Exception as error:  # a damaged pickle can raise almost anything
        raise DataError(
            f"{path} is not a batch of CIFAR-10, is damaged, or holds more than pictures (it was "
            "not run): get the file again."
        ) from error


def _images(array: _StandIn) -> NDArray[np.uint8]:
    # The state of an array: version, shape, dtype, column-major or not, bytes.
    _, shape, dtype, column_major, data = array.state
    if dtype.arguments[0] not in ("u1", b"u1") or column_major or not isinstance(data, bytes):
        raise ValueError("not an array of bytes")
    if shape[1:] != (math.prod(_IMAGE),):
        raise ValueError("not rows of 3072 pixels")
    return np.frombuffer(data, np.uint8).reshape(-1, *_IMAGE)


def _labels(labels: list[int]) -> NDArray[np.int64]:
    if not all(isinstance(label, int) for label in labels):
        raise ValueError("not a list of numbers")
    return np.array(labels, np.int64).reshape(-1)
