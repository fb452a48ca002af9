"""Colours: two calm palettes, the colours of data, and which of them is on.

Widgets take what they need from their own `palette()` and look again on
`PaletteChange`; so the theme is the application's palette and nothing else.
"""

from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from vae_desktop.preferences import Preferences
from vae_desktop.ui.fonts import SCALES, set_text_scale, set_up_fonts

RECONSTRUCTION = QColor("#3f90da")
KL = QColor("#e8830c")
MUTUAL_INFORMATION = QColor("#9c5bc4")
TOTAL_CORRELATION = QColor("#d0453f")
DIMENSION_WISE_KL = QColor("#a96b59")
SETTING = QColor("#8a94a6")
TRAIL = QColor("#ffa90e")
"""Of what moves over decoded pictures, which are black, and over the ground of both palettes."""

# Petroff's ten (arXiv:2107.02270): made for colour-blind readers.
_PETROFF = "3f90da ffa90e bd1f01 94a4a2 832db6 a96b59 e76300 b9ac70 717581 92dadd"
CLASS_COLOURS = tuple(QColor(f"#{code}") for code in _PETROFF.split())

_Role = QPalette.ColorRole
_LIGHT = {
    _Role.Window: "#f5f6f8",
    _Role.WindowText: "#1d222b",
    _Role.Base: "#ffffff",
    _Role.AlternateBase: "#eceef2",
    _Role.Text: "#1d222b",
    _Role.PlaceholderText: "#667080",
    _Role.Button: "#f9fafb",
    _Role.ButtonText: "#1d222b",
    _Role.BrightText: "#b3261e",
    _Role.Light: "#ffffff",
    _Role.Midlight: "#e4e7ec",
    _Role.Mid: "#cdd2da",
    _Role.Dark: "#aab1bd",
    _Role.Shadow: "#8a92a0",
    _Role.Highlight: "#0b7a75",
    _Role.HighlightedText: "#ffffff",
    _Role.Accent: "#0b7a75",
    _Role.Link: "#0b7a75",
    _Role.LinkVisited: "#0b7a75",
    _Role.ToolTipBase: "#22272f",
    _Role.ToolTipText: "#f2f4f7",
}
_DARK = {
    _Role.Window: "#1c1f24",
    _Role.WindowText: "#e4e7eb",
    _Role.Base: "#15171b",
    _Role.AlternateBase: "#24282f",
    _Role.Text: "#e4e7eb",
    _Role.PlaceholderText: "#98a0ad",
    _Role.Button: "#2b3038",
    _Role.ButtonText: "#e4e7eb",
    _Role.BrightText: "#ff8a80",
    _Role.Light: "#3a404a",
    _Role.Midlight: "#30353d",
    _Role.Mid: "#3a404a",
    _Role.Dark: "#101215",
    _Role.Shadow: "#08090b",
    _Role.Highlight: "#4cc2b8",
    _Role.HighlightedText: "#0c1413",
    _Role.Accent: "#4cc2b8",
    _Role.Link: "#4cc2b8",
    _Role.LinkVisited: "#4cc2b8",
    _Role.ToolTipBase: "#e4e7eb",
    _Role.ToolTipText: "#1c1f24",
}
_DISABLED = {False: "#6f7885", True: "#8b94a1"}


class Mode(Enum):
    """What the user chose in the View menu."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"

    @classmethod
    def of(cls, value: object) -> "Mode":
        """The mode that a preference names; SYSTEM where it names none."""
        known = {mode.value: mode for mode in cls}
        return known.get(str(value), cls.SYSTEM)


def apply_theme(app: QApplication, preferences: Preferences) -> None:
    """Give the application the style, the colours and the text size that the user prefers.

    May be called again at any time; widgets follow by themselves.
    """
    if app.style().name() != "fusion":
        app.setStyle("Fusion")
    mode = Mode.of(preferences.get("theme"))
    system_is_dark = app.styleHints().colorScheme() is Qt.ColorScheme.Dark
    app.setPalette(palette(mode is Mode.DARK or (mode is Mode.SYSTEM and system_is_dark)))
    set_up_fonts(app)
    set_text_scale(app, text_scale(preferences))


def text_scale(preferences: Preferences) -> float:
    """How much larger than usual the user wants text: one of `SCALES`."""
    wanted = preferences.get("text_scale", 1.0)
    return wanted if wanted in SCALES else 1.0


def palette(dark: bool) -> QPalette:
    """One of the two palettes."""
    result = QPalette()
    for role, colour in (_DARK if dark else _LIGHT).items():
        result.setColor(role, QColor(colour))
    for role in (_Role.Text, _Role.WindowText, _Role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(_DISABLED[dark]))
    return result


def is_dark(colours: QPalette) -> bool:
    """True where a palette is one for dark rooms."""
    return colours.color(_Role.Window).lightness() < 128


def ink(colours: QPalette) -> QColor:
    """The colour of text and of the total loss."""
    return colours.color(_Role.Text)


def muted(colours: QPalette) -> QColor:
    """The colour of units, captions and axes."""
    return colours.color(_Role.PlaceholderText)


def accent(colours: QPalette) -> QColor:
    """The one colour of what can be acted on."""
    return colours.color(_Role.Highlight)


def hairline(colours: QPalette) -> QColor:
    """The colour of thin lines that part things."""
    return colours.color(_Role.Mid)


def wrong(colours: QPalette) -> QColor:
    """The calm red of a value that cannot be."""
    return colours.color(_Role.BrightText)


def mixed(front: QColor, back: QColor, share: float) -> QColor:
    """`share` of one colour over another, opaque: painting it is cheaper than alpha."""
    return QColor.fromRgbF(
        front.redF() * share + back.redF() * (1 - share),
        front.greenF() * share + back.greenF() * (1 - share),
        front.blueF() * share + back.blueF() * (1 - share),
    )
