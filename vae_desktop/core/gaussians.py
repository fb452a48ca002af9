"""Gaussians of the classes in latent space, and their ellipses on a map."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.events import Floats
from vae_desktop.core.projection import LinearMap, Matrix

MEMBERS = 2
"""A class with fewer codes than this has no Gaussian."""


@dataclass(frozen=True, eq=False)
class Gaussian:
    """A Gaussian over codes, of one class.

    Attributes:
        label: the class.
        mean: float64 (D,).
        covariance: float64 (D, D).
        count: how many codes it was fitted to.
    """

    label: int
    mean: Matrix
    covariance: Matrix
    count: int = 0


@dataclass(frozen=True)
class Ellipse:
    """Where a Gaussian is one standard deviation from its mean, on a map.

    Attributes:
        x, y: its middle.
        major, minor: its half axes.
        angle: of the major axis, in radians, counter-clockwise from the first axis.
    """

    x: float
    y: float
    major: float
    minor: float
    angle: float

    def outline(self, times: float = 1.0, corners: int = 64) -> Matrix:
        """Points (corners + 1, 2) around it, at `times` standard deviations, closed."""
        turn = np.linspace(0, 2 * np.pi, corners + 1)
        return self._turned(times * self.major * np.cos(turn), times * self.minor * np.sin(turn))

    def handles(self) -> Matrix:
        """(3, 2): the middle, and the ends of the major and the minor half axis."""
        return self._turned(np.array([0, self.major, 0.0]), np.array([0, 0.0, self.minor]))

    def _turned(self, along: Matrix, across: Matrix) -> Matrix:
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        return np.stack(
            [self.x + along * cos - across * sin, self.y + along * sin + across * cos], axis=1
        )


def fit(mu: Floats, labels: NDArray[np.int64], *, full: bool) -> list[Gaussian]:
    """A Gaussian for every class that has at least two codes.

    Args:
        mu: codes (n, D); those that are not finite are left out.
        labels: classes (n,).
        full: with covariances; else, as in the talk, variances alone.
    """
    finite = np.isfinite(mu).all(axis=1)
    result = []
    for label in np.unique(labels[finite]):
        codes = mu[finite & (labels == label)].astype(np.float64)
        if len(codes) < MEMBERS:
            continue
        covariance = np.atleast_2d(np.cov(codes.T))
        if not full:
            covariance = np.diag(np.diag(covariance))
        result.append(Gaussian(int(label), codes.mean(axis=0), covariance, len(codes)))
    return result


def sample(gaussian: Gaussian, count: int, random: np.random.Generator) -> Floats:
    """Codes (count, D) drawn from a Gaussian.

    The same random numbers give the same draws relative to mean and covariance, so that
    samples follow a Gaussian that is moved.
    """
    # Of a singular covariance the Cholesky factor does not exist; this root always does.
    values, vectors = np.linalg.eigh(gaussian.covariance)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    noise = random.standard_normal((count, len(gaussian.mean)))
    return np.asarray(gaussian.mean + noise @ root, np.float32)


def ellipse(mean: NDArray[np.floating], covariance: NDArray[np.floating]) -> Ellipse:
    """The ellipse of a mean (2,) and a covariance (2, 2) on a map."""
    values, vectors = np.linalg.eigh(covariance)
    major, minor = np.sqrt(np.maximum(values[::-1], 0))
    angle = np.arctan2(vectors[1, 1], vectors[0, 1])
    return Ellipse(float(mean[0]), float(mean[1]), float(major), float(minor), float(angle))


def ellipse_of(gaussian: Gaussian, plane: LinearMap) -> Ellipse:
    """A Gaussian as seen on a map."""
    mean = plane.place(gaussian.mean[None].astype(np.float32))[0]
    return ellipse(mean, plane.covariance(gaussian.covariance[None])[0])


def moved(gaussian: Gaussian, plane: LinearMap, x: float, y: float) -> Gaussian:
    """The Gaussian after its middle was dragged to a point of the map."""
    now = (gaussian.mean - plane.origin) @ plane.matrix.T
    return replace(gaussian, mean=gaussian.mean + (np.array([x, y]) - now) @ plane.matrix)


def stretched(gaussian: Gaussian, plane: LinearMap, handle: int, x: float, y: float) -> Gaussian:
    """The Gaussian after the end of a half axis (handle 1 or 2) was dragged to (x, y).

    That half axis points there with that length; the other keeps its length and stays at
    a right angle. What lies outside the map's plane moves along linearly.
    """
    old = ellipse_of(gaussian, plane)
    away = np.array([x - old.x, y - old.y])
    length = max(float(np.hypot(*away)), 1e-6)
    turn = np.arctan2(away[1], away[0]) - (np.pi / 2 if handle == 2 else 0.0)
    lengths = (length, old.minor) if handle == 1 else (old.major, length)
    change = _frame(turn, lengths) @ np.linalg.pinv(_frame(old.angle, (old.major, old.minor)))
    matrix = plane.matrix
    full = np.eye(matrix.shape[1]) + matrix.T @ (change - np.eye(2)) @ matrix
    return replace(gaussian, covariance=full @ gaussian.covariance @ full.T)


def _frame(angle: float, lengths: tuple[float, float]) -> Matrix:
    """(2, 2): the two half axes as columns."""
    cos, sin = np.cos(angle), np.sin(angle)
    return np.asarray(np.array([[cos, -sin], [sin, cos]]) * np.array(lengths))
