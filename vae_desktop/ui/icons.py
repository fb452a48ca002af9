"""Icons: one set of SVG drawings with one stroke width, tinted from the palette."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from vae_desktop.paths import resource

_INK = "#000"
_SIZES = (16, 32, 48)


def icon(name: str, colours: QPalette, role: QPalette.ColorRole = QPalette.ColorRole.Text) -> QIcon:
    """The drawing `resources/icons/NAME.svg` in the colours of a palette."""
    group = QPalette.ColorGroup
    result = QIcon()
    on = colours.color(group.Active, role)
    off = colours.color(group.Disabled, QPalette.ColorRole.Text)
    for size in _SIZES:
        result.addPixmap(pixmap(name, on, size), QIcon.Mode.Normal)
        result.addPixmap(pixmap(name, off, size), QIcon.Mode.Disabled)
    return result


def pixmap(name: str, colour: QColor, size: int) -> QPixmap:
    """One icon as a picture of `size` × `size` pixels."""
    result = QPixmap(QSize(size, size))
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    QSvgRenderer(QByteArray(_drawing(name).replace(_INK, colour.name()).encode())).render(painter)
    painter.end()
    return result


@lru_cache(maxsize=64)
def _drawing(name: str) -> str:
    return resource(f"icons/{name}.svg").read_text(encoding="utf-8")
