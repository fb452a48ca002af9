"""What the strips of the Decode tab are laid out with."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from vae_desktop.ui.labels import TextLine

SPACING = 4
APART = 16
"""Pixels between things that belong together, and between groups of them."""


def line(*widgets: QWidget | None) -> QHBoxLayout:
    """Widgets beside each other; None is a stretch."""
    layout = QHBoxLayout()
    layout.setSpacing(SPACING)
    for widget in widgets:
        if widget is None:
            layout.addStretch()
        else:
            layout.addWidget(widget)
    return layout


def column(*parts: QWidget | QHBoxLayout | None, width: int = 0) -> QWidget:
    """Widgets and lines under each other; None is a stretch; `width` in pixels, 0 for any."""
    box = QWidget()
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(SPACING)
    for part in parts:
        if part is None:
            layout.addStretch()
        elif isinstance(part, QHBoxLayout):
            layout.addLayout(part)
        else:
            layout.addWidget(part)
    if width:
        box.setFixedWidth(width)
    return box


class ValueSlider(QWidget):
    """A slider with its value beside it.

    Args:
        name: what it sets, for screen readers.
        low, high, step: of the value.
        text: how the value is written, a format such as "{:.2f}".
    """

    def __init__(
        self, name: str, low: float, high: float, step: float, value: float, text: str
    ) -> None:
        super().__init__()
        self._step, self._text = step, text
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(round(low / step), round(high / step))
        self.slider.setValue(round(value / step))
        self.slider.setAccessibleName(name)
        self.slider.setMinimumWidth(48)
        self.changed = self.slider.valueChanged
        self.label = TextLine(text.format(high), muted=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.label)
        self.changed.connect(self._on_changed)
        self._on_changed()

    @property
    def value(self) -> float:
        """What is chosen."""
        return self.slider.value() * self._step

    def set_value(self, value: float) -> None:
        """Choose another value."""
        self.slider.setValue(round(value / self._step))

    def _on_changed(self) -> None:
        self.label.setText(self._text.format(self.value))
