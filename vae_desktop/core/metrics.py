"""What the loss does not tell: tighter bounds, latents in use, and what codes know of classes."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vae_desktop.core.data.pixels import Batch, Examples
from vae_desktop.core.events import Floats
from vae_desktop.core.likelihoods import best_variance, per_image
from vae_desktop.core.models.latent import VAE, LatentModel
from vae_desktop.core.objectives import kl_per_latent
from vae_desktop.core.pca import PrincipalComponents, residual_of
from vae_desktop.core.progress import Progress, silent
from vae_desktop.core.total_correlation import gaussian_log_density

BATCH = 500
DECODED_AT_ONCE = 2000
NOISE_SEED = 41
ACTIVE_VARIANCE = 0.01
NEIGHBOURS = 10


@dataclass(frozen=True)
class ImportanceBound:
    """A lower bound on the log-likelihood (Burda et al. 2015).

    Attributes:
        bound: mean over images of log mean_k p(x|z_k) p(z_k) / q(z_k|x), in nats per image.
        standard_error: of that mean, over images.
        elbo: the bound with the KL term in closed form and one sample, for comparison.
        samples: k, posterior samples per image.
        images: how many test images.
    """

    bound: float
    standard_error: float
    elbo: float
    samples: int
    images: int


@dataclass(frozen=True)
class ActiveUnits:
    """Latents whose posterior mean varies over the data (Burda et al. 2015).

    Attributes:
        active: how many vary by more than `ACTIVE_VARIANCE`.
        variances: of E[z_j|x] over the images, for each latent.
        images: how many test images.
    """

    active: int
    variances: tuple[float, ...]
    images: int


@dataclass(frozen=True)
class NeighbourAccuracy:
    """Classes of test images guessed from the nearest training codes.

    Attributes:
        accuracy: share that is right.
        neighbours: how many codes vote; posterior means, Euclidean distance.
        images: how many test images.
        train_images: how many training images have codes.
    """

    accuracy: float
    neighbours: int
    images: int
    train_images: int


@dataclass(frozen=True)
class ClassSeparation:
    """How far apart the codes of the classes are: a proxy, for sets without known factors.

    Attributes:
        between: share of the codes' variance, summed over latents, that lies between the means
            of the classes: 0 where all have one mean, 1 where each class is a point.
        images: how many test images.
        classes: how many classes they are of.
    """

    between: float
    images: int
    classes: int


@dataclass(frozen=True)
class PcaBaseline:
    """What principal components lose beside what the model loses, on pixels in [0, 1].

    Attributes:
        components: as many as the model has latents, fitted to the training images.
        sum_of_squares, mean_per_pixel: lost by the components, mean over the images.
        model_sum_of_squares, model_mean_per_pixel: lost by the model, from posterior means.
        images: how many test images.
    """

    components: int
    sum_of_squares: float
    mean_per_pixel: float
    model_sum_of_squares: float
    model_mean_per_pixel: float
    images: int


@torch.no_grad()
def importance_bound(
    model: VAE,
    examples: Examples,
    samples: int,
    sigma: float | None = None,
    progress: Progress = silent,
) -> ImportanceBound:
    """The importance-weighted bound with k posterior samples per image.

    Args:
        model: the VAE.
        examples: the test images.
        samples: k.
        sigma: standard deviation of a Gaussian's pixels; None for the one that suits all of
            `examples` best (for other likelihoods it does not matter).
        progress: told how far it is; may cancel.
    """
    width = best_sigma(model, examples) if sigma is None else torch.tensor(sigma)
    generator = torch.Generator().manual_seed(NOISE_SEED)
    bounds, elbos = [], []
    for indices in torch.split(torch.arange(len(examples)), max(1, DECODED_AT_ONCE // samples)):
        progress(int(indices[0]) / len(examples), f"Sampling {samples:,} codes per image")
        log_weights, elbo = _log_weights(model, examples.take(indices), samples, width, generator)
        bounds.append(torch.logsumexp(log_weights, dim=1) - math.log(samples))
        elbos.append(elbo)
    every = torch.cat(bounds).double()
    error = float(every.std()) / math.sqrt(len(every)) if len(every) > 1 else 0.0
    elbo_mean = float(torch.cat(elbos).double().mean())
    return ImportanceBound(float(every.mean()), error, elbo_mean, samples, len(examples))


def _log_weights(
    model: VAE, batch: Batch, samples: int, sigma: Tensor, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """log p(x|z) p(z) / q(z|x) for k samples, (B, k), and the ELBO of the first, (B,)."""
    posterior = model.encode(batch.x, batch.labels)
    kl = kl_per_latent(posterior).sum(1)
    mu, logvar = (
        parameter.repeat_interleave(samples, 0) for parameter in posterior if parameter is not None
    )
    x = batch.x.repeat_interleave(samples, 0)
    labels = None if batch.labels is None else batch.labels.repeat_interleave(samples, 0)
    noise = torch.randn(mu.shape, generator=generator).to(mu.device)
    z = torch.addcmul(mu, (0.5 * logvar).exp(), noise)
    log_likelihood = -per_image(model.likelihood, model.decode(z, labels), x, sigma)
    log_prior = gaussian_log_density(z, torch.zeros_like(z), torch.zeros_like(z)).sum(1)
    log_posterior = gaussian_log_density(z, mu, logvar).sum(1)
    weights = (log_likelihood + log_prior - log_posterior).view(-1, samples)
    return weights, log_likelihood.view(-1, samples)[:, 0] - kl


@torch.no_grad()
def best_sigma(model: VAE, examples: Examples) -> Tensor:
    """The standard deviation of a pixel that suits reconstructions from posterior means best."""
    total = torch.zeros((), dtype=torch.float64)
    for indices in torch.split(torch.arange(len(examples)), BATCH):
        x, labels = examples.take(indices)
        output = model.decode(model.encode(x, labels).mu, labels)
        total += best_variance(output, x).cpu().double() * len(indices) / len(examples)
    return total.sqrt().float()


@torch.no_grad()
def codes_of(
    model: LatentModel, examples: Examples, progress: Progress = silent, share: float = 1.0
) -> Tensor:
    """Posterior means of all examples, (N, latent_dim), on the processor.

    `share` is how much of the caller's work this is.
    """
    codes = []
    for indices in torch.split(torch.arange(len(examples)), BATCH):
        progress(share * int(indices[0]) / len(examples), "Encoding")
        x, labels = examples.take(indices)
        codes.append(model.encode(x, labels).mu.cpu())
    return torch.cat(codes)


def active_units(
    model: LatentModel, examples: Examples, progress: Progress = silent
) -> ActiveUnits:
    """Which latents vary with the picture."""
    variances = codes_of(model, examples, progress).var(dim=0, correction=0)
    active = int((variances > ACTIVE_VARIANCE).sum())
    return ActiveUnits(active, tuple(variances.tolist()), len(examples))


def neighbour_accuracy(
    model: LatentModel, train: Examples, test: Examples, progress: Progress = silent
) -> NeighbourAccuracy:
    """How often the nearest training codes know the class of a test image; both have labels."""
    assert train.labels is not None
    assert test.labels is not None
    known, asked = codes_of(model, train, progress, 0.3), codes_of(model, test)
    labels, truth = train.labels.cpu(), test.labels.cpu()

    def tell(share: float, sentence: str) -> None:
        progress(0.3 + 0.7 * share, sentence)

    return neighbours_right(known.numpy(), labels.numpy(), asked.numpy(), truth.numpy(), tell)


def neighbours_right(
    known: Floats,
    labels: NDArray[np.int64],
    asked: Floats,
    truth: NDArray[np.int64],
    progress: Progress = silent,
) -> NeighbourAccuracy:
    """How often the codes (n, D) of classes `labels` know the classes `truth` of codes (m, D)."""
    # Copies of the labels: PyTorch warns of arrays that it must not write to.
    codes, classes = torch.from_numpy(known), torch.from_numpy(labels.copy())
    right, count = 0, int(max(labels.max(), truth.max())) + 1
    neighbours = min(NEIGHBOURS, len(known))
    for start in range(0, len(asked), BATCH):
        progress(start / len(asked), "Looking for the nearest codes")
        cut = slice(start, start + BATCH)
        distances = torch.cdist(torch.from_numpy(asked[cut]), codes)
        nearest = distances.topk(neighbours, largest=False).indices
        votes = torch.nn.functional.one_hot(classes[nearest], count).sum(1)
        right += int((votes.argmax(1).numpy() == truth[cut]).sum())
    return NeighbourAccuracy(right / len(asked), neighbours, len(asked), len(known))


def class_separation(
    model: LatentModel, examples: Examples, progress: Progress = silent
) -> ClassSeparation:
    """How much of the codes' variance the classes explain; the examples have labels."""
    assert examples.labels is not None
    codes = codes_of(model, examples, progress).numpy()
    return separation_of(codes, examples.labels.cpu().numpy())


