"""From numbers of any kind to grey levels 0..255."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.errors import DataError

_ROUNDING = 1e-3  # what arithmetic may have left beyond 0 and 1


@dataclass(frozen=True)
class ValueRange:
    """How the values of an array become grey levels.

    Attributes:
        white: the value that becomes 255.
        note: a sentence that says so; "" where nothing changes.
    """

    white: float
    note: str = ""

    def to_bytes(self, values: NDArray[np.generic]) -> NDArray[np.uint8]:
        """The grey levels, uint8, of the same shape; not copied where nothing changes."""
        if values.dtype == np.uint8 and self.white == 255:
            return values.view(np.uint8)
        # float64, because float16 can hold neither 65535 nor the quotient well enough.
        scaled = values.astype(np.float64) * (255 / self.white)
        return np.clip(np.rint(scaled), 0, 255).astype(np.uint8)


def find_range(arrays: Iterable[NDArray[np.generic]], name: str) -> ValueRange:
    """The range that arrays of one kind share: 0..1, 0..255 or, for whole numbers, 0..65535.

    Raises:
        DataError: values are not numbers, not finite, or in no such range; its sentence
            begins with `name`.
    """
    arrays = tuple(arrays)
    if any(array.dtype.kind not in "buif" for array in arrays):
        raise DataError(f"{name} holds {arrays[0].dtype} values, not the numbers of pictures.")
    with np.errstate(all="ignore"):  # signalling NaNs would warn
        low = min(float(array.min()) for array in arrays)
        high = max(float(array.max()) for array in arrays)
    if not np.isfinite(low) or not np.isfinite(high):
        raise DataError(f"{name} holds values that are not finite (NaN or infinite): repair them.")
    whole = all(array.dtype.kind != "f" for array in arrays)
    if low < -_ROUNDING or high > (65535 if whole else 255 * (1 + _ROUNDING)):
        limits = "0 to 255" if not whole else "0 to 255 or 0 to 65535"
        raise DataError(
            f"{name} holds values from {low:.6g} to {high:.6g}: scale them to 0 to 1 or {limits}."
        )
    return _range_up_to(high)


def to_bytes(values: NDArray[np.generic], name: str) -> NDArray[np.uint8]:
    """One array as grey levels; errors as in `find_range`."""
    return find_range((values,), name).to_bytes(values)


def _range_up_to(high: float) -> ValueRange:
    if high <= 1 + _ROUNDING:
        return ValueRange(1.0, "Values from 0 to 1 were scaled so that 1 became 255.")
    if high <= 255 * (1 + _ROUNDING):
        return ValueRange(255.0)
    return ValueRange(65535.0, "Values beyond 255 were scaled so that 65535 became 255.")
