"""β over the epochs: drawn with the mouse, moved with the keys, or only shown."""

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)

from vae_desktop.core.schedules import beta_at
from vae_desktop.core.sections import ObjectiveConfig
from vae_desktop.ui import beta_points
from vae_desktop.ui.beta_points import Point, Points
from vae_desktop.ui.editors import Editor
from vae_desktop.ui.numbers import plain
from vae_desktop.ui.schedule_plot import SchedulePlot
from vae_desktop.ui.theme import accent

_RADIUS = 4.0
_REACH = 9.0
_SAMPLES = 240
_SAMPLES_PER_CYCLE = 12
_HELP = (
    "Click to add a point, drag to move it, right-click to remove it, double-click to start "
    "again. With the keys: arrows move the chosen point, Page Up and Page Down choose another, "
    "Insert adds one, Delete removes it."
)
_ONLY_SHOWN = "What β will be in the course of the run."
_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
"""What an arrow key does to epoch and β, in steps of the axes."""


class DrawnSchedule(SchedulePlot):
    """A line through points that can be moved.

    Attributes:
        points: pairs of epoch and β.
        chosen: the index of the point that the keys move.
    """

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.points: Points = ()
        self.chosen = 0
        self._length, self._drawable, self._dragging = 1, False, False
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)

    def set_points(self, points: Points) -> None:
        """Take other points, as a user does."""
        self.points = points
        self.chosen = min(self.chosen, max(0, len(points) - 1))
        if self._drawable:
            self._show_points()
        self.edited.emit()

    def show_course(self, objective: ObjectiveConfig, epochs: int) -> None:
        """Show what β does in a run; where it is drawn, it can be drawn on."""
        self._length = epochs
        self._drawable = objective.schedule == "drawn"
        focus = Qt.FocusPolicy.StrongFocus if self._drawable else Qt.FocusPolicy.NoFocus
        self.setFocusPolicy(focus)
        self.setToolTip(f"<span>{_HELP if self._drawable else _ONLY_SHOWN}</span>")
        if self._drawable:
            self._show_points()
            return
        self.setAccessibleDescription(_ONLY_SHOWN)
        count = max(_SAMPLES, _SAMPLES_PER_CYCLE * objective.cycles)
        places = np.linspace(0, epochs, count + 1).tolist()
        self.show_line([(at, beta_at(objective, at, epochs)) for at in places], epochs)

    @property
    def reading(self) -> str:
        """As of any line; of a point where one is under the mouse, dragged or has the keys."""
        index = self._point_to_read()
        if index is None:
            return super().reading
        epoch, beta = self.points[index]
        return f"epoch {plain(epoch)}  β {plain(beta)}"

    def line_colour(self) -> QColor:
        return accent(self.palette()) if self._can_draw else super().line_colour()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._drawable:
            return
        near = self.point_near(event.position())
        if event.button() == Qt.MouseButton.RightButton:
            if near is not None:
                self._remove(near)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._dragging = True
            if near is None:
                self._add(self._rounded(self.point_at(event.position())))
            else:
                self.chosen = near
                self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._move(self._rounded(self.point_at(event.position())))
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._dragging = False
            self._show_points()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._drawable and event.button() == Qt.MouseButton.LeftButton:
            self._dragging = False
            self.set_points(())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not self._drawable or not self.points:
            event.ignore()
        elif key in _STEPS:
            self._nudge(*_STEPS[key])
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._choose(self.chosen + (1 if key == Qt.Key.Key_PageDown else -1))
        elif key == Qt.Key.Key_Insert:
            self._add_after_chosen()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._remove(self.chosen)
        else:
            event.ignore()

    def point_near(self, place: QPointF) -> int | None:
        """The index of the point under the mouse, or None."""
        if not self._drawable:
            return None
        distances = [(self.place_of(p) - place).manhattanLength() for p in self.points]
        nearest = min(range(len(distances)), key=distances.__getitem__, default=None)
        return nearest if nearest is not None and distances[nearest] <= _REACH else None

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._drawable:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, point in enumerate(self.points):
            self._paint_handle(painter, self.place_of(point), ring=index == self.chosen)

    def _paint_handle(self, painter: QPainter, place: QPointF, *, ring: bool) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.line_colour())
        painter.drawEllipse(place, _RADIUS, _RADIUS)
        if ring and self.hasFocus():
            painter.setPen(QPen(self.line_colour(), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(place, _RADIUS + 3, _RADIUS + 3)

    @property
    def _can_draw(self) -> bool:
        return self._drawable and self.isEnabled()

    def _point_to_read(self) -> int | None:
        if not self._drawable or not self.points:
            return None
        if self._dragging:
            return self.chosen
        if self.mouse is not None:
            return self.point_near(self.mouse)
        return self.chosen if self.hasFocus() else None

    def _show_points(self) -> None:
        """Draw the line through the points; while one is dragged, the axes stay as they are."""
        points = self.points
        longest = max([float(self._length), *(epoch for epoch, _ in points)])
        length = self.epochs if self._dragging else longest
        line = [(0.0, points[0][1]), *points, (length, points[-1][1])] if points else []
        self.show_line(line, length, fit=not self._dragging)
        self.setAccessibleDescription(self._description())

    def _description(self) -> str:
        told = [f"epoch {plain(epoch)}: β {plain(beta)}" for epoch, beta in self.points]
        return ", ".join(told) + f". {_HELP}" if told else _HELP

    def _rounded(self, point: Point) -> Point:
        """The nearest place within the axes that a point can have."""
        epoch, beta = (min(end, max(0.0, at)) for at, end in zip(point, self._ends, strict=True))
        return beta_points.rounded(epoch, self.epochs), beta_points.rounded(beta, self.top)

    @property
    def _ends(self) -> Point:
        return self.epochs, self.top

    def _add(self, point: Point) -> None:
        points, self.chosen = beta_points.added(self.points, point)
        self.set_points(points)

    def _add_after_chosen(self) -> None:
        """Halfway to the next point, or to the end of the run."""
        epoch, beta = self.points[self.chosen]
        following = [*self.points, (self.epochs, self.points[-1][1])][self.chosen + 1]
        self._add(self._rounded(((epoch + following[0]) / 2, (beta + following[1]) / 2)))

    def _move(self, point: Point) -> None:
        """Move the chosen point as far as its neighbours let it."""
        gap = beta_points.step(self.epochs)
        self.set_points(beta_points.moved(self.points, self.chosen, point, gap))

    def _nudge(self, right: int, up: int) -> None:
        epoch, beta = self.points[self.chosen]
        width, height = map(beta_points.step, self._ends)
        self._move((round(epoch + right * width, 9), round(beta + up * height, 9)))

    def _choose(self, index: int) -> None:
        self.chosen = min(len(self.points) - 1, max(0, index))
        self.update()

    def _remove(self, index: int) -> None:
        self.set_points(beta_points.without(self.points, index))


class ScheduleEditor(Editor):
    """The points of a drawn schedule; for the other schedules it shows what β will do."""

    wide = True

    def __init__(self) -> None:
        self.plot = DrawnSchedule()
        super().__init__(self.plot)
        self.plot.edited.connect(self.changed)

    def value(self) -> Points:
        return self.plot.points

    def set_value(self, value: Points) -> None:
        self.plot.set_points(value)

    def text_of(self, value: Points) -> str:
        return f"{len(value)} points" if value else "β all the time"

    def show_course(self, objective: ObjectiveConfig | None, epochs: int) -> None:
        """Show what β does in a run of so many epochs; None where it does nothing."""
        schedule = objective.schedule if objective else "constant"
        self.illustrates = schedule in ("warm-up", "cyclical")
        if objective is not None and schedule != "constant":
            self.plot.show_course(objective, epochs)
