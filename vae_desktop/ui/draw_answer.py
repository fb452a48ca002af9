"""What the model makes of a drawing: its reconstruction, its code and its reading."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from vae_desktop.core.events import Floats
from vae_desktop.session.on_view import Classifier
from vae_desktop.ui.chip import Chip
from vae_desktop.ui.cursor_panel import vector_text
from vae_desktop.ui.labels import Caption, MutedLabel
from vae_desktop.ui.picture_view import PictureView
from vae_desktop.ui.pictures import to_picture
from vae_desktop.ui.strip_parts import APART, column, line
from vae_desktop.ui.verdict_view import VerdictView

Bytes = NDArray[np.uint8]

SIDE = 120
"""Pixels on a side of each picture."""
EMPTY = np.zeros((SIDE - 8, SIDE - 8), np.uint8)
"""A black square where a picture will be."""
_NO_JUDGE = "no classifier at hand"


class DrawAnswer(QWidget):
    """An arrow from the drawing, the picture that came back, and words."""

    def __init__(self) -> None:
        super().__init__()
        self.rebuilt, self.verdict = PictureView(), VerdictView()
        self.rebuilt.setFixedSize(SIDE, SIDE)
        self.rebuilt.setAccessibleName("Its reconstruction")
        self.where, self.mean, self.deviation, self.reader = (Caption() for _ in range(4))
        self.follow = Chip("follow", "The current code follows the drawing.")
        self.go = QPushButton("Go there")
        self.go.setToolTip("Make the mean of the drawing's posterior the current code.")
        self.hint = MutedLabel()
        self.hint.setWordWrap(True)
        self._lay_out()
        self.show_nothing("")

    def show_nothing(self, sentence: str) -> None:
        """Say why there is no answer."""
        self.rebuilt.show_picture(EMPTY)
        self.hint.setText(sentence)
        self._show_words(False)
        self.reader.setText("")
        self.verdict.show_chances(None, ())
        self.go.setEnabled(False)

    def show_code(self, rebuilt: Bytes, mu: Floats, sigma: Floats, where: str) -> None:
        """Show the posterior's mean and deviation (D,) and the decoded mean (C, H, W)."""
        self.rebuilt.show_picture(to_picture(rebuilt))
        self._show_words(True)
        self.where.setText(where)
        self.mean.setText(f"μ = {vector_text(mu)}")
        has_posterior = bool(sigma.any())
        text = f"σ = {vector_text(sigma)}" if has_posterior else "no σ: its code is a point"
        self.deviation.setText(text)
        self.go.setEnabled(True)

    def show_verdict(self, judge: Classifier | None, picture: Bytes) -> None:
        """Show what a classifier reads in the picture (C, H, W) that the model saw."""
        if judge is None:
            self.reader.setText(_NO_JUDGE)
            self.verdict.show_chances(None, ())
        else:
            self.reader.setText(f"read by {judge.name}")
            self.verdict.show_chances(judge.probabilities(picture[None])[0], judge.class_names)

    def _show_words(self, known: bool) -> None:
        """What is known, or why nothing is."""
        self.hint.setVisible(not known)
        for label in (self.where, self.mean, self.deviation):
            label.setVisible(known)

    def _lay_out(self) -> None:
        title = MutedLabel("reconstruction")
        title.setFixedHeight(self.follow.sizeHint().height())
        arrow = QLabel("→")
        arrow.setFixedHeight(SIDE + title.height())
        words = column(
            self.hint,
            self.where,
            self.mean,
            self.deviation,
            line(self.follow, self.go, None),
            self.reader,
            self.verdict,
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(APART)
        for widget in (arrow, column(title, self.rebuilt)):
            layout.addWidget(widget, alignment=Qt.AlignmentFlag.AlignTop)
        layout.addWidget(words, 1, Qt.AlignmentFlag.AlignTop)
