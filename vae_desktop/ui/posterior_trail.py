"""Posteriors over a map: where a picture is in latent space now, and where it was before."""

from collections import deque
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from vae_desktop.core.events import Floats
from vae_desktop.core.gaussians import Ellipse, ellipse
from vae_desktop.core.latents import Coder
from vae_desktop.core.projection import LinearMap
from vae_desktop.core.viewport import Points
from vae_desktop.ui.map_canvas import Overlay

Bytes = NDArray[np.uint8]

LENGTH = 24
"""Pictures that are remembered."""
_FAINTEST, _BOLDEST = 0.1, 0.75
"""Opacity of the oldest and of the newest but one."""


class PosteriorTrail:
    """The last pictures and their posteriors, all by the same weights.

    The pictures are kept, not their codes: so the trail stays true while the model trains.

    Attributes:
        mu, sigma: float32 (n, D), oldest first; n is 0 before the first picture.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget all pictures."""
        self._pictures: deque[Bytes] = deque(maxlen=LENGTH)
        self.mu: Floats = np.zeros((0, 0), np.float32)
        self.sigma: Floats = np.zeros((0, 0), np.float32)

    def add(self, picture: Bytes) -> bool:
        """Remember another picture (C, H, W); False where it is the newest already."""
        if self._pictures and np.array_equal(self._pictures[-1], picture):
            return False
        self._pictures.append(picture)
        return True

    def encode(self, coder: Coder) -> None:
        """Find the posteriors by the newest weights."""
        if self._pictures:
            self.mu, self.sigma = coder.encode(np.stack(self._pictures))

    def onto(self, overlay: Overlay, plane: LinearMap, colour: QColor) -> Overlay:
        """The overlay with the newest posterior as an ellipse and the others fading behind."""
        if not len(self.mu) or not np.isfinite(self.mu).all():
            return overlay
        points = plane.place(self.mu)
        ellipses = self._ellipses(points, plane)
        now = [(ellipses[-1], colour)] if self.sigma[-1].any() else []
        return replace(
            overlay,
            curves=[*overlay.curves, *self._curves(points, ellipses, colour)],
            gaussians=[*overlay.gaussians, *now],
            marks=np.concatenate([points[-1:], overlay.marks]),
        )

    def _ellipses(self, points: Points, plane: LinearMap) -> list[Ellipse]:
        covariances = plane.covariance(np.square(self.sigma).astype(np.float64))
        return [ellipse(*both) for both in zip(points, covariances, strict=True)]

    def _curves(
        self, points: Points, ellipses: list[Ellipse], colour: QColor
    ) -> list[tuple[Points, QColor]]:
        """Older posteriors and the way between their means, the older the fainter."""
        older = len(points) - 1
        result: list[tuple[Points, QColor]] = []
        for place, opacity in enumerate(np.linspace(_FAINTEST, _BOLDEST, LENGTH)[LENGTH - older :]):
            faint = QColor(colour)
            faint.setAlphaF(float(opacity))
            result.append((points[place : place + 2], faint))
            if self.sigma[place].any():
                result.append((ellipses[place].outline(), faint))
        return result
