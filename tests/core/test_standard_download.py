"""Downloading the standard sets from a server of our own: good, lying, dying and absent."""

import contextlib
import gzip
import hashlib
import io
import os
import socket
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from tests.core.standard_files import (
    MNIST_FILES,
    USPS_SEED,
    cifar_files,
    idx,
    pixels,
)
from vae_desktop.core.data import standard
from vae_desktop.core.data.fetch import FetchError, Resource, fetch
from vae_desktop.core.data.standard import STANDARD
from vae_desktop.core.data.torchvision_door import torchvision_datasets
from vae_desktop.core.errors import Cancelled, DataError


class Mirror:
    """A server on this machine.

    Attributes:
        files: what it has, by name.
        cut: names after whose first half it hangs up.
        asked: the names it was asked for.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.cut: set[str] = set()
        self.asked: list[str] = []
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                mirror.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        name = request.path.lstrip("/")
        self.asked.append(name)
        data = self.files.get(name)
        if data is None:
            request.send_error(404)
            return
        request.send_response(200)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        with contextlib.suppress(ConnectionError):  # the other side may have cancelled
            request.wfile.write(data[: len(data) // 2] if name in self.cut else data)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = Mirror()
    yield server
    server.close()


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


@pytest.fixture
def mnist(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> Mirror:
    """A mirror of a small MNIST that torchvision's class names."""
    mirror.files = {f"{name}.gz": gzip.compress(data) for name, data in MNIST_FILES.items()}
    known = torchvision_datasets().MNIST
    monkeypatch.setattr(known, "mirrors", [mirror.url])
    resources = [(name, md5(data)) for name, data in mirror.files.items()]
    monkeypatch.setattr(known, "resources", resources)
    return mirror


