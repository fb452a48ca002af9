"""The user's own pictures: a folder, a ZIP, numpy arrays or IDX files.

Two stages for the import dialog: `scan` tells what is there and `preview` shows it as the
model will see it; then `load` reads all of it with the same code.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.data import arrays, idx, npy, picture_import
from vae_desktop.core.data.dataset import Dataset, Part, fingerprint_of
from vae_desktop.core.data.fitting import Plan, Size, fitted
from vae_desktop.core.data.guarded_zip import GuardedZip
from vae_desktop.core.data.import_options import Bundle, Colour, Fit, ImportOptions, Skipped
from vae_desktop.core.data.picture_sources import is_picture_name
from vae_desktop.core.data.progress_span import shares, span
from vae_desktop.core.data.scan_result import (
    SAMPLE_COUNT,
    Scan,
    check_count,
    evenly_spaced,
    plan_for,
    preview,
)
from vae_desktop.core.data.splitting import split
from vae_desktop.core.errors import DataError
from vae_desktop.core.progress import Progress, silent

__all__ = [
    "Colour",
    "Fit",
    "ImportOptions",
    "Imported",
    "Kind",
    "Scan",
    "Skipped",
    "load",
    "preview",
    "recognise",
    "scan",
]

_GZIP_MAGIC = b"\x1f\x8b"
_IDX_START = re.compile(rb"\0\0[\x08-\x0e][\x01-\x08]", re.DOTALL)


class Kind(Enum):
    """What a path can be; the value is its name for a reader."""

    PICTURES = "pictures in a folder or ZIP"
    NPY = "numpy array"
    NPZ = "numpy arrays"
    IDX_FILE = "IDX file"
    IDX_FOLDER = "folder of IDX files"


@dataclass(frozen=True)
class Imported:
    """The data set that was made of the user's pictures, what was changed, what left out."""

    dataset: Dataset
    notes: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()


