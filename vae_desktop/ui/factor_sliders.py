"""One slider per factor, and the picture that they make."""

from PySide6.QtCore import QObject, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QSlider, QVBoxLayout, QWidget

from vae_desktop.core.data.dataset import Part
from vae_desktop.core.data.factor_drawing import FactorDrawing, Knob, Settings
from vae_desktop.ui.labels import Caption, MutedLabel
from vae_desktop.ui.pictures import to_picture
from vae_desktop.ui.side_view import SideView

_POSITIONS = 200
"""Places of a slider between the limits of a factor that can be any number."""

_ROOM = "straight upstroke"  # as wide as texts of settings get


class FactorRow(QObject):
    """The widgets of one factor, placed in a row of a shared grid."""

    moved = Signal(int, float)

    def __init__(self, index: int, knob: Knob) -> None:
        super().__init__()
        self._index, self._knob = index, knob
        self.name = MutedLabel(knob.name)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(knob.name)
        self.text = Caption()
        self.text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.text.setFixedWidth(self.text.fontMetrics().horizontalAdvance(_ROOM))
        self.slider.valueChanged.connect(self._on_value_changed)

    def place(self, grid: QGridLayout) -> None:
        """Put the widgets into a grid."""
        for column, widget in enumerate((self.name, self.slider, self.text)):
            grid.addWidget(widget, self._index, column)

    def remove(self) -> None:
        """Take the widgets out of the window."""
        for widget in (self.name, self.slider, self.text):
            widget.deleteLater()

    def show_setting(self, knob: Knob, setting: float) -> None:
        """Show a setting and the limits that it has now; nothing is emitted."""
        self._knob = knob
        share = (setting - knob.low) / (knob.high - knob.low) if knob.high > knob.low else 0.0
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, self._last)
            self.slider.setPageStep(max(1, self._last // 10))
            self.slider.setValue(round(share * self._last))
        self.slider.setEnabled(self._last > 0)
        self.text.setText(knob.text(setting))
        self.slider.setAccessibleDescription(self.text.text())

    @property
    def _last(self) -> int:
        """The last place of the slider; the first is 0."""
        knob = self._knob
        return round(knob.high - knob.low) if knob.is_discrete else _POSITIONS

    def _on_value_changed(self, place: int) -> None:
        knob = self._knob
        self.moved.emit(self._index, knob.low + (knob.high - knob.low) * place / self._last)


class FactorSliders(QWidget):
    """A picture drawn from its factors while they are moved."""

    def __init__(self) -> None:
        super().__init__()
        self._drawing: FactorDrawing | None = None
        self._settings: Settings | None = None
        self._picked: tuple[Part, int] | None = None
        self.rows: list[FactorRow] = []
        self.view = SideView()
        self.view.setAccessibleName("Picture drawn from its factors")
        self.grid = QGridLayout()
        self.take_button = QPushButton()
        self.take_button.setToolTip(
            "Set the sliders to the factors of the image that is picked among the samples."
        )
        self.reset_button = QPushButton("Reset")
        self.reset_button.setToolTip("Set all sliders to the middle style.")
        self._lay_out()
        self.take_button.clicked.connect(self._on_take)
        self.reset_button.clicked.connect(self._on_reset)

    def show_drawing(self, drawing: FactorDrawing | None) -> None:
        """Show the factors of another set, at their neutral settings; None: it has none."""
        for row in self.rows:
            row.remove()
        self._drawing, self.rows = drawing, []
        self.offer_image(None, 0)
        if drawing is None:
            return
        for index, knob in enumerate(drawing.knobs(drawing.neutral())):
            row = FactorRow(index, knob)
            row.place(self.grid)
            row.moved.connect(self._on_moved)
            self.rows.append(row)
        self.show_settings(drawing.neutral())

    def show_settings(self, settings: Settings) -> None:
        """Set all sliders and draw the picture."""
        assert self._drawing is not None
        knobs = self._drawing.knobs(settings)
        pairs = zip(knobs, settings, strict=True)
        settings = settings.copy()
        settings[:] = [min(max(setting, knob.low), knob.high) for knob, setting in pairs]
        self._settings = settings
        for row, knob, setting in zip(self.rows, knobs, settings, strict=True):
            row.show_setting(knob, float(setting))
        self.view.show_picture(to_picture(self._drawing.draw(settings)))

    def offer_image(self, part: Part | None, row: int) -> None:
        """The image whose style can be taken; None where none is picked."""
        self._picked = None if part is None else (part, row)
        self.take_button.setEnabled(part is not None)
        self.take_button.setText("Take style of image" + (f" {row + 1:,}" if part else ""))

    def _lay_out(self) -> None:
        self.grid.setHorizontalSpacing(8)
        self.grid.setVerticalSpacing(4)
        self.grid.setColumnStretch(1, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.take_button, 1)
        buttons.addWidget(self.reset_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.view, 1)
        layout.addLayout(self.grid)
        layout.addLayout(buttons)
        layout.addStretch()

    def _on_moved(self, index: int, setting: float) -> None:
        if self._settings is not None:
            settings = self._settings.copy()
            settings[index] = setting
            self.show_settings(settings)

    def _on_take(self) -> None:
        if self._drawing is not None and self._picked is not None:
            self.show_settings(self._drawing.settings_of(*self._picked))

    def _on_reset(self) -> None:
        if self._drawing is not None:
            self.show_settings(self._drawing.neutral())
