"""Lets one latent run by itself: a play button, how fast, and what happens at the end."""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QToolButton, QWidget

from vae_desktop.core.projection import axis_name
from vae_desktop.core.sweeps import Course, Sweep
from vae_desktop.ui.icons import icon

TICK_MS = 16
_REACH = 3.0
"""σ to either side of the mean that a sweep covers."""
_COURSES = (Course.BACK, Course.LOOP, Course.ONCE)


class SweepBar(QWidget):
    """Plays the latent that the user has turned to last.

    Attributes:
        latent: which one, from 0.
        mean, deviation: of its spread: the sweep goes from −3 σ to 3 σ.
        value: where it is now; the sweep begins there.
    """

    moved = Signal(int, float)
    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.latent, self.mean, self.deviation, self.value = 0, 0.0, 1.0, 0.0
        self._sweep: Sweep | None = None
        self._began = 0.0
        self.play, self.speed, self.course = QToolButton(), QDoubleSpinBox(), QComboBox()
        self._timer = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_tick)
        self._set_up()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.play, 1)
        layout.addWidget(self.speed)
        layout.addWidget(self.course)
        self.show_latent(0, 0.0, 1.0)

    @property
    def playing(self) -> bool:
        """Whether a latent is on its way."""
        return self._timer.isActive()

    def show_latent(self, latent: int, mean: float, deviation: float) -> None:
        """Sweep another latent; one that is on its way stops."""
        if latent != self.latent:
            self.stop()
        self.latent, self.mean, self.deviation = latent, mean, deviation
        self._show_button()

    def stop(self) -> None:
        """Stay where the latent is."""
        if self.playing:
            self._timer.stop()
            self._show_button()
            self.ended.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._show_button()

    def _set_up(self) -> None:
        self.play.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.play.setMinimumHeight(28)
        self.play.setSizePolicy(self.speed.sizePolicy())
        self.speed.setRange(0.1, 10.0)
        self.speed.setSingleStep(0.5)
        self.speed.setDecimals(1)
        self.speed.setValue(1.5)
        self.speed.setSuffix(" σ/s")
        self.speed.setAccessibleName("Speed of the sweep")
        self.speed.setToolTip("How far the latent goes in a second.")
        self.course.addItems([course.value for course in _COURSES])
        self.course.setAccessibleName("What the sweep does at its end")
        self.course.setToolTip("What the sweep does at 3 σ.")
        self.play.clicked.connect(self._on_clicked)
        self.speed.valueChanged.connect(self._on_setting_changed)
        self.course.activated.connect(self._on_setting_changed)

    def _show_button(self) -> None:
        name = axis_name(self.latent)
        self.play.setText(f"Stop {name}" if self.playing else f"Sweep {name}")
        self.play.setIcon(icon("pause" if self.playing else "play", self.palette()))
        self.play.setAccessibleName(self.play.text())
        self.play.setToolTip(f"Let {name} run between −3 σ and 3 σ; choose another by clicking it.")

    def _begin(self) -> None:
        sigma = self.deviation
        self._sweep = Sweep(
            self.mean - _REACH * sigma,
            self.mean + _REACH * sigma,
            self.value,
            self.speed.value() * sigma,
            _COURSES[self.course.currentIndex()],
        )
        self._began = perf_counter()
        self._timer.start()
        self._show_button()

    @Slot()
    def _on_clicked(self) -> None:
        if self.playing:
            self.stop()
        else:
            self._begin()

    @Slot()
    def _on_setting_changed(self) -> None:
        if self.playing:
            self._begin()

    @Slot()
    def _on_tick(self) -> None:
        if self._sweep is None or not self.isVisible():
            self.stop()
            return
        value = self._sweep.at(perf_counter() - self._began)
        if value is None:
            self.stop()
            return
        self.value = value
        self.moved.emit(self.latent, value)
