"""t-SNE of codes (van der Maaten & Hinton 2008), with progress and cancel."""

import numpy as np
from numpy.typing import NDArray

from vae_desktop.core.errors import DataError
from vae_desktop.core.events import Floats
from vae_desktop.core.progress import Progress, silent

MOST = 2_000
"""Codes that are placed at most: its time grows faster than their number."""
FEWEST = 5
ROUNDS = 4
ITERATIONS = 250
"""Of each round: the fewest that scikit-learn allows."""
SEED = 2008


def tsne(codes: Floats, progress: Progress = silent) -> NDArray[np.float32]:
    """Places (n, 2) of codes (n, D).

    scikit-learn neither tells how far it is nor can be cancelled, so it works in rounds,
    each from where the last one ended; only the first exaggerates early.

    Raises:
        DataError: there are too few codes.
        Cancelled: by `progress`.
    """
    from sklearn.manifold import TSNE

    if len(codes) < FEWEST or not np.isfinite(codes).all():
        raise DataError(
            f"t-SNE needs at least {FEWEST} codes, all of them finite; choose another view."
        )
    places: NDArray[np.float32] | str = "pca" if codes.shape[1] >= 2 else "random"
    for turn in range(ROUNDS):
        progress(turn / ROUNDS, f"t-SNE, round {turn + 1} of {ROUNDS}")
        method = TSNE(
            init=places,
            perplexity=min(30.0, (len(codes) - 1) / 3),
            early_exaggeration=12.0 if turn == 0 else 1.0,
            max_iter=ITERATIONS,
            random_state=SEED,
        )
        places = method.fit_transform(codes)
    progress(1.0, "t-SNE")
    return np.asarray(places, np.float32)
