"""What went wrong, said in the window: a bar that waits to be read, never a modal box."""

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from vae_desktop.session.state import Failure
from vae_desktop.ui.icons import icon, pixmap
from vae_desktop.ui.theme import wrong

_ICON = 16
_DETAILS_HEIGHT = 160
_NOTICE_MS = 6_000


class MessageBar(QWidget):
    """One failure at a time: its sentence, and its details where there are any."""

    failed = Signal(object)
    """A `Failure` is shown that something ended with."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notice_timer = QTimer(self, singleShot=True, interval=_NOTICE_MS)
        self._notice_timer.timeout.connect(self.hide)
        self._refusal = False
        self.mark = QLabel()
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setAccessibleName("Details")
        self.details.setFixedHeight(_DETAILS_HEIGHT)
        self.details_button = QPushButton("Show details")
        self.details_button.setCheckable(True)
        self.copy_button = QPushButton("Copy")
        self.close_button = QToolButton()
        self.close_button.setAutoRaise(True)
        self.close_button.setToolTip("Close this message.")
        self.close_button.setAccessibleName("Close this message")
        self._lay_out()
        self.details_button.toggled.connect(self._on_details_toggled)
        self.copy_button.clicked.connect(self._on_copy)
        self.close_button.clicked.connect(self.hide)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self._tint()
        self.hide()

    def show_failure(self, failure: Failure) -> None:
        """Show a failure in place of the one before."""
        self._show(failure)
        self.failed.emit(failure)

    def show_refusal(self, sentence: str) -> None:
        """Say why something cannot be done now; gone once `end_refusal` is called."""
        self._show(Failure(sentence))
        self._refusal = True

    def end_refusal(self) -> None:
        """What could not be done then may be possible now."""
        if self._refusal:
            self.hide()

    def show_notice(self, sentence: str) -> None:
        """Say that something was done; the bar goes by itself."""
        self._show(Failure(sentence))
        self.mark.hide()
        self._notice_timer.start()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _show(self, failure: Failure) -> None:
        self._notice_timer.stop()
        self._refusal = False
        self.sentence.setText(failure.sentence)
        self.sentence.setAccessibleName(failure.sentence)
        self.details.setPlainText(failure.details)
        self.details_button.setChecked(False)
        self.details_button.setVisible(bool(failure.details))
        self.details.hide()
        self.mark.show()
        self.show()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.mark)
        line.addWidget(self.sentence, 1)
        for button in (self.details_button, self.copy_button, self.close_button):
            line.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.setSpacing(8)
        layout.addLayout(line)
        layout.addWidget(self.details)

    def _tint(self) -> None:
        self.mark.setPixmap(pixmap("warning", wrong(self.palette()), _ICON))
        self.close_button.setIcon(icon("close", self.palette()))

    def _on_details_toggled(self, shown: bool) -> None:
        self.details.setVisible(shown)
        self.details_button.setText("Hide details" if shown else "Show details")

    def _on_copy(self) -> None:
        text = f"{self.sentence.text()}\n\n{self.details.toPlainText()}".strip()
        QGuiApplication.clipboard().setText(text)
