"""Small data sets and configs that tests are made of."""

import gzip
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.config import RunConfig
from vae_desktop.core.data.dataset import Dataset, Part, fingerprint_of

REAL_DATA = Path(__file__).parent.parent.parent / "shared" / "data"


def bars(count: int, shape: tuple[int, int, int], seed: int) -> Part:
    """Pictures of a bright horizontal or vertical bar, with labels 0 and 1."""
    random = np.random.default_rng(seed)
    channels, height, width = shape
    labels = random.integers(0, 2, count)
    images = random.integers(0, 40, (count, channels, height, width)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        if label:
            image[:, :, random.integers(0, width)] = 250
        else:
            image[:, random.integers(0, height), :] = 250
    return Part(images, labels.astype(np.int64))


def tiny_dataset(
    train: int = 300, test: int = 90, shape: tuple[int, int, int] = (1, 8, 8)
) -> Dataset:
    """A data set that a small model learns in a second."""
    train_part, test_part = bars(train, shape, 1), bars(test, shape, 2)
    return Dataset(
        name="bars",
        title="Bars",
        train=train_part,
        test=test_part,
        label_names=("horizontal", "vertical"),
        fingerprint=fingerprint_of(train_part, test_part),
    )


def tiny_config(**training: object) -> RunConfig:
    """A config for `tiny_dataset`: one thread, two epochs of ten steps."""
    settings = {"epochs": 2, "batch_size": 30, "threads": 1, "learning_rate": 3e-3, **training}
    return RunConfig().changed(model={"hidden": [24]}, training=settings)


def idx_bytes(array: NDArray[np.uint8]) -> bytes:
    """An array as the content of an IDX file."""
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return header + array.tobytes()


def write_idx_folder(folder: Path, data: Dataset, packed: bool = False) -> Path:
    """Write a grey data set as MNIST's four files; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for stem, part in (("train", data.train), ("t10k", data.test)):
        assert isinstance(part.images, np.ndarray)
        assert part.labels is not None
        files = {
            f"{stem}-images-idx3-ubyte": part.images[:, 0],
            f"{stem}-labels-idx1-ubyte": part.labels.astype(np.uint8),
        }
        for name, array in files.items():
            content = idx_bytes(array)
            if packed:
                (folder / f"{name}.gz").write_bytes(gzip.compress(content))
            else:
                (folder / name).write_bytes(content)
    return folder
