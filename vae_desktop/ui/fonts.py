"""Type: the system's font, figures of one width, and larger text for lecture halls."""

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from vae_desktop.paths import resource

SCALES = (1.0, 1.25, 1.5)
_BUNDLED = ("Inter-Regular.otf", "Inter-SemiBold.otf")
_FALLBACKS = ("DejaVu", "Bitstream Vera", "Liberation", "FreeSans", "Sans Serif")
_MIN_POINTS = 9.5


def set_up_fonts(app: QApplication) -> None:
    """Take the system's font; the bundled one where the system has none of its own.

    Does nothing when it was done before.
    """
    if app.property("basePoints"):
        return
    if _system_font_is_fallback():
        for name in _BUNDLED:
            QFontDatabase.addApplicationFont(str(resource(f"fonts/{name}")))
        app.setFont(QFont("Inter", 10))
    app.setProperty("basePoints", max(app.font().pointSizeF(), _MIN_POINTS))


def set_text_scale(app: QApplication, scale: float) -> None:
    """Make all text larger by a factor."""
    font = app.font()
    base = app.property("basePoints") or font.pointSizeF()
    font.setPointSizeF(base * scale)
    app.setFont(font)


def tabular(font: QFont, points: float = 0.0, *, bold: bool = False) -> QFont:
    """A copy whose figures all have the same width, so that counting numbers stay put."""
    copy = QFont(font)
    copy.setFeature(QFont.Tag("tnum"), 1)
    if points:
        copy.setPointSizeF(copy.pointSizeF() + points)
    if bold:
        copy.setWeight(QFont.Weight.DemiBold)
    return copy


def use_tabular(widget: QWidget, points: float = 0.0, *, bold: bool = False) -> None:
    """Give a widget figures of one width."""
    widget.setFont(tabular(widget.font(), points, bold=bold))


def _system_font_is_fallback() -> bool:
    if QGuiApplication.platformName() in ("offscreen", "minimal", "vnc"):
        return True
    return QFontInfo(QApplication.font()).family().startswith(_FALLBACKS)
