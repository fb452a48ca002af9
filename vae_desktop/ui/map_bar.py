"""The line above the map: tools, from where the codes are seen, and their colours."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from vae_desktop.core.projection import axis_name
from vae_desktop.session.clouds import PARTS
from vae_desktop.ui.icons import icon
from vae_desktop.ui.latent_scene import BY_CLASS, BY_ERROR, BY_KL, View
from vae_desktop.ui.map_gestures import Tool

_TOOLS = {
    Tool.PAN: ("pan", "", "Move", "Drag to move the map, turn the wheel to zoom."),
    Tool.RECTANGLE: (
        "rectangle",
        "",
        "Select a rectangle",
        "Drag a rectangle around points. Ctrl adds, Alt takes away.",
    ),
    Tool.LASSO: (
        "lasso",
        "",
        "Select with a lasso",
        "Draw around points. Ctrl adds, Alt takes away.",
    ),
    Tool.PATH: ("path", "A→B", "Draw a way", "Drag from A to B; the way between is decoded."),
}
_NARROWEST = 52
"""Pixels of a choice where the window is small: its beginning can still be read."""
_ROOMY = 680
"""Pixels from which on buttons have words beside their icons."""
_SEEN = {"latents": "two latents", "pca": "PCA", "tsne": "t-SNE"}


class MapBar(QWidget):
    """Buttons and choices; what they mean is the tab's doing."""

    tool_chosen = Signal(object)
    fit_requested = Signal()
    view_chosen = Signal(object)
    colours_chosen = Signal(str)
    part_chosen = Signal(str)
    label_chosen = Signal(int)

    def __init__(self, export: QMenu) -> None:
        super().__init__()
        self.tools = {tool: self._tool_button(tool) for tool in _TOOLS}
        self.fit = _button("Fit", "Show all points again.")
        self.seen, self.first, self.second = QComboBox(), QComboBox(), QComboBox()
        self.colours, self.parts, self.labels = QComboBox(), QComboBox(), QComboBox()
        self.export = _button("Export", "Save the map or the codes.")
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.export.setMenu(export)
        for box, name in (
            (self.seen, "Seen as"),
            (self.first, "First axis"),
            (self.second, "Second axis"),
            (self.colours, "Colours show"),
            (self.parts, "Images of"),
            (self.labels, "Decoded as"),
        ):
            box.setMinimumWidth(_NARROWEST)
            box.setAccessibleName(name)
            box.setToolTip(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.labels.setToolTip(
            "The class that codes are decoded as; images are encoded each as its own."
        )
        self.parts.addItems([f"{part} set" if part != "both" else "both sets" for part in PARTS])
        self._lay_out()
        self._connect()
        self.tools[Tool.PAN].setChecked(True)
        self.show_latents(2)
        self.show_colours(())
        self.show_labels((), 0)
        self._tint()

    def show_latents(self, count: int) -> None:
        """Offer what suits so many latents; the first two are seen."""
        names = [axis_name(index) for index in range(count)]
        for box, chosen in ((self.first, 0), (self.second, 1)):
            with QSignalBlocker(box):
                box.clear()
                box.addItems(names)
                box.setCurrentIndex(min(chosen, count - 1))
        with QSignalBlocker(self.seen):
            self.seen.clear()
            for kind in _SEEN if count > 2 else ("latents",):
                self.seen.addItem(_SEEN[kind], kind)
        for widget in (self.seen, self.first, self.second):
            widget.setVisible(count > 2)

    def show_view(self, view: View) -> None:
        """Show a choice without telling anybody."""
        with QSignalBlocker(self.seen):
            self.seen.setCurrentIndex(max(0, self.seen.findData(view.kind)))
        self._show_axes()

    def show_colours(self, factors: Sequence[str]) -> None:
        """Offer the classes, the factors, the error and the KL."""
        texts = [BY_CLASS, *factors, BY_ERROR, BY_KL]
        if texts == [self.colours.itemData(index) for index in range(self.colours.count())]:
            return
        with QSignalBlocker(self.colours):
            self.colours.clear()
            for text in texts:
                self.colours.addItem(f"by {text}", text)

    def show_labels(self, names: Sequence[str], label: int) -> None:
        """Offer the classes that codes can be decoded as; none hides the choice."""
        texts = [f"as “{name}”" for name in names]
        with QSignalBlocker(self.labels):
            if texts != [self.labels.itemText(index) for index in range(self.labels.count())]:
                self.labels.clear()
                self.labels.addItems(texts)
            self.labels.setCurrentIndex(label)
        self.labels.setVisible(bool(texts))

    def choose_tool(self, tool: Tool) -> None:
        """Press a tool's button."""
        self.tools[tool].click()

    def minimumSizeHint(self) -> QSize:
        return QSize(8 * _NARROWEST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        styles = Qt.ToolButtonStyle
        roomy = self.width() >= _ROOMY
        style = styles.ToolButtonTextBesideIcon if roomy else styles.ToolButtonIconOnly
        for button in (self.fit, self.export, self.tools[Tool.PATH]):
            button.setToolButtonStyle(style)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _tool_button(self, tool: Tool) -> QToolButton:
        _, text, name, tip = _TOOLS[tool]
        button = _button(text, tip)
        button.setCheckable(True)
        button.setAccessibleName(name)
        if not text:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        return button

    def _connect(self) -> None:
        group = QButtonGroup(self)
        self._order = list(self.tools)
        for index, tool in enumerate(self._order):
            group.addButton(self.tools[tool], index)
        group.idClicked.connect(self._on_tool_clicked)
        self.fit.clicked.connect(self.fit_requested)
        for box in (self.seen, self.first, self.second):
            box.activated.connect(self._on_view_chosen)
        self.colours.activated.connect(self._on_colours_chosen)
        self.parts.activated.connect(self._on_part_chosen)
        self.labels.activated.connect(self.label_chosen)

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for button in (*self.tools.values(), self.fit):
            layout.addWidget(button)
        layout.addStretch()
        boxes = (self.labels, self.seen, self.first, self.second, self.colours, self.parts)
        for box in boxes:
            layout.addWidget(box)
        layout.addWidget(self.export)

    def _tint(self) -> None:
        role = QPalette.ColorRole.ButtonText
        for tool, button in self.tools.items():
            button.setIcon(icon(_TOOLS[tool][0], self.palette(), role))
        self.fit.setIcon(icon("fit", self.palette(), role))
        self.export.setIcon(icon("export", self.palette(), role))

    def _show_axes(self) -> None:
        latents = self.seen.currentData() == "latents" and self.first.count() > 2
        self.first.setVisible(latents)
        self.second.setVisible(latents)

    def _on_tool_clicked(self, index: int) -> None:
        self.tool_chosen.emit(self._order[index])

    def _on_view_chosen(self) -> None:
        self._show_axes()
        first, second = self.first.currentIndex(), self.second.currentIndex()
        if first == second:
            second = (first + 1) % self.second.count()
            with QSignalBlocker(self.second):
                self.second.setCurrentIndex(second)
        self.view_chosen.emit(View(self.seen.currentData(), first, second))

    def _on_colours_chosen(self, index: int) -> None:
        self.colours_chosen.emit(self.colours.itemData(index))

    def _on_part_chosen(self, index: int) -> None:
        self.part_chosen.emit(PARTS[index])


def _button(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setAutoRaise(True)
    button.setIconSize(QSize(16, 16))
    button.setMinimumSize(28, 28)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
    return button
