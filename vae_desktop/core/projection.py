"""From codes to points of a map and, where that is possible, back."""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.events import Floats
from vae_desktop.core.latents import Rows

Matrix = NDArray[np.float64]

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class Projection(Protocol):
    """How codes (n, D) become points (n, 2).

    Attributes:
        axes: names of the two axes; "" for one without a meaning.
        no_inverse: why points have no codes; "" where they have.
    """

    @property
    def axes(self) -> tuple[str, str]: ...

    @property
    def no_inverse(self) -> str: ...

    def place(self, mu: Floats, rows: Rows | None = None) -> Floats:
        """Points (n, 2) of codes (n, D); `rows` where they are pictures of the set.

        What cannot be placed is not a number.
        """

    def codes(self, points: NDArray[np.floating]) -> Floats:
        """Codes (n, D) of points (n, 2).

        Raises:
            ValueError: there is no way back.
        """

    def covariance(self, covariances: NDArray[np.floating]) -> Matrix:
        """Covariances (n, 2, 2) on the map of covariances (n, D, D), or variances (n, D)."""


@dataclass(frozen=True, eq=False)
class LinearMap:
    """A plane through latent space with two axes at right angles.

    Attributes:
        matrix: float64 (2, D), the two directions, orthonormal.
        origin: float64 (D,), the code that is drawn at (0, 0).
        axes: names of the two axes.
        shares: of the variance that each axis explains; empty where that was not asked.
    """

    matrix: Matrix
    origin: Matrix
    axes: tuple[str, str]
    shares: tuple[float, ...] = ()
    no_inverse: str = ""

    def place(self, mu: Floats, rows: Rows | None = None) -> Floats:
        return np.asarray((mu - self.origin) @ self.matrix.T, np.float32)

    def codes(self, points: NDArray[np.floating]) -> Floats:
        return np.asarray(self.origin + points @ self.matrix, np.float32)

    def covariance(self, covariances: NDArray[np.floating]) -> Matrix:
        if covariances.ndim == 2:
            result: Matrix = np.einsum("ad,nd,bd->nab", self.matrix, covariances, self.matrix)
            return result
        return self.matrix @ covariances @ self.matrix.T


@dataclass(frozen=True, eq=False)
class Strip(LinearMap):
    """One latent: its value to the right, and pictures spread over a band below zero."""

    def place(self, mu: Floats, rows: Rows | None = None) -> Floats:
        points = super().place(mu)
        if rows is not None:
            # The golden ratio spreads any run of indices evenly, and always alike.
            points[:, 1] = -0.15 - 0.7 * np.mod(rows * 0.6180339887498949, 1)
        return points


@dataclass(frozen=True, eq=False)
class Embedded:
    """Places that were found for some pictures one by one, such as those of t-SNE.

    Attributes:
        points: float32 (N, 2), for every picture of the set; not a number where unknown.
    """

    points: Floats
    axes: tuple[str, str] = ("t-SNE 1", "t-SNE 2")
    no_inverse: str = "t-SNE has no way back from a point to a code."

    def place(self, mu: Floats, rows: Rows | None = None) -> Floats:
        if rows is None:
            return np.full((len(mu), 2), np.nan, np.float32)
        return self.points[rows]

    def codes(self, points: NDArray[np.floating]) -> Floats:
        raise ValueError(self.no_inverse)

    def covariance(self, covariances: NDArray[np.floating]) -> Matrix:
        return np.full((len(covariances), 2, 2), np.nan)


def axis_name(latent: int) -> str:
    """The name of a latent (from 0) at an axis: "z₁" is the first."""
    return "z" + str(latent + 1).translate(_SUBSCRIPTS)


def two_latents(latent_dim: int, first: int = 0, second: int = 1) -> LinearMap:
    """Two latents as they are, the others zero; with one latent a strip."""
    if latent_dim == 1:
        return Strip(np.array([[1.0], [0.0]]), np.zeros(1), (axis_name(0), ""))
    directions = np.eye(latent_dim)[[first, second]]
    return LinearMap(directions, np.zeros(latent_dim), (axis_name(first), axis_name(second)))


def through(code: Floats, first: int, second: int) -> LinearMap:
    """Two latents as they are, the others held where a code (D,) has them."""
    plane = two_latents(len(code), first, second)
    held = code.astype(np.float64)
    held[[0] if len(code) == 1 else [first, second]] = 0.0
    return replace(plane, origin=held)


def principal(mu: Floats) -> LinearMap:
    """The plane of the two directions in which codes (n, D), D ≥ 2, vary most (PCA).

    The larger entries of each direction are positive, so that a map is not mirrored
    from one update to the next.
    """
    codes = mu[np.isfinite(mu).all(axis=1)].astype(np.float64)
    if len(codes) < 2:
        return two_latents(mu.shape[1])
    mean = codes.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(codes.T))
    matrix = vectors[:, ::-1][:, :2].T
    peaks = np.abs(matrix).argmax(axis=1)
    matrix *= np.sign(matrix[np.arange(2), peaks])[:, None]
    total = values.sum() or 1.0
    shares = float(values[-1] / total), float(values[-2] / total)
    return LinearMap(matrix, mean, ("PC 1", "PC 2"), shares)
