"""What is drawn over the points for whatever is under the mouse."""

import numpy as np

from vae_desktop.core.density import BINS, along
from vae_desktop.core.gaussians import Ellipse, ellipse
from vae_desktop.core.viewport import Points
from vae_desktop.ui.cursor_reading import Reading
from vae_desktop.ui.latent_scene import LatentScene
from vae_desktop.ui.map_canvas import Overlay, no_points

SELECTED_ELLIPSES = 12
_CURVE_HEIGHT = 1.6
"""Of the highest density along one latent, in units of the map."""
_CURVE_REACH = 6.0


def overlay_of(
    scene: LatentScene, reading: Reading | None, pin: tuple[float, float] | None
) -> Overlay:
    """Marks and posteriors of the nearest image, its neighbours and some selected images."""
    places = np.zeros(0, np.intp)
    if reading is not None and reading.near is not None:
        places = np.array([reading.near.place, *reading.near.others], np.intp)
    places = places[places < len(scene.points)]
    marks = scene.points[places] if len(places) else no_points()
    chosen = scene.selected
    if chosen is not None:
        places = np.union1d(places, np.flatnonzero(chosen)[:SELECTED_ELLIPSES])
    return Overlay(
        prior=scene.prior,
        posteriors=posterior_ellipses(scene, places),
        curves=[(curve, scene.class_colour(label)) for label, curve in _class_densities(scene)],
        marks=marks,
        pin=pin,
    )


def posterior_ellipses(scene: LatentScene, places: np.ndarray) -> list[Ellipse]:
    """The posteriors of images at `places` (k,) of the cloud, at 1 σ, to scale."""
    linear, cloud = scene.linear, scene.cloud
    if linear is None or cloud is None or scene.is_strip or not cloud.has_posterior:
        return []
    covariances = linear.covariance(np.square(cloud.sigma[places]).astype(np.float64))
    return [
        ellipse(point, covariance)
        for point, covariance in zip(scene.points[places], covariances, strict=True)
    ]


def _class_densities(scene: LatentScene) -> list[tuple[int, Points]]:
    """Along a single latent, the density of each visible class as a curve above zero."""
    if not scene.is_strip or scene.cloud is None:
        return []
    values, labels = scene.cloud.mu[:, 0], scene.labels
    if labels is None:
        labels = np.zeros(len(values), np.int64)
    classes = [int(label) for label in np.unique(labels) if label not in scene.hidden]
    densities = [along(values[labels == label], -_CURVE_REACH, _CURVE_REACH) for label in classes]
    peak = max((density.max() for density in densities), default=0.0) or 1.0
    x = -_CURVE_REACH + (np.arange(BINS) + 0.5) * 2 * _CURVE_REACH / BINS
    return [
        (label, np.stack([x, density / peak * _CURVE_HEIGHT], axis=1))
        for label, density in zip(classes, densities, strict=True)
    ]
