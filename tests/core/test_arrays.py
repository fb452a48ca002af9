"""Numpy files: layouts, value ranges, labels, and every way in which a file can be bad."""

import contextlib
import io
import os
import struct
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from vae_desktop.core.data import arrays, npy
from vae_desktop.core.data.arrays import read_npy, read_npz
from vae_desktop.core.errors import Cancelled, DataError

PIXELS = np.arange(2 * 3 * 4 * 5, dtype=np.uint8).reshape(2, 3, 4, 5)  # (N, C, H, W)


def npy_file(folder: Path, array: np.ndarray, name: str = "a.npy") -> Path:
    np.save(folder / name, array)
    return folder / name


def npz_file(folder: Path, **named: np.ndarray) -> Path:
    np.savez(folder / "a.npz", **named)
    return folder / "a.npz"


def with_header(header: str, data: bytes = b"") -> bytes:
    """A .npy file with any header."""
    text = header.encode() + b" " * 8 + b"\n"
    return npy.MAGIC + b"\x01\x00" + struct.pack("<H", len(text)) + text + data


# --- layouts ---


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (PIXELS, PIXELS),
        (PIXELS.transpose(0, 2, 3, 1), PIXELS),
        (PIXELS[:, 0], PIXELS[:, :1]),
        (PIXELS[:, :1], PIXELS[:, :1]),
        (PIXELS[:, 0, :, :, None], PIXELS[:, :1]),
        (np.asfortranarray(PIXELS), PIXELS),
        (PIXELS.astype(">i8"), PIXELS),
        (PIXELS.astype(np.float16), PIXELS),
    ],
    ids=["NCHW", "NHWC", "NHW", "N1HW", "NHW1", "column-major", "big-endian", "float16"],
)
def test_layouts(tmp_path: Path, stored: np.ndarray, expected: np.ndarray) -> None:
    bundle = read_npy(npy_file(tmp_path, stored))
    assert bundle.train.images.dtype == np.uint8
    assert np.array_equal(bundle.train.images, expected)
    assert bundle.train.labels is None


def test_alpha_is_laid_on_black(tmp_path: Path) -> None:
    rgba = np.full((2, 3, 5, 4), 200, np.uint8)
    rgba[0, ..., 3] = 51
    rgba[1, ..., 3] = 255
    images = read_npy(npy_file(tmp_path, rgba)).train.images
    assert images.shape == (2, 3, 3, 5)
    assert set(images[0].ravel()) == {40}
    assert set(images[1].ravel()) == {200}


@pytest.mark.parametrize(
    "shape", [(), (5,), (70, 784), (28, 28, 3), (2, 5, 6, 7), (2, 2, 2, 2, 2), (0, 4, 4), (2, 0, 4)]
)
def test_shapes_that_are_no_pictures(tmp_path: Path, shape: tuple[int, ...]) -> None:
    with pytest.raises(DataError, match=r"a\.npy has the shape"):
        read_npy(npy_file(tmp_path, np.zeros(shape, np.uint8)))


# --- values ---


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([0.0, 0.5, 1.0]), [0, 128, 255]),
        (np.array([0.0, 0.5, 1.0000002], np.float32), [0, 128, 255]),
        (np.array([0.0, 99.6, 255.0]), [0, 100, 255]),
        (np.array([False, True, True]), [0, 255, 255]),
        (np.array([0, 1, 1], np.uint8), [0, 255, 255]),
        (np.array([0, 7, 255], np.int64), [0, 7, 255]),
        (np.array([0, 257, 65535], np.uint16), [0, 1, 255]),
        (np.array([0, 2570, 65535], np.int32), [0, 10, 255]),
    ],
)
def test_values_become_grey_levels(tmp_path: Path, values: np.ndarray, expected: list[int]) -> None:
    bundle = read_npy(npy_file(tmp_path, values.reshape(3, 1, 1)))
    assert bundle.train.images.ravel().tolist() == expected


@pytest.mark.parametrize(
    "values",
    [
        np.array([0.0, np.nan]),
        np.array([0.0, np.inf]),
        np.array([-1.0, 1.0]),
        np.array([0.0, 300.0]),
        np.array([-1, 5]),
        np.array([0, 70_000]),
        np.array([1j, 0]),
        np.array(["a", "b"]),
        np.array([1, 2], "datetime64[s]"),
        np.zeros(2, [("r", "u1"), ("g", "u1")]),
    ],
    ids=str,
)
def test_values_that_are_no_grey_levels(tmp_path: Path, values: np.ndarray) -> None:
    with pytest.raises(DataError, match=r"^a\.npy holds"):
        read_npy(npy_file(tmp_path, values.reshape(2, 1, 1)))


def test_train_and_test_share_one_range(tmp_path: Path) -> None:
    dark = np.ones((2, 5, 5), np.uint8)  # alone it would be taken for black and white
    path = npz_file(tmp_path, x_train=dark * 200, x_test=dark)
    bundle = read_npz(path)
    assert bundle.test is not None
    assert bundle.test.images.max() == 1


