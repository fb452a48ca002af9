"""A panel that computes results on a wish: title, button, progress, and what came out."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from vae_desktop.ui.job_line import JobLine
from vae_desktop.ui.labels import Heading


class ResultPanel(QWidget):
    """The parts that such panels share, and where they stand.

    Args:
        title: what is computed.
        action: the button's text.

    Attributes:
        button: begins.
        copy_button: puts the results on the clipboard.
        job: how far it is.
    """

    def __init__(self, title: str, action: str) -> None:
        super().__init__()
        self.heading = Heading(title)
        self.button, self.copy_button = QPushButton(action), QPushButton("Copy")
        self.job = JobLine()
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)

    def show_results(self, rows: QWidget) -> None:
        """Put rows of results in the place of those before."""
        self._scroll.setWidget(rows)

    def stack(self, caption: QWidget, settings: Sequence[QWidget], *, beside: bool) -> None:
        """Lay the panel out.

        Args:
            caption: says what the results are of.
            settings: stand between the two buttons.
            beside: the caption stands beside the title; below it otherwise.
        """
        top = _line(self.heading)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(top)
        if beside:
            top.addWidget(caption, 1)
        else:
            layout.addWidget(caption)
        controls = _line(self.button, *settings, self.copy_button)
        controls.addStretch()
        layout.addLayout(controls)
        layout.addWidget(self.job)
        layout.addWidget(self._scroll, 1)


def _line(*widgets: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(8)
    for widget in widgets:
        line.addWidget(widget)
    return line
