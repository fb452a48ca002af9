"""The run on view, and a menu of those that were on view before."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from vae_desktop.preferences import Preferences

_MOST = 10
_KEY = "recent_runs"
_WIDTH = 320


class RecentRuns:
    """The folders of the last runs on view, newest first, kept in the preferences."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    def add(self, folder: Path) -> None:
        """Put a folder first."""
        others = [path for path in self.folders() if path != folder]
        self._preferences.set(_KEY, [str(path) for path in (folder, *others)][:_MOST])

    def folders(self) -> list[Path]:
        """All of them, also those that are gone."""
        stored = self._preferences.get(_KEY, [])
        return [Path(path) for path in stored if isinstance(path, str)]


class RecentMenu(QMenu):
    """The recent runs that are still there."""

    run_requested = Signal(object)

    def __init__(self, recent: RecentRuns, parent: QWidget | None = None) -> None:
        super().__init__("Open recent", parent)
        self._recent = recent
        self.aboutToShow.connect(self.fill)
        self.triggered.connect(self._on_triggered)

    def fill(self) -> None:
        """List what is there now."""
        self.clear()
        for folder in self._recent.folders():
            if folder.is_dir():
                action = self.addAction(folder.name)
                action.setToolTip(str(folder))
                action.setData(folder)
        if self.isEmpty():
            self.addAction("No runs yet").setEnabled(False)

    def _on_triggered(self, action: QAction) -> None:
        if isinstance(action.data(), Path):
            self.run_requested.emit(action.data())


class RunButton(QToolButton):
    """The name of the run on view; a press opens the menu of recent ones."""

    def __init__(self, menu: RecentMenu) -> None:
        super().__init__()
        self.setAutoRaise(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._menu = menu
        self.clicked.connect(self._on_clicked)
        self.show_run(None)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width() + 8, self.fontMetrics().height() + 20)

    def show_run(self, folder: Path | None) -> None:
        """Show the name of a run's folder."""
        name = folder.name if folder else "No run"
        short = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, _WIDTH)
        self.setText(f"{short} ▾")
        self.setToolTip(str(folder) if folder else "The run on view.")
        self.setAccessibleName(f"Run on view: {name}")

    def _on_clicked(self) -> None:
        below = self.mapToGlobal(self.rect().bottomLeft())
        self._menu.popup(below)
