"""IDX files: MNIST as people have it on disk, and broken ones."""

import gzip
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.samples import REAL_DATA, idx_bytes, tiny_dataset, write_idx_folder
from vae_desktop.core.data import idx
from vae_desktop.core.errors import Cancelled, DataError


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("subfolder", ["", "MNIST/raw"])
def test_a_folder_comes_back(tmp_path: Path, packed: bool, subfolder: str) -> None:
    data = tiny_dataset(40, 12)
    write_idx_folder(tmp_path / subfolder, data, packed)
    loaded = idx.load(tmp_path)
    assert np.array_equal(loaded.train.images, data.train.images)
    assert np.array_equal(loaded.test.images, data.test.images)
    assert np.array_equal(loaded.train.labels, data.train.labels)
    assert loaded.image_shape == (1, 8, 8)
    assert loaded.label_names == ("0", "1")


def test_the_fingerprint_follows_the_pixels(tmp_path: Path) -> None:
    first = idx.load(write_idx_folder(tmp_path / "a", tiny_dataset(40, 12)))
    again = idx.load(write_idx_folder(tmp_path / "b", tiny_dataset(40, 12), packed=True))
    other = idx.load(write_idx_folder(tmp_path / "c", tiny_dataset(41, 12)))
    assert first.fingerprint == again.fingerprint != other.fingerprint


def test_missing_files_are_named(tmp_path: Path) -> None:
    write_idx_folder(tmp_path, tiny_dataset(10, 10))
    (tmp_path / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(DataError, match="lacks the test labels"):
        idx.load(tmp_path)
    with pytest.raises(DataError, match="train-images-idx3-ubyte"):
        idx.load(tmp_path / "nowhere")


def test_images_and_labels_that_do_not_match(tmp_path: Path) -> None:
    write_idx_folder(tmp_path, tiny_dataset(10, 10))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx_bytes(np.zeros(9, np.uint8)))
    with pytest.raises(DataError, match="10 training images but 9 labels"):
        idx.load(tmp_path)


def test_mixed_up_files(tmp_path: Path) -> None:
    write_idx_folder(tmp_path, tiny_dataset(10, 10))
    images = (tmp_path / "train-images-idx3-ubyte").read_bytes()
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(images)
    with pytest.raises(DataError, match=r"train-labels.*mixed up"):
        idx.load(tmp_path)


def test_a_packed_file_is_not_unpacked_beyond_its_claim(tmp_path: Path) -> None:
    path = tmp_path / "bomb-ubyte.gz"
    path.write_bytes(gzip.compress(idx_bytes(np.zeros((5, 8, 8), np.uint8)) + bytes(2**27)))
    tracemalloc.start()
    with pytest.raises(DataError, match="has more"):
        idx.read_idx(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**24


def test_reading_one_file_can_be_cancelled(tmp_path: Path) -> None:
    path = tmp_path / "large-ubyte"
    path.write_bytes(idx_bytes(np.zeros((12_000, 28, 28), np.uint8)))
    shares: list[float] = []

    def progress(share: float, sentence: str) -> None:
        shares.append(share)
        if len(shares) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        idx.read_idx(path, progress)
    assert 0 < shares[0] < shares[1] < 1


def test_training_and_test_pictures_of_different_sizes(tmp_path: Path) -> None:
    write_idx_folder(tmp_path, tiny_dataset(10, 10))
    images = idx_bytes(np.zeros((10, 9, 9), np.uint8))
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(images)
    with pytest.raises(DataError, match="both must be alike"):
        idx.load(tmp_path)


def test_an_empty_set(tmp_path: Path) -> None:
    write_idx_folder(tmp_path, tiny_dataset(10, 10))
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx_bytes(np.zeros((0, 8, 8), np.uint8)))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx_bytes(np.zeros(0, np.uint8)))
    with pytest.raises(DataError, match="not one training image"):
        idx.load(tmp_path)


good = idx_bytes(np.arange(60, dtype=np.uint8).reshape(3, 4, 5))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not an IDX file"),
        (b"PK\3\4 something else", "not an IDX file"),
        (good[:3], "not an IDX file"),
        (good[:9], "its header"),
        (good[:-1], "should hold 60 values but has 59"),
        (good + b"x", "should hold 60 values but has more"),
        (struct.pack(">HBB", 0, 0x0D, 1) + bytes(8), "type 0x0d"),
        (struct.pack(">HBB3I", 0, 8, 3, 2**32 - 1, 2**32 - 1, 2**32 - 1), "2 GiB"),
        (struct.pack(">HBB70I", 0, 8, 70, *[1] * 70) + b"x", "its header"),
        (gzip.compress(good)[:-9], "gzip"),
        (b"\x1f\x8b" + bytes(30), "gzip"),
    ],
)
def test_broken_files_are_named(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "broken-ubyte"
    path.write_bytes(content)
    with pytest.raises(DataError, match="broken-ubyte") as caught:
        idx.read_idx(path)
    assert words in str(caught.value)


@given(st.binary(max_size=64) | st.binary(max_size=40).map(lambda tail: good[:20] + tail))
def test_no_content_gets_past_the_reader_unnoticed(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("idx") / "any"
    path.write_bytes(content)
    try:
        array = idx.read_idx(path)
    except DataError:
        return
    assert array.dtype == np.uint8
    assert idx_bytes(array) == content


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *args: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(DataError, match=r"secret cannot be read: Permission denied"):
        idx.read_idx(tmp_path / "secret")


def test_loading_can_be_cancelled(tmp_path: Path) -> None:
    write_idx_folder(tmp_path, tiny_dataset(10, 10))

    def cancel(share: float, sentence: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        idx.load(tmp_path, cancel)


def test_the_real_mnist() -> None:
    folder = REAL_DATA / "mnist"
    if not folder.is_dir():
        pytest.skip("MNIST's files are not beside the checkout")
    data = idx.load(folder)
    assert (len(data.train), len(data.test), data.image_shape) == (60_000, 10_000, (1, 28, 28))
    assert data.test.labels is not None
    assert data.test.labels[:5].tolist() == [7, 2, 1, 0, 4]
    assert np.bincount(data.test.labels).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip
