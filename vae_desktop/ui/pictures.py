"""Pictures of the core as images of Qt."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage


def to_image(picture: NDArray[np.uint8]) -> QImage:
    """A picture (C, H, W), C = 1 or 3, as an image that owns its pixels."""
    channels, height, width = picture.shape
    pixels = np.ascontiguousarray(picture.transpose(1, 2, 0))
    grey = channels == 1
    form = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB888
    return QImage(pixels.data, width, height, width * channels, form).copy()


def to_picture(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture (C, H, W) as (H, W) or (H, W, 3), as it is shown and saved."""
    return image[0] if image.shape[0] == 1 else image.transpose(1, 2, 0)
