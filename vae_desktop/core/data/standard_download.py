"""Downloading the standard sets from where torchvision knows them to be.

Files arrive in a temporary folder inside the target, are checked there, and only then
moved into place: a set is there as a whole or, for all that asks, not at all.
"""

import shutil
import tarfile
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from vae_desktop.core.data.fetch import FetchError, Resource, fetch, writing
from vae_desktop.core.data.guarded_zip import GuardedZip
from vae_desktop.core.data.standard_sets import StandardSet, missing_files, standard_set
from vae_desktop.core.data.torchvision_door import torchvision_datasets
from vae_desktop.core.errors import DataError
from vae_desktop.core.progress import Progress, silent

_MEGABYTE = 10**6
_TOLERANCE = 1.25  # of the sizes in the table; a server that sends more is not believed
_STAGING = ".download-"
_FORGOTTEN = 24 * 3600.0  # seconds
_MEMBER_LIMIT = 2 * 2**30
_MNIST_CLASSES = {"mnist": "MNIST", "fashion-mnist": "FashionMNIST", "kmnist": "KMNIST"}


def download(key: str, folder: Path, progress: Progress = silent) -> None:
    """Downloads a standard set into a folder, unless it is there already.

    `progress` is called with every piece that arrives; while a server is silent, up to
    `fetch.TIMEOUT` seconds may pass between two calls.

    Raises:
        DataError: there is no network, no server has the right file, or the folder
            cannot be written. Nothing is left behind.
        Cancelled: through `progress`. Nothing is left behind.
    """
    wanted = standard_set(key)
    if not missing_files(wanted, folder):
        return
    progress(0.0, f"Looking for servers that have {wanted.title}")
    with _staging(folder) as staging:
        packed = _fetch_all(wanted, staging, progress)
        progress(1.0, f"Unpacking {wanted.title}")
        _put_in_place(wanted, _unpacked(wanted, packed, progress), folder)


def resources(key: str) -> tuple[Resource, ...]:
    """What has to be downloaded for a set, from torchvision's classes."""
    datasets = torchvision_datasets()
    if key in _MNIST_CLASSES:
        mnist = getattr(datasets, _MNIST_CLASSES[key])
        return tuple(
            Resource(tuple(f"{mirror}{name}" for mirror in mnist.mirrors), md5, name)
            for name, md5 in mnist.resources
        )
    if key == "qmnist":
        parts = datasets.QMNIST.resources
        return tuple(
            Resource((url,), md5, PurePosixPath(url).name)
            for url, md5 in (*parts["train"], *parts["test"])
        )
    if key in ("usps", "svhn"):
        splits: dict[str, Any] = getattr(datasets, key.upper()).split_list
        return tuple(_split_resource(splits[part]) for part in ("train", "test"))
    if key == "cifar10":
        cifar = datasets.CIFAR10
        return (Resource((cifar.url,), cifar.tgz_md5, cifar.filename),)
    return (Resource((datasets.EMNIST.url,), datasets.EMNIST.md5, "gzip.zip"),)


def _split_resource(entry: list[str]) -> Resource:
    url, name, md5 = entry
    return Resource((url,), md5, name)


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """A temporary folder inside a folder, gone afterwards whatever happens."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=folder))
    except OSError as error:
        raise DataError(
            f"{folder} cannot be written ({error.strerror or error}): choose another folder."
        ) from error
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Remove what a program that was killed while downloading has left."""
    for left in folder.glob(f"{_STAGING}*"):
        if time.time() - left.stat().st_mtime > _FORGOTTEN:  # another may be downloading now
            shutil.rmtree(left, ignore_errors=True)


def _fetch_all(wanted: StandardSet, staging: Path, progress: Progress) -> list[Path]:
    total = wanted.download_mb * _MEGABYTE
    limit = int(total * _TOLERANCE)
    before = 0
    paths = []
    for resource in resources(wanted.key):
        path = staging / resource.name
        try:
            fetch(resource, path, limit - before, _reporter(wanted, before, progress))
        except FetchError as error:
            raise DataError(
                f"{wanted.title} could not be downloaded ({error}): check the network and try "
                "again later, choose a folder that holds it, or take a built-in set."
            ) from error
        before += path.stat().st_size
        paths.append(path)
    return paths


def _reporter(wanted: StandardSet, before: int, progress: Progress) -> Callable[[int], None]:
    def report(received: int) -> None:
        megabytes = (before + received) / _MEGABYTE
        progress(
            min(1.0, megabytes / wanted.download_mb),
            f"Downloading {wanted.title}: {megabytes:.1f} of {wanted.download_mb} MB",
        )

    return report


def _unpacked(wanted: StandardSet, packed: Iterable[Path], progress: Progress) -> dict[str, Path]:
    """Files to be put in place, by their names in the layout."""
    files: dict[str, Path] = {}
    for path in packed:
        if path.suffix == ".zip":
            files |= _from_zip(path, progress)
        elif path.name.endswith(".tar.gz"):
            files |= _from_tar(wanted, path, progress)
        else:
            files[_place(wanted, path.name)] = path
    return files


def _place(wanted: StandardSet, name: str) -> str:
    """The folder of a set's files joined with a name."""
    return str(PurePosixPath(wanted.files[0]).parent / name)


def _from_zip(path: Path, progress: Progress) -> dict[str, Path]:
    """The files of all splits of EMNIST, which come in one ZIP; they stay packed by gzip."""
    files = {}
    with GuardedZip(path) as archive:
        for info in archive.files:
            name = PurePosixPath(info.filename).name
            if name.startswith("emnist-") and name.endswith("-ubyte.gz"):
                with archive.opened(info) as stream:
                    _copy(stream, path.parent / name, progress)
                files[f"EMNIST/raw/{name}"] = path.parent / name
    return files


def _from_tar(wanted: StandardSet, path: Path, progress: Progress) -> dict[str, Path]:
    """The files of a set in a packed tar; anything else in it is left alone."""
    files = {}
    try:
        with tarfile.open(path, "r:gz") as archive:
            for member in archive:
                if member.name in wanted.files and member.isfile():
                    target = path.parent / PurePosixPath(member.name).name
                    stream = archive.extractfile(member)
                    assert stream is not None  # it is a file
                    _copy(stream, target, progress)
                    files[member.name] = target
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path.name} is damaged: try again later.") from error
    return files


def _copy(stream: IO[bytes], target: Path, progress: Progress) -> None:
    copied = 0
    with writing(target) as write:
        while piece := stream.read(2**20):
            copied += len(piece)
            if copied > _MEMBER_LIMIT:
                raise DataError(f"{target.name} expands beyond all bounds.")
            write(piece)
            progress(1.0, f"Unpacking {target.name}")


def _put_in_place(wanted: StandardSet, files: dict[str, Path], folder: Path) -> None:
    missing = [name for name in wanted.files if not {name, f"{name}.gz"} & files.keys()]
    if missing:
        raise DataError(f"The download of {wanted.title} lacks {missing[0]}: try again later.")
    try:
        for name, path in files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
    except OSError as error:
        raise DataError(f"{folder} cannot be written: {error.strerror or error}.") from error