# --- named arrays ---


@pytest.mark.parametrize("images", ["images", "x", "X", "data", "imgs", "arr_0", "anything"])
@pytest.mark.parametrize("labels", ["labels", "y", "Y", "targets"])
def test_names_of_one_set(tmp_path: Path, images: str, labels: str) -> None:
    path = npz_file(tmp_path, **{images: PIXELS[:, 0], labels: np.array([7, 3])})
    bundle = read_npz(path)
    assert np.array_equal(bundle.train.images, PIXELS[:, :1])
    assert bundle.label_names == ("3", "7")
    assert bundle.train.labels is not None
    assert bundle.train.labels.tolist() == [1, 0]
    assert bundle.test is None


@pytest.mark.parametrize("pattern", ["{0}_{1}", "{1}_{0}"])
@pytest.mark.parametrize("compressed", [False, True])
def test_names_of_two_parts(tmp_path: Path, pattern: str, compressed: bool) -> None:
    named = {
        pattern.format("x", "train"): PIXELS[:, 0],
        pattern.format("y", "train"): np.array([[1.0], [2.0]]),
        pattern.format("x", "test"): PIXELS[:1, 1],
        pattern.format("y", "test"): np.array([[10.0]]),
    }
    path = tmp_path / "a.npz"
    (np.savez_compressed if compressed else np.savez)(path, **named)
    bundle = read_npz(path)
    assert bundle.label_names == ("1", "2", "10")
    assert bundle.test is not None
    assert bundle.test.labels is not None
    assert bundle.test.labels.tolist() == [2]
    assert np.array_equal(bundle.test.images, PIXELS[:1, 1:2])


@pytest.mark.parametrize("words", [np.array(["dog", "cat"]), np.array([b"dog", b"cat"])])
def test_labels_may_be_words(tmp_path: Path, words: np.ndarray) -> None:
    bundle = read_npz(npz_file(tmp_path, x=PIXELS, y=words))
    assert bundle.label_names == ("cat", "dog")
    assert bundle.train.labels is not None
    assert bundle.train.labels.tolist() == [1, 0]


@pytest.mark.parametrize(
    "labels",
    [
        np.zeros(3, int),
        np.zeros((2, 4), int),
        np.array([0.5, 1.0]),
        np.array([np.nan, 1.0]),
        np.array([1e300, 1.0]),
        np.array([1 + 1j, 2]),
    ],
    ids=str,
)
def test_labels_that_do_not_fit(tmp_path: Path, labels: np.ndarray) -> None:
    with pytest.raises(DataError, match="y h"):
        read_npz(npz_file(tmp_path, x=PIXELS, y=labels))


def test_labels_of_one_part_only_are_left_out(tmp_path: Path) -> None:
    path = npz_file(tmp_path, x_train=PIXELS, y_train=np.array([0, 1]), x_test=PIXELS)
    bundle = read_npz(path)
    assert bundle.train.labels is None
    assert any("left out" in note for note in bundle.notes)


def test_measurements_are_not_taken_for_classes(tmp_path: Path) -> None:
    count = arrays.CLASS_LIMIT + 1
    path = npz_file(tmp_path, x=np.zeros((count, 2, 2), np.uint8), y=np.arange(count))
    bundle = read_npz(path)
    assert bundle.train.labels is None
    assert any("left out" in note for note in bundle.notes)


def test_no_array_of_pictures(tmp_path: Path) -> None:
    path = npz_file(tmp_path, first=PIXELS, second=PIXELS)
    with pytest.raises(DataError, match=r"first \(2, 3, 4, 5\), second"):
        read_npz(path)
    with pytest.raises(DataError, match="no arrays at all"):
        read_npz(npz_file(tmp_path))


# --- bad files ---