def left_in(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_download_and_load(mnist: Mirror, tmp_path: Path) -> None:
    told: list[tuple[float, str]] = []
    target = tmp_path / "new" / "folder"
    standard.download("mnist", target, lambda share, sentence: told.append((share, sentence)))
    assert len(standard.load("mnist", target).train) == 5
    assert left_in(target) == sorted(f"MNIST/raw/{name}.gz" for name in MNIST_FILES)
    assert [path.name for path in target.iterdir()] == ["MNIST"]
    assert all(0 <= share <= 1 for share, _ in told)
    assert any("of 11.6 MB" in sentence for _, sentence in told)
    asked = len(mnist.asked)
    standard.download("mnist", target)  # it is there: nothing is asked for again
    assert len(mnist.asked) == asked


def test_second_mirror_is_tried(
    mnist: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirrors = [f"{mnist.url}nothing/here/", mnist.url]
    monkeypatch.setattr(torchvision_datasets().MNIST, "mirrors", mirrors)
    standard.download("mnist", tmp_path)
    assert standard.is_present("mnist", tmp_path)


def test_wrong_checksum(mnist: Mirror, tmp_path: Path) -> None:
    mnist.files["t10k-labels-idx1-ubyte.gz"] += b"x"
    with pytest.raises(DataError, match="checksum"):
        standard.download("mnist", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_server_that_dies_half_way(mnist: Mirror, tmp_path: Path) -> None:
    mnist.cut.add("t10k-images-idx3-ubyte.gz")
    with pytest.raises(DataError, match="broke off"):
        standard.download("mnist", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_server_that_lacks_a_file(mnist: Mirror, tmp_path: Path) -> None:
    del mnist.files["train-labels-idx1-ubyte.gz"]
    with pytest.raises(DataError, match="404"):
        standard.download("mnist", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_server_that_sends_too_much(mnist: Mirror, tmp_path: Path) -> None:
    mnist.files["train-images-idx3-ubyte.gz"] = bytes(16_000_000)
    with pytest.raises(DataError, match="far more"):
        standard.download("mnist", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_cancelled_download(mnist: Mirror, tmp_path: Path) -> None:
    def progress(share: float, sentence: str) -> None:
        if "Downloading" in sentence and len(mnist.asked) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        standard.download("mnist", tmp_path, progress)
    assert list(tmp_path.iterdir()) == []


def test_no_network(mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    dead = [f"http://127.0.0.1:{port}/"]
    monkeypatch.setattr(torchvision_datasets().MNIST, "mirrors", dead)
    with pytest.raises(DataError, match=r"network.*choose a folder.*built-in"):
        standard.download("mnist", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk here that is always full")
@pytest.mark.parametrize("size", [10, 10**6])
def test_a_full_disk_is_not_taken_for_a_dead_network(mirror: Mirror, size: int) -> None:
    mirror.files["some"] = bytes(size)
    wanted = Resource((f"{mirror.url}some",), md5(bytes(size)), "some")
    with pytest.raises(DataError, match=r"/dev/full cannot be written: No space") as caught:
        fetch(wanted, Path("/dev/full"), 10**7, lambda _: None)
    assert not isinstance(caught.value, FetchError)


def test_what_a_killed_program_left_is_removed(mnist: Mirror, tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / f".download-{name}").mkdir()
        (tmp_path / f".download-{name}" / "half").write_bytes(b"x")
    os.utime(tmp_path / ".download-old", (0, 0))
    standard.download("mnist", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".download-new", "MNIST"]


def test_a_name_that_no_network_knows(tmp_path: Path) -> None:
    wanted = Resource(("http://nowhere.invalid/some",), "", "some")
    with pytest.raises(FetchError, match="some: there is no network, or its address"):
        fetch(wanted, tmp_path / "some", 10, lambda _: None)


def test_folder_that_cannot_be_written(mnist: Mirror, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="choose another folder"):
        standard.download("mnist", tmp_path / "file")


def test_download_of_emnist_gives_all_splits(
    mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for known in STANDARD:
            if known.key.startswith("emnist"):
                for file in known.files:
                    data = idx(np.ones(2, np.uint8) if "labels" in file else pixels(2))
                    archive.writestr(f"gzip/{Path(file).name}.gz", gzip.compress(data))
        archive.writestr("gzip/../../outside.gz", b"x")
    mirror.files["gzip.zip"] = stream.getvalue()
    known_class = torchvision_datasets().EMNIST
    monkeypatch.setattr(known_class, "url", f"{mirror.url}gzip.zip")
    monkeypatch.setattr(known_class, "md5", md5(stream.getvalue()))
    standard.download("emnist-letters", tmp_path / "in")
    assert len(left_in(tmp_path)) == 24
    for known in STANDARD:
        if known.key.startswith("emnist"):
            assert len(standard.load(known.key, tmp_path / "in").test) == 2


def test_download_of_cifar10(
    mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, data in {**cifar_files(), "../outside": b"x", "readme.html": b"x"}.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    mirror.files["cifar.tar.gz"] = stream.getvalue()
    known_class = torchvision_datasets().CIFAR10
    monkeypatch.setattr(known_class, "url", f"{mirror.url}cifar.tar.gz")
    monkeypatch.setattr(known_class, "tgz_md5", md5(stream.getvalue()))
    standard.download("cifar10", tmp_path / "in")
    assert left_in(tmp_path) == sorted(f"in/{name}" for name in cifar_files())
    assert len(standard.load("cifar10", tmp_path / "in").train) == 10


def test_download_of_usps(mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirror.files["u"] = USPS_SEED
    entry = {
        part: [f"{mirror.url}u", name, md5(USPS_SEED)]
        for part, name in (("train", "usps.bz2"), ("test", "usps.t.bz2"))
    }
    monkeypatch.setattr(torchvision_datasets().USPS, "split_list", entry)
    standard.download("usps", tmp_path)
    assert left_in(tmp_path) == ["usps.bz2", "usps.t.bz2"]
    assert len(standard.load("usps", tmp_path).train) == 2