def recognise(path: Path) -> Kind:
    """What a path is, by its content, not its name.

    Raises:
        DataError: it is not there, cannot be read, or is nothing that can be imported.
    """
    try:
        if path.is_dir():
            return Kind.IDX_FOLDER if idx.find_files(path) else Kind.PICTURES
        if path.exists() and not path.is_file():  # a pipe would be waited for without end
            raise DataError(f"{path} is neither a file nor a folder: choose one of the two.")
        with path.open("rb") as stream:
            start = stream.read(8)
    except (FileNotFoundError, ValueError) as error:  # no file can have a name with a zero byte
        raise DataError(f"{path} is not there: choose another file or folder.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error
    if start.startswith(b"PK"):
        return _kind_of_zip(path)
    if start.startswith(npy.MAGIC):
        return Kind.NPY
    if start.startswith(_GZIP_MAGIC) or _IDX_START.match(start):
        return Kind.IDX_FILE
    raise _unknown(path)


def scan(path: Path, progress: Progress = silent) -> Scan:
    """A first look at a file or folder.

    Raises:
        DataError: it cannot be read, or holds fewer than two pictures.
        Cancelled: through `progress`.
    """
    kind = recognise(path)
    with _within_memory(path):
        if kind is Kind.PICTURES:
            return picture_import.scan(path, progress)
        return _scan_of(path, kind, _read_bundle(path, kind, progress))


def load(path: Path, options: ImportOptions, progress: Progress = silent) -> Imported:
    """The pictures of a file or folder as a data set named "own".

    Raises:
        DataError: it cannot be read, holds fewer than two pictures, or the result would
            not fit into memory.
        Cancelled: through `progress`.
    """
    kind = recognise(path)
    skipped: tuple[Skipped, ...] = ()
    with _within_memory(path):
        if kind is Kind.PICTURES:
            bundle, skipped = picture_import.read(path, options, progress)
        else:
            raw = _read_bundle(path, kind, span(progress, 0.0, 0.5))
            plan = plan_for(_scan_of(path, kind, raw), options)
            bundle = _fitted_bundle(raw, plan, span(progress, 0.5, 1.0))
        dataset = _dataset(path, _divided(bundle, options))
    progress(1.0, "Reading done")
    return Imported(dataset, bundle.notes, skipped)


@contextmanager
def _within_memory(path: Path) -> Iterator[None]:
    try:
        yield
    except MemoryError as error:
        raise DataError(
            f"{path.name} needs more memory than there is: choose a smaller size or fewer pictures."
        ) from error


def _kind_of_zip(path: Path) -> Kind:
    with GuardedZip(path) as archive:
        names = [info.filename for info in archive.files]
    has_arrays = any(name.endswith(".npy") for name in names)
    return Kind.NPZ if has_arrays and not any(map(is_picture_name, names)) else Kind.PICTURES


def _unknown(path: Path) -> DataError:
    if is_picture_name(path.name):
        return DataError(
            f"{path.name} is a single file, but at least two pictures are needed: choose the "
            "folder that holds your pictures."
        )
    if path.suffix.lower() in (".zip", ".npz", ".npy"):
        return DataError(
            f"{path.name} is no {path.suffix[1:].upper()} file, whatever its name says, or it "
            "is damaged: save or pack it again."
        )
    return DataError(
        f"{path.name} is not of a kind that can be opened: choose a folder or ZIP of pictures, "
        "a .npy or .npz file, or IDX files."
    )


def _read_bundle(path: Path, kind: Kind, progress: Progress) -> Bundle:
    if kind is Kind.NPY:
        return arrays.read_npy(path, progress)
    if kind is Kind.NPZ:
        return arrays.read_npz(path, progress)
    if kind is Kind.IDX_FILE:
        values = idx.read_idx(path, span(progress, 0.0, 0.5))
        return arrays.from_array(path.name, values, span(progress, 0.5, 1.0))
    found = idx.load(path, progress)
    return Bundle(found.train, found.test, found.label_names)


def _parts(bundle: Bundle) -> tuple[Part, ...]:
    return (bundle.train,) if bundle.test is None else (bundle.train, bundle.test)


def _scan_of(path: Path, kind: Kind, bundle: Bundle) -> Scan:
    parts = _parts(bundle)
    count = sum(map(len, parts))
    check_count(path.name, count)
    labels = Counter(
        bundle.label_names[label]
        for part in parts
        if part.labels is not None
        for label in part.labels.tolist()
    )
    sizes: Counter[Size] = Counter()
    for part in parts:
        height, width = part.images.shape[2:]
        sizes[width, height] += len(part)
    return Scan(
        path=path,
        kind=kind.value,
        count=count,
        class_counts=tuple((name, labels[name]) for name in bundle.label_names),
        sizes=tuple(sizes.most_common()),
        sample=tuple(_sample(bundle.train)),
        has_test=bundle.test is not None,
        notes=bundle.notes,
    )


def _sample(part: Part) -> NDArray[np.uint8]:
    rows = list(evenly_spaced(len(part)))[:SAMPLE_COUNT]
    return part.images[np.array(rows, np.int64)]


def _fitted_bundle(bundle: Bundle, plan: Plan, progress: Progress) -> Bundle:
    parts = _parts(bundle)
    fitted_parts = [
        _fitted_part(part, plan, inner)
        for part, inner in zip(parts, shares(progress, len(parts)), strict=True)
    ]
    test = fitted_parts[1] if len(parts) > 1 else None
    return Bundle(fitted_parts[0], test, bundle.label_names, bundle.notes)


def _fitted_part(part: Part, plan: Plan, progress: Progress) -> Part:
    if part.images.shape[1:] == plan.shape and not plan.invert:
        return part
    images = np.empty((len(part), *plan.shape), np.uint8)
    for number, picture in enumerate(part.images[:]):
        progress(number / len(part), f"Fitting picture {number:,} of {len(part):,}")
        images[number] = fitted(picture, plan)
    return Part(images, part.labels)


def _divided(bundle: Bundle, options: ImportOptions) -> Bundle:
    """The bundle with a test part, taken from the training part where it has none."""
    if bundle.test is not None:
        return bundle
    everything = bundle.train
    train, test = split(everything.labels, len(everything), options.test_share, options.seed)
    return Bundle(_rows(everything, train), _rows(everything, test), bundle.label_names)


def _rows(part: Part, rows: NDArray[np.int64]) -> Part:
    return Part(part.images[rows], None if part.labels is None else part.labels[rows])


def _dataset(path: Path, bundle: Bundle) -> Dataset:
    assert bundle.test is not None  # see _divided
    title = path.absolute().name or str(path)
    count = len(bundle.train) + len(bundle.test)
    return Dataset(
        name="own",
        title=title,
        train=bundle.train,
        test=bundle.test,
        label_names=bundle.label_names,
        source=f"Own pictures: {count:,} from “{title}”.",
        licence="Not known to this program: they are your own pictures.",
        fingerprint=fingerprint_of(bundle.train, bundle.test, extra="/".join(bundle.label_names)),
    )
