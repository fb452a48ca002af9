"""The one door for users' own data: what a path is, both stages, and the split."""

import contextlib
import gzip
import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from vae_desktop.core.data import own
from vae_desktop.core.data.import_options import natural_key, printable
from vae_desktop.core.data.own import ImportOptions, Kind
from vae_desktop.core.data.splitting import split
from vae_desktop.core.errors import Cancelled, DataError

IMAGES = np.random.default_rng(5).integers(0, 256, (12, 6, 9), np.uint8)
LABELS = np.arange(12) % 3


def idx_bytes(array: np.ndarray) -> bytes:
    head = struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return head + array.astype(np.uint8).tobytes()


def idx_folder(folder: Path) -> Path:
    folder.mkdir()
    for name, images, labels in (
        ("train", IMAGES[:8], LABELS[:8]),
        ("t10k", IMAGES[8:], LABELS[8:]),
    ):
        (folder / f"{name}-images-idx3-ubyte").write_bytes(idx_bytes(images))
        (folder / f"{name}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx_bytes(labels)))
    return folder


def as_zip(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        for number, image in enumerate(IMAGES):
            with archive.open(f"{LABELS[number]}/{number}.png", "w") as stream:
                Image.fromarray(image).save(stream, "PNG")
    return folder / "a.zip"


def as_folder(folder: Path) -> Path:
    for number, image in enumerate(IMAGES):
        (folder / "pictures" / str(LABELS[number])).mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(folder / "pictures" / str(LABELS[number]) / f"{number}.png")
    return folder / "pictures"


def as_npz(folder: Path) -> Path:
    np.savez(folder / "a.npz", images=IMAGES, labels=LABELS)
    return folder / "a.npz"


def as_npy(folder: Path) -> Path:
    np.save(folder / "a.npy", IMAGES)
    return folder / "a.npy"


def as_idx_file(folder: Path) -> Path:
    (folder / "images.gz").write_bytes(gzip.compress(idx_bytes(IMAGES)))
    return folder / "images.gz"


def as_idx_folder(folder: Path) -> Path:
    return idx_folder(folder / "idx")


MAKERS = {
    as_zip: Kind.PICTURES,
    as_folder: Kind.PICTURES,
    as_npz: Kind.NPZ,
    as_npy: Kind.NPY,
    as_idx_file: Kind.IDX_FILE,
    as_idx_folder: Kind.IDX_FOLDER,
}
LABELLED = (as_zip, as_folder, as_npz, as_idx_folder)

each_kind = pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)


@each_kind
def test_every_kind_gives_the_same_pictures(tmp_path: Path, make) -> None:
    path = make(tmp_path)
    assert own.recognise(path) is MAKERS[make]
    data = own.load(path, ImportOptions()).dataset
    assert data.name == "own"
    assert data.title == path.name
    assert path.name in data.source
    assert len(data.fingerprint) == 32
    both = np.concatenate([data.train.images[:], data.test.images[:]])
    assert {picture.tobytes() for picture in both} == {picture.tobytes() for picture in IMAGES}
    if make in LABELLED:
        assert data.label_names == ("0", "1", "2")
        by_picture = {p.tobytes(): int(label) for p, label in zip(IMAGES, LABELS, strict=True)}
        for part in (data.train, data.test):
            assert part.labels is not None
            assert part.labels.tolist() == [by_picture[p.tobytes()] for p in part.images[:]]


@each_kind
def test_scan_of_every_kind(tmp_path: Path, make) -> None:
    scan = own.scan(make(tmp_path))
    assert scan.count == 12
    assert scan.sizes == (((9, 6), 12),)
    assert scan.has_test is (make is as_idx_folder)
    assert dict(scan.class_counts) == ({"0": 4, "1": 4, "2": 4} if make in LABELLED else {})
    assert all(picture.shape == (1, 6, 9) for picture in scan.sample)


@each_kind
def test_preview_uses_the_code_of_load(tmp_path: Path, make) -> None:
    path = make(tmp_path)
    options = ImportOptions(size=(5, 7), colour=own.Colour.COLOUR, invert=True, fit=own.Fit.PAD)
    data = own.load(path, options).dataset
    assert data.image_shape == (3, 7, 5)
    loaded = {p.tobytes() for part in (data.train, data.test) for p in part.images[:]}
    shown = own.preview(own.scan(path), options)
    assert {picture.tobytes() for picture in shown} <= loaded


@each_kind
def test_progress_goes_forward_to_the_end(tmp_path: Path, make) -> None:
    shares: list[float] = []
    own.load(make(tmp_path), ImportOptions(size=(4, 4)), lambda share, _: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_progress_goes_forward_through_two_parts(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x_train=IMAGES / 255, x_test=IMAGES / 255)
    shares: list[float] = []
    path = tmp_path / "a.npz"
    own.load(path, ImportOptions(size=(4, 4)), lambda share, _: shares.append(share))
    assert shares == sorted(shares)


@each_kind
def test_cancel_at_every_call(tmp_path: Path, make) -> None:
    path = make(tmp_path)
    calls: list[float] = []
    own.load(path, ImportOptions(size=(4, 4)), lambda share, _: calls.append(share))

    def stop_at(limit: int) -> None:
        seen: list[float] = []

        def progress(share: float, sentence: str) -> None:
            seen.append(share)
            if len(seen) == limit:
                raise Cancelled

        own.load(path, ImportOptions(size=(4, 4)), progress)

    for limit in range(1, len(calls) + 1):
        with pytest.raises(Cancelled):
            stop_at(limit)


def test_parts_of_different_sizes_become_one(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x_train=IMAGES, x_test=IMAGES[:5, :5, :5])
    scan = own.scan(tmp_path / "a.npz")
    assert scan.sizes == (((9, 6), 12), ((5, 5), 5))
    data = own.load(tmp_path / "a.npz", ImportOptions()).dataset
    assert data.test.images.shape == (5, 1, 6, 9)


def test_scaling_is_said(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", IMAGES / 255)
    assert "0 to 1" in own.scan(tmp_path / "a.npy").notes[0]
    assert "0 to 1" in own.load(tmp_path / "a.npy", ImportOptions()).notes[0]


def test_single_picture_in_an_array(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", IMAGES[:1])
    with pytest.raises(DataError, match="at least two"):
        own.scan(tmp_path / "a.npy")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("one.png", b"\x89PNG", "choose the folder"),
        ("a.zip", b"text", "no ZIP file"),
        ("a.npy", b"text", "no NPY file"),
        ("a.npz", b"", "no NPZ file"),
        ("a.txt", b"text", "not of a kind"),
        ("a.bin", b"", "not of a kind"),
        ("a.zip", b"PK\x03\x04 and then nothing", "damaged"),
        ("a.gz", b"\x1f\x8b\x08\x00", "damaged"),
        ("a", b"\0\0\x08\x03\0\0", "truncated"),
    ],
)
def test_files_that_are_nothing(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=sentence):
        own.scan(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match=r"pipe is neither a file nor a folder"):
        own.scan(tmp_path / "pipe")


def test_a_name_that_no_file_can_have() -> None:
    with pytest.raises(DataError, match="is not there"):
        own.scan(Path("a\0b"))


def test_too_little_memory_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object) -> NoReturn:
        raise MemoryError

    np.save(tmp_path / "many.npy", np.zeros((4, 5, 6), np.uint8))
    monkeypatch.setattr(own.arrays, "read_npy", no_room)
    for read in (own.scan, lambda path: own.load(path, ImportOptions())):
        with pytest.raises(DataError, match=r"many\.npy needs more memory"):
            read(tmp_path / "many.npy")


def test_large_pictures_are_reduced_unless_a_size_is_chosen(tmp_path: Path) -> None:
    np.save(tmp_path / "photos.npy", np.zeros((4, 300, 400, 3), np.uint8))
    loaded = own.load(tmp_path / "photos.npy", ImportOptions(colour=own.Colour.COLOUR))
    assert loaded.dataset.image_shape == (3, 96, 128)
    chosen = own.load(tmp_path / "photos.npy", ImportOptions(size=(400, 300)))
    assert chosen.dataset.image_shape == (1, 300, 400)
    np.save(tmp_path / "small.npy", np.zeros((4, 128, 9), np.uint8))
    small = own.load(tmp_path / "small.npy", ImportOptions())
    assert small.dataset.image_shape == (1, 128, 9)


def test_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not there"):
        own.scan(tmp_path / "gone")


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    start=st.sampled_from(
        [b"", b"PK\x03\x04", b"PK\x05\x06", b"\x93NUMPY\x01\x00", b"\x1f\x8b\x08"]
    )
    | st.builds(lambda kind, rank: bytes([0, 0, kind, rank]), st.just(8), st.integers(1, 4)),
    rest=st.binary(max_size=120),
    name=st.sampled_from(["a", "a.zip", "a.npy", "a.npz", "a.gz", "a.png"]),
)
def test_any_file_only_raises_data_error(
    tmp_path: Path, start: bytes, rest: bytes, name: str
) -> None:
    (tmp_path / name).write_bytes(start + rest)
    with contextlib.suppress(DataError):
        own.load(tmp_path / name, ImportOptions())


