"""From newer codes, or another way to see them, to what the map shows."""

from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from vae_desktop.core.events import Floats
from vae_desktop.core.latents import Cloud, PictureSet
from vae_desktop.core.point_index import PointIndex
from vae_desktop.core.progress import Progress
from vae_desktop.core.projection import Embedded
from vae_desktop.core.tsne import MOST, tsne
from vae_desktop.session.clouds import CloudSource
from vae_desktop.session.jobs import JobRunner
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.state import Failure
from vae_desktop.ui.job_line import JobLine
from vae_desktop.ui.latent_map import PRIOR_BOX, STRIP_BOX, LatentMap
from vae_desktop.ui.latent_scene import BY_ERROR, LatentScene, View
from vae_desktop.ui.map_bar import MapBar
from vae_desktop.ui.map_layers import MapLayers
from vae_desktop.ui.numbers import count

NOT_FINITE = (
    "Some codes are not finite numbers: the training has diverged. Train again with a smaller "
    "learning rate."
)


class SceneDesk(QObject):
    """Keeps the map's points, colours, axes and caption in step with the codes.

    Args:
        scene: what the map is of.
        on_view, source: where codes come from.
        view, bar, layers: the map and its two rows of controls.
        job: shows how far t-SNE is.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        scene: LatentScene,
        on_view: RunOnView,
        source: CloudSource,
        view: LatentMap,
        bar: MapBar,
        layers: MapLayers,
        job: JobLine,
    ) -> None:
        super().__init__(view)
        self._scene, self._on_view, self._source = scene, on_view, source
        self._map, self._bar, self._layers, self._job = view, bar, layers, job
        self._embedder, self._indexer = JobRunner(self), JobRunner(self)
        self._latents = 0
        self._anew = True
        self._connect()

    def forget(self) -> None:
        """Another run comes on view: its points may be anywhere, its t-SNE is another."""
        self._embedder.cancel()
        self._anew = True
        self._scene.forget()
        if self._scene.view.kind == "tsne":
            self._scene.view = View()
        self._map.canvas.points.clear()
        self._map.canvas.forget_decoded()
        self._map.show_points(self._scene.points, anew=True)

    def show(self) -> None:
        """Show the scene as it is now."""
        scene, canvas = self._scene, self._map.canvas
        colouring = scene.colouring()
        hidden = scene.hidden if colouring.names else frozenset()
        rows = np.zeros(0, np.int64) if scene.cloud is None else scene.cloud.rows
        canvas.points.show_points(scene.points, rows, colouring, hidden, scene.selected)
        canvas.axes = scene.axes
        self._layers.show_colouring(colouring, hidden)
        self._layers.show_inverse(scene.plane.no_inverse if scene.plane is not None else "")
        self._layers.caption.setText(self._caption())
        self._layers.caption.setToolTip(f"{self._caption()}\n{self._which()}")
        has_prior = scene.cloud is None or scene.cloud.has_posterior
        self._layers.show_prior(exists=has_prior)
        prior = PRIOR_BOX if has_prior else None
        self._map.frame = STRIP_BOX if scene.is_strip else prior if scene.linear else None
        self._map.show_points(scene.points, anew=self._anew)
        self._anew = False
        self._index()

    def shutdown(self) -> None:
        """End what runs in the background."""
        self._embedder.shutdown()
        self._indexer.shutdown()

    def _index(self) -> None:
        """Sort very many points in the background, so that no frame waits for it."""
        visible = self._scene.unsorted
        if visible is not None:
            self._indexer.start(partial(_sort, visible))

    @Slot(object)
    def _on_indexed(self, result: tuple[Floats, PointIndex]) -> None:
        self._scene.use_index(*result)

    def _connect(self) -> None:
        self._source.cloud_changed.connect(self._on_cloud_changed)
        self._indexer.done.connect(self._on_indexed)
        self._indexer.failed.connect(self.failed)
        self._embedder.done.connect(self._on_embedded)
        self._embedder.failed.connect(self._on_embedding_failed)
        self._embedder.cancelled.connect(self._on_embedding_cancelled)
        self._embedder.progressed.connect(self._job.show_progress)
        self._job.cancel_requested.connect(self._embedder.cancel)
        self._bar.view_chosen.connect(self._on_view_chosen)
        self._bar.colours_chosen.connect(self._on_colours_chosen)
        self._bar.part_chosen.connect(self._on_part_chosen)
        self._bar.label_chosen.connect(self._on_view.set_label)
        self._on_view.label_changed.connect(self._offer_labels)
        self._layers.palette_chosen.connect(self._on_palette_chosen)
        self._layers.hidden_changed.connect(self._on_hidden_changed)

    def _offer(self) -> None:
        """Offer what suits the run: its latents, its factors."""
        scene = self._scene
        if scene.latent_dim != self._latents:
            self._latents = scene.latent_dim
            scene.look_from(View())
            self._bar.show_latents(self._latents)
        factors = scene.dataset.factors if scene.dataset is not None else ()
        self._bar.show_colours([factor.name for factor in factors])
        self._offer_labels()

    @Slot()
    def _offer_labels(self) -> None:
        """Offer the classes that a conditional model can decode as."""
        decoder, pictures = self._on_view.decoder, self._on_view.pictures
        names = () if pictures is None else pictures.names
        conditional = decoder is not None and decoder.classes > 0
        self._bar.show_labels(names if conditional else (), self._on_view.label)

    def _caption(self) -> str:
        cloud = self._scene.cloud
        if cloud is None:
            return ""
        if not cloud.finite:
            return NOT_FINITE
        placed = int(np.isfinite(self._scene.points[:, 0]).sum())
        shown = f"{count(placed)} of {count(cloud.total)} images"
        return f"{shown} · step {count(cloud.step)}"

    def _which(self) -> str:
        """What a point of the map is, as a sentence."""
        cloud = self._scene.cloud
        if cloud is None:
            return ""
        which = "posterior mean" if cloud.has_posterior else "code"
        rest = "" if cloud.complete else " While the model trains, some of them are shown."
        if self._scene.view.kind == "tsne" and len(cloud) > MOST:
            rest = f" t-SNE places {count(MOST)} of them at most."
        return f"Every image at its {which}, encoded with the weights of this step.{rest}"

    @Slot()
    def _on_cloud_changed(self) -> None:
        cloud, pictures, dataset = self._source.cloud, self._source.pictures, self._on_view.dataset
        if cloud is None or pictures is None or dataset is None:
            self.forget()
        else:
            before = self._scene.cloud
            self._scene.take(dataset, pictures, cloud)
            self._offer()
            self.show()
            grown = before is not None and cloud.complete and not before.complete
            if grown and self._source.resting:
                self._map.settle()
        self.changed.emit()

    @Slot(object)
    def _on_view_chosen(self, view: View) -> None:
        cloud, pictures = self._scene.cloud, self._scene.pictures
        self._embedder.cancel()
        if view.kind != "tsne":
            self._look_from(view)
        elif cloud is not None and pictures is not None:
            self._job.begin()
            self._embedder.start(partial(_embed, cloud, pictures))

    def _look_from(self, view: View, embedded: Embedded | None = None) -> None:
        self._scene.look_from(view, embedded)
        self._map.canvas.forget_decoded()
        self._anew = True
        self.changed.emit()
        self.show()
        self._map.fit()

    @Slot(object)
    def _on_embedded(self, result: tuple[PictureSet, Embedded]) -> None:
        self._job.end()
        pictures, embedded = result
        if pictures is self._scene.pictures:
            self._look_from(View("tsne"), embedded)

    @Slot(object)
    def _on_embedding_failed(self, failure: Failure) -> None:
        self._on_embedding_cancelled()
        self.failed.emit(failure)

    @Slot()
    def _on_embedding_cancelled(self) -> None:
        self._job.end()
        self._bar.show_view(self._scene.view)

    @Slot(str)
    def _on_colours_chosen(self, name: str) -> None:
        self._scene.colour_by = name
        self._source.measure_errors(name == BY_ERROR)
        self.show()

    @Slot(str)
    def _on_part_chosen(self, part: str) -> None:
        self._source.choose_part(part)

    @Slot(str)
    def _on_palette_chosen(self, palette: str) -> None:
        self._scene.palette = palette
        self.show()
        self.changed.emit()

    @Slot(object)
    def _on_hidden_changed(self, hidden: frozenset[int]) -> None:
        self._scene.hide(hidden)
        self.show()


def _sort(points: Floats, progress: Progress) -> tuple[Floats, PointIndex]:
    return points, PointIndex(points)


def _embed(cloud: Cloud, pictures: PictureSet, progress: Progress) -> tuple[PictureSet, Embedded]:
    """t-SNE of at most `MOST` codes of the cloud; the others have no place."""
    points = np.full((len(pictures), 2), np.nan, np.float32)
    chosen = slice(0, MOST)
    points[cloud.rows[chosen]] = tsne(cloud.mu[chosen], progress)
    return pictures, Embedded(points)
