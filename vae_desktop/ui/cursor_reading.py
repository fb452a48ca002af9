"""What is under the mouse: the picture decoded there, and the images that are near."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.events import Floats
from vae_desktop.core.latents import Coder, neighbours
from vae_desktop.ui.latent_scene import LatentScene

Bytes = NDArray[np.uint8]

NEIGHBOURS = 5


@dataclass(frozen=True, eq=False)
class Near:
    """The image nearest to a point of the map.

    Attributes:
        place: in the cloud.
        part, index: which image of the data set it is.
        label: its class, or "".
        mu, sigma: its posterior, (D,); sigma is zero where there is none.
        image, reconstruction: uint8 (C, H, W).
        others: places in the cloud of its nearest neighbours in latent space.
        others_images: uint8 (k, C, H, W), theirs.
    """

    place: int
    part: str
    index: int
    label: str
    mu: Floats
    sigma: Floats
    image: Bytes
    reconstruction: Bytes
    others: NDArray[np.intp]
    others_images: Bytes


@dataclass(frozen=True, eq=False)
class Reading:
    """What is at a point of the map.

    Attributes:
        x, y: the point.
        step: whose weights decoded it.
        code: (D,); None where the map has no way back to codes.
        decoded: uint8 (C, H, W) of the code; None likewise.
        no_inverse: the reason for that, or "".
        near: the nearest image; None where there is none.
    """

    x: float
    y: float
    step: int
    code: Floats | None
    decoded: Bytes | None
    no_inverse: str
    near: Near | None


def read(scene: LatentScene, coder: Coder, x: float, y: float) -> Reading | None:
    """What is at (x, y); None while there are no codes."""
    if scene.plane is None or scene.cloud is None:
        return None
    code, place = scene.code_at(x, y), scene.nearest(x, y)
    decoded = None if code is None else coder.decode(code[None])[0]
    near = None if place is None else _near(scene, coder, place)
    return Reading(x, y, coder.step, code, decoded, scene.plane.no_inverse, near)


def _near(scene: LatentScene, coder: Coder, place: int) -> Near | None:
    cloud, pictures = scene.cloud, scene.pictures
    if cloud is None or pictures is None:
        return None
    others = neighbours(cloud.mu, place, NEIGHBOURS)
    images = pictures.images(cloud.rows[[place, *others]])
    part, index = pictures.source(int(cloud.rows[place]))
    labels, names = scene.labels, scene.class_names
    own = None if labels is None else labels[[place]]
    return Near(
        place=place,
        part=part,
        index=index,
        label=names[labels[place]] if labels is not None and names else "",
        mu=cloud.mu[place],
        sigma=cloud.sigma[place],
        image=images[0],
        reconstruction=coder.decode(cloud.mu[[place]], own)[0],
        others=others,
        others_images=images[1:],
    )
