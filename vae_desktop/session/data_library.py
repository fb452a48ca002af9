"""The data set that is looked at: loaded or downloaded in the background, one at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from vae_desktop.core.config import DataConfig
from vae_desktop.core.data import catalogue, own, standard
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.data.factor_drawing import FactorDrawing, drawing_of
from vae_desktop.core.data.import_options import Skipped
from vae_desktop.core.data.progress_span import span
from vae_desktop.core.progress import Progress
from vae_desktop.session.jobs import JobRunner

Download = Callable[[str, Path, Progress], None]
"""Brings the files of a standard set, by its key, into a folder."""

_LOADING_SHARE = 0.1  # of a download and the loading after it


@dataclass(frozen=True)
class LoadedSet:
    """A data set with what was asked for and what was told while it was read.

    Attributes:
        config: names it in a run.
        dataset: the set.
        notes: sentences on what was changed while reading.
        skipped: files that were left out.
        drawing: how pictures of the set are drawn; None where that is not known.
    """

    config: DataConfig
    dataset: Dataset
    notes: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    drawing: FactorDrawing | None = None


class DataLibrary(QObject):
    """Gives data sets to a view; the newest request wins, and a failed one changes nothing.

    Args:
        cache_folder: where generated and downloaded sets are kept.
        download: brings a standard set into a folder.
    """

    started = Signal()
    progressed = Signal(float, str)
    loaded = Signal(object)
    failed = Signal(object)
    cancelled = Signal()

    def __init__(self, cache_folder: Path, download: Download = standard.download) -> None:
        super().__init__()
        self.cache_folder = cache_folder
        self._download = download
        self._jobs = JobRunner(self)
        self._jobs.started.connect(self.started)
        self._jobs.progressed.connect(self.progressed)
        self._jobs.failed.connect(self.failed)
        self._jobs.cancelled.connect(self.cancelled)
        self._jobs.done.connect(self.loaded)

    @property
    def busy(self) -> bool:
        """True while a set is on its way."""
        return self._jobs.busy

    @property
    def downloads(self) -> Path:
        """Where downloaded sets are kept."""
        return catalogue.downloads_folder(self.cache_folder)

    def load(self, config: DataConfig) -> None:
        """Load a set; `loaded`, `failed` or `cancelled` follows."""
        self._jobs.start(partial(_load, config, self.cache_folder))

    def download(self, key: str) -> None:
        """Download a standard set, then load it; `loaded`, `failed` or `cancelled` follows."""
        self._jobs.start(partial(self._fetch, key))

    def cancel(self) -> None:
        """Give up what is on its way."""
        self._jobs.cancel()

    def shutdown(self) -> None:
        """Give up what is on its way and wait until it has ended."""
        self._jobs.shutdown()

    def _fetch(self, key: str, progress: Progress) -> LoadedSet:
        """Runs in the background."""
        self._download(key, self.downloads, span(progress, 0.0, 1 - _LOADING_SHARE))
        config = DataConfig(source=key, folder=str(self.downloads))
        return _load(config, self.cache_folder, span(progress, 1 - _LOADING_SHARE, 1.0))


def same_pictures(one: DataConfig, other: DataConfig) -> bool:
    """Whether two configs name the same set, whatever share of it they train on."""
    return all(
        getattr(one, name) == getattr(other, name) for name in ("source", "folder", "pictures")
    )


def _load(config: DataConfig, cache_folder: Path, progress: Progress) -> LoadedSet:
    if config.source == "own" and config.folder:
        found = own.load(Path(config.folder).expanduser(), config.pictures, progress)
        return LoadedSet(config, found.dataset, found.notes, found.skipped)
    data = catalogue.load(config, cache_folder, progress)
    drawing = drawing_of(data)
    if drawing is not None:
        # The first picture takes long, for tables are made; better here than in the window.
        drawing.draw(drawing.neutral())
    return LoadedSet(config, data, drawing=drawing)
