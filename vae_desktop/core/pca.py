"""Principal components: what a linear autoencoder could reach at best."""

import torch
from torch import Tensor

from vae_desktop.core.data.pixels import Examples
from vae_desktop.core.progress import Progress, silent

ROUNDS = 12
SPARE = 10
"""Directions beyond those wanted, and rounds: both make the subspace exact."""
MOST_NUMBERS = 2**26
"""Pictures beyond so many pixels in all are left out of the fit."""


class PrincipalComponents:
    """The mean picture and the directions of largest variance.

    They are found by subspace iteration (Halko et al. 2011, algorithm 4.4), which needs no
    matrix of all pixels by all pixels.

    Args:
        examples: what they are fitted to.
        count: how many directions.
        most_numbers: pictures beyond so many pixels in all are left out, evenly.
        progress: told how far it is; may cancel.
    """

    def __init__(
        self,
        examples: Examples,
        count: int,
        most_numbers: int = MOST_NUMBERS,
        progress: Progress = silent,
    ) -> None:
        pixels = examples.spread(1).shape[1:].numel()
        x = examples.spread(max(count + 1, most_numbers // pixels)).flatten(1)
        self.mean = x.mean(0)
        x -= self.mean
        wanted = min(count + SPARE, *x.shape)
        generator = torch.Generator().manual_seed(0)
        basis = torch.randn(x.shape[1], wanted, generator=generator).to(x.device)
        for round_ in range(ROUNDS):
            progress(round_ / ROUNDS, "Finding principal components")
            basis = torch.linalg.qr(x.T @ (x @ basis)).Q
        # Within the subspace, sort the directions by their variance.
        directions = torch.linalg.svd(x @ basis, full_matrices=False).Vh
        self.basis = (basis @ directions.T)[:, : min(count, wanted)]

    def residual(self, x: Tensor) -> float:
        """Sum of squares that is lost of pictures x (B, C, H, W), mean per picture."""
        centred = x.flatten(1) - self.mean
        rest = centred - (centred @ self.basis) @ self.basis.T
        return float(rest.square().sum(1).mean())


def residual_of(components: PrincipalComponents, examples: Examples, batch: int = 500) -> float:
    """Sum of squares per picture that the components lose, mean over all `examples`."""
    lost = 0.0
    for indices in torch.split(torch.arange(len(examples)), batch):
        lost += components.residual(examples.take(indices).x) * len(indices)
    return lost / len(examples)
