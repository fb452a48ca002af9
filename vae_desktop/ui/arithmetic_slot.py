"""One of the codes that one reckons with: from where it is taken, and what it looks like."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from vae_desktop.core.data.dataset import Part
from vae_desktop.core.events import Floats
from vae_desktop.core.imaging import tile
from vae_desktop.core.latents import Cloud, Coder, PictureSet
from vae_desktop.session.on_view import RunOnView
from vae_desktop.ui.labels import Caption
from vae_desktop.ui.menu_row import add_row
from vae_desktop.ui.picture_view import PictureView
from vae_desktop.ui.strip_parts import SPACING

Bytes = NDArray[np.uint8]

SIDE = 140
_GAP = 2
EMPTY = np.zeros((SIDE - 8, SIDE - 8), np.uint8)
"""A black square where a picture will be."""


@dataclass(frozen=True, eq=False)
class FixedCode:
    """A code (D,) as it was when it was taken."""

    z: Floats
    name: str = "code"


@dataclass(frozen=True, eq=False)
class OfPicture:
    """The posterior mean of a picture (C, H, W), by the newest weights.

    Attributes:
        label: its class (from 0), for a model that is told it; None where it is not known.
    """

    picture: Bytes
    name: str
    label: int | None = None


@dataclass(frozen=True)
class MeanOfClass:
    """The mean of the codes of a class, by the newest weights."""

    label: int
    name: str


@dataclass(frozen=True, eq=False)
class MeanOfPictures:
    """The mean of the codes of some pictures, by the newest weights."""

    part: Part
    name: str


Origin = FixedCode | OfPicture | MeanOfClass | MeanOfPictures


def code_of(
    origin: Origin | None, coder: Coder, cloud: Cloud | None, pictures: PictureSet | None
) -> Floats | None:
    """The code (D,) of what a slot is filled with; None where it is not known (yet)."""
    if isinstance(origin, FixedCode):
        return origin.z
    if isinstance(origin, OfPicture):
        told = None if origin.label is None else np.array([origin.label])
        return np.asarray(coder.encode(origin.picture[None], told)[0][0])
    if isinstance(origin, MeanOfPictures):
        images = origin.part.images[np.arange(len(origin.part))]
        return np.asarray(coder.encode(images, origin.part.labels)[0].mean(axis=0), np.float32)
    labels = None if pictures is None else pictures.labels
    if origin is None or cloud is None or labels is None:
        return None
    codes = cloud.mu[labels[cloud.rows] == origin.label]
    codes = codes[np.isfinite(codes).all(axis=1)]
    return np.asarray(codes.mean(axis=0), np.float32) if len(codes) else None


class ArithmeticSlot(QWidget):
    """A letter, a picture, and a menu of where its code can come from.

    Args:
        letter: its name.
        on_view: the run that all tabs look at.

    Attributes:
        origin: what it is filled with; None for nothing.
    """

    changed = Signal()

    def __init__(self, letter: str, on_view: RunOnView) -> None:
        super().__init__()
        self.letter = letter
        self._on_view = on_view
        self._random = np.random.default_rng()
        self.origin: Origin | None = None
        self.view, self.caption = PictureView(), Caption()
        self.view.setFixedSize(SIDE, SIDE)
        self.view.setAccessibleName(f"Picture of {letter}")
        self.button = QToolButton()
        self.button.setText("Take…")
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setAccessibleName(f"Fill {letter}")
        self.button.setToolTip(f"Choose from where {letter} is taken.")
        self.menu = QMenu(self)
        self.button.setMenu(self.menu)
        self.index = QSpinBox()
        self.index.setAccessibleName(f"Test image for {letter}")
        self.take_index = QPushButton("Take")
        self._fill_menu()
        self.show_picture(None)
        self._lay_out()
        self.menu.aboutToShow.connect(self._follow_data)
        self.take_index.clicked.connect(self._on_index)

    def fill(self, origin: Origin | None) -> None:
        """Take another code."""
        self.origin = origin
        self.caption.setText("" if origin is None else origin.name)
        self.changed.emit()

    def show_picture(self, decoded: Bytes | None) -> None:
        """Show the decoded code (C, H, W); beside a picture that it is of."""
        if decoded is None:
            self.view.show_picture(EMPTY)
            return
        before = [self.origin.picture] if isinstance(self.origin, OfPicture) else []
        together = np.stack([*before, decoded])
        self.view.show_picture(tile(together, len(together), _GAP))

    @Slot()
    def take_current(self) -> None:
        """The code looked at now."""
        z = self._on_view.z
        if z is not None:
            self.fill(FixedCode(z.copy(), "code taken"))

    @Slot()
    def take_drawn(self) -> None:
        """The picture put in by hand."""
        if self._on_view.picture is not None:
            self.fill(OfPicture(self._on_view.picture, "your picture"))

    @Slot()
    def take_selection(self) -> None:
        """The mean of what is selected on the map."""
        selected = self._on_view.selection
        if selected is not None:
            self.fill(MeanOfPictures(selected, f"mean of {len(selected)} selected"))

    @Slot()
    def take_random(self) -> None:
        """Any test image."""
        dataset = self._on_view.dataset
        if dataset is not None:
            self.take_test(int(self._random.integers(len(dataset.test))))

    def take_test(self, index: int) -> None:
        """A test image."""
        dataset = self._on_view.dataset
        if dataset is None:
            return
        picture = np.array(dataset.test.images[index : index + 1][0])
        labels = dataset.test.labels
        label = None if labels is None else int(labels[index])
        name = f"test {index:,}"
        if label is not None and dataset.label_names:
            name += f" · {dataset.label_names[label]}"
        self.fill(OfPicture(picture, name, label))

    def take_class(self, label: int) -> None:
        """The mean of a class."""
        dataset = self._on_view.dataset
        if dataset is not None:
            self.fill(MeanOfClass(label, f"mean of {dataset.label_names[label]}"))

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE + 48)

    def _fill_menu(self) -> None:
        self.current = self.menu.addAction("Current code")
        self.current.triggered.connect(self.take_current)
        self.drawn = self.menu.addAction("Your picture (drawn, dropped or pasted)")
        self.drawn.triggered.connect(self.take_drawn)
        self.selected = self.menu.addAction("Mean of the selection on the map")
        self.selected.triggered.connect(self.take_selection)
        self.random = self.menu.addAction("Random test image")
        self.random.triggered.connect(self.take_random)
        add_row(self.menu, "Test image", self.index, self.take_index)
        self.classes = self.menu.addMenu("Mean of a class")
        self.classes.triggered.connect(self._on_class)

    @Slot()
    def _follow_data(self) -> None:
        """Offer what there is."""
        view, dataset = self._on_view, self._on_view.dataset
        self.current.setEnabled(view.z is not None)
        self.drawn.setEnabled(view.picture is not None)
        self.selected.setEnabled(view.selection is not None)
        for thing in (self.random, self.index, self.take_index):
            thing.setEnabled(dataset is not None)
        has_classes = dataset is not None and dataset.test.labels is not None
        self.classes.setEnabled(has_classes)
        self.index.setMaximum(0 if dataset is None else len(dataset.test) - 1)
        names = dataset.label_names if dataset is not None and has_classes else ()
        if [action.text() for action in self.classes.actions()] != list(names):
            self.classes.clear()
            for label, name in enumerate(names):
                self.classes.addAction(name).setData(label)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACING)
        letter = QLabel(f"<b>{self.letter}</b>")
        head.addWidget(letter)
        head.addStretch()
        head.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addLayout(head)
        layout.addWidget(self.caption)
        layout.addWidget(self.view, alignment=Qt.AlignmentFlag.AlignTop)
        self.setFixedWidth(SIDE)

    @Slot(QAction)
    def _on_class(self, action: QAction) -> None:
        self.take_class(action.data())

    @Slot()
    def _on_index(self) -> None:
        self.take_test(self.index.value())
        self.menu.close()
