"""What training makes small, and its terms.

All terms are in nats per image: summed over pixels or latents, averaged over images. The
autoencoder's squared error is the exception: per pixel, in the scale of the network's input.
"""

from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from vae_desktop.core.config import ObjectiveConfig
from vae_desktop.core.data.pixels import Batch
from vae_desktop.core.likelihoods import batch_nats
from vae_desktop.core.models.build import Model
from vae_desktop.core.models.classifier import Classifier
from vae_desktop.core.models.latent import VAE, Autoencoder, Posterior
from vae_desktop.core.total_correlation import decompose


class Weights(NamedTuple):
    """What the terms weigh at a step.

    Attributes:
        beta: weight of the KL term or of the total correlation.
        capacity: the nats that the KL term is held at.
        images: how many pictures the batches are drawn from.
    """

    beta: float
    capacity: float
    images: int


class Terms(NamedTuple):
    """The parts of the objective for one batch.

    Attributes:
        total: scalar, what is made small.
        parts: scalars by name, of `events.TERMS`.
        kl_per_latent: (latent_dim,), KL(q(z_j|x) ‖ N(0, 1)) per image; (0,) without a KL term.
    """

    total: Tensor
    parts: dict[str, Tensor]
    kl_per_latent: Tensor


def kl_per_latent(posterior: Posterior) -> Tensor:
    """KL(q(z_j|x) ‖ N(0, 1)) for every picture and latent, (B, latent_dim), in nats.

    −½ (1 + log σ² − μ² − σ²): Kingma & Welling 2013, appendix B.
    """
    mu, logvar = posterior
    assert logvar is not None
    return 0.5 * (mu.square() + logvar.exp() - logvar - 1)


class _SampleAndKl(torch.autograd.Function):
    """A posterior's sample and mean KL per latent, as one node of the graph instead of ten."""

    @staticmethod
    def forward(ctx: Any, mu: Tensor, logvar: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
        z, kl, saved = traced_sample(mu, logvar, noise)
        ctx.save_for_backward(*saved)
        return z, kl

    @staticmethod
    def backward(ctx: Any, for_z: Tensor, for_kl: Tensor) -> tuple[Tensor, Tensor, None]:
        return *sample_gradients(for_z, for_kl, ctx.saved_tensors), None


def traced_sample(
    mu: Tensor, logvar: Tensor, noise: Tensor
) -> tuple[Tensor, Tensor, tuple[Tensor, ...]]:
    """As `sample_and_kl`, with what `sample_gradients` wants."""
    sigma = torch.exp(0.5 * logvar)
    spread, variance = noise * sigma, sigma.square()
    kl = torch.addcmul(variance, mu, mu).sub_(logvar).mean(dim=0).sub_(1).mul_(0.5)
    return mu + spread, kl, (mu, spread, variance)


def sample_gradients(
    for_z: Tensor, for_kl: Tensor | float, saved: tuple[Tensor, ...]
) -> tuple[Tensor, Tensor]:
    """Gradients of μ and log σ² from those of z (B, latent_dim) and of the mean KL terms."""
    mu, spread, variance = saved
    pull = for_kl / len(mu)
    # d z / d log σ² = ½ σ ε, d KL / d log σ² = ½ (σ² − 1).
    for_logvar = (for_z * spread).add_(variance.sub(1).mul_(pull)).mul_(0.5)
    return for_z + pull * mu, for_logvar


def sample_and_kl(posterior: Posterior, noise: Tensor) -> tuple[Tensor, Tensor]:
    """A sample z (B, latent_dim), and `kl_per_latent` averaged over the batch, (latent_dim,).

    Args:
        posterior: of the batch, with variances.
        noise: (B, latent_dim) from N(0, I).
    """
    found: tuple[Tensor, Tensor] = _SampleAndKl.apply(*posterior, noise)  # type: ignore[no-untyped-call]
    return found


def terms_of(
    model: Model, batch: Batch, noise: Tensor, config: ObjectiveConfig, weights: Weights
) -> Terms:
    """The objective's parts for a batch, with one posterior sample per picture.

    Args:
        model: what is trained.
        batch: pictures (B, C, H, W) in [0, 1], contiguous, and their labels.
        noise: (B, latent_dim) from N(0, I); ignored by models without chance.
        config: which objective.
        weights: of the terms, at this step.
    """
    match model:
        case VAE():
            return _vae_terms(model, batch, noise, config, weights)
        case Autoencoder():
            return _autoencoder_terms(model, batch)
        case Classifier():
            return _classifier_terms(model, batch)
        case _:
            raise TypeError(f"no objective for {type(model).__name__}")


def _classifier_terms(model: Classifier, batch: Batch) -> Terms:
    assert batch.labels is not None
    logits = model.classify(batch.x)
    loss = functional.cross_entropy(logits, batch.labels)
    right = (logits.argmax(1) == batch.labels).float().mean()
    return Terms(loss, {"cross_entropy": loss, "accuracy": right}, loss.new_empty(0))


def _autoencoder_terms(model: Autoencoder, batch: Batch) -> Terms:
    target = model.scaled(batch.x)
    error = functional.mse_loss(model.decode(model.encode(batch.x).mu), target)
    return Terms(error, {"reconstruction": error}, error.new_empty(0))


def _vae_terms(
    model: VAE, batch: Batch, noise: Tensor, config: ObjectiveConfig, weights: Weights
) -> Terms:
    posterior = model.encode(batch.x, batch.labels)
    z, per_latent = sample_and_kl(posterior, noise)
    output = model.decode(z, batch.labels)
    reconstruction = batch_nats(config.likelihood, output, batch.x, config.sigma)
    kl = per_latent.sum()
    parts = {"reconstruction": reconstruction, "kl": kl}
    if config.kind == "tc":
        split = decompose(posterior, z, weights.images)
        parts |= split._asdict()
        # The KL term's parts with weights 1, β, 1: the KL term and (β − 1) more of the second.
        pressure = sum(split) + (weights.beta - 1) * split.total_correlation
    elif config.kind == "capacity":
        pressure = config.gamma * (kl - weights.capacity).abs()
    else:
        paid = per_latent.clamp_min(config.free_bits).sum() if config.free_bits else kl
        pressure = weights.beta * paid
    return Terms(reconstruction + pressure, parts, per_latent)


def term_names(model: Model, config: ObjectiveConfig) -> tuple[str, ...]:
    """The names of the parts that `terms_of` gives for this model, in its order."""
    match model:
        case Classifier():
            return "cross_entropy", "accuracy"
        case Autoencoder():
            return ("reconstruction",)
        case _ if config.kind == "tc":
            return (
                "reconstruction", "kl", "mutual_information", "total_correlation",
                "dimension_wise_kl",
            )  # fmt: skip
        case _:
            return "reconstruction", "kl"
