"""The standard sets of the field: whether they are at hand, loading, downloading.

Reading uses no torchvision and runs nothing that a file holds.
"""

from pathlib import Path

import numpy as np

from vae_desktop.core.data import standard_readers as readers
from vae_desktop.core.data.dataset import Dataset, Part, fingerprint_of, shape_text
from vae_desktop.core.data.standard_download import download
from vae_desktop.core.data.standard_sets import (
    STANDARD,
    StandardSet,
    home_of,
    missing_files,
    standard_set,
)
from vae_desktop.core.errors import DataError
from vae_desktop.core.progress import Progress, silent

__all__ = ["STANDARD", "StandardSet", "download", "is_present", "load", "standard_set"]


def is_present(key: str, folder: Path) -> bool:
    """Whether all files of a set are in a folder. Looks at names only."""
    wanted = standard_set(key)
    return not missing_files(wanted, home_of(wanted, folder))


def load(key: str, folder: Path, progress: Progress = silent) -> Dataset:
    """A set from the files in a folder; nothing is downloaded.

    Raises:
        DataError: a file is missing or damaged.
        Cancelled: through `progress`.
    """
    wanted = standard_set(key)
    home = home_of(wanted, folder)
    missing = missing_files(wanted, home)
    if missing:
        raise DataError(
            f"{folder} does not hold {wanted.title}: {missing[0]} is missing. Choose another "
            "folder, let it be downloaded, or take a built-in set."
        )
    paths = [path for name in wanted.files if (path := readers.find(home, name)) is not None]
    train, test = wanted.read(paths, progress)
    for part in (train, test):
        _check(wanted, part)
    progress(1.0, "Reading done")
    return Dataset(
        name=wanted.key,
        title=wanted.title,
        train=train,
        test=test,
        label_names=wanted.label_names,
        source=wanted.source,
        licence=wanted.licence,
        fingerprint=fingerprint_of(train, test),
    )


def _check(wanted: StandardSet, part: Part) -> None:
    if part.images.shape[1:] != wanted.image_shape:
        raise DataError(
            f"The files of {wanted.title} hold images of {shape_text(part.images.shape)}, not "
            f"{shape_text(wanted.image_shape)}: they belong to another set."
        )
    assert part.labels is not None  # every reader gives labels
    if not np.isin(part.labels, np.arange(len(wanted.label_names))).all():
        raise DataError(
            f"The files of {wanted.title} have labels beyond its {len(wanted.label_names)} "
            "classes: they are damaged or belong to another set."
        )
