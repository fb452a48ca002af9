"""Pictures in files: what a file's header says, and its pixels.

Only the formats named here are tried, so that a file cannot reach the rarely used (and
rarely hardened) readers that Pillow also has.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import IO, TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.data.fitting import Size
from vae_desktop.core.data.value_range import to_bytes
from vae_desktop.core.errors import DataError

if TYPE_CHECKING:
    from PIL.Image import Image

PIXEL_LIMIT = 80_000_000
"""Pixels of the largest picture that is decoded; below the limit of Pillow itself, which
is left untouched, as it is the whole program's."""

_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "DIB", "TIFF", "WEBP", "PPM")
_WITH_FRAMES = frozenset({"PNG", "GIF", "TIFF", "WEBP"})
_WITH_ORIENTATION = frozenset({"JPEG", "MPO"})
_ORIENTATION_TAG = 0x0112
_QUARTER_TURNED = range(5, 9)
_GREY_MODES = frozenset({"1", "L"})
_INTEGER_MODES = frozenset({"I", "I;16", "I;16B", "I;16L", "I;16N"})


class Trait(Enum):
    """What is special about a picture; the value is a sentence about such pictures."""

    DEEP = "have more than 8 bits per channel; they were scaled so that 65535 became 255."
    TRANSPARENT = "can be transparent; they were laid on black."
    ANIMATED = "have several frames; the first was taken."


@dataclass(frozen=True)
class Header:
    """What a file says of its picture before it is decoded.

    Attributes:
        size: (width, height) in pixels, as the picture is shown.
        traits: what is special about it.
    """

    size: Size
    traits: frozenset[Trait]


def read_header(stream: IO[bytes]) -> Header:
    """The header of a picture.

    Raises:
        DataError: it is no picture, is damaged, or has too many pixels.
    """
    with _opened(stream) as image:
        return Header(_shown_size(image), frozenset(_traits(image)))


def decode(stream: IO[bytes]) -> NDArray[np.uint8]:
    """The first frame of a picture: uint8 (C, H, W), C = 1 (grey) or 3 (RGB).

    Transparent pixels are laid on black; 16 bits become 8; a photo is turned as its
    camera was held.

    Raises:
        DataError: it is no picture, is damaged, or has too many pixels.
    """
    from PIL import ImageOps

    with _opened(stream) as image:
        image.load()
        if image.format in _WITH_ORIENTATION:
            ImageOps.exif_transpose(image, in_place=True)
        return _pixels(image)


@contextmanager
def _opened(stream: IO[bytes]) -> Iterator["Image"]:
    from PIL import Image, UnidentifiedImageError

    try:
        if not stream.read(1):
            raise DataError("It is empty (0 bytes).")
        stream.seek(0)
        with Image.open(stream, formats=_FORMATS) as image:
            _check_pixel_count(image.size)
            yield image
    except DataError:
        raise
    except UnidentifiedImageError as error:
        raise DataError("It is not a picture, or one of a kind that cannot be read.") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except Exception as error:  # Pillow lets almost any kind pass for damaged files
        raise DataError(f"It is damaged or not complete ({_short(error)}).") from error


def _check_pixel_count(size: Size) -> None:
    if size[0] * size[1] > PIXEL_LIMIT:
        raise _too_large(f"{size[0]:,}×{size[1]:,} pixels are")
    if 0 in size:
        raise DataError("It has no pixels.")


def _too_large(what: str = "It is") -> DataError:
    return DataError(
        f"{what} too large: at most {PIXEL_LIMIT // 10**6} million pixels are decoded; shrink it."
    )


def _short(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return text if len(text) <= 80 else text[:79] + "…"


def _shown_size(image: "Image") -> Size:
    turned = (
        image.format in _WITH_ORIENTATION
        and image.getexif().get(_ORIENTATION_TAG) in _QUARTER_TURNED
    )
    return (image.height, image.width) if turned else image.size


def _traits(image: "Image") -> Iterator[Trait]:
    if image.mode in _INTEGER_MODES:
        yield Trait.DEEP
    if image.has_transparency_data:
        yield Trait.TRANSPARENT
    if image.format in _WITH_FRAMES and getattr(image, "is_animated", False):
        yield Trait.ANIMATED


def _pixels(image: "Image") -> NDArray[np.uint8]:
    if image.mode in _INTEGER_MODES:
        return _from_16_bits(np.asarray(image))[np.newaxis]
    if image.mode == "F":
        return to_bytes(np.asarray(image), "It")[np.newaxis]
    if image.has_transparency_data:
        return _on_black(np.asarray(image.convert("RGBA")))
    if image.mode in _GREY_MODES:
        return np.array(image.convert("L"), np.uint8)[np.newaxis]
    return np.ascontiguousarray(np.asarray(image.convert("RGB")).transpose(2, 0, 1))


def _from_16_bits(values: NDArray[np.integer]) -> NDArray[np.uint8]:
    """0..65535 -> 0..255, the same for every picture, so that their brightness compares."""
    if values.min() < 0 or values.max() > 65535:
        raise DataError("Its values do not fit into 16 bits; save it with 8 bits per channel.")
    return np.rint(values / 257).astype(np.uint8)


def _on_black(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    alpha = rgba[..., 3:].astype(np.uint16)
    colour = (rgba[..., :3] * alpha + 127) // 255
    return np.ascontiguousarray(colour.astype(np.uint8).transpose(2, 0, 1))
