"""Everything of the Latent tab that can be saved, as one menu."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSpinBox, QWidget, QWidgetAction

from vae_desktop.core import embedding_files
from vae_desktop.session.state import Failure
from vae_desktop.ui.ask import Ask
from vae_desktop.ui.latent_map import LatentMap
from vae_desktop.ui.latent_scene import LatentScene
from vae_desktop.ui.map_files import write_map_png, write_map_svg
from vae_desktop.ui.picture_saver import PNG, PictureSaver

_SMALLEST, _LARGEST, _USUAL = 64, 16_384, 1600
_NO_CODES = "There are no codes to save yet; train a model or open a run first."


class LatentExport(QObject):
    """What there is to save, and the pictures that panels show.

    Args:
        scene, view: what is saved.
        ask: asks for the file.
        parent: the widget that questions belong to.

    Attributes:
        pictures: saves any pictures.
    """

    noticed = Signal(str)
    failed = Signal(object)

    def __init__(self, scene: LatentScene, view: LatentMap, ask: Ask, parent: QWidget) -> None:
        super().__init__(parent)
        self._scene, self._map, self._ask, self._window = scene, view, ask, parent
        self.pictures = PictureSaver(ask, parent)
        self.pictures.noticed.connect(self.noticed)
        self.pictures.failed.connect(self.failed)
        self.menu = QMenu("Export", parent)
        self.width = QSpinBox()
        self.width.setRange(_SMALLEST, _LARGEST)
        self.width.setValue(_USUAL)
        self.width.setSuffix(" px")
        self.width.setAccessibleName("Width of the PNG")
        self._fill()

    def save_png(self) -> None:
        """The map as PNG, as wide as the menu says."""
        self._save("map.png", PNG, self._write_png)

    def save_svg(self) -> None:
        """The map as SVG, as it is on screen."""
        self._save("map.svg", "SVG (*.svg)", self._write_svg)

    def save_csv(self) -> None:
        """All codes as CSV."""
        self._save("embedding.csv", "CSV (*.csv)", self._write_csv)

    def save_npz(self) -> None:
        """All codes as NPZ."""
        self._save("embedding.npz", "NPZ (*.npz)", self._write_npz)

    def save_projector(self) -> None:
        """A folder for the Embedding Projector."""
        if self._refuse():
            return
        folder = self._ask.choose_folder(self._window, "Folder for the Projector's files", None)
        if folder is not None:
            self.pictures.write(folder, self._write_projector)

    def save_selection(self) -> None:
        """The codes of the selected images as CSV."""
        self._save("selection.csv", "CSV (*.csv)", self._write_selection)

    def _fill(self) -> None:
        for text, slot in (
            ("Map as PNG…", self.save_png),
            ("Map as SVG…", self.save_svg),
            ("Codes as CSV…", self.save_csv),
            ("Codes as NPZ…", self.save_npz),
            ("Embedding Projector folder…", self.save_projector),
        ):
            self.menu.addAction(text).triggered.connect(slot)
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(24, 4, 8, 4)
        layout.addWidget(QLabel("PNG width"))
        layout.addWidget(self.width)
        action = QWidgetAction(self.menu)
        action.setDefaultWidget(row)
        self.menu.insertAction(self.menu.actions()[1], action)

    def _refuse(self) -> bool:
        if self._scene.cloud is None:
            self.failed.emit(Failure(_NO_CODES))
        return self._scene.cloud is None

    def _save(self, name: str, kinds: str, write: Callable[[Path], None]) -> None:
        if not self._refuse():
            self.pictures.save(name, kinds, write)

    def _write_png(self, path: Path) -> None:
        look = self._map.palette(), self._map.font()
        write_map_png(path, self._map.canvas, self._map.view, self.width.value(), *look)
        self._map.refresh()

    def _write_svg(self, path: Path) -> None:
        look = self._map.palette(), self._map.font()
        write_map_svg(path, self._map.canvas, self._map.view, *look)

    def _write_csv(self, path: Path) -> None:
        cloud, pictures = self._scene.cloud, self._scene.pictures
        if cloud is not None and pictures is not None:
            embedding_files.write_csv(path, cloud, pictures, self._scene.class_names)

    def _write_selection(self, path: Path) -> None:
        cloud, pictures = self._scene.cloud, self._scene.pictures
        selected = self._scene.selected
        if cloud is not None and pictures is not None and selected is not None:
            embedding_files.write_csv(path, cloud.part(selected), pictures, self._scene.class_names)

    def _write_npz(self, path: Path) -> None:
        cloud, pictures = self._scene.cloud, self._scene.pictures
        if cloud is not None and pictures is not None:
            embedding_files.write_npz(path, cloud, pictures)

    def _write_projector(self, folder: Path) -> None:
        cloud, pictures, dataset = self._scene.cloud, self._scene.pictures, self._scene.dataset
        if cloud is not None and pictures is not None and dataset is not None:
            title = f"{dataset.title}, step {cloud.step:,}"
            embedding_files.write_projector(folder, cloud, pictures, self._scene.class_names, title)