class _Trap:
    """An object whose unpickling makes a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self._folder),)


def test_object_arrays_are_refused_and_not_unpickled(tmp_path: Path) -> None:
    trapped = np.array([_Trap(tmp_path / "sprung"), None], object)
    with pytest.raises(DataError, match="Python objects"):
        read_npy(npy_file(tmp_path, trapped))
    with pytest.raises(DataError, match="Python objects"):
        read_npz(npz_file(tmp_path, images=trapped))
    assert not (tmp_path / "sprung").exists()


def test_object_array_that_is_not_needed_does_no_harm(tmp_path: Path) -> None:
    trapped = np.array([_Trap(tmp_path / "sprung")], object)
    bundle = read_npz(npz_file(tmp_path, imgs=PIXELS[:, 0], metadata=trapped))
    assert len(bundle.train) == 2
    assert not (tmp_path / "sprung").exists()


def header_of(shape: object, descr: str = "'|u1'") -> str:
    return f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}}}"


BAD_NPY = {
    "empty": b"",
    "magic only": npy.MAGIC,
    "unknown version": npy.MAGIC + b"\x09\x00" + bytes(100),
    "no header": with_header(""),
    "header is code": with_header("__import__('os').getcwd()"),
    "not a dictionary": with_header("[1, 2]"),
    "deep": with_header("(" * 3000 + ")" * 3000),
    "absurd shape": with_header(header_of((10**9, 10**9, 10**9))),
    "more than the limit": with_header(header_of((2**20, 2**7, 2**7))),
    "more than there is": with_header(header_of((1000, 1000, 1000)), bytes(1000)),
    "negative side": with_header(header_of((-1, 4, 4)), bytes(64)),
    "zero and absurd side": with_header(header_of((0, 10**30, 4))),
    "many dimensions": with_header(header_of((1,) * 70), bytes(1)),
    "no shape": with_header(header_of("None")),
    "words of no length": with_header(header_of((2, 4, 4), "'<U0'")),
    "nested type": with_header(header_of((2, 4, 4), "('<f4', (2,))"), bytes(256)),
    "unknown type": with_header(header_of((2, 4, 4), "'<q9'"), bytes(999)),
    "objects": with_header(header_of((2, 4, 4), "'|O'"), bytes(999)),
}


@pytest.mark.parametrize("name", BAD_NPY)
def test_bad_npy(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.npy").write_bytes(BAD_NPY[name])
    with pytest.raises(DataError, match=r"^a\.npy "):
        read_npy(tmp_path / "a.npy")


@pytest.mark.parametrize("name", BAD_NPY)
def test_bad_array_in_npz(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("images.npy", BAD_NPY[name])
    with pytest.raises(DataError, match=r"^a\.npz: images"):
        read_npz(tmp_path / "a.npz")


def test_claims_allocate_nothing() -> None:
    header = npy.ArrayHeader((2**12, 2**9, 2**9), False, np.dtype(np.uint8))  # 1 GiB

    class Stream(io.BytesIO):
        asked = 0

        def read(self, size: int | None = -1, /) -> bytes:
            assert size is not None
            self.asked = max(self.asked, size)
            return super().read(size)

    stream = Stream(bytes(5000))
    with pytest.raises(DataError, match="ends after 5,000"):
        npy.read_values(stream, header, "a", lambda share, sentence: None)
    assert 0 < stream.asked <= 2**22


def test_missing_file(tmp_path: Path) -> None:
    for read in (read_npy, read_npz):
        with pytest.raises(DataError, match="cannot be read"):
            read(tmp_path / "gone")


def test_large_pictures_are_converted_in_small_pieces() -> None:
    pictures = np.zeros((128, 500, 500), np.uint16)
    pictures[-1, 0, 0] = 65535
    tracemalloc.start()
    bundle = arrays.from_array("large", pictures)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert bundle.train.images[-1:][0, 0, 0, 0] == 255
    assert peak < 2e8  # all values at once, as float64, would take 250 MB and more


@pytest.mark.parametrize("stage", ["Reading", "Converting"])
def test_cancel(tmp_path: Path, stage: str) -> None:
    def progress(share: float, sentence: str) -> None:
        assert 0 <= share <= 1
        if stage in sentence:
            raise Cancelled

    path = npz_file(tmp_path, images=PIXELS / 255, labels=np.array([1, 2]))
    with pytest.raises(Cancelled):
        read_npz(path, progress)


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    data = bytearray(whole[: draw(st.integers(0, len(whole)))])
    for place, piece in draw(
        st.lists(st.tuples(st.integers(0, len(whole)), st.binary(max_size=4)), max_size=6)
    ):
        data[place : place + len(piece)] = piece
    return bytes(data)


def _whole(save: object, *given: np.ndarray, **named: np.ndarray) -> bytes:
    stream = io.BytesIO()
    save(stream, *given, **named)  # type: ignore[operator]
    return stream.getvalue()


NPY = _whole(np.save, np.linspace(0, 1, 18, dtype=np.float32).reshape(2, 3, 3))
NPZ = _whole(np.savez_compressed, x=PIXELS, y=np.array(["a", "b"]))


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.one_of(damaged(NPY), st.binary(max_size=200).map(lambda tail: npy.MAGIC + tail)))
@example(data=NPY)
def test_damaged_npy_only_raises_data_error(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.npy").write_bytes(data)
    with contextlib.suppress(DataError):
        read_npy(tmp_path / "a.npy")


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=damaged(NPZ))
@example(data=NPZ)
def test_damaged_npz_only_raises_data_error(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.npz").write_bytes(data)
    with contextlib.suppress(DataError):
        read_npz(tmp_path / "a.npz")


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    shape=st.lists(st.integers(-2, 2**40) | st.integers(0, 5), max_size=5).map(tuple),
    kind=st.sampled_from(["u1", "f2", "f4", "f8", "i2", "b1", "c8", "U3", "S2", "V4", "m8", "O"]),
    size=st.integers(0, 300),
)
def test_any_claim_only_raises_data_error(
    tmp_path: Path, shape: tuple[int, ...], kind: str, size: int
) -> None:
    data = bytes(range(256)) * 2
    (tmp_path / "a.npy").write_bytes(with_header(header_of(shape, repr(kind)), data[:size]))
    with contextlib.suppress(DataError):
        read_npy(tmp_path / "a.npy")
