"""Pictures in numpy files: .npy (one array) and .npz (a ZIP of named arrays).

No object array is ever read: that would need pickle, and pickle runs code.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipInfo

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.data.dataset import Part
from vae_desktop.core.data.guarded_zip import GuardedZip
from vae_desktop.core.data.import_options import Bundle, natural_key
from vae_desktop.core.data.npy import ArrayHeader, read_header, read_values
from vae_desktop.core.data.progress_span import shares, span
from vae_desktop.core.data.value_range import ValueRange, find_range
from vae_desktop.core.errors import DataError
from vae_desktop.core.progress import Progress, silent

CLASS_LIMIT = 1000
"""Labels with more different values are taken for measurements, and left out."""

_CHUNK = 2**22  # values that are converted at a time
_IMAGES = ("images", "x", "data", "imgs", "image", "pictures", "arr_0")
_LABELS = ("labels", "y", "label", "targets", "target", "classes", "arr_1")
_TRAIN_IMAGES = ("x_train", "train_x", "train_images", "images_train", "train")
_TRAIN_LABELS = ("y_train", "train_y", "train_labels", "labels_train")
_TEST_IMAGES = ("x_test", "test_x", "test_images", "images_test", "test")
_TEST_LABELS = ("y_test", "test_y", "test_labels", "labels_test")

Array = NDArray[np.generic]


@dataclass(frozen=True)
class _Roles:
    """The names of the arrays in a file by what they are."""

    train: str
    train_labels: str | None
    test: str | None
    test_labels: str | None

    def names(self) -> list[str]:
        every = (self.train, self.train_labels, self.test, self.test_labels)
        return [name for name in every if name is not None]


def read_npy(path: Path, progress: Progress = silent) -> Bundle:
    """The pictures in a .npy file, without labels.

    Raises:
        DataError: the file is damaged, or its array does not hold pictures.
        Cancelled: through `progress`.
    """
    try:
        with path.open("rb") as stream:
            header = read_header(stream, path.name)
            values = read_values(stream, header, path.name, span(progress, 0.0, 0.5))
    except OSError as error:
        raise DataError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    return from_array(path.name, values, span(progress, 0.5, 1.0))


def from_array(name: str, array: Array, progress: Progress = silent) -> Bundle:
    """The pictures in one array (N, H, W), (N, H, W, C) or (N, C, H, W), without labels.

    Raises:
        DataError: it does not hold pictures; its sentence begins with `name`.
    """
    return _bundle({name: array}, _Roles(name, None, None, None), progress)


def read_npz(path: Path, progress: Progress = silent) -> Bundle:
    """The pictures in a .npz file; labels and a test part where it has them.

    Arrays are told apart by their names: `images`, `x`, `data`, ... and `labels`, `y`, ...;
    or `x_train`, `y_train`, `x_test`, `y_test` and the like; letter case does not matter.

    Raises:
        DataError: the file is damaged, or no array in it holds pictures.
        Cancelled: through `progress`.
    """
    with GuardedZip(path) as archive:
        members = {
            info.filename.removesuffix(".npy"): info
            for info in archive.files
            if info.filename.endswith(".npy")
        }
        with _named(path):
            roles = _roles(_headers(archive, members))
            arrays = _values(archive, members, roles.names(), span(progress, 0.0, 0.5))
    with _named(path):
        return _bundle(arrays, roles, span(progress, 0.5, 1.0))


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Puts the file's name before what is wrong with an array in it."""
    try:
        yield
    except DataError as error:
        raise DataError(f"{path.name}: {error}") from error


def _headers(archive: GuardedZip, members: Mapping[str, ZipInfo]) -> dict[str, ArrayHeader]:
    headers = {}
    for name, info in members.items():
        with archive.opened(info) as stream:
            headers[name] = read_header(stream, name)
    return headers


def _values(
    archive: GuardedZip, members: Mapping[str, ZipInfo], names: list[str], progress: Progress
) -> dict[str, Array]:
    arrays = {}
    for name, inner in zip(names, shares(progress, len(names)), strict=True):
        with archive.opened(members[name]) as stream:
            arrays[name] = read_values(stream, read_header(stream, name), name, inner)
    return arrays


def _roles(headers: Mapping[str, ArrayHeader]) -> _Roles:
    by_key = {name.casefold(): name for name in headers}

    def first(keys: tuple[str, ...]) -> str | None:
        return next((by_key[key] for key in keys if key in by_key), None)

    train = first(_TRAIN_IMAGES)
    if train is not None:
        test = first(_TEST_IMAGES)
        return _Roles(train, first(_TRAIN_LABELS), test, first(_TEST_LABELS) if test else None)
    images = first(_IMAGES) or _only_picture_array(headers)
    return _Roles(images, first(_LABELS), None, None)


