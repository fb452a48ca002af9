"""A small button that says which classifier is at hand, and lets another be chosen."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QMenu,
    QSizePolicy,
    QStyle,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QWidget,
)

_WIDEST = 190
_NONE = "No classifier"
_TIP = "Which classifier reads the decoded pictures; choose another."


class JudgeButton(QToolButton):
    """Opens a menu: the name of the classifier at hand, and ways to have another."""

    choose_requested = Signal()
    newest_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAutoRaise(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        self.title = menu.addAction(_NONE)
        self.title.setEnabled(False)
        menu.addSeparator()
        self.choose = menu.addAction("Choose another classifier…")
        self.newest = menu.addAction("Use the newest one that suits")
        self.choose.triggered.connect(self.choose_requested)
        self.newest.triggered.connect(self.newest_requested)
        self.setMenu(menu)
        self.show_judge("", chosen=False)

    def show_judge(self, name: str, *, chosen: bool) -> None:
        """Show which classifier is at hand ("" for none), and whether the user chose it."""
        how = "chosen by you" if chosen else "the newest that suits"
        self.setText(name)
        self.title.setText(f"{name} ({how})" if name else _NONE)
        self.choose.setText("Choose another classifier…" if name else "Choose a classifier…")
        self.newest.setEnabled(chosen)
        self.setToolTip(
            f"Read by “{name}”, {how}. {_TIP}" if name else f"{_NONE} is at hand. {_TIP}"
        )
        self.setAccessibleName(f"Classifier: {name or 'none'}")

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        wide = min(metrics.horizontalAdvance(f"{self.text()} ▾") + 20, _WIDEST)
        return QSize(wide, metrics.height() + 8)

    def minimumSizeHint(self) -> QSize:
        return QSize(28, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.text = self._words(self.width() - 16)
        # The style would draw a sign of its own beside ours.
        option.features &= ~QStyleOptionToolButton.ToolButtonFeature.HasMenu
        QStylePainter(self).drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)

    def _words(self, width: int) -> str:
        """The name as far as there is room, and a sign that there is a menu."""
        metrics = self.fontMetrics()
        room = width - metrics.horizontalAdvance(" ▾")
        few = room < metrics.horizontalAdvance("mm…")
        name = "" if few else metrics.elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room)
        return f"{name} ▾" if name else "▾"
