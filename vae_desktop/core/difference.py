"""How pictures differ from one of them, as heat."""

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

DARKER, SAME, BRIGHTER = (38, 110, 226), (88, 88, 88), (255, 150, 22)
"""RGB of pixels that are black and were white, that did not change, that are white and were
black; between them colours run straight."""


def _table() -> Bytes:
    """RGB (511, 3) of differences from −255 to 255."""
    at = np.arange(-255, 256)
    channels = [
        np.interp(at, (-255, 0, 255), ends) for ends in zip(DARKER, SAME, BRIGHTER, strict=True)
    ]
    return np.rint(np.stack(channels, axis=1)).astype(np.uint8)


_TABLE = _table()


def heat(pictures: Bytes, base: Bytes) -> Bytes:
    """Signed differences as colours: grey is the same, orange brighter, blue darker.

    Args:
        pictures: uint8 (n, C, H, W).
        base: uint8 (C, H, W), what they are compared with.

    Returns:
        uint8 (n, 3, H, W); differences of colour pictures are the mean over their channels.
    """
    change = pictures.astype(np.int16) - base
    mean = change[:, 0] if change.shape[1] == 1 else np.rint(change.mean(axis=1)).astype(np.int16)
    return np.ascontiguousarray(_TABLE[mean + 255].transpose(0, 3, 1, 2))
