"""Selecting on the map: from an outline to thumbnails, counts and files."""

from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from vae_desktop.core.data.dataset import Part
from vae_desktop.core.latents import Cloud, Coder, PictureSet, Rows, encode
from vae_desktop.core.progress import Progress
from vae_desktop.core.selecting import Mode, combined, inside
from vae_desktop.core.viewport import Points
from vae_desktop.session.clouds import CloudSource
from vae_desktop.session.jobs import JobRunner
from vae_desktop.ui.latent_scene import LatentScene
from vae_desktop.ui.selection_panel import SelectionPanel

SHARED = 200
"""Pictures of a selection that other tabs are told of, at most."""


class SelectionDesk(QObject):
    """Keeps the scene's selection and shows it in its panel.

    Args:
        scene: whose selection it is.
        source: lends a copy of the model, to measure the selected images with.
        panel: shows it.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, scene: LatentScene, source: CloudSource, panel: SelectionPanel) -> None:
        super().__init__(panel)
        self._scene, self._source, self._panel = scene, source, panel
        self._runner = JobRunner(self)
        self._runner.done.connect(self._on_measured)
        self._runner.failed.connect(self.failed)
        panel.cleared.connect(self.clear)

    @Slot(object, object)
    def outline(self, outline: Points, mode: Mode) -> None:
        """A region of the map was drawn: corners (k, 2) in its coordinates."""
        scene = self._scene
        if scene.cloud is None:
            return
        held = inside(scene.points, outline)
        if scene.labels is not None and scene.hidden:
            held &= ~np.isin(scene.labels, list(scene.hidden))
        self.select(combined(scene.selection, scene.cloud.rows[held], mode))

    def select(self, rows: Rows) -> None:
        """Select the pictures at these rows, ascending."""
        self._scene.selection = rows
        self.show()
        self.changed.emit()

    def some_pictures(self) -> Part | None:
        """Pictures of the selection with their labels, at most `SHARED`; None for none."""
        rows, pictures = self._scene.selection, self._scene.pictures
        if pictures is None or not len(rows):
            return None
        some = rows[:: -(-len(rows) // SHARED)]
        labels = pictures.labels
        return Part(pictures.images(some), None if labels is None else labels[some])

    @Slot()
    def clear(self) -> None:
        """Select nothing."""
        self.select(np.zeros(0, np.int64))

    def show(self) -> None:
        """Show the selection and measure its images in the background."""
        scene = self._scene
        self._runner.cancel()
        if scene.pictures is None or not len(scene.selection):
            self._panel.show_nothing()
            return
        self._panel.show_rows(scene.selection, scene.pictures, scene.class_names)
        coder = self._source.coder()
        if coder is not None:
            self._runner.start(partial(_measure, coder, scene.pictures, scene.selection))

    def shutdown(self) -> None:
        """End what runs in the background."""
        self._runner.shutdown()

    @Slot(object)
    def _on_measured(self, cloud: Cloud) -> None:
        pictures = self._scene.pictures
        if pictures is not None and np.array_equal(cloud.rows, self._scene.selection):
            self._panel.show_measured(cloud, pictures)


def _measure(coder: Coder, pictures: PictureSet, rows: Rows, progress: Progress) -> Cloud:
    from vae_desktop.core.devices import threads

    with threads(1):
        return encode(coder, pictures, rows, with_error=True, progress=progress)
