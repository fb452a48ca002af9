"""What the models say of places on the map: pictures, classes, and what is under the mouse."""

import numpy as np

from vae_desktop.core.latents import Bytes, Rows
from vae_desktop.core.regions import Classes
from vae_desktop.core.viewport import Points
from vae_desktop.session.on_view import RunOnView
from vae_desktop.ui.cursor_reading import Reading, read
from vae_desktop.ui.latent_scene import LatentScene


class MapModels:
    """Asks the newest weights, and the classifier at hand, for the map.

    Args:
        scene: through whose plane points become codes.
        on_view: whose decoder and judge are asked.
    """

    def __init__(self, scene: LatentScene, on_view: RunOnView) -> None:
        self._scene, self._on_view = scene, on_view

    @property
    def version(self) -> object:
        """Equal as long as the same points give the same pictures and classes."""
        decoder, plane = self._on_view.decoder, self._scene.linear
        if decoder is None or plane is None:
            return None
        return decoder.step, decoder.label, plane.matrix.tobytes(), plane.origin.tobytes()

    def fetch(self, rows: Rows) -> Bytes:
        """Pictures of the set, for the map's thumbnails."""
        pictures = self._scene.pictures
        return np.zeros((0, 1, 1, 1), np.uint8) if pictures is None else pictures.images(rows)

    def decode(self, points: Points) -> Bytes:
        """Pictures of points of the map, for its tiles."""
        plane, decoder = self._scene.linear, self._on_view.decoder
        if plane is None or decoder is None:
            raise RuntimeError("tiles are wanted only where points can be decoded")
        return decoder.decode(plane.codes(points))

    def classes(self, points: Points) -> Classes:
        """Classes that the judge reads in the pictures of points, for the map's regions."""
        judge = self._on_view.judge
        if judge is None:
            raise RuntimeError("regions are wanted only where there is a judge")
        return judge.classes(self.decode(points))

    def read(self, x: float, y: float) -> Reading | None:
        """What is at a point of the map; None before there are weights."""
        decoder = self._on_view.decoder
        return None if decoder is None else read(self._scene, decoder, x, y)
