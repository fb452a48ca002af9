"""The run on view, as the views of its latent space need it."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from vae_desktop.core.config import DataConfig, RunConfig
from vae_desktop.core.data import catalogue
from vae_desktop.core.data.dataset import Dataset, Part
from vae_desktop.core.events import Event, Floats, Prepared, Snapshot
from vae_desktop.core.progress import Progress
from vae_desktop.session.jobs import JobRunner

if TYPE_CHECKING:
    from vae_desktop.session.decoder import Decoder

Bytes = NDArray[np.uint8]

MAPPED_KINDS = ("vae", "autoencoder", "cvae")
"""Models with a code; a classifier has none."""


@dataclass(frozen=True)
class Pictures:
    """What the pictures of a run are.

    Attributes:
        shape: (C, H, W).
        names: of their classes; empty without labels.
    """

    shape: tuple[int, int, int]
    names: tuple[str, ...]


class Classifier(Protocol):
    """A trained classifier that reads pictures for the views."""

    @property
    def name(self) -> str:
        """The run that trained it, for a reader."""

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(C, H, W) of the pictures that it reads."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """The names of its classes."""

    def probabilities(self, pictures: Bytes, /) -> Floats:
        """Chances (n, K), summing to 1, of the classes of pictures (n, C, H, W)."""

    def classes(self, pictures: Bytes, /) -> NDArray[np.int64]:
        """The likeliest class (n,) of pictures (n, C, H, W)."""


class RunOnView(QObject):
    """The window's own model of the run on view, its data set, and the code looked at.

    Lives in the window's thread. All tabs share one of it: move the code in one, and the
    others follow.

    Args:
        cache_folder: where generated and downloaded data sets are kept.

    Attributes:
        config: the run's; None before the first run.
        epoch: finished epochs of the newest weights.
        decoder: the window's model with the newest weights; None until there are any, and for
            models that are not of `MAPPED_KINDS`.
        dataset: the run's data; None until `want_dataset` has brought it.
        z: the code looked at, float32 (latent_dim,); None until there is a model.
        label: the class (from 0) that a conditional model decodes as.
        picture: the picture put in by hand, uint8 (C, H, W) of the run's shape: drawn, dropped,
            pasted or chosen; None for none.
        selection: pictures that were selected on the map, and their labels; None for none.
        judge: a trained classifier for pictures of the run's shape; None where none is at hand.
    """

    run_changed = Signal()
    prepared = Signal()
    weights_changed = Signal(int)
    dataset_changed = Signal()
    dataset_failed = Signal(object)
    z_changed = Signal()
    label_changed = Signal()
    picture_changed = Signal()
    judge_changed = Signal()

    def __init__(self, cache_folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cache_folder = cache_folder
        self._prepared: Prepared | None = None
        self._loader = JobRunner(self)
        self._loader.done.connect(self._on_loaded)
        self._loader.failed.connect(self.dataset_failed)
        self._loaded_for: DataConfig | None = None
        self.config: RunConfig | None = None
        self.epoch = 0
        self.decoder: Decoder | None = None
        self.dataset: Dataset | None = None
        self.z: Floats | None = None
        self.label = 0
        self.picture: Bytes | None = None
        self.selection: Part | None = None
        self.judge: Classifier | None = None

    @property
    def pictures(self) -> Pictures | None:
        """What the run's pictures are; None until it has told."""
        told = self._prepared
        return None if told is None else Pictures(told.image_shape, told.label_names)

    @property
    def image_shape(self) -> tuple[int, int, int] | None:
        """(C, H, W) of the run's pictures; None until the run has told it."""
        return None if self._prepared is None else self._prepared.image_shape

    def show_run(self, config: RunConfig) -> None:
        """Another run comes on view; its events follow."""
        same_data = self.config is not None and self.config.data == config.data
        self.config, self.decoder, self.z, self._prepared = config, None, None, None
        self.picture = None
        self.selection = None
        self.label = self.epoch = 0
        if not same_data:
            self._loader.cancel()
            self.dataset = self._loaded_for = None
        self.run_changed.emit()

    def take(self, event: Event) -> None:
        """Follow the run: newest weights into the window's model."""
        if isinstance(event, Prepared):
            self._prepared = event
            self.prepared.emit()
        elif isinstance(event, Snapshot):
            self._take_weights(event)

    def want_dataset(self) -> None:
        """Load the run's data set in the background, unless it is here or on its way."""
        if self.config is None or self._loaded_for == self.config.data:
            return
        self._loaded_for = self.config.data
        self._loader.start(partial(_load, self.config.data, self._cache_folder))

    def set_z(self, z: Floats) -> None:
        """Look at another code (latent_dim,); every view is told."""
        self.z = np.array(z, np.float32)
        self.z_changed.emit()

    def set_label(self, label: int) -> None:
        """Let a conditional model decode as another class; every view is told.

        `weights_changed` follows: whatever was decoded looks different now.
        """
        if label == self.label:
            return
        self.label = label
        self.label_changed.emit()
        if self.decoder is not None:
            self.decoder.label = label
            self.weights_changed.emit(self.decoder.step)

    def set_picture(self, picture: Bytes | None) -> None:
        """Put in a picture (C, H, W) of the run's shape, or take it away; every view is told."""
        self.picture = None if picture is None else np.array(picture, np.uint8)
        self.picture_changed.emit()

    def set_judge(self, judge: Classifier | None) -> None:
        """Have another classifier at hand, or none; every view is told."""
        if judge is not self.judge:
            self.judge = judge
            self.judge_changed.emit()

    def set_selection(self, selected: Part | None) -> None:
        """Tell of pictures that were selected on the map; None for none."""
        self.selection = selected

    def shutdown(self) -> None:
        """End what runs in the background."""
        self._loader.shutdown()

    def _take_weights(self, snapshot: Snapshot) -> None:
        if self.config is None or self._prepared is None:
            return
        if self.config.model.kind not in MAPPED_KINDS:
            return
        if self.decoder is None:
            # Imported late: it brings PyTorch, which whoever made the weights has loaded.
            from vae_desktop.session.decoder import Decoder

            self.decoder = Decoder(
                self.config.model,
                self._prepared.image_shape,
                snapshot,
                classes=len(self._prepared.label_names),
                likelihood=self.config.objective.likelihood,
            )
            self.decoder.label = self.label
            self.z = np.zeros(self.config.model.latent_dim, np.float32)
        else:
            self.decoder.refresh(snapshot)
        self.epoch = snapshot.epoch
        self.weights_changed.emit(snapshot.step)

    @Slot(object)
    def _on_loaded(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.dataset_changed.emit()


def _load(data: DataConfig, cache_folder: Path, progress: Progress) -> Dataset:
    return catalogue.load(data, cache_folder, progress)
