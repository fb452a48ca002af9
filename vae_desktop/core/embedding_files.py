"""Codes as files: CSV, NPZ, and a folder for the TensorBoard Embedding Projector."""

import csv
import io
import json
import math
from pathlib import Path

import numpy as np

from vae_desktop.core.files import write_atomically
from vae_desktop.core.imaging import Bytes, tile, write_png
from vae_desktop.core.latents import Cloud, PictureSet
from vae_desktop.core.progress import Progress, silent

SPRITE_SIDE = 8192
"""Pixels on a side of the sprite image at most: the Projector refuses larger ones."""
_BLOCK = 1_000
"""Lines written between two reports of progress."""


def labels_of(cloud: Cloud, pictures: PictureSet, names: tuple[str, ...]) -> list[str]:
    """The class of every picture of the cloud, by name; "" without."""
    if pictures.labels is None:
        return [""] * len(cloud)
    return [names[label] if names else str(label) for label in pictures.labels[cloud.rows]]


def csv_text(
    cloud: Cloud, pictures: PictureSet, names: tuple[str, ...], progress: Progress = silent
) -> str:
    """A line per picture: part, index there, label, z1, z2 ... (posterior means)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    latents = [f"z{latent + 1}" for latent in range(cloud.mu.shape[1])]
    writer.writerow(["part", "index", "label", *latents])
    lines = zip(cloud.rows, labels_of(cloud, pictures, names), cloud.mu, strict=True)
    for number, (row, label, mu) in enumerate(lines):
        if number % _BLOCK == 0:
            progress(number / len(cloud), "Writing codes")
        writer.writerow([*pictures.source(int(row)), label, *(f"{value:.7g}" for value in mu)])
    return text.getvalue()


def write_csv(
    path: Path,
    cloud: Cloud,
    pictures: PictureSet,
    names: tuple[str, ...],
    progress: Progress = silent,
) -> None:
    """Save the codes as CSV in UTF-8.

    Raises:
        OSError: the folder cannot be written.
        Cancelled: by `progress`; nothing is written.
    """
    write_atomically(path, csv_text(cloud, pictures, names, progress).encode("utf-8"))


def write_npz(path: Path, cloud: Cloud, pictures: PictureSet, progress: Progress = silent) -> None:
    """Save mu, sigma, index, part and label as NPZ, readable without pickle.

    Raises:
        OSError: the folder cannot be written.
        Cancelled: by `progress`; nothing is written.
    """
    progress(0.0, "Gathering codes")
    sources = [pictures.source(int(row)) for row in cloud.rows]
    arrays = {
        "mu": cloud.mu,
        "sigma": cloud.sigma,
        "part": np.array([part for part, _ in sources]),
        "index": np.array([index for _, index in sources], np.int64),
        "step": np.array(cloud.step),
    }
    if pictures.labels is not None:
        arrays["label"] = pictures.labels[cloud.rows]
    buffer = io.BytesIO()
    progress(0.5, "Packing codes")
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    progress(0.9, "Writing the file")
    write_atomically(path, buffer.getvalue())


def write_projector(
    folder: Path,
    cloud: Cloud,
    pictures: PictureSet,
    names: tuple[str, ...],
    title: str,
    progress: Progress = silent,
) -> int:
    """Save tensors.tsv, metadata.tsv, sprite.png and a config for the Embedding Projector.

    The sprite image has as many pictures in a row as in a column, as the Projector expects;
    of very many codes only as many are saved as fit on it.

    Args:
        folder: made where it is missing.
        cloud, pictures, names: what is saved.
        title: of the tensor.
        progress: told how far it is; may cancel, and then no config names what is there.

    Returns:
        How many codes were saved.

    Raises:
        OSError: the folder cannot be written.
        Cancelled: by `progress`.
    """
    progress(0.0, "Writing codes")
    folder.mkdir(parents=True, exist_ok=True)
    _, _, height, width = pictures.parts[0][1].images.shape
    count = min(len(cloud), (SPRITE_SIDE // max(height, width)) ** 2)
    tensors = "".join("\t".join(f"{v:.7g}" for v in mu) + "\n" for mu in cloud.mu[:count])
    write_atomically(folder / "tensors.tsv", tensors.encode("ascii"))
    progress(0.3, "Writing labels")
    write_atomically(
        folder / "metadata.tsv", _metadata(cloud, pictures, names, count).encode("utf-8")
    )
    progress(0.4, "Writing pictures")
    write_png(folder / "sprite.png", _sprite(pictures.images(cloud.rows[:count])))
    progress(0.9, "Writing the config")
    embedding = {
        "tensorName": title,
        "tensorShape": [count, cloud.mu.shape[1]],
        "tensorPath": "tensors.tsv",
        "metadataPath": "metadata.tsv",
        "sprite": {"imagePath": "sprite.png", "singleImageDim": [width, height]},
    }
    text = json.dumps({"embeddings": [embedding]}, indent=2) + "\n"
    write_atomically(folder / "projector_config.json", text.encode("utf-8"))
    return count


def _metadata(cloud: Cloud, pictures: PictureSet, names: tuple[str, ...], count: int) -> str:
    lines = ["label\tpart\tindex"]
    labels = labels_of(cloud, pictures, names)
    for row, label in zip(cloud.rows[:count], labels, strict=False):
        part, index = pictures.source(int(row))
        lines.append(f"{label.replace(chr(9), ' ')}\t{part}\t{index}")
    return "\n".join(lines) + "\n"


def _sprite(images: Bytes) -> Bytes:
    """A square of pictures without gaps, empty places black."""
    side = math.ceil(math.sqrt(len(images)))
    empty = np.zeros((side * side - len(images), *images.shape[1:]), np.uint8)
    return tile(np.concatenate([images, empty]), side, gap=0)
