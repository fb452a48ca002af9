"""From a picture of any size to the picture that the model will see."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.data.import_options import Fit

if TYPE_CHECKING:
    from PIL.Image import Image

Size = tuple[int, int]
"""(width, height) in pixels."""


@dataclass(frozen=True)
class Plan:
    """What every picture of an import becomes.

    Attributes:
        size: (width, height) in pixels.
        channels: 1 (grey) or 3 (RGB).
        invert: whether black and white change places; before bars are added, so that
            bars are always black.
        fit: what happens to pictures of another shape.
    """

    size: Size
    channels: int
    invert: bool = False
    fit: Fit = Fit.CROP

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W) of the result."""
        return self.channels, self.size[1], self.size[0]


def fitted(picture: NDArray[np.uint8], plan: Plan) -> NDArray[np.uint8]:
    """A picture (c, h, w), c = 1 or 3, as the plan wants it: uint8 (C, H, W)."""
    picture = _with_channels(picture, plan.channels)
    if plan.invert:
        picture = 255 - picture
    if picture.shape == plan.shape:
        return picture
    return _to_array(_resized(_to_image(picture), plan))


def has_colour(picture: NDArray[np.uint8]) -> bool:
    """Whether a picture (C, H, W) has a pixel that is not grey."""
    return picture.shape[0] == 3 and bool((picture[:1] != picture[1:]).any())


def _with_channels(picture: NDArray[np.uint8], channels: int) -> NDArray[np.uint8]:
    if picture.shape[0] == channels:
        return picture
    if channels == 3:
        return np.repeat(picture, 3, axis=0)
    # Pillow's luma (ITU-R 601-2), the usual meaning of "in grey".
    return _to_array(_to_image(picture).convert("L"))


def _to_image(picture: NDArray[np.uint8]) -> "Image":
    from PIL import Image

    if picture.shape[0] == 1:
        return Image.fromarray(picture[0])
    return Image.fromarray(np.ascontiguousarray(picture.transpose(1, 2, 0)))


def _to_array(image: "Image") -> NDArray[np.uint8]:
    pixels = np.array(image, np.uint8)
    return pixels[np.newaxis] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)


def _resized(image: "Image", plan: Plan) -> "Image":
    from PIL import Image

    # Bilinear does not overshoot at edges, so that a black ground stays black; Pillow
    # widens its support when shrinking, so that no pixel is lost.
    bilinear = Image.Resampling.BILINEAR
    if plan.fit is Fit.PAD:
        return _padded(image, plan.size)
    box = _middle(image.size, plan.size) if plan.fit is Fit.CROP else None
    return image.resize(plan.size, bilinear, box=box)


def _padded(image: "Image", size: Size) -> "Image":
    from PIL import Image

    scale = min(size[0] / image.width, size[1] / image.height)
    inner = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    ground = Image.new(image.mode, size)  # black
    corner = ((size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2)
    ground.paste(image.resize(inner, Image.Resampling.BILINEAR), corner)
    return ground


def _middle(have: Size, want: Size) -> tuple[float, float, float, float]:
    """The largest centred box of the wanted proportions: left, top, right, bottom."""
    scale = min(have[0] / want[0], have[1] / want[1])
    width, height = want[0] * scale, want[1] * scale
    # Rounding must not carry the box outside the image: Pillow would refuse it.
    left, top = max(0.0, (have[0] - width) / 2), max(0.0, (have[1] - height) / 2)
    return left, top, min(left + width, have[0]), min(top + height, have[1])
