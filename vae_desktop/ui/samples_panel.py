"""The talk's first experiment: samples of the classes' Gaussians, and of the prior."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from vae_desktop.ui.chip import ChipRow
from vae_desktop.ui.labels import Caption, MutedLabel
from vae_desktop.ui.picture_strip import PictureStrip

_PRIOR = "Drawn from the prior of the model."
_NO_PRIOR = "Drawn from N(0, I), which is no prior of this model: an autoencoder has none."
_ONE_OF_EACH = "one of each class"


class SamplesPanel(QWidget):
    """Two strips under each other, drawn by the same button."""

    shape_chosen = Signal(int)
    class_chosen = Signal(int)
    sample_requested = Signal()
    reset_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.shapes = ChipRow(
            (
                ("diagonal", "Each latent has its own variance, as in the talk."),
                ("full", "With covariances: the ellipses may be tilted."),
            ),
            "Shape of the Gaussians",
        )
        self.classes = QComboBox()
        self.classes.setAccessibleName("Which classes are sampled")
        self.again = QPushButton("Sample again")
        self.reset = QPushButton("Fit again")
        self.reset.setToolTip("Forget how the ellipses were dragged; fit them to the codes.")
        self.sentence = MutedLabel()
        self.sentence.setWordWrap(True)
        self.of_classes, self.of_prior = Caption(), Caption()
        self.class_strip = PictureStrip("Samples of the classes' Gaussians")
        self.prior_strip = PictureStrip("Samples of the prior")
        self._lay_out()
        self.shapes.chosen.connect(self.shape_chosen)
        self.classes.activated.connect(self.class_chosen)
        self.again.clicked.connect(self.sample_requested)
        self.reset.clicked.connect(self.reset_requested)
        self.show_classes(())

    def show_classes(self, names: Sequence[str]) -> None:
        """Offer these classes; index 0 is one of each, then come the classes."""
        texts = [_ONE_OF_EACH, *(f"16 of “{name}”" for name in names)]
        if texts != [self.classes.itemText(index) for index in range(self.classes.count())]:
            self.classes.clear()
            self.classes.addItems(texts)

    def show_obstacle(self, sentence: str) -> None:
        """Say why there is nothing to sample, or with "" nothing."""
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))

    def show_samples(
        self,
        of_classes: NDArray[np.uint8],
        of_prior: NDArray[np.uint8],
        verdicts: tuple[str, str],
        *,
        has_prior: bool,
    ) -> None:
        """Show samples of both.

        Args:
            of_classes, of_prior: pictures (n, C, H, W).
            verdicts: a classifier's on each, or "".
            has_prior: whether N(0, I) is the model's prior; an autoencoder has none.
        """
        self.class_strip.show_pictures(of_classes)
        self.prior_strip.show_pictures(of_prior)
        first, second = (f" · {text}" if text else "" for text in verdicts)
        self.of_classes.setText(f"class Gaussians{first}")
        self.of_prior.setText(f"{'prior ' if has_prior else ''}N(0, I){second}")
        self.of_prior.setToolTip(_PRIOR if has_prior else _NO_PRIOR)

    def show_nothing(self) -> None:
        """There is nothing to sample from."""
        none = np.zeros((0, 1, 1, 1), np.uint8)
        self.class_strip.show_pictures(none)
        self.prior_strip.show_pictures(none)
        self.of_classes.setText("")
        self.of_prior.setText("")

    def show_by_hand(self, by_hand: bool) -> None:
        """Whether ellipses were dragged."""
        self.reset.setEnabled(by_hand)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self.shapes)
        line.addWidget(self.classes, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(line)
        layout.addWidget(self.sentence)
        for caption, button, strip in (
            (self.of_classes, self.reset, self.class_strip),
            (self.of_prior, self.again, self.prior_strip),
        ):
            head = QHBoxLayout()
            head.addWidget(caption, 1)
            head.addWidget(button)
            layout.addLayout(head)
            layout.addWidget(strip, 1)
