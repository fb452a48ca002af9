"""The talk's two experiments on the map: Gaussians of the classes, and a way from A to B."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from vae_desktop.core import paths
from vae_desktop.core.events import Floats
from vae_desktop.core.gaussians import ellipse_of
from vae_desktop.core.latents import Coder
from vae_desktop.core.projection import LinearMap
from vae_desktop.core.viewport import Points
from vae_desktop.session.on_view import Classifier
from vae_desktop.ui.class_samples import ClassSamples, verdict
from vae_desktop.ui.latent_scene import LatentScene
from vae_desktop.ui.map_canvas import Overlay, no_points
from vae_desktop.ui.numbers import count
from vae_desktop.ui.path_panel import PathPanel, PathWish, place_text
from vae_desktop.ui.samples_panel import SamplesPanel

_SMOOTH = 65


class SamplesDesk(QObject):
    """Gaussians of the classes: fitted, dragged, sampled.

    Args:
        scene: whose classes they are.
        panel: shows the samples.

    Attributes:
        judge: a classifier that counts the samples read as intended; None for none.
    """

    changed = Signal()

    def __init__(self, scene: LatentScene, panel: SamplesPanel) -> None:
        super().__init__(panel)
        self._scene, self._panel = scene, panel
        self._coder: Coder | None = None
        self.judge: Classifier | None = None
        self.samples = ClassSamples()
        panel.shape_chosen.connect(self._on_shape_chosen)
        panel.class_chosen.connect(self._on_class_chosen)
        panel.sample_requested.connect(self._on_sample_requested)
        panel.reset_requested.connect(self._on_reset_requested)

    def forget(self) -> None:
        """Another run comes on view."""
        self._coder = None
        self.samples.forget()

    def show(self, coder: Coder | None) -> None:
        """Follow newer codes and weights."""
        self._coder = coder
        self.samples.follow(self._scene)
        self._panel.show_classes(self._scene.class_names)
        self._panel.show_by_hand(self.samples.by_hand)
        self._panel.show_obstacle(self.samples.obstacle(self._scene))
        if coder is None or not self.samples.gaussians:
            self._panel.show_nothing()
            return
        codes, labels = self.samples.draw()
        both = np.concatenate([codes, self.samples.draw_prior(len(codes))])
        pictures = coder.decode(both, np.concatenate([labels, labels]))
        of_classes, of_prior = pictures[: len(codes)], pictures[len(codes) :]
        first, second = (
            verdict(self.judge, some, labels, self._scene.class_names)
            for some in (of_classes, of_prior)
        )
        cloud = self._scene.cloud
        has_prior = cloud is not None and cloud.has_posterior
        self._panel.show_samples(of_classes, of_prior, (first, second), has_prior=has_prior)

    def handles(self) -> list[tuple[float, float]]:
        """Where the Gaussians can be dragged on the map."""
        plane = self._scene.linear
        return [] if plane is None or self._scene.is_strip else self.samples.handles(plane)

    def drag(self, handle: int, x: float, y: float) -> None:
        """One of the `handles` was dragged."""
        if self._scene.linear is not None:
            self.samples.drag(self._scene.linear, handle, x, y)
            self._refresh()

    def onto(self, overlay: Overlay) -> Overlay:
        """The overlay with the ellipses and their handles."""
        plane = self._scene.linear
        if plane is None or self._scene.is_strip:
            return overlay
        ellipses = [
            (ellipse_of(one, plane), self._scene.class_colour(one.label))
            for one in self.samples.gaussians
        ]
        return replace(overlay, gaussians=ellipses, handles=self.handles())

    def _refresh(self) -> None:
        self.show(self._coder)
        self.changed.emit()

    @Slot(int)
    def _on_shape_chosen(self, index: int) -> None:
        self.samples.full, self.samples.by_hand = index == 1, False
        self._refresh()

    @Slot(int)
    def _on_class_chosen(self, index: int) -> None:
        labels = [one.label for one in self.samples.gaussians]
        self.samples.only = index - 1 if index - 1 in labels else None
        self._refresh()

    @Slot()
    def _on_sample_requested(self) -> None:
        self.samples.seed += 1
        self._refresh()

    @Slot()
    def _on_reset_requested(self) -> None:
        self.samples.by_hand = False
        self._refresh()


class PathDesk(QObject):
    """A way between two codes: drawn, decoded, walked along.

    Args:
        scene: in whose plane its ends are.
        panel: gathers the wish and shows the pictures.

    Attributes:
        pictures: uint8 (n, C, H, W), decoded from A to B; None without a way.
    """

    changed = Signal()

    def __init__(self, scene: LatentScene, panel: PathPanel) -> None:
        super().__init__(panel)
        self._scene, self._panel = scene, panel
        self._coder: Coder | None = None
        self.pictures: np.ndarray | None = None
        panel.wish_changed.connect(self._on_wish_changed)

    def forget(self) -> None:
        """Another run comes on view."""
        self._coder = self.pictures = None
        self._panel.set_wish(None)

    def show(self, coder: Coder | None) -> None:
        """Follow newer weights."""
        self._coder = coder
        wish, plane = self._panel.wish, self._scene.linear
        if coder is None or wish is None or plane is None:
            self.pictures = None
            sentence = self._scene.plane.no_inverse if self._scene.plane is not None else ""
            self._panel.show_pictures(np.zeros((0, 1, 1, 1), np.uint8), None, sentence)
            return
        shares = np.append(np.linspace(0, 1, wish.steps), wish.share)
        decoded = coder.decode(codes_on(plane, wish, shares))
        self.pictures = decoded[:-1]
        way = "along an arc" if wish.spherical else "along a line"
        self._panel.show_pictures(
            self.pictures,
            decoded[-1],
            f"{place_text(wish.start)} → {place_text(wish.end)} {way} · step {count(coder.step)}",
        )

    def draw(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """A line was drawn on the map."""
        self._panel.move_ends(start, end)

    def drag(self, handle: int, x: float, y: float) -> None:
        """A (0), B (1) or the dot (2) was dragged."""
        wish = self._panel.wish
        if wish is None:
            return
        if handle == 0:
            wish = replace(wish, start=(x, y))
        elif handle == 1:
            wish = replace(wish, end=(x, y))
        else:
            wish = replace(wish, share=self._nearest_share(wish, x, y))
        self._panel.ask_for(wish)

    def onto(self, overlay: Overlay) -> Overlay:
        """The overlay with the way, its stops and its handles."""
        wish, plane = self._panel.wish, self._scene.linear
        if wish is None or plane is None:
            return overlay
        stops = self._points(wish, np.linspace(0, 1, wish.steps))
        dot = self._points(wish, np.array([wish.share]))[0]
        handles = [wish.start, wish.end, (float(dot[0]), float(dot[1]))]
        smooth = self._points(wish, np.linspace(0, 1, _SMOOTH))
        return replace(overlay, path=smooth, stops=stops, handles=handles)

    def _points(self, wish: PathWish, shares: NDArray[np.floating]) -> Points:
        plane = self._scene.linear
        return no_points() if plane is None else plane.place(codes_on(plane, wish, shares))

    def _nearest_share(self, wish: PathWish, x: float, y: float) -> float:
        """The place on the way that is nearest to a point."""
        shares = np.linspace(0, 1, 401)
        distances = np.hypot(*(self._points(wish, shares) - (x, y)).T)
        return float(shares[np.argmin(distances)])

    @Slot()
    def _on_wish_changed(self) -> None:
        self.show(self._coder)
        self.changed.emit()


def codes_on(plane: LinearMap, wish: PathWish, shares: NDArray[np.floating]) -> Floats:
    """Codes (n, D) at `shares` (n,) of the way from A to B."""
    start, end = plane.codes(np.array([wish.start, wish.end]))
    return (paths.spherical if wish.spherical else paths.straight)(start, end, shares)
