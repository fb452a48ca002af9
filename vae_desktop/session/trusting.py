"""Where the codes of the training images lie, kept up to date in the background."""

from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from vae_desktop.core.events import Floats
from vae_desktop.core.latents import Bytes, Cloud, Coder, PictureSet
from vae_desktop.core.progress import Progress
from vae_desktop.core.trust import NO_DATA, Known, know
from vae_desktop.session.clouds import CloudSource
from vae_desktop.session.jobs import JobRunner
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.state import State


class TrustSource(QObject):
    """Knows where the training images are in latent space, of the newest codes at hand.

    While the model trains a fixed subset of them is asked, when it rests all of them.

    Attributes:
        known: what can be asked; None until there are codes.
        source: encodes the training images.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, on_view: RunOnView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_view = on_view
        self.source = CloudSource(on_view, self)
        self.source.choose_part("training")
        self._runner = JobRunner(self)
        self.known: Known | None = None
        self._pictures: PictureSet | None = None
        self._asked: tuple[Known, bytes, float] | None = None
        self.source.cloud_changed.connect(self._on_cloud_changed)
        self.source.failed.connect(self.failed)
        self._runner.done.connect(self._on_done)
        self._runner.failed.connect(self.failed)

    def watch(self, watched: bool) -> None:
        """Somebody begins or ends to look."""
        self.source.watch(watched)

    def show_state(self, state: State) -> None:
        """The session is now in this state."""
        self.source.show_state(state)

    def density(self, z: Floats) -> float | None:
        """See `Known.density`; None where nothing is known yet or z is not finite."""
        if self.known is None or not np.isfinite(z).all():
            return None
        key = np.asarray(z, np.float32).tobytes()
        if self._asked is None or self._asked[0] is not self.known or self._asked[1] != key:
            self._asked = self.known, key, self.known.density(z)
        return self._asked[2]

    def has_data(self, z: Floats) -> bool:
        """Whether codes of the data lie about z; True where that is not known."""
        density = self.density(z)
        return density is None or density >= NO_DATA

    def images(self, places: np.ndarray) -> tuple[Bytes, list[int]]:
        """Training images (n, C, H, W) at places (n,) of the cloud, and their numbers."""
        known, pictures = self.known, self._pictures
        if known is None or pictures is None or not len(places):
            return np.zeros((0, 1, 1, 1), np.uint8), []
        rows = known.cloud.rows[places]
        return pictures.images(rows), [pictures.source(int(row))[1] for row in rows]

    def labels(self, places: np.ndarray) -> list[str]:
        """The names of their classes; empty where the images have none."""
        known, pictures, dataset = self.known, self._pictures, self._on_view.dataset
        if known is None or pictures is None or pictures.labels is None or dataset is None:
            return []
        names = dataset.label_names
        return [names[label] for label in pictures.labels[known.cloud.rows[places]] if names]

    def shutdown(self) -> None:
        """End what runs in the background."""
        self.source.shutdown()
        self._runner.shutdown()

    @Slot()
    def _on_cloud_changed(self) -> None:
        cloud, pictures = self.source.cloud, self.source.pictures
        if cloud is None or pictures is None:
            self._runner.cancel()
            self.known = self._pictures = self._asked = None
            self.changed.emit()
            return
        # A copy of the model is made only where it rests: it takes a millisecond or two.
        coder = self.source.coder() if cloud.complete else None
        self._runner.start(partial(_know, cloud, pictures, coder))

    @Slot(object)
    def _on_done(self, result: tuple[Known, PictureSet]) -> None:
        known, pictures = result
        if pictures is self.source.pictures:
            self.known, self._pictures = known, pictures
            self.changed.emit()


def _know(
    cloud: Cloud, pictures: PictureSet, coder: Coder | None, progress: Progress
) -> tuple[Known, PictureSet]:
    from vae_desktop.core.devices import threads

    labels = None if pictures.labels is None else pictures.labels[cloud.rows]
    with threads(1):
        return know(cloud, coder, progress, labels), pictures
