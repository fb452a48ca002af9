"""Everything of the Latent tab that can be saved, as one menu."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSpinBox, QWidget, QWidgetAction

from vae_desktop.core import embedding_files
from vae_desktop.core.errors import UserError
from vae_desktop.core.imaging import tile, write_gif, write_png
from vae_desktop.core.latents import Cloud, PictureSet
from vae_desktop.core.progress import Progress
from vae_desktop.core.viewport import Viewport
from vae_desktop.session.jobs import JobRunner
from vae_desktop.session.state import Failure
from vae_desktop.ui.ask import Ask
from vae_desktop.ui.job_line import JobLine
from vae_desktop.ui.latent_map import LatentMap
from vae_desktop.ui.latent_scene import LatentScene
from vae_desktop.ui.map_canvas import MapCanvas
from vae_desktop.ui.map_files import write_map_png, write_map_svg

Write = Callable[[Path, Progress], None]
"""Writes a file, or a folder of files; called on a thread of its own."""

_PNG, _CSV = "PNG (*.png)", "CSV (*.csv)"
_BUSY = "Another file is still being written; wait for it, or cancel it below the map."
_SMALLEST, _LARGEST, _USUAL = 64, 16_384, 1600
_GIF_ENLARGE = 6
_STRIP_GAP = 2
_NO_CODES = "There are no codes to save yet; train a model or open a run first."


class LatentExport(QObject):
    """Asks for a file, writes it in the background and says so.

    Args:
        scene, view: what is saved.
        ask: asks for the file.
        parent: the widget that questions belong to.

    Attributes:
        menu: everything of the map that can be saved.
        job: shows how far the file is.
    """

    noticed = Signal(str)
    failed = Signal(object)

    def __init__(self, scene: LatentScene, view: LatentMap, ask: Ask, parent: QWidget) -> None:
        super().__init__(parent)
        self._scene, self._map, self._ask, self._window = scene, view, ask, parent
        self.menu, self.job = QMenu("Export", parent), JobLine()
        self._runner = JobRunner(self)
        self._runner.done.connect(self._on_done)
        self._runner.failed.connect(self._on_failed)
        self._runner.cancelled.connect(self._on_cancelled)
        self._runner.progressed.connect(self.job.show_progress)
        self.job.cancel_requested.connect(self._runner.cancel)
        self.width = QSpinBox()
        self.width.setRange(_SMALLEST, _LARGEST)
        self.width.setValue(_USUAL)
        self.width.setSuffix(" px")
        self.width.setAccessibleName("Width of the PNG")
        self._fill()

    @property
    def busy(self) -> bool:
        """Whether a file is being written."""
        return self._runner.busy

    def shutdown(self) -> None:
        """End what runs in the background; a file that is not complete is not there."""
        self._runner.shutdown()

    def save_png(self) -> None:
        """The map as PNG, as wide as the menu says."""
        codes = self._codes()
        if codes is not None:
            look = self._map.view, self.width.value(), *self._look()
            canvas = self._map.canvas.still(codes.pictures.images)
            self._ask_and_write("map.png", _PNG, partial(_write_map_png, canvas, look))

    def save_svg(self) -> None:
        """The map as SVG, as it is on screen."""
        codes = self._codes()
        if codes is not None:
            look = self._map.view, *self._look()
            canvas = self._map.canvas.still(codes.pictures.images)
            self._ask_and_write("map.svg", "SVG (*.svg)", partial(_write_map_svg, canvas, look))

    def save_csv(self) -> None:
        """All codes as CSV."""
        codes = self._codes()
        if codes is not None:
            self._ask_and_write("embedding.csv", _CSV, codes.write_csv)

    def save_npz(self) -> None:
        """All codes as NPZ."""
        codes = self._codes()
        if codes is not None:
            self._ask_and_write("embedding.npz", "NPZ (*.npz)", codes.write_npz)

    def save_selection(self) -> None:
        """The codes of the selected images as CSV."""
        codes, selected = self._codes(), self._scene.selected
        if codes is not None and selected is not None:
            chosen = replace(codes, cloud=codes.cloud.part(selected))
            self._ask_and_write("selection.csv", _CSV, chosen.write_csv)

    def save_projector(self) -> None:
        """A folder for the Embedding Projector."""
        codes = self._codes()
        if codes is None or self._refuse_while_busy():
            return
        folder = self._ask.choose_folder(self._window, "Folder for the Projector's files", None)
        if folder is not None:
            self._write(folder, codes.write_projector)

    def save_pictures(self, name: str, pictures: np.ndarray, columns: int) -> None:
        """Pictures (n, C, H, W) as one PNG."""
        if len(pictures):
            self._ask_and_write(name, _PNG, partial(_write_pictures, pictures.copy(), columns))

    def save_gif(self, name: str, pictures: np.ndarray) -> None:
        """Pictures (n, C, H, W) as a film."""
        self._ask_and_write(name, "GIF (*.gif)", partial(_write_gif, pictures.copy()))

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

    def _refuse_while_busy(self) -> bool:
        if self.busy:
            self.failed.emit(Failure(_BUSY))
        return self.busy

    def _ask_and_write(self, name: str, kinds: str, write: Write) -> None:
        if self._refuse_while_busy():
            return
        path = self._ask.choose_file_to_save(self._window, "Save", Path.home() / name, kinds)
        if path is not None:
            self._write(path, write)

    def _write(self, path: Path, write: Write) -> None:
        self.job.begin()
        self._runner.start(partial(_guarded, path, write))

    @Slot(object)
    def _on_done(self, path: Path) -> None:
        self.job.end()
        self.noticed.emit(f"Saved in {path}.")

    @Slot(object)
    def _on_failed(self, failure: Failure) -> None:
        self.job.end()
        self.failed.emit(failure)

    @Slot()
    def _on_cancelled(self) -> None:
        self.job.end()


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


def _guarded(path: Path, write: Write, progress: Progress) -> Path:
    """Write a file in the background; what prevents it is said with its name."""
    try:
        write(path, progress)
    except OSError as error:
        reason = error.strerror or "it cannot be written"
        raise UserError(f"{path} is not saved: {reason}. Choose another folder.") from error
    except MemoryError as error:
        raise UserError(
            f"{path} is not saved: there is not enough memory for it. Choose a smaller picture, "
            "or fewer images."
        ) from error
    return path


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


def _write_pictures(pictures: np.ndarray, columns: int, path: Path, progress: Progress) -> None:
    progress(0.0, "Writing pictures")
    write_png(path, tile(pictures, columns, _STRIP_GAP))


def _write_gif(pictures: np.ndarray, path: Path, progress: Progress) -> None:
    progress(0.0, "Writing the film")
    write_gif(path, pictures, enlarge=_GIF_ENLARGE)
