"""Whether a decoded picture can be trusted: what the training images say about its code."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.events import KL_IN_USE, Floats
from vae_desktop.core.latents import Cloud, Coder, Rows
from vae_desktop.core.progress import Progress, silent

NEAREST = 5
RANK = 30
"""Density is told by the distance to the code of this rank among the nearest."""
REFERENCES = 500
"""Codes of the data that a place is compared with."""
NO_DATA = 0.01
"""A place that is less dense than this share of the data's own codes has no data."""
SEED = 11
_CHUNK = 50


@dataclass(frozen=True, eq=False)
class Known:
    """Where the codes of the images are, ready to be asked.

    Two things are kept apart. The nearest images are those whose posterior means are nearest.
    How dense the codes lie is asked of one sample of each posterior: those are the codes that
    the decoder was trained on, and a latent in which every posterior is the prior is then as
    wide as the prior. Latents that are not in use (mean KL below `KL_IN_USE`) are left out of
    both: the decoder takes no notice of them.

    Attributes:
        cloud: the encoded images.
        used: int (d,), the latents in use; all of them where codes are points or none is.
        means: float32 (n, d), posterior means in the latents in use.
        samples: float32 (n, d), one code of each image there.
        typical: float32 (m,), ascending: of some of the samples, the distance to the one of
            rank `RANK` among their nearest, themselves left out.
        round_trip: the median of `round_trip` over those; None where it was not measured.
    """

    cloud: Cloud
    used: NDArray[np.intp]
    means: Floats
    samples: Floats
    typical: Floats
    round_trip: float | None = None

    def density(self, z: Floats) -> float:
        """How dense the codes lie at z (D,), as a share of the data's codes, in [0, 1].

        The density is that of the nearest neighbours: RANK codes in a ball whose radius is
        the distance to the one of that rank. The share says how many of the data's own codes
        lie no denser; 0.5 is as dense as the middle one of them, 0 less dense than all.

        It is 0 too where z is beyond the outermost code in any latent in use: in many latents
        the noise of the others would drown how far out it is in one.
        """
        place = np.asarray(z, np.float32)[self.used]
        if not len(self.typical):
            return 0.0
        low, high = self.reach
        if bool(((place < low) | (place > high)).any()):
            return 0.0
        radius = np.sqrt(np.partition(self._squares(self.samples, z), self._rank - 1)[: self._rank])
        lonelier = len(self.typical) - np.searchsorted(self.typical, radius.max(), side="left")
        return float(lonelier / len(self.typical))

    def nearest(self, z: Floats, count: int = NEAREST) -> tuple[NDArray[np.intp], Floats]:
        """Places in the cloud of the images nearest to z (D,), and their distances, (k,)."""
        squares = self._squares(self.means, z)
        count = min(count, int(np.isfinite(squares).sum()))
        if not count:
            return np.zeros(0, np.intp), np.zeros(0, np.float32)
        near = np.argpartition(squares, count - 1)[:count]
        near = near[np.argsort(squares[near], kind="stable")]
        return near, np.sqrt(squares[near])

    @cached_property
    def reach(self) -> tuple[Floats, Floats]:
        """The lowest and the highest finite code in each latent in use, (d,) each."""
        finite = self.samples[np.isfinite(self.samples).all(axis=1)]
        return finite.min(axis=0), finite.max(axis=0)

    @property
    def _rank(self) -> int:
        return min(RANK, len(self.samples))

    def _squares(self, codes: Floats, z: Floats) -> Floats:
        """Squared distances (n,) of codes from z; infinite for codes that are not finite."""
        with np.errstate(over="ignore"):
            apart = codes - np.asarray(z, np.float32)[self.used]
            squares = np.einsum("nd,nd->n", apart, apart)
        return np.asarray(np.where(np.isfinite(squares), squares, np.inf), np.float32)


def know(
    cloud: Cloud,
    coder: Coder | None = None,
    progress: Progress = silent,
    labels: Rows | None = None,
) -> Known:
    """What can be told about places from the codes of images.

    Args:
        cloud: the images' codes.
        coder: measures the round trips of the data; None leaves them out.
        progress: is told how far it is.
        labels: int64 (n,) of the images, for a model that is told them; None without.

    Raises:
        Cancelled: by `progress`.
    """
    used = latents_in_use(cloud)
    finite = np.asarray(np.isfinite(cloud.mu + cloud.sigma).all(axis=1))
    noise = np.random.default_rng(SEED).standard_normal(cloud.mu.shape, np.float32)
    codes = cloud.mu + cloud.sigma * noise
    chosen = np.random.default_rng(SEED).permutation(np.flatnonzero(finite))[:REFERENCES]
    samples = np.ascontiguousarray(codes[:, used])
    typical = _own_distances(samples, chosen, finite, progress)
    median = None
    if coder is not None and len(chosen):
        told = None if labels is None else labels[chosen]
        median = float(np.median(round_trips(coder, codes[chosen], told)))
    return Known(cloud, used, np.ascontiguousarray(cloud.mu[:, used]), samples, typical, median)


def latents_in_use(cloud: Cloud) -> NDArray[np.intp]:
    """Latents (d,) with a mean KL of at least `KL_IN_USE`; all where that says nothing."""
    everything = np.arange(cloud.mu.shape[1])
    if not cloud.has_posterior:
        return everything
    used = np.flatnonzero(cloud.kl.mean(axis=0) >= KL_IN_USE)
    return used if len(used) else everything


def round_trips(coder: Coder, z: Floats, labels: Rows | None = None) -> NDArray[np.float64]:
    """|z − μ(decode(z))| of codes z (n, D): how far each comes back from itself, (n,).

    Small where the encoder recognises what the decoder drew; large where it takes the picture
    for another.
    """
    mu, _ = coder.encode(coder.decode(z, labels), labels)
    # In double precision: the square of a large code is beyond the range of single.
    return np.asarray(np.linalg.norm(z.astype(np.float64) - mu, axis=1), np.float64)


def _own_distances(
    samples: Floats, chosen: NDArray[np.intp], finite: NDArray[np.bool_], progress: Progress
) -> Floats:
    """Of the chosen samples, the distance to the one of rank `RANK`, ascending."""
    others = int(finite.sum()) - 1
    if others < 1:
        return np.zeros(0, np.float32)
    rank = min(RANK, others)
    # Squares by the binomial formula, about the middle: exact enough, and one matrix product.
    centred = samples - samples[finite].mean(axis=0)
    squares = np.einsum("nd,nd->n", centred, centred)
    result = []
    for start in range(0, len(chosen), _CHUNK):
        progress(start / len(chosen), "Looking where the codes lie")
        rows = chosen[start : start + _CHUNK]
        apart = squares[rows, None] + squares - 2 * centred[rows] @ centred.T
        apart[:, ~finite] = np.inf
        apart[np.arange(len(rows)), rows] = np.inf
        result.append(np.partition(apart, rank - 1, axis=1)[:, rank - 1])
    return np.asarray(np.sqrt(np.maximum(np.sort(np.concatenate(result)), 0)), np.float32)
