"""Pictures as arrays: tiles of many pictures in one, PNG files and films.

Everything here is uint8; a picture is (C, H, W) inside the core and (H, W) or (H, W, 3)
where it is shown or saved.
"""

import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.files import write_atomically

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

Bytes = NDArray[np.uint8]

FRAME_MS = 120
"""Milliseconds that a frame of a film is shown."""


def to_uint8(pictures: "Tensor") -> Bytes:
    """Pictures in [0, 1], on any device, as read-only bytes of the same shape, rounded.

    What is not a number is black: a run that diverges is still looked at.
    """
    scaled = pictures.detach().mul(255).round_().clamp_(0, 255).nan_to_num_(0)
    array: Bytes = scaled.cpu().numpy().astype(np.uint8)
    array.flags.writeable = False
    return array


def tile(images: Bytes, columns: int, gap: int = 1, ground: int = 0) -> Bytes:
    """Many pictures in one, row by row, with `gap` pixels between and none around.

    Args:
        images: uint8 (n, C, H, W), C = 1 or 3.
        columns: pictures in a row.
        gap: pixels between two pictures.
        ground: brightness of gaps and empty cells.

    Returns:
        uint8 (R, K) for grey or (R, K, 3) for colour.
    """
    count, channels, height, width = images.shape
    rows = max(1, math.ceil(count / columns))
    shape = (rows * (height + gap) - gap, columns * (width + gap) - gap, channels)
    picture = np.full(shape, ground, np.uint8)
    for index, image in enumerate(images):
        row, column = divmod(index, columns)
        top, left = row * (height + gap), column * (width + gap)
        picture[top : top + height, left : left + width] = image.transpose(1, 2, 0)
    return picture[..., 0] if channels == 1 else picture


def untile(picture: Bytes, image_shape: tuple[int, int, int], columns: int, gap: int = 1) -> Bytes:
    """The pictures in a tiled one: undoes `tile`; empty cells come back as pictures too.

    Args:
        picture: uint8 (R, K) or (R, K, 3), made by `tile`.
        image_shape: (C, H, W) of one picture.
        columns, gap: as given to `tile`.

    Returns:
        uint8 (rows · columns, C, H, W).

    Raises:
        ValueError: the picture is not a whole number of such tiles.
    """
    channels, height, width = image_shape
    canvas = picture.reshape(*picture.shape[:2], -1)
    rows, rest = divmod(canvas.shape[0] + gap, height + gap)
    if rest or canvas.shape[1] + gap != columns * (width + gap) or canvas.shape[2] != channels:
        raise ValueError(f"a picture of shape {picture.shape} does not hold tiles {image_shape}")
    padded = np.zeros((rows * (height + gap), columns * (width + gap), channels), np.uint8)
    padded[: canvas.shape[0], : canvas.shape[1]] = canvas
    cells = padded.reshape(rows, height + gap, columns, width + gap, channels)
    cells = cells[:, :height, :, :width].transpose(0, 2, 4, 1, 3)
    return np.ascontiguousarray(cells.reshape(rows * columns, channels, height, width))


def interleave(upper: Bytes, lower: Bytes, columns: int) -> Bytes:
    """Pictures in the order of a pair grid: a row of `upper`, below it the same of `lower`.

    Args:
        upper, lower: uint8 (n, C, H, W), pairs in order; n a multiple of `columns`.

    Returns:
        uint8 (2n, C, H, W), to be tiled with the same number of columns.
    """
    pairs = [images.reshape(-1, columns, *images.shape[1:]) for images in (upper, lower)]
    return np.stack(pairs, axis=1).reshape(-1, *upper.shape[1:])


def write_png(path: Path, picture: Bytes) -> None:
    """Save a picture (H, W) or (H, W, 3) as PNG, atomically.

    Raises:
        OSError: the folder cannot be written.
    """
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, format="PNG")
    write_atomically(path, buffer.getvalue())


def read_png(path: Path) -> Bytes:
    """A picture (H, W) or (H, W, 3) from a PNG file.

    Raises:
        OSError, ValueError: the file cannot be read or is no such picture.
    """
    from PIL import Image

    with Image.open(path, formats=["PNG"]) as image:
        if image.mode not in ("L", "RGB"):
            raise ValueError(f"{path} is neither 8-bit grey nor RGB")
        return np.asarray(image).copy()


def write_gif(path: Path, pictures: Bytes, milliseconds: int = FRAME_MS, enlarge: int = 1) -> None:
    """Save pictures (n, C, H, W) as a film that runs there and back for ever, atomically.

    Args:
        path: where.
        pictures: the frames.
        milliseconds: that each is shown.
        enlarge: whole factor by which the pixels are repeated.

    Raises:
        OSError: the folder cannot be written.
    """
    from PIL import Image

    large = pictures.repeat(enlarge, axis=2).repeat(enlarge, axis=3)
    frames = [Image.fromarray(tile(picture[None], 1)) for picture in large]
    write_film(path, frames, milliseconds)


def write_film(path: Path, frames: Sequence["Image"], milliseconds: int = FRAME_MS) -> None:
    """Save frames of one size as a GIF that runs there and back for ever, atomically.

    Raises:
        OSError: the folder cannot be written.
    """
    there_and_back = [*frames, *frames[-2:0:-1]]
    buffer = io.BytesIO()
    there_and_back[0].save(
        buffer,
        format="GIF",
        save_all=True,
        append_images=there_and_back[1:],
        duration=milliseconds,
        loop=0,
    )
    write_atomically(path, buffer.getvalue())