def _only_picture_array(headers: Mapping[str, ArrayHeader]) -> str:
    candidates = [name for name, header in headers.items() if len(header.shape) in (3, 4)]
    if len(candidates) == 1:
        return candidates[0]
    found = ", ".join(f"{name} {header.shape}" for name, header in list(headers.items())[:10])
    raise DataError(
        f"there is no array named 'images' (or 'x', 'data', 'x_train'), but "
        f"{found or 'no arrays at all'}. Name the array of pictures 'images'."
    )


def _bundle(arrays: Mapping[str, Array], roles: _Roles, progress: Progress) -> Bundle:
    pairs = [(roles.train, roles.train_labels)]
    if roles.test is not None:
        pairs.append((roles.test, roles.test_labels))
    pictures = [_channels_first(name, arrays[name]) for name, _ in pairs]
    given = [
        None if name is None else _flat_labels(name, arrays[name], len(images))
        for (_, name), images in zip(pairs, pictures, strict=True)
    ]
    labels, label_names, label_note = _classes(given)
    value_range = find_range(pictures, roles.train)
    parts = [
        Part(_grey_levels(images, value_range, inner), part_labels)
        for images, part_labels, inner in zip(
            pictures, labels, shares(progress, len(pictures)), strict=True
        )
    ]
    notes = tuple(note for note in (value_range.note, label_note) if note)
    return Bundle(parts[0], parts[1] if len(parts) > 1 else None, label_names, notes)


def _channels_first(name: str, array: Array) -> Array:
    """A view of shape (N, C, H, W), C = 1, 3 or 4 (with alpha)."""
    shape = array.shape
    if 0 in shape:
        raise DataError(f"{name} has the shape {shape}: there is no picture in it.")
    if array.ndim == 3 and shape[2] not in (3, 4):
        return array[:, np.newaxis]
    if array.ndim == 4 and shape[3] in (1, 3, 4):
        return array.transpose(0, 3, 1, 2)
    if array.ndim == 4 and shape[1] in (1, 3, 4):
        return array
    if array.ndim == 2 or (array.ndim == 3 and shape[2] in (3, 4)):
        hint = "it may be one picture or flattened ones"
    else:
        hint = "that is not a shape of pictures"
    raise DataError(
        f"{name} has the shape {shape}, and {hint}: give it the shape (N, H, W), (N, H, W, C) "
        "or (N, C, H, W), with C = 1, 3 or 4."
    )


def _grey_levels(array: Array, value_range: ValueRange, progress: Progress) -> NDArray[np.uint8]:
    """uint8 (N, 1 or 3, H, W), converted piece by piece to spare memory."""
    if array.dtype == np.uint8 and value_range.white == 255 and array.shape[1] != 4:
        return array.view(np.uint8)
    count, channels, height, width = array.shape
    result = np.empty((count, min(channels, 3), height, width), np.uint8)
    step = max(1, _CHUNK // (channels * height * width))
    for start in range(0, count, step):
        progress(start / count, f"Converting image {start:,} of {count:,}")
        piece = value_range.to_bytes(array[start : start + step])
        result[start : start + step] = _on_black(piece) if channels == 4 else piece
    return result


def _on_black(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(N, 4, H, W) with alpha -> (N, 3, H, W) on black."""
    return ((rgba[:, :3].astype(np.uint16) * rgba[:, 3:] + 127) // 255).astype(np.uint8)


def _flat_labels(name: str, array: Array, count: int) -> Array:
    """Labels of shape (N,) or (N, 1) as (N,)."""
    if array.shape not in ((count,), (count, 1)):
        raise DataError(
            f"{name} has the shape {array.shape}, but there are {count:,} pictures: labels "
            f"must have the shape ({count},)."
        )
    if array.dtype.kind == "f" and not _are_whole(array):
        raise DataError(f"{name} holds fractions or NaN: labels must be whole numbers or words.")
    return array.reshape(count)


def _are_whole(values: Array) -> bool:
    exact = values.astype(np.float64)
    return bool((np.abs(exact) < 2**53).all() and (exact == np.rint(exact)).all())


def _classes(
    parts: list[Array | None],
) -> tuple[list[NDArray[np.int64] | None], tuple[str, ...], str]:
    """Indices per part, the names of the classes, and a note.

    Without labels for every part there are none.
    """
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        note = "Labels were left out, because one part has none." if known else ""
        return [None] * len(parts), (), note
    words = [_words(part) for part in known]
    names = sorted({word for part in words for word in set(part)}, key=natural_key)
    if len(names) > CLASS_LIMIT:
        note = f"Labels were left out: {len(names):,} different values are no classes."
        return [None] * len(parts), (), note
    index = {name: number for number, name in enumerate(names)}
    indices = [np.array([index[word] for word in part], np.int64) for part in words]
    return list(indices), tuple(names), ""


def _words(labels: Array) -> list[str]:
    """Labels as names: '3' for 3 and 3.0, the word itself for a word."""
    if labels.dtype.kind == "f":
        labels = labels.astype(np.int64)
    if labels.dtype.kind == "S":
        return [word.decode("utf-8", "replace") for word in labels.tolist()]
    return [str(word) for word in labels.tolist()]
