"""The settings to begin with: a menu that says which of them the form holds."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QWidget

from vae_desktop.core.config import RunConfig
from vae_desktop.core.presets import PRESETS, Preset

_OWN = "Own settings"


class PresetRow(QWidget):
    """A button with the name of the preset in the form, and the menu of all of them."""

    chosen = Signal(object)
    defaults_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.button = QPushButton(_OWN)
        self.button.setAccessibleName("Preset")
        self.button.setToolTip("Begin with the settings of an experiment.")
        self.button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.menu = QMenu(self.button)
        self.menu.setToolTipsVisible(True)
        for preset in PRESETS:
            self._add(preset)
        self.menu.addSeparator()
        defaults = self.menu.addAction("Defaults")
        defaults.setToolTip("Set everything back, the data set too.")
        defaults.triggered.connect(self.defaults_requested)
        self.button.setMenu(self.menu)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        label = QLabel("Preset")
        label.setBuddy(self.button)
        layout.addWidget(label)
        layout.addWidget(self.button, 1)

    def show_config(self, config: RunConfig | None) -> None:
        """Name the preset that a config is; None for settings that are no config."""
        titles = [p.title for p in PRESETS if config is not None and p.applied_to(config) == config]
        self.button.setText(titles[0] if titles else _OWN)

    def _add(self, preset: Preset) -> None:
        action = self.menu.addAction(preset.title)
        action.setToolTip(preset.sentence)
        action.triggered.connect(lambda: self.chosen.emit(preset))
