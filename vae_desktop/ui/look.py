"""Theme and text size: from the preferences, the menu and the system to the whole application."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from vae_desktop.preferences import Preferences
from vae_desktop.ui.actions import Actions
from vae_desktop.ui.theme import Mode, apply_theme, text_scale


class Look(QObject):
    """Shows what is chosen in the menu, and does and remembers what is chosen there.

    Args:
        actions: with the choices.
        preferences: where they are kept.
        parent: its owner.
    """

    def __init__(self, actions: Actions, preferences: Preferences, parent: QObject) -> None:
        super().__init__(parent)
        self._actions, self._preferences = actions, preferences
        for group, value in (
            (actions.themes, Mode.of(preferences.get("theme"))),
            (actions.scales, text_scale(preferences)),
        ):
            for action in group.actions():
                action.setChecked(action.data() == value)
            group.triggered.connect(self._on_chosen)
        scheme = QGuiApplication.styleHints().colorSchemeChanged
        scheme.connect(self._on_scheme_changed)

    @Slot()
    def _on_chosen(self) -> None:
        mode = self._actions.themes.checkedAction().data()
        self._preferences.set("theme", mode.value)
        self._preferences.set("text_scale", self._actions.scales.checkedAction().data())
        self._apply()

    @Slot()
    def _on_scheme_changed(self) -> None:
        self._apply()

    def _apply(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, self._preferences)
