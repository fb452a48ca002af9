"""What is behind a row of a list."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from vae_desktop.ui.theme import accent, mixed, muted


def paint_row_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Tint a row that is chosen or under the mouse, outline one that has the keyboard."""
    states, colours = option.state, option.palette
    ground = colours.color(QPalette.ColorRole.Window)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if states & QStyle.StateFlag.State_Selected:
        painter.setBrush(mixed(accent(colours), ground, 0.18))
    elif states & QStyle.StateFlag.State_MouseOver and states & QStyle.StateFlag.State_Enabled:
        painter.setBrush(mixed(muted(colours), ground, 0.12))
    if states & QStyle.StateFlag.State_HasFocus:
        painter.setPen(accent(colours))
    painter.drawRoundedRect(option.rect.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
