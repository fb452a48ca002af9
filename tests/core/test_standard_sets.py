"""Standard sets: the table, and reading every format."""

import bz2
import contextlib
import gzip
import io
import os
import pickle
import struct
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
import scipy.io
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from scipy.io import savemat

from tests.core.standard_files import (
    GENERATOR,
    MNIST_FILES,
    USPS_SEED,
    cifar_files,
    cifar_pickle,
    idx,
    pixels,
    put,
    usps_text,
)
from vae_desktop.core.data import cifar_batch, standard, standard_download
from vae_desktop.core.data.standard import STANDARD
from vae_desktop.core.data.torchvision_door import torchvision_datasets
from vae_desktop.core.errors import Cancelled, DataError

# --- the table ---


def test_table_agrees_with_torchvision() -> None:
    datasets = torchvision_datasets()
    names = {known.key: known.label_names for known in STANDARD}
    assert names["fashion-mnist"] == tuple(datasets.FashionMNIST.classes)
    assert names["kmnist"] == tuple(datasets.KMNIST.classes)
    for split in datasets.EMNIST.splits:
        classes = [name for name in datasets.EMNIST.classes_split_dict[split] if name != "N/A"]
        assert names[f"emnist-{split}"] == tuple(classes)
    assert [len(names[key]) for key in ("mnist", "qmnist", "usps", "cifar10", "svhn")] == [10] * 5
    assert len(names) == len(STANDARD) == 13


def test_every_set_has_addresses_and_sentences() -> None:
    for known in STANDARD:
        found = standard_download.resources(known.key)
        assert all(url.startswith("http") for item in found for url in item.urls)
        assert all(len(item.md5) == 32 for item in found)
        assert known.source.endswith(".")
        assert known.licence.endswith(".")


def test_unknown_key(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="choose one of: mnist"):
        standard.load("imagenet", tmp_path)


