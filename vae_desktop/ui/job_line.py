"""Work in the background as a line: what is done, how far it is, and a way to end it."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from vae_desktop.session.jobs import JobRunner
from vae_desktop.ui.labels import Caption
from vae_desktop.ui.progress_line import ProgressLine

_PATIENCE_MS = 200
"""Work that is shorter than this shows no line, which would only flicker."""


class JobLine(QWidget):
    """Hidden while nothing is done.

    Args:
        cancellable: whether there is a button to end the work.
    """

    cancel_requested = Signal()

    def __init__(self, *, cancellable: bool = True) -> None:
        super().__init__()
        self.sentence = Caption()
        self.line = ProgressLine()
        self.line.setAccessibleName("Progress")
        self.cancel_button = QPushButton("Cancel")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addWidget(self.sentence, 2)
        layout.addWidget(self.line, 1)
        layout.addWidget(self.cancel_button)
        self.cancel_button.setVisible(cancellable)
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self.show)
        self.cancel_button.clicked.connect(self.cancel_requested)
        self.hide()

    def follow(self, runner: JobRunner) -> None:
        """Show what a runner does, from its beginning to any end, and let it be cancelled."""
        runner.started.connect(self.begin)
        runner.progressed.connect(self.show_progress)
        for ending in (runner.done, runner.failed, runner.cancelled):
            ending.connect(self.end)
        self.cancel_requested.connect(runner.cancel)

    def begin(self) -> None:
        """Work has begun."""
        self.sentence.setText("")
        self.line.show_share(0.0)
        if self.isHidden():
            self._patience.start()

    def show_progress(self, share: float, sentence: str) -> None:
        """How far it is, in [0, 1], and what is being done."""
        self.line.show_share(share)
        self.sentence.setText(sentence)

    def end(self) -> None:
        """Work has ended, one way or another."""
        self._patience.stop()
        self.hide()
