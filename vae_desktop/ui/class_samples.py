"""Samples of the classes' Gaussians beside samples of the prior: what is drawn, no widgets."""

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.events import Floats
from vae_desktop.core.gaussians import Gaussian, ellipse_of, fit, moved, sample, stretched
from vae_desktop.core.projection import LinearMap
from vae_desktop.session.on_view import Classifier
from vae_desktop.ui.latent_scene import LatentScene

OF_ONE_CLASS = 16
HANDLES = 3
"""Of each Gaussian: its middle and the ends of its half axes."""


class ClassSamples:
    """Gaussians of the classes, as they were fitted or dragged.

    Attributes:
        full: whether they have covariances.
        only: the class that all samples are of; None for one of each.
        gaussians: by ascending class.
        by_hand: whether one was dragged since they were fitted.
    """

    def __init__(self) -> None:
        self.full, self.seed = False, 0
        self.only: int | None = None
        self.forget()

    def forget(self) -> None:
        """There are no codes any more."""
        self.gaussians: list[Gaussian] = []
        self.by_hand = False

    def follow(self, scene: LatentScene) -> None:
        """Fit to the newest codes, unless Gaussians were dragged."""
        if self.by_hand:
            return
        labels = scene.labels
        if scene.cloud is None or labels is None:
            self.gaussians = []
        else:
            self.gaussians = fit(scene.cloud.mu, labels, full=self.full)

    def obstacle(self, scene: LatentScene) -> str:
        """Why there is nothing to sample, as a sentence; "" where there is."""
        if scene.labels is None:
            return "This data set has no classes, so there are no Gaussians of classes to draw."
        if not self.gaussians:
            return "No class has two codes that are finite numbers; train on, then look again."
        if len(self.gaussians) == 1:
            return "There is one class only; its Gaussian has none to be compared with."
        return ""

    def draw(self) -> tuple[Floats, NDArray[np.int64]]:
        """Codes (n, D) and the classes (n,) that they are of."""
        chosen = [one for one in self.gaussians if self.only in (None, one.label)]
        each = 1 if self.only is None else OF_ONE_CLASS
        codes = [sample(one, each, np.random.default_rng((self.seed, one.label))) for one in chosen]
        labels = np.repeat(np.array([one.label for one in chosen], np.int64), each)
        return np.concatenate(codes), labels

    def draw_prior(self, count: int) -> Floats:
        """As many codes (count, D) from N(0, I)."""
        random = np.random.default_rng((self.seed, 10_000))
        return random.standard_normal((count, len(self.gaussians[0].mean))).astype(np.float32)

    def handles(self, plane: LinearMap) -> list[tuple[float, float]]:
        """Places on the map by which the Gaussians are dragged, three for each."""
        return [
            (float(x), float(y))
            for one in self.gaussians
            for x, y in ellipse_of(one, plane).handles()
        ]

    def drag(self, plane: LinearMap, handle: int, x: float, y: float) -> None:
        """One of the `handles` was dragged to a place."""
        which, part = divmod(handle, HANDLES)
        old = self.gaussians[which]
        new = moved(old, plane, x, y) if part == 0 else stretched(old, plane, part, x, y)
        self.gaussians[which] = new
        self.by_hand = True


def verdict(
    judge: Classifier | None,
    pictures: NDArray[np.uint8],
    labels: NDArray[np.int64],
    names: tuple[str, ...],
) -> str:
    """How many samples a classifier reads as intended: "9 of 10 read as intended".

    Args:
        judge: the classifier; None for none.
        pictures: uint8 (n, C, H, W).
        labels: int64 (n,), what was intended.
        names: of these classes; a judge that knows others cannot count.
    """
    if judge is None or judge.class_names != names:
        return ""
    read = int((judge.classes(pictures) == labels).sum())
    return f"{read} of {len(labels)} read as intended"
