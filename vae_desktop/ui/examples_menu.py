"""A menu of the trained runs that come with the packaged app."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget


class ExamplesMenu(QMenu):
    """Opens example runs where they lie; hidden where there are none.

    They are complete, without a checkpoint: nothing ever writes into their folders.

    Args:
        folders: the runs, in order.
        parent: the widget that it belongs to.
    """

    run_requested = Signal(object)

    def __init__(self, folders: Sequence[Path], parent: QWidget | None = None) -> None:
        super().__init__("Example runs", parent)
        for folder in folders:
            action = self.addAction(folder.name)
            action.setToolTip(str(folder))
            action.setData(folder)
        self.menuAction().setVisible(bool(folders))
        self.triggered.connect(self._on_triggered)

    def _on_triggered(self, action: QAction) -> None:
        self.run_requested.emit(action.data())
