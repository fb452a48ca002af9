"""Reading one array in numpy's own format from a stream that may be broken or hostile."""

import math
from dataclasses import dataclass
from typing import IO

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.data.guarded_zip import size_text
from vae_desktop.core.errors import DataError
from vae_desktop.core.progress import Progress

MAGIC = b"\x93NUMPY"
ARRAY_LIMIT = 2 * 2**30
"""Bytes (2 GiB) of the largest array that is read."""

_CHUNK = 2**22
_RANK_LIMIT = 8
_NUMBERS_AND_WORDS = "buifUS"  # kinds of numpy


@dataclass(frozen=True)
class ArrayHeader:
    """What an array's header claims. Nothing is allocated on its word.

    Attributes:
        shape: sizes of the dimensions.
        column_major: whether the first index runs fastest (Fortran order).
        dtype: kind of the values.
    """

    shape: tuple[int, ...]
    column_major: bool
    dtype: np.dtype[np.generic]

    @property
    def byte_count(self) -> int:
        """Bytes of all values."""
        return math.prod(self.shape) * self.dtype.itemsize


def read_header(stream: IO[bytes], name: str) -> ArrayHeader:
    """The header at the start of a stream, which is left behind it.

    Raises:
        DataError: there is none.
    """
    try:
        version = np.lib.format.read_magic(stream)
        parse = (
            np.lib.format.read_array_header_1_0
            if version == (1, 0)
            else np.lib.format.read_array_header_2_0
        )
        shape, column_major, dtype = parse(stream)
    except OSError:
        raise
    except Exception as error:  # numpy evaluates the header; almost anything can go wrong
        raise DataError(f"{name} has a damaged header: save the array again.") from error
    if any(side < 0 for side in shape) or len(shape) > _RANK_LIMIT:
        raise DataError(f"{name} has a damaged header: save the array again.")
    return ArrayHeader(shape, column_major, dtype)


def read_values(
    stream: IO[bytes], header: ArrayHeader, name: str, progress: Progress
) -> NDArray[np.generic]:
    """The values after the header, in its shape.

    Raises:
        DataError: it holds neither numbers nor words; more is claimed than the limit
            allows, or than the stream has.
        Cancelled: through `progress`.
    """
    _check_claim(header, name)
    wanted = header.byte_count
    data = bytearray()  # grows with what is really there, not with what is claimed
    while len(data) < wanted:
        piece = stream.read(min(_CHUNK, wanted - len(data)))
        if not piece:
            raise DataError(
                f"{name} is truncated: it should have {wanted:,} bytes of values but ends "
                f"after {len(data):,}. Save or copy it again."
            )
        data += piece
        progress(len(data) / wanted, f"Reading {name}")
    flat = np.frombuffer(data, header.dtype)
    return flat.reshape(header.shape, order="F" if header.column_major else "C")


def _check_claim(header: ArrayHeader, name: str) -> None:
    if header.dtype.hasobject:
        raise DataError(
            f"{name} holds Python objects, which are refused because reading them could run "
            "code: save it as an array of numbers, all pictures of one size."
        )
    if header.dtype.kind not in _NUMBERS_AND_WORDS:
        raise DataError(f"{name} holds {header.dtype} values: save it as an array of numbers.")
    if header.byte_count == 0:
        raise DataError(f"{name} has the shape {header.shape}: there is nothing in it.")
    if header.byte_count > ARRAY_LIMIT:
        raise DataError(
            f"{name} has the shape {header.shape} and needs {size_text(header.byte_count)}; at "
            f"most {size_text(ARRAY_LIMIT)} are read: save fewer or smaller pictures, as uint8."
        )
