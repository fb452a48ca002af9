"""What a run was found to be worth, as rows of a table."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from vae_desktop.core.events import TERMS
from vae_desktop.session.measuring import Measured
from vae_desktop.ui.numbers import count, error, latent_name, nats, percent, plural

_MOST_LATENTS = 12
_SAMPLED = "one posterior sample an image"
_MEANS = "from posterior means"


class Row(NamedTuple):
    """One number: its name, itself with its unit, and how it was got."""

    name: str
    value: str
    how: str


def rows_of(measured: Measured) -> list[Row]:
    """Every number, those of the objective first."""
    return [*_loss_rows(measured), *_metric_rows(measured)]


def title_of(measured: Measured) -> str:
    """What the numbers are about."""
    images = count(measured.result.scores.images)
    return f"{measured.title}, {images} test images, weights of epoch {count(measured.epoch)}"


def as_text(measured: Measured) -> str:
    """The numbers for the clipboard: a line each, columns parted by tabs."""
    lines = ["\t".join(row) for row in rows_of(measured)]
    return "\n".join((str(measured.folder), title_of(measured), *lines))


def _loss_rows(measured: Measured) -> Iterator[Row]:
    scores, kind = measured.result.scores, measured.config.model.kind
    if kind == "classifier":
        surprise = f"{error(scores.terms['cross_entropy'])} nats"
        yield Row("Cross-entropy", surprise, "mean over the images")
        yield Row("Accuracy", percent(scores.terms["accuracy"]), "images given their true class")
    elif kind == "autoencoder":
        yield Row("Squared error", error(scores.total), measured.measure)
    else:
        elbo = -(scores.terms["reconstruction"] + scores.terms["kl"])
        yield Row("ELBO", _nats(elbo), f"−(reconstruction + KL), {_SAMPLED}")
        for name, value in scores.terms.items():
            yield Row(TERMS[name], _nats(value), _SAMPLED)
        yield Row("KL per latent", _per_latent(scores.kl_per_latent), "nats per image")


def _metric_rows(measured: Measured) -> Iterator[Row]:
    found, latents = measured.result.metrics, measured.config.model.latent_dim
    if bound := found.get("iwae"):
        value = f"{nats(bound.bound)} ± {_nats(bound.standard_error)}".replace("-", "−")
        how = f"{count(bound.samples)} posterior samples an image; ± standard error"
        yield Row("Importance-weighted bound", value, how)
    if active := found.get("active"):
        value = f"{count(active.active)} of {count(latents)}"
        yield Row("Active latents", value, f"their mean code varies, {_MEANS}")
    if near := found.get("knn"):
        how = f"votes of {near.neighbours} of {count(near.train_images)} training codes, {_MEANS}"
        yield Row("Nearest neighbours", f"{percent(near.accuracy)} right", how)
    if pca := found.get("pca"):
        how = "sum over pixels in [0, 1]"
        value = f"{pca.model_sum_of_squares:,.2f}"
        yield Row("Squared error per image", value, f"{how}, {_MEANS}")
        name = f"PCA, {plural(pca.components, 'component')}"
        yield Row(name, f"{pca.sum_of_squares:,.2f}", f"{how}, the baseline")


def _nats(value: float) -> str:
    return f"{nats(value)} nats".replace("-", "−")


def _per_latent(values: np.ndarray) -> str:
    """The largest first: 'z2 2.61, z1 2.44'."""
    order = np.argsort(-values, kind="stable")
    shown = [f"{latent_name(int(j))} {nats(float(values[j]))}" for j in order[:_MOST_LATENTS]]
    more = len(values) - len(shown)
    return ", ".join(shown) + (f" and {more} smaller" if more else "")
