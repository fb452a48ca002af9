"""What the map is of: codes, the plane they are seen in, their colours, and who is chosen."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.events import Floats
from vae_desktop.core.latents import Cloud, PictureSet, Rows
from vae_desktop.core.point_index import PointIndex
from vae_desktop.core.projection import (
    Embedded,
    LinearMap,
    Projection,
    Strip,
    principal,
    two_latents,
)
from vae_desktop.ui.point_colours import PALETTES, Colouring, by_class, by_value

AT_ONCE = 50_000
"""Points that are sorted in a few milliseconds, when the mouse first comes; more are sorted in
the background, and until then all of them are looked at."""
BY_CLASS, BY_ERROR, BY_KL = "class", "reconstruction error", "KL"


@dataclass(frozen=True)
class View:
    """From where the codes are seen.

    Attributes:
        kind: "latents", "pca" or "tsne".
        first, second: the two latents, from 0, where they are seen as they are.
    """

    kind: str = "latents"
    first: int = 0
    second: int = 1


class LatentScene:
    """Everything the map shows, as plain values; knows no widgets.

    Attributes:
        pictures, cloud, dataset: the newest; None until there are any.
        view: from where they are seen.
        colour_by: `BY_CLASS`, `BY_ERROR`, `BY_KL` or the name of a factor.
        palette: of the classes.
        hidden: classes (from 0) that are not drawn.
        selection: rows of the selected pictures, ascending.
        plane: how codes become points; None until there are codes.
        points: float32 (n, 2), of the cloud.
    """

    def __init__(self) -> None:
        self.view = View()
        self.colour_by, self.palette = BY_CLASS, "Petroff"
        self.hidden: frozenset[int] = frozenset()
        self.forget()

    def forget(self) -> None:
        """There are no codes any more."""
        self.pictures: PictureSet | None = None
        self.cloud: Cloud | None = None
        self.dataset: Dataset | None = None
        self.selection: Rows = np.zeros(0, np.int64)
        self.plane: Projection | None = None
        self.points: Floats = np.zeros((0, 2), np.float32)
        self._embedded: Embedded | None = None
        self._index: PointIndex | None = None
        self._visible_points: Floats | None = None

    def take(self, dataset: Dataset, pictures: PictureSet, cloud: Cloud) -> None:
        """See newer codes; another set of pictures ends the selection."""
        if pictures is not self.pictures:
            self.selection = np.zeros(0, np.int64)
            self._embedded = None
        self.dataset, self.pictures, self.cloud = dataset, pictures, cloud
        self._look()

    def look_from(self, view: View, embedded: Embedded | None = None) -> None:
        """See the codes from elsewhere; t-SNE needs the places that it found."""
        self.view, self._embedded = view, embedded
        self._look()

    @property
    def latent_dim(self) -> int:
        """Numbers in a code; 0 before there are any."""
        return 0 if self.cloud is None else self.cloud.mu.shape[1]

    @property
    def linear(self) -> LinearMap | None:
        """The plane where it is one, with a way back to codes."""
        return self.plane if isinstance(self.plane, LinearMap) else None

    @property
    def is_strip(self) -> bool:
        """Whether there is only one latent."""
        return isinstance(self.plane, Strip)

    @property
    def selected(self) -> NDArray[np.bool_] | None:
        """Which points (n,) are selected; None where none is."""
        if self.cloud is None or not len(self.selection):
            return None
        return np.isin(self.cloud.rows, self.selection)

    @property
    def labels(self) -> NDArray[np.int64] | None:
        """Classes (n,) of the cloud's pictures; None without."""
        if self.pictures is None or self.cloud is None or self.pictures.labels is None:
            return None
        return self.pictures.labels[self.cloud.rows]

    @property
    def class_names(self) -> tuple[str, ...]:
        """The names of the classes; empty without labels."""
        has_labels = self.pictures is not None and self.pictures.labels is not None
        return self.dataset.label_names if self.dataset is not None and has_labels else ()

    @property
    def axes(self) -> tuple[str, str]:
        """Names of the axes with the KL, or the share of the variance, of each."""
        if self.plane is None or self.cloud is None:
            return "", ""
        first, second = self.plane.axes
        linear = self.linear
        if linear is not None and linear.shares:
            one, two = linear.shares
            return f"{first} · {one:.0%} of the variance", f"{second} · {two:.0%}"
        if linear is None or not self.cloud.has_posterior:
            return first, second
        kl = self.cloud.kl.mean(axis=0)
        used = [int(np.argmax(row)) for row in linear.matrix[: 1 if self.is_strip else 2]]
        names = [
            f"{name} · KL {kl[latent]:.2f} nats"
            for name, latent in zip((first, second), used, strict=False)
        ]
        return names[0], names[1] if len(names) > 1 else ""

    @property
    def prior(self) -> tuple[float, float] | None:
        """Where the middle of the prior is on the map; None where there is none."""
        if self.linear is None or self.is_strip or self.cloud is None:
            return None
        if not self.cloud.has_posterior:
            return None
        x, y = self.linear.place(np.zeros((1, self.latent_dim), np.float32))[0]
        return float(x), float(y)

    def colouring(self) -> Colouring:
        """The colours of the points."""
        cloud, count = self.cloud, len(self.points)
        if cloud is not None and self.colour_by == BY_KL:
            return by_value(cloud.kl.sum(axis=1), "KL, nats")
        if cloud is not None and cloud.error is not None and self.colour_by == BY_ERROR:
            return by_value(cloud.error, "squared error, summed over pixels")
        factor = self._factor()
        if factor is not None:
            return by_value(*factor)
        return by_class(self.labels, self.class_names, count, self.palette)

    def class_colour(self, label: int) -> QColor:
        """The colour of a class."""
        cycle = PALETTES[self.palette]
        return cycle[label % len(cycle)]

    @property
    def unsorted(self) -> Floats | None:
        """Points (n, 2) that are too many to be sorted at once; None where there are none.

        Those that are hidden or not finite are infinite.
        """
        return self._visible() if self._index is None and len(self.points) > AT_ONCE else None

    def use_index(self, points: Floats, index: PointIndex) -> None:
        """Take what was made of the `unsorted` points, unless there are others by now."""
        if points is self._visible_points:
            self._index = index

    def nearest(self, x: float, y: float) -> int | None:
        """The place in the cloud of the visible picture nearest to a point; None for none."""
        if self._index is None and len(self.points) <= AT_ONCE:
            self._index = PointIndex(self._visible())
        if self._index is not None:
            found = self._index.nearest(x, y)
            return int(found[0]) if len(found) else None
        squares = np.square(self._visible() - np.array((x, y), np.float32)).sum(axis=1)
        place = int(squares.argmin())
        return place if np.isfinite(squares[place]) else None

    def _visible(self) -> Floats:
        if self._visible_points is None:
            out = np.asarray(~np.isfinite(self.points).all(axis=1))
            if self.labels is not None and self.hidden:
                out |= np.isin(self.labels, list(self.hidden))
            self._visible_points = np.where(out[:, None], np.float32(np.inf), self.points)
        return self._visible_points

    def hide(self, hidden: frozenset[int]) -> None:
        """Hide these classes (from 0), and only these."""
        self.hidden, self._index, self._visible_points = hidden, None, None

    def code_at(self, x: float, y: float) -> Floats | None:
        """The code (D,) of a point; None where there is no way back."""
        linear = self.linear
        return None if linear is None else linear.codes(np.array([[x, y]]))[0]

    def _look(self) -> None:
        self._index = self._visible_points = None
        if self.cloud is None:
            return
        self.plane = self._plane(self.cloud)
        self.points = self.plane.place(self.cloud.mu, self.cloud.rows)

    def _plane(self, cloud: Cloud) -> Projection:
        dim = cloud.mu.shape[1]
        if self.view.kind == "tsne" and self._embedded is not None:
            return self._embedded
        if self.view.kind == "pca" and dim > 2:
            return principal(cloud.mu)
        first, second = self.view.first, self.view.second
        return two_latents(dim, first, second) if max(first, second) < dim else two_latents(dim)

    def _factor(self) -> tuple[NDArray[np.floating], str] | None:
        """Values and title of the factor that the points are coloured by."""
        if self.dataset is None or self.pictures is None or self.cloud is None:
            return None
        factors = self.pictures.factors
        for column, factor in enumerate(self.dataset.factors):
            if factor.name == self.colour_by and factors is not None:
                unit = f", {factor.unit}" if factor.unit else ""
                return factors[self.cloud.rows, column], f"{factor.name}{unit}"
        return None
