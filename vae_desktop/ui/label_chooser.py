"""The class that a conditional model decodes as."""

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QComboBox

from vae_desktop.session.on_view import RunOnView


class LabelChooser(QComboBox):
    """Offers the classes of a conditional model; hidden for every other run.

    Args:
        on_view: the run whose class is chosen; all tabs share it.
    """

    def __init__(self, on_view: RunOnView) -> None:
        super().__init__()
        self._on_view = on_view
        self.setAccessibleName("Decoded as")
        self.setToolTip("The class that codes are decoded as: this model is told it.")
        self.setVisible(False)
        self.activated.connect(on_view.set_label)
        on_view.label_changed.connect(self._follow)
        on_view.weights_changed.connect(self._follow)
        on_view.run_changed.connect(self._follow)

    @Slot()
    def _follow(self) -> None:
        decoder, pictures = self._on_view.decoder, self._on_view.pictures
        conditional = decoder is not None and decoder.classes > 0 and pictures is not None
        texts = [f"as “{name}”" for name in pictures.names] if conditional and pictures else []
        with QSignalBlocker(self):
            if texts != [self.itemText(index) for index in range(self.count())]:
                self.clear()
                self.addItems(texts)
            self.setCurrentIndex(self._on_view.label)
        self.setVisible(bool(texts))