def test_torchvision_is_importable_twice_and_in_a_fresh_process() -> None:
    assert torchvision_datasets() is torchvision_datasets()
    code = (
        "from vae_desktop.core.data.torchvision_door import torchvision_datasets as d;"
        "print(d().MNIST.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "MNIST"


# --- reading ---


@pytest.mark.parametrize(
    ("key", "folder"), [("mnist", "MNIST"), ("fashion-mnist", "FashionMNIST"), ("kmnist", "KMNIST")]
)
@pytest.mark.parametrize("packed", [False, True])
def test_mnist_and_its_like(tmp_path: Path, key: str, folder: str, packed: bool) -> None:
    assert not standard.is_present(key, tmp_path)
    for name, data in MNIST_FILES.items():
        file = f"{folder}/raw/{name}" + ".gz" * packed
        put(tmp_path, {file: gzip.compress(data) if packed else data})
    assert standard.is_present(key, tmp_path)
    data_set = standard.load(key, tmp_path)
    assert data_set.name == key
    assert data_set.train.images.shape == (5, 1, 28, 28)
    assert data_set.train.images[:].tobytes() == MNIST_FILES["train-images-idx3-ubyte"][16:]
    assert data_set.test.labels is not None
    assert data_set.test.labels.tolist() == [4, 5]
    assert len(data_set.fingerprint) == 32


@pytest.mark.parametrize("chosen", ["", "FashionMNIST", "FashionMNIST/raw"])
def test_a_folder_inside_the_layout_may_be_chosen(tmp_path: Path, chosen: str) -> None:
    put(tmp_path, {f"FashionMNIST/raw/{name}": data for name, data in MNIST_FILES.items()})
    assert standard.is_present("fashion-mnist", tmp_path / chosen)
    assert len(standard.load("fashion-mnist", tmp_path / chosen).train) == 5
    assert not standard.is_present("kmnist", tmp_path / chosen)


@pytest.mark.parametrize(("split", "first"), [("balanced", 0), ("letters", 1)])
def test_emnist_is_turned_upright_and_counted_from_0(
    tmp_path: Path, split: str, first: int
) -> None:
    upright = pixels(2)
    lying = np.ascontiguousarray(upright.transpose(0, 2, 1))
    labels = np.array([first, first + 25], np.uint8)
    for part in ("train", "test"):
        put(
            tmp_path,
            {
                f"EMNIST/raw/emnist-{split}-{part}-images-idx3-ubyte": idx(lying),
                f"EMNIST/raw/emnist-{split}-{part}-labels-idx1-ubyte": idx(labels),
            },
        )
    data_set = standard.load(f"emnist-{split}", tmp_path)
    assert np.array_equal(data_set.train.images[:, 0], upright)
    assert data_set.train.labels is not None
    assert data_set.train.labels.tolist() == [0, 25]


def test_qmnist_labels_are_the_first_column(tmp_path: Path) -> None:
    table = np.arange(3 * 8, dtype=">i4").reshape(3, 8)
    table[:, 0] = [7, 0, 9]
    for part in ("train", "test"):
        put(
            tmp_path,
            {
                f"QMNIST/raw/qmnist-{part}-images-idx3-ubyte": idx(pixels(3)),
                f"QMNIST/raw/qmnist-{part}-labels-idx2-int.gz": gzip.compress(idx(table, 12)),
            },
        )
    labels = standard.load("qmnist", tmp_path).test.labels
    assert labels is not None
    assert labels.tolist() == [7, 0, 9]


def test_usps(tmp_path: Path) -> None:
    images = np.linspace(-1, 1, 2 * 256).reshape(2, 16, 16)
    text = bz2.compress(usps_text(images, [1, 10]))
    put(tmp_path, {"usps.bz2": text, "usps.t.bz2": text})
    data_set = standard.load("usps", tmp_path)
    assert data_set.train.labels is not None
    assert data_set.train.labels.tolist() == [0, 9]
    assert np.abs(data_set.train.images[:, 0] - (images + 1) / 2 * 255).max() <= 0.51
    assert int(data_set.train.images[0, 0, 0, 0]) == 0
    assert int(data_set.train.images[1, 0, 15, 15]) == 255


def test_cifar10(tmp_path: Path) -> None:
    put(tmp_path, cifar_files())
    data_set = standard.load("cifar10", tmp_path)
    assert data_set.train.images.shape == (10, 3, 32, 32)
    assert data_set.train.images[:, 0, 0, 0].tolist() == [n for n in range(10, 15) for _ in "ab"]
    assert data_set.train.labels is not None
    assert data_set.train.labels.tolist() == [0, 9, 1, 9, 2, 9, 3, 9, 4, 9]
    assert data_set.test.images[0, 0, 0, 0] == 15


def test_cifar_batch_as_python_2_wrote_it(tmp_path: Path) -> None:
    array = np.arange(3072, dtype=np.uint8)
    text = array.tobytes()
    # Protocol 2, by hand: the names of numpy 1 and text that is bytes.
    batch = b"".join(
        [
            b"\x80\x02}(U\x04data",
            b"cnumpy.core.multiarray\n_reconstruct\n",
            b"cnumpy\nndarray\nK\x00\x85U\x01b\x87R",
            b"(K\x01K\x01M\x00\x0c\x86cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R",
            b"(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89",
            b"T" + struct.pack("<i", len(text)) + text + b"tb",
            b"U\x06labels](K\x06eU\x0bbatch_labelU\x03oneu.",
        ]
    )
    (tmp_path / "batch").write_bytes(batch)
    part = cifar_batch.read_batch(tmp_path / "batch")
    assert part.images[:].tobytes() == text
    assert part.labels is not None
    assert part.labels.tolist() == [6]


class _Trap:
    """An object whose unpickling makes a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self._folder),)


def test_pickle_that_would_run_code_is_refused(tmp_path: Path) -> None:
    for content in (
        pickle.dumps({b"data": _Trap(tmp_path / "sprung"), b"labels": [1]}),
        pickle.dumps(_Trap(tmp_path / "sprung"), protocol=2),
        b"cbuiltins\neval\n(S'1/0'\ntR.",
        b"\x80\x02cnumpy\nload\nU\x01x\x85R.",
        b"\x80\x04]r\xff\xff\xff\x7f.",  # claims a table of two thousand million entries
    ):
        (tmp_path / "batch").write_bytes(content)
        with pytest.raises(DataError, match="was not run"):
            cifar_batch.read_batch(tmp_path / "batch")
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    "batch",
    [
        {b"data": np.zeros((2, 3071), np.uint8), b"labels": [1, 2]},
        {b"data": np.zeros((2, 3072), np.float32), b"labels": [1, 2]},
        {b"data": np.zeros((2, 3072), np.uint8), b"labels": ["a", "b"]},
        {b"data": np.array([[None] * 3072]), b"labels": [1]},
        {b"data": b"x", b"labels": [1]},
        {b"labels": [1]},
        [1, 2],
    ],
    ids=["width", "float", "words", "objects", "bytes", "no data", "list"],
)
def test_pickle_that_is_no_batch(tmp_path: Path, batch: object) -> None:
    (tmp_path / "batch").write_bytes(pickle.dumps(batch, protocol=4))
    with pytest.raises(DataError):
        cifar_batch.read_batch(tmp_path / "batch")


def svhn_bytes(images: np.ndarray, labels: list[int]) -> bytes:
    stream = io.BytesIO()
    content = {"X": images, "y": np.array(labels, np.uint8)[:, None]}
    savemat(stream, content, do_compression=True)
    return stream.getvalue()


def test_svhn(tmp_path: Path) -> None:
    images = GENERATOR.integers(0, 256, (32, 32, 3, 4), np.uint8)
    data = svhn_bytes(images, [10, 1, 9, 5])
    put(tmp_path, {"train_32x32.mat": data, "test_32x32.mat": data})
    data_set = standard.load("svhn", tmp_path)
    assert data_set.train.labels is not None
    assert data_set.train.labels.tolist() == [0, 1, 9, 5]
    assert data_set.train.images[2, 1, 30, 4] == images[30, 4, 1, 2]


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (np.zeros((32, 32, 3, 2)), np.zeros((2, 1), np.uint8)),
        (np.zeros((32, 32, 3, 2), np.uint8), np.zeros((9, 9), np.uint8)),
        (np.zeros((32, 32, 2), np.uint8), np.zeros((2, 1), np.uint8)),
    ],
)
def test_svhn_files_of_another_kind_are_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, x: np.ndarray, y: np.ndarray
) -> None:
    def unpack(*_: object, **__: object) -> NoReturn:
        raise AssertionError("it was unpacked")

    for name in standard.standard_set("svhn").files:
        scipy.io.savemat(tmp_path / name, {"X": x, "y": y})
    monkeypatch.setattr(scipy.io, "loadmat", unpack)
    with pytest.raises(DataError, match=r"train_32x32\.mat is damaged") as caught:
        standard.load("svhn", tmp_path)
    assert "unpacked" not in repr(caught.value.__cause__)


@pytest.mark.parametrize("key", [known.key for known in STANDARD])
def test_files_that_are_missing_or_nothing(tmp_path: Path, key: str) -> None:
    known = standard.standard_set(key)
    with pytest.raises(DataError, match="is missing"):
        standard.load(key, tmp_path)
    for content in (b"", b"no such format", bytes(2000)):
        put(tmp_path, dict.fromkeys(known.files, content))
        with pytest.raises(DataError):
            standard.load(key, tmp_path)


def test_files_of_another_set(tmp_path: Path) -> None:
    files = {f"MNIST/raw/{name}": data for name, data in MNIST_FILES.items()}
    put(tmp_path, files | {"MNIST/raw/train-images-idx3-ubyte": idx(pixels(5, 9))})
    with pytest.raises(DataError, match="9×9"):
        standard.load("mnist", tmp_path)
    labels = idx(np.array([0, 1, 2, 3, 10], np.uint8))
    put(tmp_path, files | {"MNIST/raw/train-labels-idx1-ubyte": labels})
    with pytest.raises(DataError, match="labels beyond"):
        standard.load("mnist", tmp_path)
    put(tmp_path, files | {"MNIST/raw/train-labels-idx1-ubyte": labels[:8] + bytes(4)})
    with pytest.raises(DataError):
        standard.load("mnist", tmp_path)


@pytest.mark.parametrize("key", ["mnist", "cifar10"])
def test_cancelled_reading(tmp_path: Path, key: str) -> None:
    put(tmp_path, cifar_files())
    put(tmp_path, {f"MNIST/raw/{name}": data for name, data in MNIST_FILES.items()})

    def progress(share: float, sentence: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        standard.load(key, tmp_path, progress)


SVHN_SEED = svhn_bytes(np.zeros((32, 32, 3, 2), np.uint8), [1, 2])
CIFAR_SEED = cifar_pickle(np.zeros((1, 3, 32, 32), np.uint8), [1])
QMNIST_SEED = gzip.compress(idx(np.zeros((2, 8), ">i4"), 12))
FUZZED = {"usps": USPS_SEED, "svhn": SVHN_SEED, "cifar10": CIFAR_SEED, "qmnist": QMNIST_SEED}
PARTS = ("train", "test")


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    key=st.sampled_from(sorted(FUZZED)),
    keep=st.floats(0, 1),
    edits=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=4)), max_size=5),
)
@example(key="usps", keep=1.0, edits=[])
def test_damaged_files_only_raise_data_error(
    tmp_path: Path, key: str, keep: float, edits: list[tuple[float, bytes]]
) -> None:
    seed = FUZZED[key]
    data = bytearray(seed[: int(len(seed) * keep)])
    for place, piece in edits:
        start = int(place * len(data))
        data[start : start + len(piece)] = piece
    put(tmp_path, dict.fromkeys(standard.standard_set(key).files, bytes(data)))
    if key == "qmnist":
        put(tmp_path, {f"QMNIST/raw/qmnist-{p}-images-idx3-ubyte": idx(pixels(2)) for p in PARTS})
    with contextlib.suppress(DataError):
        assert len(standard.load(key, tmp_path).train) > 0
