"""What colour each point of the map has, and what that means."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from vae_desktop.ui.theme import CLASS_COLOURS

MOST = 127
"""Colours at a time: each has a dim twin for points outside of the selection."""
DIM = 128

# ColorBrewer's twelve, as in the talk; the pale yellow is too weak for dots and comes last.
_PAIRED = "a6cee3 1f78b4 b2df8a 33a02c fb9a99 e31a1c fdbf6f ff7f00 cab2d6 6a3d9a b15928 ffff99"
PALETTES: dict[str, tuple[QColor, ...]] = {
    "Petroff": CLASS_COLOURS,
    "Paired": tuple(QColor(f"#{code}") for code in _PAIRED.split()),
}


@dataclass(frozen=True, eq=False)
class Colouring:
    """Colours of the points of a cloud.

    Attributes:
        numbers: uint8 (n,), from 1: colour number − 1 is the point's.
        colours: uint8 (k, 3), k up to `MOST`.
        names: of the colours, where each is a class; empty for a scale.
        scale: what a scale shows, its lowest and its highest value; None for classes.
    """

    numbers: NDArray[np.uint8]
    colours: NDArray[np.uint8]
    names: tuple[str, ...] = ()
    scale: tuple[str, float, float] | None = None


def by_class(
    labels: NDArray[np.int64] | None, names: Sequence[str], count: int, palette: str
) -> Colouring:
    """A colour per class; one for all where there are no labels."""
    cycle = PALETTES[palette]
    if labels is None or not names:
        return Colouring(np.ones(count, np.uint8), rgb(cycle[:1]))
    colours = [cycle[index % len(cycle)] for index in range(min(len(names), MOST))]
    numbers = (labels % MOST + 1).astype(np.uint8)
    return Colouring(numbers, rgb(colours), tuple(names[:MOST]))


def by_value(values: NDArray[np.floating], title: str) -> Colouring:
    """Colours along viridis, from the lowest of the values (n,) to the highest.

    The highest half per cent share a colour, so that one odd picture does not take all of it.
    """
    finite = values[np.isfinite(values)]
    low = float(finite.min(initial=np.inf)) if len(finite) else 0.0
    high = float(np.quantile(finite, 0.995)) if len(finite) else 1.0
    shares = np.nan_to_num((values - low) / (high - low if high > low else 1.0))
    numbers = (1 + np.clip(shares, 0, 1) * (MOST - 1)).astype(np.uint8)
    steps = np.linspace(0, 1, MOST)
    lookup = pyqtgraph.colormap.get("viridis").map(steps, mode=pyqtgraph.ColorMap.BYTE)
    colours = np.asarray(lookup, np.uint8)[:, :3]
    return Colouring(numbers, colours, scale=(title, low, high))


def rgb(colours: Sequence[QColor]) -> NDArray[np.uint8]:
    """Colours as uint8 (k, 3)."""
    return np.array([(one.red(), one.green(), one.blue()) for one in colours], np.uint8)
