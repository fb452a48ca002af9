"""Everything of the Latent tab that can be saved, as one menu."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QMenu, QSpinBox, QWidget

from vae_desktop.core import embedding_files
from vae_desktop.core.latents import Cloud, PictureSet
from vae_desktop.core.progress import Progress
from vae_desktop.core.viewport import Viewport
from vae_desktop.session.state import Failure
from vae_desktop.ui.ask import Ask
from vae_desktop.ui.file_writer import PNG, FileWriter
from vae_desktop.ui.latent_map import LatentMap
from vae_desktop.ui.latent_scene import LatentScene
from vae_desktop.ui.map_canvas import MapCanvas
from vae_desktop.ui.map_files import write_map_png, write_map_svg
from vae_desktop.ui.menu_row import add_row

_CSV = "CSV (*.csv)"
_SMALLEST, _LARGEST, _USUAL = 64, 16_384, 1600
_NO_CODES = "There are no codes to save yet; train a model or open a run first."


class LatentExport(QObject):
    """What of the map can be saved.

    Args:
        scene, view: what is saved.
        ask: asks for the file.
        parent: the widget that questions belong to.

    Attributes:
        menu: everything of the map that can be saved.
        writer: saves it, and whatever pictures the tab's panels show.
    """

    noticed = Signal(str)
    failed = Signal(object)

    def __init__(self, scene: LatentScene, view: LatentMap, ask: Ask, parent: QWidget) -> None:
        super().__init__(parent)
        self._scene, self._map = scene, view
        self.menu, self.writer = QMenu("Export", parent), FileWriter(ask, parent)
        self.writer.noticed.connect(self.noticed)
        self.writer.failed.connect(self.failed)
        self.width = QSpinBox()
        self.width.setRange(_SMALLEST, _LARGEST)
        self.width.setValue(_USUAL)
        self.width.setSuffix(" px")
        self.width.setAccessibleName("Width of the PNG")
        self._fill()

    def shutdown(self) -> None:
        """End what runs in the background; a file that is not complete is not there."""
        self.writer.shutdown()

    def save_png(self) -> None:
        """The map as PNG, as wide as the menu says."""
        codes = self._codes()
        if codes is not None:
            look = self._map.view, self.width.value(), *self._look()
            canvas = self._map.canvas.still(codes.pictures.images)
            self.writer.save("map.png", PNG, partial(_write_map_png, canvas, look))

    def save_svg(self) -> None:
        """The map as SVG, as it is on screen."""
        codes = self._codes()
        if codes is not None:
            look = self._map.view, *self._look()
            canvas = self._map.canvas.still(codes.pictures.images)
            self.writer.save("map.svg", "SVG (*.svg)", partial(_write_map_svg, canvas, look))

    def save_csv(self) -> None:
        """All codes as CSV."""
        codes = self._codes()
        if codes is not None:
            self.writer.save("embedding.csv", _CSV, codes.write_csv)

    def save_npz(self) -> None:
        """All codes as NPZ."""
        codes = self._codes()
        if codes is not None:
            self.writer.save("embedding.npz", "NPZ (*.npz)", codes.write_npz)

    def save_selection(self) -> None:
        """The codes of the selected images as CSV."""
        codes, selected = self._codes(), self._scene.selected
        if codes is not None and selected is not None:
            chosen = replace(codes, cloud=codes.cloud.part(selected))
            self.writer.save("selection.csv", _CSV, chosen.write_csv)

    def save_projector(self) -> None:
        """A folder for the Embedding Projector."""
        codes = self._codes()
        if codes is not None:
            self.writer.save_in_folder("Folder for the Projector's files", codes.write_projector)

    def _fill(self) -> None:
        for text, slot in (
            ("Map as PNG…", self.save_png),
            ("Map as SVG…", self.save_svg),
            ("Codes as CSV…", self.save_csv),
            ("Codes as NPZ…", self.save_npz),
            ("Embedding Projector folder…", self.save_projector),
        ):
            self.menu.addAction(text).triggered.connect(slot)
        add_row(self.menu, "PNG width", self.width, before=self.menu.actions()[1])

    def _codes(self) -> "_Codes | None":
        """What is on the map now; None, and a sentence, where there is nothing."""
        scene = self._scene
        if scene.cloud is None or scene.pictures is None or scene.dataset is None:
            self.failed.emit(Failure(_NO_CODES))
            return None
        return _Codes(scene.cloud, scene.pictures, scene.class_names, scene.dataset.title)

    def _look(self) -> tuple[QPalette, QFont]:
        """Copies, for another thread."""
        return QPalette(self._map.palette()), QFont(self._map.font())


@dataclass(frozen=True, eq=False)
class _Codes:
    """The codes of a moment, and what files tell of them."""

    cloud: Cloud
    pictures: PictureSet
    names: tuple[str, ...]
    title: str

    def write_csv(self, path: Path, progress: Progress) -> None:
        embedding_files.write_csv(path, self.cloud, self.pictures, self.names, progress)

    def write_npz(self, path: Path, progress: Progress) -> None:
        embedding_files.write_npz(path, self.cloud, self.pictures, progress)

    def write_projector(self, folder: Path, progress: Progress) -> None:
        title = f"{self.title}, step {self.cloud.step:,}"
        embedding_files.write_projector(
            folder, self.cloud, self.pictures, self.names, title, progress
        )


def _write_map_png(
    canvas: MapCanvas,
    look: tuple[Viewport, int, QPalette, QFont],
    path: Path,
    progress: Progress,
) -> None:
    write_map_png(path, canvas, *look, progress)


def _write_map_svg(
    canvas: MapCanvas, look: tuple[Viewport, QPalette, QFont], path: Path, progress: Progress
) -> None:
    write_map_svg(path, canvas, *look, progress)
