"""An axis that labels short stretches of a logarithmic scale too."""

import numpy as np
import pyqtgraph as pg

Levels = list[tuple[float, list[float]]]

_SHORT = 1.0
_MOST = 300.0
"""Powers of ten beyond this are no floating-point numbers any more."""
_WHOLE = 1e-9
_APART = {"left": 24.0, "bottom": 56.0}
"""Pixels between two labels, at least."""


class LossAxis(pg.AxisItem):  # type: ignore[misc]
    """As pyqtgraph's, but where a logarithmic axis shows less than a decade it takes the
    ticks of a linear one: pyqtgraph 0.14 would label none."""

    logMode: bool  # noqa: N815  (the name is pyqtgraph's)
    orientation: str

    def tickValues(self, minimum: float, maximum: float, size: float) -> Levels:
        levels: Levels
        if not self.logMode:
            levels = super().tickValues(minimum, maximum, size)
            return levels
        places = self._places(minimum, maximum, size)
        apart = _APART[self.orientation] * (maximum - minimum) / max(1.0, size)
        return [(_SHORT, _spread(places, apart))]

    def _places(self, minimum: float, maximum: float, size: float) -> list[float]:
        """Where labels could be, the more important ones first."""
        if maximum - minimum > _SHORT:
            levels = super().tickValues(minimum, maximum, size)
            places = [place for _, ticks in levels for place in ticks]
            return sorted(places, key=lambda place: abs(place - round(place)) > _WHOLE)
        ends = 10.0 ** np.clip([minimum, maximum], -_MOST, _MOST)
        self.logMode = False
        try:
            levels = super().tickValues(*ends, size)
        finally:
            self.logMode = True
        return [float(np.log10(tick)) for _, ticks in levels for tick in ticks if tick > 0]

    def logTickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [f"{10.0 ** min(value, _MOST):,.4g}" for value in values]


def _spread(places: list[float], apart: float) -> list[float]:
    """Those places, the first ones preferred, that are not too near to one taken before."""
    kept: list[float] = []
    for place in places:
        if all(abs(place - other) >= apart for other in kept):
            kept.append(place)
    return kept
