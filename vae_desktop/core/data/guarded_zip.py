"""Reading ZIP files that may be broken or hostile: nothing is extracted to disk, and
what comes out is counted, whatever the headers say."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from lzma import LZMAError
from pathlib import Path
from types import TracebackType
from typing import IO

from vae_desktop.core.errors import DataError

MEMBER_LIMIT = 2**28
"""Bytes (256 MiB) that one picture in a ZIP may have."""
TOTAL_LIMIT = 8 * 2**30
"""Bytes (8 GiB) that may come out of one ZIP."""
MEMBER_COUNT_LIMIT = 1_000_000

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    LZMAError,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
    NotImplementedError,  # a packing method that Python does not know
    RuntimeError,  # a password is needed
)


class GuardedZip:
    """A ZIP file, open for reading.

    Raises:
        DataError: the file cannot be read or is no ZIP; from every method.
    """

    def __init__(self, path: Path, total_limit: int = TOTAL_LIMIT) -> None:
        self._path = path
        self._total_limit = total_limit
        self._total = 0
        self._sizes: dict[str, int] = {}  # by name: a member may be read more than once
        try:
            self._zip = zipfile.ZipFile(path)
        except _BROKEN as error:
            raise _unreadable(path, error) from error
        self.files = [info for info in self._zip.infolist() if not info.is_dir()]
        if len(self.files) > MEMBER_COUNT_LIMIT:
            self._zip.close()
            raise DataError(f"{path.name} holds more than {MEMBER_COUNT_LIMIT:,} files.")

    def __enter__(self) -> "GuardedZip":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    @contextmanager
    def opened(self, info: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
        """A stream of a member's bytes; what goes wrong while it is read is a DataError.

        The caller of this method limits what is read; `read` does so by itself.
        """
        try:
            with self._zip.open(info) as stream:
                yield stream
        except _BROKEN as error:
            raise _unreadable(Path(info.filename), error) from error

    def read(self, info: zipfile.ZipInfo, limit: int = MEMBER_LIMIT) -> bytes:
        """All bytes of a member.

        Raises:
            DataError: it is broken, or expands beyond `limit`; or all that was read so
                far expands beyond the limit of the whole file (`ZipBombError`).
        """
        with self.opened(info) as stream:
            data = stream.read(limit + 1)
        self._total += len(data) - self._sizes.get(info.filename, 0)
        self._sizes[info.filename] = len(data)
        if self._total > self._total_limit:
            raise ZipBombError(
                f"{self._path.name} expands to more than {size_text(self._total_limit)}: unpack "
                "it yourself if you trust it, and choose the folder."
            )
        if len(data) > limit:
            raise DataError(f"{info.filename} expands to more than {size_text(limit)}.")
        return data


class ZipBombError(DataError):
    """A ZIP as a whole expands beyond its limit: there is no sense in going on."""


def size_text(count: int) -> str:
    """A number of bytes for a reader: '256 MiB'."""
    for unit, size in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if count >= size:
            return f"{count / size:.4g} {unit}"
    return f"{count} bytes"


def _unreadable(path: Path, error: BaseException) -> DataError:
    if isinstance(error, RuntimeError) and "password" in str(error):
        return DataError(f"{path.name} is locked with a password: save it without one.")
    if isinstance(error, NotImplementedError):
        return DataError(f"{path.name} is packed by a method that cannot be read: pack it anew.")
    if isinstance(error, OSError) and error.strerror:
        return DataError(f"{path.name} cannot be read: {error.strerror}.")
    return DataError(f"{path.name} is damaged or not complete (ZIP): get or pack it again.")
