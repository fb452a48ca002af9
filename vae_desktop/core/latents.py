"""A data set in latent space: which pictures, where their posteriors are, who is near whom."""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.data.dataset import Part
from vae_desktop.core.events import Floats
from vae_desktop.core.progress import Progress, silent

Bytes = NDArray[np.uint8]
Rows = NDArray[np.int64]

BATCH = 250
"""Pictures encoded at a time; progress is told after each."""
SUBSET_SEED = 5


class Coder(Protocol):
    """A model as a view sees it; `labels` (n,) count only for one that is told the class.

    Attributes:
        step: whose weights these are.
    """

    step: int

    @property
    def classes(self) -> int:
        """How many classes the model is told of; 0 where it is told none."""

    def encode(self, images: Bytes, labels: Rows | None = None, /) -> tuple[Floats, Floats]:
        """Posterior means and standard deviations, (n, D) each, of pictures (n, C, H, W)."""

    def decode(self, z: Floats, labels: Rows | None = None, /) -> Bytes:
        """Pictures (n, C, H, W) of codes (n, D)."""


@dataclass(frozen=True, eq=False)
class PictureSet:
    """The pictures that a map shows: one part of a data set, or several behind each other.

    Attributes:
        parts: name ("test", "training") and pictures of each.
    """

    parts: tuple[tuple[str, Part], ...]

    def __len__(self) -> int:
        return sum(len(part) for _, part in self.parts)

    @cached_property
    def labels(self) -> NDArray[np.int64] | None:
        """int64 (N,); None where a part has none."""
        labels = [part.labels for _, part in self.parts]
        return (
            np.concatenate([one for one in labels if one is not None])
            if all(one is not None for one in labels)
            else None
        )

    @cached_property
    def factors(self) -> Floats | None:
        """float32 (N, F); None where a part has none."""
        factors = [part.factors for _, part in self.parts]
        return (
            np.concatenate([one for one in factors if one is not None])
            if all(one is not None for one in factors)
            else None
        )

    def images(self, rows: Rows) -> Bytes:
        """uint8 (n, C, H, W) of the pictures at places (n,)."""
        result = np.zeros((len(rows), *self.parts[0][1].images.shape[1:]), np.uint8)
        first = 0
        for _, part in self.parts:
            mine = np.flatnonzero((rows >= first) & (rows < first + len(part)))
            if len(mine):
                result[mine] = part.images[rows[mine] - first]
            first += len(part)
        return result

    def source(self, row: int) -> tuple[str, int]:
        """The part that a picture is from and its index there."""
        for name, part in self.parts[:-1]:
            if row < len(part):
                return name, row
            row -= len(part)
        return self.parts[-1][0], row

    def subset(self, count: int) -> Rows:
        """`count` places drawn once and for all, or all of them where there are no more.

        A smaller subset is the beginning of a larger one.
        """
        order = np.random.default_rng(SUBSET_SEED).permutation(len(self))
        return order[:count].astype(np.int64)


@dataclass(frozen=True, eq=False)
class Cloud:
    """Pictures encoded with the weights of one moment.

    Attributes:
        step: whose weights these were.
        total: how many pictures the whole set has.
        rows: int64 (n,), which of them were encoded.
        mu, sigma: float32 (n, D), posterior means and standard deviations; sigma is zero
            where the model has no posterior (an autoencoder).
        error: float32 (n,), squared error of the decoded mean, summed over the pixels
            in [0, 1]; None where it was not asked for.
    """

    step: int
    total: int
    rows: Rows
    mu: Floats
    sigma: Floats
    error: Floats | None = None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def complete(self) -> bool:
        """Whether every picture of the set is in it."""
        return len(self.rows) == self.total

    def part(self, chosen: NDArray[np.bool_]) -> "Cloud":
        """Only the chosen (n,) of its pictures."""
        error = None if self.error is None else self.error[chosen]
        mu, sigma = self.mu[chosen], self.sigma[chosen]
        return Cloud(self.step, self.total, self.rows[chosen], mu, sigma, error)

    @property
    def has_posterior(self) -> bool:
        """Whether the codes are distributions and not points."""
        return bool((self.sigma > 0).any())

    @cached_property
    def finite(self) -> bool:
        """Whether all codes are numbers."""
        return bool(np.isfinite(self.mu).all())

    @cached_property
    def kl(self) -> Floats:
        """KL(q(z_j|x) ‖ N(0, 1)) of every picture and latent, (n, D), in nats.

        ½ (μ² + σ² − 1 − log σ²): Kingma & Welling 2013, appendix B. Zero for codes
        that are points.
        """
        if not self.has_posterior:
            return np.zeros_like(self.mu)
        variance = np.square(self.sigma)
        logvar = np.log(np.maximum(variance, np.finfo(np.float32).tiny))
        return np.asarray(0.5 * (np.square(self.mu) + variance - 1 - logvar), np.float32)


def encode(
    coder: Coder,
    pictures: PictureSet,
    rows: Rows,
    *,
    with_error: bool = False,
    progress: Progress = silent,
) -> Cloud:
    """Encode the pictures at `rows`, each with its own label.

    Raises:
        Cancelled: by `progress`.
    """
    means, deviations, errors = [], [], []
    for start in range(0, len(rows), BATCH):
        progress(start / len(rows), "Encoding")
        batch = rows[start : start + BATCH]
        images = pictures.images(batch)
        labels = None if pictures.labels is None else pictures.labels[batch]
        mu, sigma = coder.encode(images, labels)
        means.append(mu)
        deviations.append(sigma)
        if with_error:
            errors.append(squared_error(images, coder.decode(mu, labels)))
    return Cloud(
        coder.step,
        len(pictures),
        rows,
        np.concatenate(means),
        np.concatenate(deviations),
        np.concatenate(errors) if with_error else None,
    )


def squared_error(images: Bytes, others: Bytes) -> Floats:
    """Squared differences of pictures in [0, 1], summed over each picture, (n,)."""
    difference = (images.astype(np.float32) - others.astype(np.float32)) / 255
    return np.asarray(np.square(difference).reshape(len(images), -1).sum(axis=1))


def neighbours(mu: Floats, place: int, count: int) -> NDArray[np.intp]:
    """Places of the `count` codes nearest to the one at `place`, itself left out."""
    squares = np.square(mu - mu[place]).sum(axis=1)
    squares[place] = np.inf
    squares[~np.isfinite(squares)] = np.inf
    count = min(count, len(mu) - 1)
    if count <= 0:
        return np.zeros(0, np.intp)
    nearest = np.argpartition(squares, count - 1)[:count]
    return nearest[np.argsort(squares[nearest], kind="stable")]
