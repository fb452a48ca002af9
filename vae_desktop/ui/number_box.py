"""A box for numbers of any size that never rounds what was typed."""

import math
import sys
from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QAbstractSpinBox

from vae_desktop.ui.numbers import plain

_STEPS = (1.0, 2.0, 5.0)
_LARGEST = sys.float_info.max


class NumberBox(QAbstractSpinBox):
    """A number as text: '0.001' and '1e-3' are the same, and both stay as typed.

    The arrows go through 1, 2, 5, 10, 20, ... and the same below 1, which suits numbers
    that matter by their order of magnitude. Typing may leave the limits, the arrows do not.

    Args:
        limits: some of `ge`, `gt`, `le`, `lt`.
    """

    changed = Signal()

    def __init__(self, limits: Mapping[str, float] | None = None) -> None:
        super().__init__()
        self._limits = limits or {}
        self.lineEdit().textChanged.connect(self.changed)

    def value(self) -> float:
        """The number.

        Raises:
            ValueError: the text is none.
        """
        return float(self.text().strip().replace("−", "-"))

    def set_value(self, value: float) -> None:
        """Show a number, in the shortest text that means exactly it."""
        self.lineEdit().setText(plain(value))

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        return QValidator.State.Acceptable, text, position

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        flags = QAbstractSpinBox.StepEnabledFlag
        return flags.StepUpEnabled | flags.StepDownEnabled

    def stepBy(self, steps: int) -> None:
        try:
            value = self.value()
        except ValueError:
            return
        if not math.isfinite(value):
            return
        for _ in range(abs(steps)):
            value = self._next(value, upwards=steps > 0)
        self.set_value(value)

    def _next(self, value: float, *, upwards: bool) -> float:
        """The next number of the arrows; the same where there is none within the limits."""
        following = _step_up(value) if upwards else _step_down(value)
        lowest = self._limits.get("ge", -_LARGEST)
        highest = self._limits.get("le", _LARGEST)
        following = min(highest, max(lowest, following))
        above = following > self._limits.get("gt", -math.inf)
        below = following < self._limits.get("lt", math.inf)
        return following if above and below else value


def _step_up(value: float) -> float:
    if value <= 0:
        return 0.1
    return next((step for step in _ladder(value) if step > value * (1 + 1e-9)), _LARGEST)


def _step_down(value: float) -> float:
    if value <= 0:
        return 0.0
    return next(step for step in reversed(_ladder(value)) if step < value * (1 - 1e-9))


def _ladder(value: float) -> list[float]:
    exponent = math.floor(math.log10(value))
    return [float(f"{step}e{exponent + shift}") for shift in (-1, 0, 1) for step in _STEPS]
