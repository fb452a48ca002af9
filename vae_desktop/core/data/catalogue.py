"""Which data sets there are, which of them are at hand, and how each is loaded."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vae_desktop.core.config import DataConfig
from vae_desktop.core.data import digits, idx
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.errors import DataError
from vae_desktop.core.progress import Progress, silent


@dataclass(frozen=True)
class Source:
    """A data set that a run can name.

    Attributes:
        key: its name in a run's config and on the command line.
        title: its name for a reader.
        sentence: what it is, in one sentence.
        needs_folder: True where its files must be on disk already.
    """

    key: str
    title: str
    sentence: str
    needs_folder: bool
    load: Callable[[Path | None, Path, Progress], Dataset]

    def availability(self, folder: Path | None = None) -> str:
        """Whether it can be used now, in a few words."""
        if not self.needs_folder:
            return "built in"
        if folder is None:
            return "needs a folder"
        return f"found in {folder}" if idx.find_files(folder) else f"not in {folder}"


def _digits(folder: Path | None, cache_folder: Path, progress: Progress) -> Dataset:
    return digits.load(cache_folder, progress)


def _mnist(folder: Path | None, cache_folder: Path, progress: Progress) -> Dataset:
    if folder is None:
        raise DataError(
            "MNIST is read from a folder on disk, and no folder was named: choose the one that "
            "holds train-images-idx3-ubyte, or take the built-in digits."
        )
    return idx.load(folder, progress)


SOURCES: tuple[Source, ...] = (
    Source(
        "digits",
        "Built-in digits",
        "70,000 handwriting-like digits, 28×28 grey, drawn by this program: no files needed.",
        False,
        _digits,
    ),
    Source(
        "mnist",
        "MNIST (folder)",
        "The 70,000 handwritten digits of MNIST, 28×28 grey, from IDX files in a folder.",
        True,
        _mnist,
    ),
)


def source_of(key: str) -> Source:
    """The source with this key.

    Raises:
        DataError: there is none.
    """
    for source in SOURCES:
        if source.key == key:
            return source
    known = ", ".join(source.key for source in SOURCES)
    raise DataError(f"There is no data set “{key}”; choose one of: {known}.")


def load(config: DataConfig, cache_folder: Path, progress: Progress = silent) -> Dataset:
    """The data set that a config names, in memory.

    Args:
        config: source and folder.
        cache_folder: where generated sets are kept.
        progress: told how far it is; may cancel.

    Raises:
        DataError: the set is unknown, its files are missing or broken.
    """
    source = source_of(config.source)
    folder = Path(config.folder).expanduser() if config.folder else None
    return source.load(folder, cache_folder, progress)
