"""Makers of the files of standard sets, small, for the tests."""

import bz2
import pickle
import struct
from pathlib import Path

import numpy as np

from vae_desktop.core.data import standard

GENERATOR = np.random.default_rng(11)


def idx(array: np.ndarray, code: int = 8) -> bytes:
    head = struct.pack(f">4B{array.ndim}I", 0, 0, code, array.ndim, *array.shape)
    return head + array.tobytes()


def pixels(count: int, side: int = 28) -> np.ndarray:
    return GENERATOR.integers(0, 256, (count, side, side), np.uint8)


MNIST_FILES = {
    "train-images-idx3-ubyte": idx(pixels(5)),
    "train-labels-idx1-ubyte": idx(np.array([0, 1, 2, 3, 9], np.uint8)),
    "t10k-images-idx3-ubyte": idx(pixels(2)),
    "t10k-labels-idx1-ubyte": idx(np.array([4, 5], np.uint8)),
}


def put(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def cifar_pickle(images: np.ndarray, labels: list[int]) -> bytes:
    return pickle.dumps({b"data": images.reshape(len(images), -1), b"labels": labels}, protocol=4)


def cifar_files() -> dict[str, bytes]:
    names = standard.standard_set("cifar10").files
    return {
        name: cifar_pickle(np.full((2, 3, 32, 32), 10 + number, np.uint8), [number, 9])
        for number, name in enumerate(names)
    }


def usps_text(images: np.ndarray, labels: list[int]) -> bytes:
    lines = (
        f"{label} " + " ".join(f"{i + 1}:{v:.6f}" for i, v in enumerate(image.ravel())) + " \n"
        for image, label in zip(images, labels, strict=True)
    )
    return "".join(lines).encode()


USPS_SEED = bz2.compress(usps_text(np.zeros((2, 16, 16)), [1, 2]))