def separation_of(codes: Floats, labels: NDArray[np.int64]) -> ClassSeparation:
    """How much of the variance of codes (n, D) lies between the means of classes (n,)."""
    doubles = codes.astype(np.float64)
    middle, between = doubles.mean(axis=0), 0.0
    total = float(np.square(doubles - middle).sum())
    classes = np.unique(labels)
    for label in classes:
        mine = doubles[labels == label]
        between += len(mine) * float(np.square(mine.mean(axis=0) - middle).sum())
    return ClassSeparation(between / total if total > 0 else 0.0, len(codes), len(classes))


@torch.no_grad()
def pca_baseline(
    model: LatentModel, train: Examples, test: Examples, progress: Progress = silent
) -> PcaBaseline:
    """Principal components with as many numbers as the model's code, beside the model."""
    components = PrincipalComponents(train, model.latent_dim, progress=progress)
    lost = residual_of(components, test)
    own = 0.0
    for indices in torch.split(torch.arange(len(test)), BATCH):
        x, labels = test.take(indices)
        pictures = model.picture(model.encode(x, labels).mu, labels)
        own += float((pictures - x).square().sum()) / len(test)
    pixels = test.spread(1)[0].numel()
    return PcaBaseline(model.latent_dim, lost, lost / pixels, own, own / pixels, len(test))
