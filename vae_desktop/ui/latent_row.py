"""One latent in the list of sliders: the slider, its value in a box, and a lock."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from vae_desktop.core.projection import axis_name
from vae_desktop.ui.fonts import use_tabular
from vae_desktop.ui.icons import icon
from vae_desktop.ui.latent_slider import Bearing, LatentSlider
from vae_desktop.ui.numbers import value_text

_LARGEST = float(np.finfo(np.float32).max)


class NotANumberError(ValueError):
    """What was typed is no value of a latent; the text is a sentence for the user."""


def parse_value(text: str, name: str) -> float:
    """The number that a text means, with a point or a comma for the decimals.

    Raises:
        NotANumberError: it means none, or none that a latent can have.
    """
    try:
        value = float(text.strip().replace("−", "-").replace(",", "."))
    except ValueError:
        raise NotANumberError(
            f"“{text.strip()}” is no number; type one such as 0.5 for {name}."
        ) from None
    if not abs(value) <= _LARGEST:
        raise NotANumberError(f"{name} must be a finite number between −3.4e38 and 3.4e38.")
    return value


class LatentRow(QWidget):
    """Shows one latent at a time; which one may change."""

    moved = Signal(int, float)
    """Held by the mouse or moved by keys."""
    typed = Signal(int, float)
    zeroed = Signal(int)
    locked = Signal(int, bool)
    refused = Signal(str)
    taken = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.slider, self.box, self.lock = LatentSlider(), QLineEdit(), QToolButton()
        self._shown = ""
        use_tabular(self.box)
        self.box.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.box.setFixedWidth(self.box.fontMetrics().horizontalAdvance("−8.8e+88") + 12)
        self.lock.setCheckable(True)
        self.lock.setAutoRaise(True)
        self.lock.setIconSize(QSize(14, 14))
        self.lock.setFixedSize(24, 24)
        self.lock.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.box)
        layout.addWidget(self.lock)
        self.slider.moved.connect(self._on_moved)
        self.slider.zeroed.connect(self.zeroed)
        self.slider.taken.connect(self.taken)
        self.box.editingFinished.connect(self._on_edited)
        self.lock.toggled.connect(self._on_lock_toggled)
        self.show_bearing(Bearing(0), locked=False)
        self._tint()

    @property
    def latent(self) -> int:
        """Which latent it shows, from 0."""
        return self.slider.bearing.latent

    @property
    def busy(self) -> bool:
        """Whether somebody holds the slider or is typing."""
        return self.slider.isSliderDown() or self.box.isModified()

    def show_bearing(self, bearing: Bearing, *, locked: bool) -> None:
        """Be the row of a latent."""
        if bearing == self.slider.bearing and locked == self.lock.isChecked() and self._shown:
            return
        self.slider.show_bearing(bearing)
        sign, name = axis_name(bearing.latent), f"latent {bearing.latent + 1}"
        self.box.setAccessibleName(f"Value of {name}")
        self.box.setToolTip(f"The value of {sign}; any finite number.")
        self.lock.setAccessibleName(f"Lock {name}")
        self.lock.setToolTip(f"Random and Zero leave {sign} where it is.")
        self.lock.blockSignals(True)
        self.lock.setChecked(locked)
        self.lock.blockSignals(False)
        self._tint()

    def show_value(self, value: float) -> None:
        """Show a value; nothing is emitted, and what is being typed stays."""
        if value != self.slider.exact or not self._shown:
            self.slider.show_exact(value)
            self._show_text(value)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _show_text(self, value: float) -> None:
        self._shown = value_text(value)
        if not self.box.isModified():
            self.box.setText(self._shown)

    def _tint(self) -> None:
        name = "lock" if self.lock.isChecked() else "unlock"
        roles = QPalette.ColorRole
        role = roles.Highlight if self.lock.isChecked() else roles.PlaceholderText
        self.lock.setIcon(icon(name, self.palette(), role))

    @Slot(int, float)
    def _on_moved(self, latent: int, value: float) -> None:
        self._show_text(value)
        self.moved.emit(latent, value)

    @Slot()
    def _on_edited(self) -> None:
        text, modified = self.box.text(), self.box.isModified()
        self.box.setModified(False)
        if not modified or text == self._shown:
            self.box.setText(self._shown)
            return
        try:
            value = parse_value(text, axis_name(self.latent))
        except NotANumberError as error:
            self.box.setText(self._shown)
            self.refused.emit(str(error))
            return
        self.slider.show_exact(value)
        self._show_text(value)
        self.typed.emit(self.latent, value)

    @Slot(bool)
    def _on_lock_toggled(self, checked: bool) -> None:
        self._tint()
        self.locked.emit(self.latent, checked)
