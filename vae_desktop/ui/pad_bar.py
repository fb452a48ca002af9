"""The line above the pad: what dragging does, which two latents, which layers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QToolButton, QWidget

from vae_desktop.ui.chip import Chip
from vae_desktop.ui.icons import icon
from vae_desktop.ui.map_gestures import Tool
from vae_desktop.ui.pair_chooser import PairChooser

_TOOLS = {
    Tool.STEER: ("steer", "Steer", "Drag, or press the arrow keys, to move the code."),
    Tool.DRAW: (
        "path",
        "Draw a path",
        "Draw freely over the pad, or click points one by one and end with a double click.",
    ),
    Tool.PAN: ("pan", "Move", "Drag to move the pad, turn the wheel to zoom."),
}
_NO_LINES = "Choose the paths below the pad to draw one."
_LAYERS = {
    "tiles": "What the model decodes all over the pad, the other latents as they are now.",
    "points": "The codes of the training images.",
}


class PadBar(QWidget):
    """Buttons and choices; what they mean is the tab's doing."""

    tool_chosen = Signal(object)
    pair_chosen = Signal(int, int)
    layer_toggled = Signal(str, bool)
    fit_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tools = {tool: _tool_button(tool) for tool in _TOOLS}
        self.fit = _button("Fit", "Show the prior and the codes again.")
        self.pair = PairChooser("of the pad")
        self.pair.chosen.connect(self.pair_chosen)
        self.layers = {
            name: Chip(name, tip, checked=name == "tiles") for name, tip in _LAYERS.items()
        }
        self._group = QButtonGroup(self)
        self._order = list(self.tools)
        for index, tool in enumerate(self._order):
            self._group.addButton(self.tools[tool], index)
        self._group.idClicked.connect(self._on_tool_clicked)
        self.fit.clicked.connect(self.fit_requested)
        for chip in self.layers.values():
            chip.toggled.connect(self._on_layer_toggled)
        self._lay_out()
        self.tools[Tool.STEER].setChecked(True)
        self.offer_lines(False)
        self.show_latents(2)
        self._tint()

    def add_choice(self, box: QComboBox) -> None:
        """Put another choice before the two latents."""
        self._choices.addWidget(box)

    def show_latents(self, latents: int) -> None:
        """Offer so many latents."""
        self.pair.show_latents(latents)
        self.pair.setVisible(latents > 2)

    def offer_lines(self, wanted: bool) -> None:
        """Whether a line over the pad means something now; if so, the pad draws."""
        button = self.tools[Tool.DRAW]
        button.setEnabled(wanted)
        button.setToolTip(_TOOLS[Tool.DRAW][2] if wanted else _NO_LINES)
        self.choose_tool(Tool.DRAW if wanted else Tool.STEER)

    def choose_tool(self, tool: Tool) -> None:
        """Press a tool's button."""
        self.tools[tool].click()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        parts: Sequence[QWidget] = (*self.tools.values(), self.fit)
        for part in parts:
            layout.addWidget(part)
        layout.addStretch()
        self._choices = QHBoxLayout()
        layout.addLayout(self._choices)
        for part in (self.pair, *self.layers.values()):
            layout.addWidget(part)

    def _tint(self) -> None:
        role = QPalette.ColorRole.ButtonText
        for tool, button in self.tools.items():
            button.setIcon(icon(_TOOLS[tool][0], self.palette(), role))
        self.fit.setIcon(icon("fit", self.palette(), role))

    @Slot(int)
    def _on_tool_clicked(self, index: int) -> None:
        self.tool_chosen.emit(self._order[index])

    @Slot(bool)
    def _on_layer_toggled(self, checked: bool) -> None:
        for name, chip in self.layers.items():
            if chip is self.sender():
                self.layer_toggled.emit(name, checked)


def _tool_button(tool: Tool) -> QToolButton:
    _, name, tip = _TOOLS[tool]
    button = _button(name, tip)
    button.setCheckable(True)
    return button


def _button(name: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setAccessibleName(name)
    button.setToolTip(tip)
    button.setAutoRaise(True)
    button.setIconSize(QSize(16, 16))
    button.setFixedSize(28, 28)
    return button
