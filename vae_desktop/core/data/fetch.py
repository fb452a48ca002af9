"""Downloading one file over HTTP: with progress, cancel, time limit and checksum."""

import hashlib
import http.client
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from vae_desktop.core.errors import DataError

TIMEOUT = 10.0
"""Seconds without a byte after which a server counts as dead; a cancel waits no longer."""

_CHUNK = 2**16


@dataclass(frozen=True)
class Resource:
    """A file to be downloaded.

    Attributes:
        urls: its addresses, in the order in which they are tried.
        md5: its checksum, hexadecimal.
        name: its name on disk.
    """

    urls: tuple[str, ...]
    md5: str
    name: str


class FetchError(DataError):
    """No address gave the file; the text says why, for the last one tried."""


def fetch(
    resource: Resource, target: Path, byte_limit: int, on_bytes: Callable[[int], None]
) -> None:
    """Downloads a file to a path, which may be left half written if this raises.

    Args:
        resource: what to download.
        target: where to.
        byte_limit: a server that sends more is not believed.
        on_bytes: called with the number of bytes received so far; what it raises passes.

    Raises:
        FetchError: no address gave the file with the right checksum.
        DataError: it cannot be written to disk.
    """
    reason = "no address is known"
    for url in resource.urls:
        try:
            if _stream(url, target, byte_limit, on_bytes) == resource.md5:
                return
            reason = "what arrived is not the published file (its checksum differs)"
        except urllib.error.HTTPError as error:
            reason = f"the server answered {error.code}"
            error.close()
        except (OSError, http.client.HTTPException) as error:
            reason = _reason(error)
    raise FetchError(f"{resource.name}: {reason}")


def _reason(error: Exception) -> str:
    """Why an address gave nothing, for a reader."""
    cause = getattr(error, "reason", error)
    if isinstance(cause, socket.gaierror):
        return "there is no network, or its address is not known"
    return getattr(cause, "strerror", None) or str(cause) or type(cause).__name__


def _stream(url: str, target: Path, byte_limit: int, on_bytes: Callable[[int], None]) -> str:
    """Writes what an address gives to a file and returns its MD5, hexadecimal."""
    digest = hashlib.md5(usedforsecurity=False)  # the checksum that the publishers give
    received = 0
    with writing(target) as write:
        for piece in _pieces(url):
            received += len(piece)
            if received > byte_limit:
                raise http.client.HTTPException("the server sent far more than it should")
            digest.update(piece)
            write(piece)
            on_bytes(received)
    return digest.hexdigest()


def _pieces(url: str) -> Iterator[bytes]:
    request = urllib.request.Request(url, headers={"User-Agent": "vae-desktop"})
    with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
        while piece := response.read1(_CHUNK):
            yield piece
        if response.length:  # bytes that were announced and did not come
            raise http.client.HTTPException("the connection broke off")


@contextmanager
def writing(target: Path) -> Iterator[Callable[[bytes], object]]:
    """A new file, given as what writes a piece to it.

    Raises:
        DataError: it cannot be written, to the last byte; other errors pass as they are.
    """
    with _on_disk(target):
        out = target.open("wb")

    def write(piece: bytes) -> None:
        with _on_disk(target):
            out.write(piece)

    try:
        yield write
    finally:
        with _on_disk(target):  # closing writes what is left
            out.close()


@contextmanager
def _on_disk(target: Path) -> Iterator[None]:
    """Tells errors of the disk from those of the network, which are OSErrors too."""
    try:
        yield
    except OSError as error:
        raise DataError(f"{target} cannot be written: {error.strerror or error}.") from error
