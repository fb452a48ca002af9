"""One line for work in the background: what it does, how far it is, and a button to end it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from vae_desktop.ui.labels import MutedLabel
from vae_desktop.ui.progress_line import ProgressLine


class JobLine(QWidget):
    """Hidden while nothing is being done."""

    cancel_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words = MutedLabel()
        self.line = ProgressLine()
        self.button = QPushButton("Cancel")
        self.button.clicked.connect(self._on_clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.words)
        layout.addWidget(self.line, 1)
        layout.addWidget(self.button)
        self.hide()

    def show_progress(self, share: float, sentence: str) -> None:
        """Show how far the work is."""
        self.words.setText(sentence)
        self.line.show_share(share)
        self.show()

    def begin(self, sentence: str) -> None:
        """The work begins."""
        self.button.setEnabled(True)
        self.show_progress(0.0, sentence)

    def end(self) -> None:
        """The work is over."""
        self.hide()

    def _on_clicked(self) -> None:
        self.button.setEnabled(False)
        self.words.setText("ending …")
        self.cancel_requested.emit()
