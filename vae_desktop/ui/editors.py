"""One editor per kind of setting, chosen from the schema.

An editor holds what was typed, also where it is wrong: the schema judges it, not the
editor. `value` raises a `ConfigError` only for text that is no value at all.
"""

import re
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, Literal, get_args, get_origin

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from vae_desktop.core.config import field_of, limits_of
from vae_desktop.core.data.catalogue import SOURCES
from vae_desktop.core.errors import ConfigError
from vae_desktop.ui.number_box import NumberBox

_LARGEST = 2**31 - 1
_NARROWEST = 56
_NAMES = {
    "classifier": "Classifier",
    "autoencoder": "Autoencoder",
    "vae": "VAE",
    "cvae": "Conditional VAE",
    "mlp": "Fully connected",
    "conv": "Convolutional",
    "relu": "ReLU",
    "silu": "SiLU",
    "unit": "In [0, 1]",
    "normalised": "Normalised",
    "bernoulli": "Bernoulli",
    "continuous-bernoulli": "Continuous Bernoulli",
    "gaussian": "Gaussian, best σ",
    "gaussian-fixed": "Gaussian, fixed σ",
    "beta": "β-VAE",
    "capacity": "Held capacity",
    "tc": "β-TCVAE",
    "constant": "Constant",
    "warm-up": "Warm-up",
    "cyclical": "Cyclical",
    "drawn": "Drawn",
    "cosine": "Cosine",
    "step": "In steps",
    "adam": "Adam",
    "adamw": "AdamW",
    "sgd": "SGD",
    "adagrad": "Adagrad",
    "auto": "Automatic",
    "cpu": "Processor (CPU)",
    "cuda": "NVIDIA graphics (CUDA)",
    "mps": "Apple graphics (MPS)",
}
"""Names of choices for a reader, where they are not their own."""


class Editor(QWidget):
    """The control of one setting.

    Attributes:
        wide: True where it needs the room of its label, too.
        illustrates: True where it shows something also while its setting does not count.
    """

    changed = Signal()
    wide = False
    illustrates = False

    def __init__(self, control: QWidget) -> None:
        super().__init__()
        self.control = control
        self.setFocusProxy(control)
        control.setMinimumWidth(_NARROWEST)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(control, 1)
        self._row = layout

    @abstractmethod
    def value(self) -> Any:
        """What the setting is now.

        Raises:
            ConfigError: the text is no value of this kind.
        """

    @abstractmethod
    def set_value(self, value: Any) -> None:
        """Show a value."""

    def text_of(self, value: Any) -> str:
        """How a value reads."""
        if value is None:
            return "none"
        return f"{value:,}" if isinstance(value, int | float) else str(value)


class _Spin(QSpinBox):
    """A spin box that the wheel does not change while the form is scrolled past it."""

    def __init__(self, lowest: int, highest: int) -> None:
        super().__init__()
        self._limits = lowest, highest
        self.setLocale(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
        self.setGroupSeparatorShown(True)
        self.setRange(-_LARGEST, _LARGEST)

    def stepBy(self, steps: int) -> None:
        lowest, highest = self._limits
        self.setValue(min(highest, max(lowest, self.value() + steps * self.singleStep())))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class WholeNumberEditor(Editor):
    """A whole number; typing may leave the limits, the arrows stop at them."""

    def __init__(self, limits: dict[str, float]) -> None:
        self._box = _Spin(int(limits.get("ge", 0)), int(limits.get("le", _LARGEST)))
        super().__init__(self._box)
        self._box.valueChanged.connect(self.changed)

    def value(self) -> int:
        return self._box.value()

    def set_value(self, value: int) -> None:
        self._box.setValue(value)


class NumberEditor(Editor):
    """Any number, as typed; the arrows stop at the limits."""

    def __init__(self, limits: dict[str, float]) -> None:
        self._box = NumberBox(limits)
        super().__init__(self._box)
        self._box.changed.connect(self.changed)

    def value(self) -> float:
        try:
            return self._box.value()
        except ValueError:
            raise ConfigError(
                f"“{self._box.text()}” is not a number; write it as 0.001 or 1e-3."
            ) from None

    def set_value(self, value: float) -> None:
        self._box.set_value(value)


class ChoiceEditor(Editor):
    """One of several values, each with a name."""

    def __init__(self, choices: Sequence[tuple[str, str]]) -> None:
        """`choices`: value and name of each."""
        self._box = _Combo()
        super().__init__(self._box)
        for value, name in choices:
            self._box.addItem(name, value)
        self._box.currentIndexChanged.connect(self.changed)

    def value(self) -> str:
        return str(self._box.currentData())

    def set_value(self, value: str) -> None:
        if self._box.findData(value) < 0:
            self._box.addItem(value, value)
        self._box.setCurrentIndex(self._box.findData(value))

    def text_of(self, value: str) -> str:
        return self._box.itemText(self._box.findData(value))


class YesNoEditor(Editor):
    """On or off."""

    def __init__(self) -> None:
        self._box = QCheckBox()
        super().__init__(self._box)
        self._box.toggled.connect(self.changed)

    def value(self) -> bool:
        return self._box.isChecked()

    def set_value(self, value: bool) -> None:
        self._box.setChecked(value)

    def text_of(self, value: bool) -> str:
        return "on" if value else "off"


class _Combo(QComboBox):
    """A combo box that neither the wheel nor a long name can upset."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """As usual, but a name that is too long ends in an ellipsis."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        parts = QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(*parts, self).width() - 4
        mode = Qt.TextElideMode.ElideRight
        option.currentText = self.fontMetrics().elidedText(self.currentText(), mode, room)
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)


class TextEditor(Editor):
    """A line of text; empty means none."""

    def __init__(self, hint: str = "") -> None:
        self.line = QLineEdit()
        super().__init__(self.line)
        self.line.setPlaceholderText(hint)
        self.line.textChanged.connect(self.changed)

    def value(self) -> Any:
        return self.line.text().strip() or None

    def set_value(self, value: Any) -> None:
        self.line.setText("" if value is None else self.text_of(value))
        self.line.setCursorPosition(0)


class OptionalNumberEditor(TextEditor):
    """A whole number with or without separators; empty means none."""

    def __init__(self) -> None:
        super().__init__("all")

    def value(self) -> int | None:
        text = self.line.text().strip()
        return _whole(text) if text else None


class WidthsEditor(TextEditor):
    """Whole numbers with commas between."""

    def value(self) -> tuple[int, ...]:
        parts = [part.strip() for part in self.line.text().split(",")]
        return tuple(_whole(part) for part in parts if part)

    def text_of(self, value: tuple[int, ...]) -> str:
        return ", ".join(map(str, value))


def editor_of(section: str, name: str) -> Editor:
    """The editor that fits a setting of the schema."""
    field = field_of(section, name)
    kind: Any = field.annotation
    if (section, name) == ("data", "source"):
        return ChoiceEditor([(source.key, source.title) for source in SOURCES])
    if get_origin(kind) is Literal:
        return ChoiceEditor([(key, _NAMES.get(key, key)) for key in get_args(kind)])
    if get_origin(kind) is tuple:
        return WidthsEditor()
    if kind is bool:
        return YesNoEditor()
    if kind is int:
        return WholeNumberEditor(limits_of(field))
    if kind is float:
        return NumberEditor(limits_of(field))
    return OptionalNumberEditor() if int in get_args(kind) else TextEditor()


def _whole(text: str) -> int:
    digits = text.replace(",", "").replace(" ", "")
    if not re.fullmatch(r"-?\d{1,12}", digits):
        raise ConfigError(f"“{text}” is not a whole number.")
    return int(digits)
