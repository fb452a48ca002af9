"""A box for numbers of any size that never rounds what was typed."""

import math

from PySide6.QtCore import Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from vae_desktop.ui.numbers import plain

_STEPS = (1.0, 2.0, 5.0)


class NumberBox(QAbstractSpinBox):
    """A number as text: '0.001' and '1e-3' are the same, and both stay as typed.

    The arrows go through 1, 2, 5, 10, 20, ... and the same below 1, which suits numbers
    that matter by their order of magnitude.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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
        for _ in range(abs(steps)):
            value = _step_up(value) if steps > 0 else _step_down(value)
        self.set_value(value)


def _step_up(value: float) -> float:
    if value <= 0:
        return 0.1
    return next(step for step in _ladder(value) if step > value * (1 + 1e-9))


def _step_down(value: float) -> float:
    if value <= 0:
        return 0.0
    return next(step for step in reversed(_ladder(value)) if step < value * (1 - 1e-9))


def _ladder(value: float) -> list[float]:
    exponent = math.floor(math.log10(value))
    return [float(f"{step}e{exponent + shift}") for shift in (-1, 0, 1) for step in _STEPS]
