"""The newest result on the test set, as figures."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from vae_desktop.core.events import Evaluation
from vae_desktop.ui.fonts import use_tabular
from vae_desktop.ui.labels import Caption, MutedLabel
from vae_desktop.ui.numbers import count, nats

_NAMES = {"total": "total", "reconstruction": "reconstruction", "kl": "KL"}


class ResultsLine(QWidget):
    """Total, reconstruction and KL of the whole test set, with unit and count."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Result on the test set")
        self.figures = {term: QLabel() for term in _NAMES}
        self.what = Caption()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(QLabel("Test set"))
        self._names = [MutedLabel(name) for name in _NAMES.values()]
        for name, figure in zip(self._names, self.figures.values(), strict=True):
            use_tabular(figure, bold=True)
            layout.addSpacing(8)
            layout.addWidget(name)
            layout.addWidget(figure)
        layout.addSpacing(8)
        layout.addWidget(self.what, 1)
        self.clear()

    def clear(self) -> None:
        """Show that there is no result yet."""
        self.what.setText("is measured after every epoch")
        for label in (*self._names, *self.figures.values()):
            label.hide()

    def show_result(self, result: Evaluation) -> None:
        """Show a result."""
        when = f"epoch {count(result.epoch)}" if result.epoch else "before training"
        for term, figure in self.figures.items():
            figure.setText(nats(getattr(result, term)))
        for label in (*self._names, *self.figures.values()):
            label.show()
        self.what.setText(f"{when}, {count(result.images)} images")
