"""The manifold grid: pictures of codes that lie on a grid over two latents.

Kingma & Welling 2013 (arXiv:1312.6114, figure 4) went over the unit square in equal steps and
through the inverse of the normal distribution function, so that the steps of a grid over the
prior are equally likely.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.events import Floats

Numbers = NDArray[np.float64]

FEWEST, MOST = 5, 40
"""Steps on a side."""
TAIL = 0.05
"""The outermost steps are these quantiles of the prior, and one less these."""


@dataclass(frozen=True, eq=False)
class Manifold:
    """A grid over two latents.

    Attributes:
        first, second: the latents (from 0) to the right and upwards; the same with one latent.
        across: float64 (n,), values of the first from left to right.
        up: float64 (m,), values of the second from bottom to top; (0,) with one latent.
    """

    first: int
    second: int
    across: Numbers
    up: Numbers

    @property
    def columns(self) -> int:
        """Pictures in a row."""
        return len(self.across)

    @property
    def rows(self) -> int:
        """Rows of pictures; at least one."""
        return max(1, len(self.up))

    def codes(self, z: Floats) -> Floats:
        """Codes (rows · columns, D), row by row from the top, the other latents as in z (D,)."""
        codes = np.tile(np.asarray(z, np.float32), (self.rows * self.columns, 1))
        codes[:, self.first] = np.tile(self.across, self.rows)
        if len(self.up):
            codes[:, self.second] = np.repeat(self.up[::-1], self.columns)
        return codes

    def nearest(self, z: Floats) -> int:
        """The place of the picture nearest to z (D,), row by row from the top."""
        column = int(np.argmin(np.abs(self.across - z[self.first])))
        if not len(self.up):
            return column
        row = int(np.argmin(np.abs(self.up[::-1] - z[self.second])))
        return row * self.columns + column


def over_prior(count: int) -> Numbers:
    """Values (count,) whose quantiles of N(0, 1) go in equal steps from `TAIL` to 1 − `TAIL`."""
    normal = NormalDist()
    return np.array([normal.inv_cdf(share) for share in np.linspace(TAIL, 1 - TAIL, count)])


def between(low: float, high: float, count: int) -> Numbers:
    """Values (count,) in equal steps, both ends included."""
    return np.linspace(low, high, count)


def over_codes(values: Numbers, count: int) -> Numbers:
    """Equal steps over the middle 98 % of what a latent is for the pictures of a set (n,).

    Raises:
        ValueError: none of them is finite.
    """
    finite = values[np.isfinite(values)]
    if not len(finite):
        raise ValueError("there is not one finite code")
    low, high = np.quantile(finite, (0.01, 0.99))
    return between(float(low), float(high), count)


def grid(latent_dim: int, first: int, second: int, values: Callable[[int], Numbers]) -> Manifold:
    """A grid whose values of latent j are `values(j)`; a single row where there is one latent."""
    if latent_dim == 1:
        return Manifold(0, 0, values(0), np.zeros(0))
    return Manifold(first, second, values(first), values(second))
