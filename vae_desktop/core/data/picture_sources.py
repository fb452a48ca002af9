"""Where pictures lie: a folder or a ZIP. Lists them with their labels, and opens them."""

import io
import os
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from vae_desktop.core.data.guarded_zip import MEMBER_COUNT_LIMIT, GuardedZip
from vae_desktop.core.data.import_options import Skipped, natural_key, printable
from vae_desktop.core.errors import DataError
from vae_desktop.core.progress import Progress

DEPTH_LIMIT = 32
"""Folders inside folders; deeper ones are skipped."""

_SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".bmp", ".dib"),
    *(".tif", ".tiff", ".webp", ".ppm", ".pgm", ".pbm", ".pnm"),
)
_TRAIN_FOLDERS = frozenset({"train", "training"})
_TEST_FOLDERS = frozenset({"test", "testing", "val", "valid", "validation"})
_NO_FOLDER = "(no folder)"
_CLUTTER = frozenset({"__macosx", "thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class Entry:
    """A file that should be a picture.

    Attributes:
        name: its path inside the source, with "/".
        label: the sub-folder that names its class; None where nothing does.
        is_test: whether the source itself sets it apart for testing.
    """

    name: str
    label: str | None = None
    is_test: bool = False


class PictureSource(ABC):
    """A folder or ZIP of pictures, open for reading.

    Attributes:
        entries: the files, in natural order of their names.
        skipped: what was seen and left out.
        has_test: whether the source sets a test part apart.
    """

    entries: tuple[Entry, ...]
    skipped: tuple[Skipped, ...]

    @property
    def has_test(self) -> bool:
        return any(entry.is_test for entry in self.entries)

    @abstractmethod
    def open(self, entry: Entry) -> IO[bytes]:
        """The bytes of a picture; OSError or DataError if they cannot be had."""


@contextmanager
def open_source(path: Path, progress: Progress) -> Iterator[PictureSource]:
    """The source at a path: a folder, or else a ZIP.

    Raises:
        DataError: it cannot be listed.
        Cancelled: through `progress`.
    """
    if path.is_dir():
        yield _FolderSource(path, progress)
        return
    with GuardedZip(path) as archive:
        yield _ZipSource(archive)


def is_picture_name(name: str) -> bool:
    """Whether a file name ends as those of pictures do."""
    return PurePosixPath(name).suffix.lower() in _SUFFIXES


class _FolderSource(PictureSource):
    def __init__(self, root: Path, progress: Progress) -> None:
        self._root = root
        names, self.skipped = _walk(root, progress)
        self.entries = _labelled(names)

    def open(self, entry: Entry) -> IO[bytes]:
        return (self._root / entry.name).open("rb")


class _ZipSource(PictureSource):
    def __init__(self, archive: GuardedZip) -> None:
        self._archive = archive
        skipped: list[Skipped] = []
        self._infos: dict[str, zipfile.ZipInfo] = {}
        for info in archive.files:
            reason = _refusal(info.filename)
            if reason is None:
                self._infos[info.filename] = info
            elif reason:
                skipped.append(Skipped(info.filename, reason))
        self.skipped = tuple(skipped)
        self.entries = _labelled(self._infos)

    def open(self, entry: Entry) -> IO[bytes]:
        return io.BytesIO(self._archive.read(self._infos[entry.name]))


def _refusal(name: str) -> str | None:
    """Why a member of a ZIP is left out: a sentence, "" for clutter, None if it is not."""
    pieces = name.replace("\\", "/").split("/")
    if pieces[0] == "" or ".." in pieces or ":" in pieces[0]:
        return "Its name leads out of the ZIP, which no honest file does."
    if any(_is_clutter(piece) for piece in pieces):
        return ""
    if len(pieces) > DEPTH_LIMIT + 1:
        return f"It lies deeper than {DEPTH_LIMIT} folders."
    return None if is_picture_name(name) else "It is not a picture."


def _is_clutter(name: str) -> bool:
    return name.startswith(".") or name.casefold() in _CLUTTER


def _walk(root: Path, progress: Progress) -> tuple[list[str], tuple[Skipped, ...]]:
    """Names of the pictures below a folder, relative to it, and what was left out.

    Links to folders are not followed, so that no loop of links can catch the walk.
    """
    names: list[str] = []
    skipped: list[Skipped] = []
    waiting = [PurePosixPath()]
    while waiting:
        folder = waiting.pop()
        progress(0.0, f"Looking for pictures: {len(names):,} found")
        for item in _listing(root, folder, skipped):
            name = folder / item.name
            if item.is_dir(follow_symlinks=False) and len(name.parts) <= DEPTH_LIMIT:
                waiting.append(name)
            elif (reason := _file_refusal(item)) is None:
                names.append(str(name))
            else:
                skipped.append(Skipped(str(name), reason))
        if len(names) > MEMBER_COUNT_LIMIT:
            raise DataError(f"{root} holds more than {MEMBER_COUNT_LIMIT:,} pictures.")
    return names, tuple(skipped)


def _listing(root: Path, folder: PurePosixPath, skipped: list[Skipped]) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(root / folder) as items:
            return [item for item in items if not _is_clutter(item.name)]
    except OSError as error:
        why = error.strerror or str(error)
        if not folder.parts:
            raise DataError(f"The folder {root} cannot be read: {why}.") from error
        skipped.append(Skipped(str(folder), f"The folder cannot be read: {why}."))
        return []


def _file_refusal(item: os.DirEntry[str]) -> str | None:
    """Why something in a folder is left out, a sentence; None for a picture to be read."""
    try:
        if item.is_dir():
            return _folder_refusal(item)
        if not is_picture_name(item.name):
            return "It is not a picture."
        return None if item.is_file() else "It is not a file, or a link that leads nowhere."
    except OSError as error:  # links that lead to each other, for example
        return f"It cannot be read: {error.strerror or error}."


def _folder_refusal(item: os.DirEntry[str]) -> str:
    if item.is_symlink():
        return "It is a link to a folder; links are not followed."
    return f"It lies deeper than {DEPTH_LIMIT} folders."


def _labelled(names: Iterable[str]) -> tuple[Entry, ...]:
    """Entries in natural order, with what their folders say."""
    ordered = sorted(names, key=natural_key)
    folders = [PurePosixPath(name).parts[:-1] for name in ordered]
    depth = _common_depth(folders)
    folders = [parts[depth:] for parts in folders]
    tops = {parts[0].casefold() if parts else "" for parts in folders}
    split = bool(tops & _TRAIN_FOLDERS and tops & _TEST_FOLDERS) and (
        tops <= _TRAIN_FOLDERS | _TEST_FOLDERS
    )
    labels = [parts[split : split + 1] for parts in folders]
    any_label = any(labels)
    return tuple(
        Entry(
            name,
            label=printable(label[0] if label else _NO_FOLDER) if any_label else None,
            is_test=split and parts[0].casefold() in _TEST_FOLDERS,
        )
        for name, parts, label in zip(ordered, folders, labels, strict=True)
    )


def _common_depth(folders: list[tuple[str, ...]]) -> int:
    """How many leading folders all pictures share: they tell nothing apart."""
    if not folders:
        return 0
    first, last = min(folders), max(folders)
    pairs = zip(first, last, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(first), len(last)))
