"""Which data sets there are, which of them are at hand, and how each is loaded."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path

from vae_desktop.core.config import DataConfig
from vae_desktop.core.data import digits, idx, own, sprites, standard, uci_digits
from vae_desktop.core.data.dataset import Dataset, shape_text
from vae_desktop.core.errors import DataError
from vae_desktop.core.progress import Progress, silent


class Origin(Enum):
    """Where the pictures of a source come from."""

    BUILT_IN = "built in"
    STANDARD = "standard set"
    OWN = "own pictures"


@dataclass(frozen=True)
class Source:
    """A data set that a run can name.

    Attributes:
        key: its name in a run's config and on the command line.
        title: its name for a reader.
        sentence: what it is, in one sentence.
        origin: where its pictures come from.
        licence: under which terms it may be used.
        download_mb: size of its download in MB (10⁶ bytes); 0 where there is none.
        load: reads or draws it.
    """

    key: str
    title: str
    sentence: str
    origin: Origin
    licence: str
    load: Callable[[DataConfig, Path, Progress], Dataset]
    download_mb: float = 0.0

    @property
    def needs_folder(self) -> bool:
        """True where its files must be on disk already."""
        return self.origin is not Origin.BUILT_IN

    def present(self, folder: Path) -> bool:
        """Whether it can be used now, with its files in `folder`. Looks at names only."""
        if self.origin is Origin.STANDARD:
            return standard.is_present(self.key, folder) or bool(
                self.key == "mnist" and idx.find_files(folder)
            )
        return self.origin is Origin.BUILT_IN


def downloads_folder(cache_folder: Path) -> Path:
    """Where downloaded sets are kept."""
    return cache_folder / "datasets"


def _folder(config: DataConfig, cache_folder: Path) -> Path:
    """The folder that the user named, or that of downloads."""
    return Path(config.folder).expanduser() if config.folder else downloads_folder(cache_folder)


def _digits(config: DataConfig, cache_folder: Path, progress: Progress) -> Dataset:
    return digits.load(cache_folder, progress)


def _sprites(
    count: int | None, config: DataConfig, cache_folder: Path, progress: Progress
) -> Dataset:
    return sprites.load(count)


def _uci_digits(config: DataConfig, cache_folder: Path, progress: Progress) -> Dataset:
    return uci_digits.load()


def _standard(key: str, config: DataConfig, cache_folder: Path, progress: Progress) -> Dataset:
    folder = _folder(config, cache_folder)
    if key == "mnist" and (config.folder or idx.find_files(folder)):
        # People have MNIST's four files in all kinds of folders, not in torchvision's alone.
        return idx.load(folder, progress)
    return standard.load(key, folder, progress)


def _own(config: DataConfig, cache_folder: Path, progress: Progress) -> Dataset:
    if not config.folder:
        raise DataError(
            "No pictures were named: choose a folder, ZIP or array of your own, or take the "
            "built-in digits."
        )
    return own.load(Path(config.folder).expanduser(), config.pictures, progress).dataset


def _standard_source(wanted: standard.StandardSet) -> Source:
    shape = shape_text(wanted.image_shape)
    images = wanted.train_count + wanted.test_count
    return Source(
        key=wanted.key,
        title=wanted.title,
        sentence=f"{images:,} images, {shape}, {len(wanted.label_names)} classes. {wanted.source}",
        origin=Origin.STANDARD,
        licence=wanted.licence,
        load=partial(_standard, wanted.key),
        download_mb=wanted.download_mb,
    )


_OURS = "Drawn by this program; free to use."

SOURCES: tuple[Source, ...] = (
    Source(
        "digits",
        "Digits",
        "70,000 handwriting-like digits, 28×28 grey, with nine known factors of style.",
        Origin.BUILT_IN,
        _OURS,
        _digits,
    ),
    Source(
        "sprites",
        "Sprites",
        "60,000 of the squares, ellipses and hearts of all sprites, 64×64, chosen at random.",
        Origin.BUILT_IN,
        _OURS,
        partial(_sprites, sprites.TRAIN),
    ),
    Source(
        "sprites-full",
        "Sprites (all)",
        "All 737,280 squares, ellipses and hearts of the dSprites design, 64×64, six factors.",
        Origin.BUILT_IN,
        _OURS,
        partial(_sprites, None),
    ),
    Source(
        "uci-digits",
        "UCI digits",
        "1,797 real handwritten digits, 8×8 grey: small, and trained in seconds.",
        Origin.BUILT_IN,
        "Creative Commons Attribution 4.0.",
        _uci_digits,
    ),
    *(_standard_source(wanted) for wanted in standard.STANDARD),
    Source(
        "own",
        "Own pictures",
        "A folder or ZIP of images, a numpy array, or IDX files of your own.",
        Origin.OWN,
        "Your own.",
        _own,
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
    """The data set that a config names.

    Args:
        config: source, folder and what else it needs.
        cache_folder: where generated and downloaded sets are kept.
        progress: told how far it is; may cancel.

    Raises:
        DataError: the set is unknown, its files are missing or broken.
    """
    return source_of(config.source).load(config, cache_folder, progress)
