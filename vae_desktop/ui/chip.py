"""Chips: flat buttons that are on or off, alone or one of several."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QWidget

from vae_desktop.ui.theme import accent, hairline, ink, mixed, muted

_MARK = 12


class Chip(QAbstractButton):
    """A flat toggle; with a mark in a colour of the data it is an entry of a legend."""

    def __init__(self, text: str, tip: str, *, marked: bool = False, checked: bool = True) -> None:
        super().__init__()
        self.show_text(text, tip)
        self.setCheckable(True)
        self.setChecked(checked)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._marked = marked
        self._mark: QColor | None = None

    def show_text(self, text: str, tip: str) -> None:
        """Say what the chip is for: in a word, and in a sentence."""
        self.setText(text)
        self.setToolTip(tip)
        self.setAccessibleName(text)

    def set_mark(self, colour: QColor) -> None:
        """The colour of the data that this chip shows and hides."""
        self._mark = colour
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        mark = _MARK + 6 if self._marked else 0
        return QSize(metrics.horizontalAdvance(self.text()) + mark + 12, metrics.height() + 8)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        left = 6.0
        if self._marked:
            self._paint_mark(painter, left)
            left += _MARK + 6
        on = self.isChecked() and self.isEnabled()
        painter.setPen(ink(self.palette()) if on else muted(self.palette()))
        area = QRectF(self.rect()).adjusted(left, 0, -4, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, self.text())

    def _paint_ground(self, painter: QPainter) -> None:
        colours = self.palette()
        ground = colours.color(self.backgroundRole())
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(accent(colours) if self.hasFocus() else Qt.PenStyle.NoPen)
        if self.isChecked() and not self._marked:
            painter.setBrush(mixed(accent(colours), ground, 0.18))
        elif self.underMouse() and self.isEnabled():
            painter.setBrush(mixed(hairline(colours), ground, 0.5))
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area, 4, 4)

    def _paint_mark(self, painter: QPainter, left: float) -> None:
        colour = self._mark or ink(self.palette())
        area = QRectF(left, self.height() / 2 - 1.5, _MARK, 3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour if self.isChecked() else hairline(self.palette()))
        painter.drawRoundedRect(area, 1.5, 1.5)


class ChipRow(QWidget):
    """Chips of which exactly one is on."""

    chosen = Signal(int)

    def __init__(self, choices: Sequence[tuple[str, str]], name: str) -> None:
        """`choices`: text and tooltip of each chip; the first is on."""
        super().__init__()
        self.setAccessibleName(name)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self._group = QButtonGroup(self)
        for index, (text, tip) in enumerate(choices):
            chip = Chip(text, tip, checked=index == 0)
            self._group.addButton(chip, index)
            layout.addWidget(chip)
        self._group.idClicked.connect(self.chosen)

    @property
    def index(self) -> int:
        """Which chip is on."""
        return self._group.checkedId()

    def choose(self, index: int) -> None:
        """Turn a chip on, as a click does."""
        self._group.button(index).click()

    def show_choice(self, index: int) -> None:
        """Turn a chip on without telling anybody."""
        self._group.button(index).setChecked(True)

    def enable(self, index: int, enabled: bool, tip: str) -> None:
        """Let a chip be chosen or not, and say in its tooltip what it does or why it is off."""
        chip = self._group.button(index)
        chip.setEnabled(enabled)
        chip.setToolTip(tip)
