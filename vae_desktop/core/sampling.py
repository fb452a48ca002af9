"""Codes drawn at random: from the prior, from Gaussians of classes, from one of all codes.

Everything is seeded, and more draws with one seed begin with the fewer. The temperature
scales the distances from the mean: at 0 all draws are the mean, at 1 they are the distribution's.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.events import Floats
from vae_desktop.core.gaussians import Gaussian, fit, sample


def prior(latent_dim: int) -> Gaussian:
    """N(0, I) over codes of `latent_dim` numbers."""
    return Gaussian(0, np.zeros(latent_dim), np.eye(latent_dim))


def of_all(mu: Floats) -> Gaussian | None:
    """The one Gaussian, with covariances, of all codes (n, D); None for fewer than two."""
    fitted = fit(mu, np.zeros(len(mu), np.int64), full=True)
    return fitted[0] if fitted else None


def draw(gaussian: Gaussian, count: int, temperature: float = 1.0, seed: int = 0) -> Floats:
    """Codes (count, D) of a Gaussian."""
    random = np.random.default_rng((seed, gaussian.label))
    return sample(_at(gaussian, temperature), count, random)


def draw_in_turn(
    gaussians: Sequence[Gaussian], count: int, temperature: float = 1.0, seed: int = 0
) -> tuple[Floats, NDArray[np.int64]]:
    """Codes (count, D) of several Gaussians in turn, and the label (count,) of each."""
    each = -(-count // len(gaussians))
    drawn = np.stack([draw(one, each, temperature, seed) for one in gaussians], axis=1)
    labels = np.tile(np.array([one.label for one in gaussians], np.int64), each)
    return drawn.reshape(-1, drawn.shape[2])[:count], labels[:count]


def _at(gaussian: Gaussian, temperature: float) -> Gaussian:
    return replace(gaussian, covariance=temperature**2 * gaussian.covariance)
