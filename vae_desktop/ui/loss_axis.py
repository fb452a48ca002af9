"""An axis that labels short stretches of a logarithmic scale too."""

import numpy as np
import pyqtgraph as pg

Levels = list[tuple[float, list[float]]]

_SHORT = 1.0


class LossAxis(pg.AxisItem):  # type: ignore[misc]
    """As pyqtgraph's, but where a logarithmic axis shows less than a decade it takes the
    ticks of a linear one: pyqtgraph 0.14 would label none."""

    logMode: bool  # noqa: N815  (the name is pyqtgraph's)

    def tickValues(self, minimum: float, maximum: float, size: float) -> Levels:
        levels: Levels
        if not self.logMode or maximum - minimum > _SHORT:
            levels = super().tickValues(minimum, maximum, size)
            return levels
        ends = 10.0 ** np.array([minimum, maximum])
        self.logMode = False
        try:
            levels = super().tickValues(*ends, size)
        finally:
            self.logMode = True
        return [
            (spacing, list(np.log10([value for value in values if value > 0])))
            for spacing, values in levels
        ]

    def logTickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [f"{10.0**value:,.4g}" for value in values]
