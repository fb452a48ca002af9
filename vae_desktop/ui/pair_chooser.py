"""Two boxes for two different latents: one to the right, one upwards."""

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from vae_desktop.core.projection import axis_name
from vae_desktop.ui.labels import MutedLabel


class PairChooser(QWidget):
    """Choosing the latent of one box in the other one lets them change places.

    Args:
        of: whose latents they are, for screen readers: "of the pad".
    """

    chosen = Signal(int, int)
    """The user has chosen these two, from 0."""

    def __init__(self, of: str) -> None:
        super().__init__()
        self.first, self.second = QComboBox(), QComboBox()
        self._shown = (0, 0)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self.first, MutedLabel("over"), self.second):
            layout.addWidget(widget)
        for box, place in ((self.first, "to the right"), (self.second, "upwards")):
            box.setAccessibleName(f"Latent {place} {of}")
            box.setToolTip(f"Latent {place}")
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.activated.connect(self._on_activated)

    @property
    def pair(self) -> tuple[int, int]:
        """The latents, from 0; the same where there is only one."""
        return max(0, self.first.currentIndex()), max(0, self.second.currentIndex())

    def show_latents(self, number: int) -> None:
        """Offer so many latents, the first two chosen."""
        if number != self.first.count():
            for box in (self.first, self.second):
                with QSignalBlocker(box):
                    box.clear()
                    box.addItems([axis_name(latent) for latent in range(number)])
            self.show_pair(0, min(1, number - 1))

    def show_pair(self, first: int, second: int) -> None:
        """Show a choice without telling anybody."""
        self._shown = first, second
        for box, latent in ((self.first, first), (self.second, second)):
            with QSignalBlocker(box):
                box.setCurrentIndex(latent)

    @Slot()
    def _on_activated(self) -> None:
        pair = self.pair
        if pair[0] == pair[1]:
            pair = self._shown[1], self._shown[0]
        self.show_pair(*pair)
        self.chosen.emit(*pair)