# --- the split ---


@given(
    labels=st.lists(st.integers(0, 4), min_size=2, max_size=60),
    share=st.floats(0.01, 0.99),
    seed=st.integers(0, 2**32),
)
def test_split_is_complete_and_leaves_no_class_untrained(
    labels: list[int], share: float, seed: int
) -> None:
    classes = np.array(labels, np.int64)
    train, test = split(classes, len(classes), share, seed)
    assert sorted([*train, *test]) == list(range(len(labels)))
    assert len(train) >= 1
    assert len(test) >= 1
    counts = np.bincount(classes)
    held_out = np.bincount(classes[test], minlength=len(counts))
    if len(test) > 1:
        assert set(classes[train]) == set(labels)
        assert (abs(held_out - share * counts) <= 1).all()


def test_split_without_labels() -> None:
    train, test = split(None, 10, 0.3, 0)
    assert (len(train), len(test)) == (7, 3)
    assert [len(part) for part in split(None, 2, 0.99, 0)] == [1, 1]
    assert [len(part) for part in split(None, 2, 0.01, 0)] == [1, 1]


# --- small things ---


def test_names_in_natural_order() -> None:
    names = ["b", "10", "a2", "2", "a10", "B", "02", "9" * 5000]
    assert sorted(names, key=natural_key)[:3] == ["02", "2", "10"]
    assert sorted(names, key=natural_key)[-4:] == ["a2", "a10", "B", "b"]


def test_names_that_are_no_text_can_be_shown() -> None:
    assert printable("a\udcff.png") == "a?.png"


def test_heavy_libraries_are_not_imported_with_the_module() -> None:
    code = (
        "import sys, vae_desktop.core.data.own, vae_desktop.core.data.standard;"
        "print({'torch', 'torchvision', 'PIL', 'scipy'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
