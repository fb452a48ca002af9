"""The exact losses of one step, under the plot."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from vae_desktop.ui.flow import FlowLayout
from vae_desktop.ui.labels import TextLine

_WHEN = "Batch at step 888,888, epoch 888.88"
_GAP = "   "


class Readout(QWidget):
    """When, and the losses; below each other where there is no room side by side."""

    def __init__(self) -> None:
        super().__init__()
        self._when = TextLine(_WHEN, muted=True, gives_way=True)
        self._values = TextLine("", muted=True, gives_way=True)
        layout = FlowLayout(self, ends_right=False)
        for line in (self._when, self._values):
            layout.addWidget(line)

    def text(self) -> str:
        """All that it says."""
        return f"{self._when.text()}{_GAP}{self._values.text()}".strip()

    def expect(self, labels: Sequence[str]) -> None:
        """Make room for the losses of these terms."""
        self._values.set_widest(_GAP.join(f"{label} 8,888.8" for label in labels))

    def show_losses(self, when: str, losses: Sequence[str]) -> None:
        """Say when, and each loss with its name."""
        self._when.setText(when)
        self._values.setText(_GAP.join(losses))
