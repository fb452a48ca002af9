"""One picture from a file, or from elsewhere, in the shape that a run's pictures have."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.data.fitting import Plan, fitted
from vae_desktop.core.data.import_options import Fit
from vae_desktop.core.data.pictures import PIXEL_LIMIT, decode
from vae_desktop.core.errors import DataError

Bytes = NDArray[np.uint8]
Shape = tuple[int, int, int]

FILE_LIMIT = 256 * 2**20
"""Bytes of the largest file that is read."""


def read_picture(path: Path, shape: Shape) -> Bytes:
    """The picture in a file, all of it, with black bars where its proportions differ.

    Nothing in the file is run; only the formats of `pictures` are tried.

    Args:
        path: of the file.
        shape: (C, H, W) of the result.

    Raises:
        DataError: there is no such file, it is no picture, is damaged, or too large.
    """
    try:
        if not path.is_file():
            raise DataError(f"{path} is not a file; choose a file with one picture.")
        if path.stat().st_size > FILE_LIMIT:
            raise DataError(
                f"{path.name} is larger than {FILE_LIMIT // 2**20} MiB, more than one picture "
                "may have; shrink it."
            )
        with path.open("rb") as stream:
            return fit_picture(decode(stream), shape)
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise DataError(f"{path} cannot be opened: {reason}. Choose another file.") from error
    except DataError as error:
        text = str(error)
        named = text.startswith((str(path), path.name))
        raise DataError(text if named else f"{path.name} cannot be used. {text}") from error


def fit_picture(picture: Bytes, shape: Shape) -> Bytes:
    """A picture (c, h, w) of any size, c = 1 or 3, in a shape (C, H, W).

    Raises:
        DataError: it is too large.
    """
    height, width = picture.shape[1:]
    if height * width > PIXEL_LIMIT:
        raise DataError(
            f"The picture has {width:,}×{height:,} pixels; at most "
            f"{PIXEL_LIMIT // 10**6} million are taken. Shrink it."
        )
    channels, rows, columns = shape
    return fitted(picture, Plan((columns, rows), channels, fit=Fit.PAD))
