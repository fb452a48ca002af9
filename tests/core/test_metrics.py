"""Bounds, latents in use, neighbours and components, where the answer is known."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier
from torch.distributions import MultivariateNormal

from tests.samples import tiny_config, tiny_dataset
from vae_desktop.core import runs
from vae_desktop.core.config import ModelConfig
from vae_desktop.core.control import Control
from vae_desktop.core.data.dataset import Dataset, Part
from vae_desktop.core.data.pixels import Examples
from vae_desktop.core.errors import Cancelled, ConfigError, DataError
from vae_desktop.core.events import Evaluation
from vae_desktop.core.metrics import (
    active_units,
    importance_bound,
    neighbour_accuracy,
    pca_baseline,
)
from vae_desktop.core.models.build import build
from vae_desktop.core.models.latent import VAE, LatentModel, Posterior
from vae_desktop.core.pca import PrincipalComponents
from vae_desktop.core.run_evaluation import evaluate_run
from vae_desktop.core.training import train

CPU = torch.device("cpu")
DATA = tiny_dataset()


def model_of(kind: str = "vae", **settings: object) -> LatentModel:
    config = ModelConfig(kind=kind, hidden=(16,), **settings)
    model = build(config, (1, 8, 8), torch.Generator().manual_seed(0), classes=2)
    assert isinstance(model, LatentModel)
    return model


class LinearGaussian(VAE):
    """p(x|z) = N(z·1, σ²) in two pixels: the likelihood of a picture has a closed form."""

    def __init__(self, mu: float, logvar: float) -> None:
        super().__init__(torch.nn.Identity(), torch.nn.Identity(), 1, likelihood="gaussian-fixed")
        self.code = (mu, logvar)

    def encode(self, x: torch.Tensor, labels: torch.Tensor | None = None):  # type: ignore[no-untyped-def]
        ones = torch.ones(len(x), 1)
        return Posterior(self.code[0] * ones, self.code[1] * ones)

    def decode(self, z: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        return z[:, :, None, None].expand(-1, 1, 1, 2)


def test_the_importance_weighted_bound_approaches_the_likelihood() -> None:
    images = np.array([[[[0, 255]]], [[[255, 255]]], [[[51, 102]]]], np.uint8)
    examples = Examples(Part(images), CPU)
    model, sigma = LinearGaussian(mu=0.2, logvar=-0.5), 0.5
    covariance = torch.ones(2, 2) + sigma**2 * torch.eye(2)
    pixels = torch.from_numpy(images / 255.0).float().view(3, 2)
    exact = MultivariateNormal(torch.zeros(2), covariance).log_prob(pixels)
    found = importance_bound(model, examples, 20_000, sigma)
    assert found.bound == pytest.approx(exact.mean().item(), abs=0.01)
    assert found.standard_error == pytest.approx(exact.std().item() / math.sqrt(3), rel=0.05)
    assert (found.samples, found.images) == (20_000, 3)


@pytest.mark.parametrize(
    "likelihood", ["bernoulli", "continuous-bernoulli", "gaussian", "gaussian-fixed"]
)
@pytest.mark.parametrize("kind", ["vae", "cvae"])
def test_the_bound_grows_with_samples(likelihood: str, kind: str) -> None:
    config = ModelConfig(kind=kind, hidden=(16,), latent_dim=4)
    generator = torch.Generator().manual_seed(0)
    model = build(config, (1, 8, 8), generator, classes=2, likelihood=likelihood)
    assert isinstance(model, VAE)
    with torch.no_grad():
        model.encoder.body[-1].weight.mul_(5)
    examples = Examples(DATA.test, CPU)
    bounds = [importance_bound(model, examples, k) for k in (1, 5, 50)]
    assert bounds[0].bound < bounds[1].bound < bounds[2].bound
    assert bounds[2].bound > bounds[2].elbo


def test_active_units_vary_with_the_picture() -> None:
    model = model_of(latent_dim=3)
    with torch.no_grad():
        last = model.encoder.body[-1]
        last.weight[0] *= 20
        last.weight[1] = 0
        last.weight[2] *= 20
    found = active_units(model, Examples(DATA.test, CPU))
    means = model.encode(Examples(DATA.test, CPU).take(torch.arange(90)).x).mu
    np.testing.assert_allclose(found.variances, means.detach().numpy().var(0), rtol=1e-4)
    assert found.active == 2
    assert found.images == 90


def test_neighbours_vote_as_in_scikit_learn() -> None:
    model = model_of(latent_dim=2)
    train_set, test_set = Examples(DATA.train, CPU), Examples(DATA.test, CPU)
    found = neighbour_accuracy(model, train_set, test_set)
    known, asked = (
        model.encode(part.take(torch.arange(len(part))).x).mu.detach().numpy()
        for part in (train_set, test_set)
    )
    reference = KNeighborsClassifier(10).fit(known, DATA.train.labels)
    expected = reference.score(asked, DATA.test.labels)
    assert found.accuracy == pytest.approx(expected, abs=0.03), "ties may be broken otherwise"
    assert (found.neighbours, found.images, found.train_images) == (10, 90, 300)


@pytest.mark.parametrize("count", [1, 2, 10, 63])
def test_components_lose_what_scikit_learns_lose(count: int) -> None:
    found = pca_baseline(
        model_of(latent_dim=count), Examples(DATA.train, CPU), Examples(DATA.test, CPU)
    )
    train_x, test_x = (
        part.images.reshape(len(part), -1) / 255.0 for part in (DATA.train, DATA.test)
    )
    pca = PCA(count, svd_solver="full").fit(train_x)
    lost = np.square(test_x - pca.inverse_transform(pca.transform(test_x))).sum(1).mean()
    assert found.sum_of_squares == pytest.approx(lost, rel=1e-3)
    assert found.mean_per_pixel == pytest.approx(lost / 64, rel=1e-3)
    assert found.model_mean_per_pixel > 0


def test_more_components_than_pictures_or_pixels() -> None:
    few = Examples(DATA.train, CPU, limit=5)
    components = PrincipalComponents(few, 100)
    assert components.residual(few.take(torch.arange(5)).x) == pytest.approx(0, abs=1e-6)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = runs.create(tmp_path_factory.mktemp("runs") / "run", tiny_config())
    list(runs.record(folder, train(tiny_config(), DATA)))
    return folder


def test_a_run_is_measured_as_in_training(folder: Path) -> None:
    saved = runs.read(folder)
    told: list[tuple[float, str]] = []
    found = evaluate_run(
        saved,
        DATA,
        ["iwae", "active", "knn", "pca"],
        5,
        lambda share, sentence: told.append((share, sentence)),
    )
    last = [event for event in saved.history if isinstance(event, Evaluation)][-1]
    assert found.scores.total == pytest.approx(last.total, rel=1e-6)
    assert found.scores.terms == pytest.approx(dict(last.terms), rel=1e-6)
    assert list(found.metrics) == ["iwae", "active", "knn", "pca"]
    assert found.metrics["iwae"].elbo == pytest.approx(-last.total, abs=0.5)
    assert all(0 <= share <= 1 for share, _ in told)
    assert len({sentence for _, sentence in told}) >= 4


def test_the_total_uses_the_beta_that_the_run_ended_with(tmp_path: Path) -> None:
    control = Control()
    control.set_beta(3.0)
    folder = runs.create(tmp_path / "run", tiny_config())
    list(runs.record(folder, train(tiny_config(), DATA, control)))
    saved = runs.read(folder)
    last = [event for event in saved.history if isinstance(event, Evaluation)][-1]
    assert evaluate_run(saved, DATA).scores.total == pytest.approx(last.total, rel=1e-6)


def test_measuring_can_be_cancelled(folder: Path) -> None:
    def cancel(share: float, sentence: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        evaluate_run(runs.read(folder), DATA, progress=cancel)


def saved_run(tmp_path: Path, kind: str) -> runs.SavedRun:
    config = tiny_config(epochs=1).changed(model={"kind": kind})
    folder = runs.create(tmp_path / kind, config)
    list(runs.record(folder, train(config, DATA)))
    return runs.read(folder)


def unlabelled() -> Dataset:
    parts = {name: replace(getattr(DATA, name), labels=None) for name in ("train", "test")}
    return replace(DATA, title="Bars without names", label_names=(), **parts)


def test_metrics_that_a_model_does_not_have(tmp_path: Path) -> None:
    classifier, autoencoder = (saved_run(tmp_path, kind) for kind in ("classifier", "autoencoder"))
    with pytest.raises(ConfigError, match="active: this needs codes"):
        evaluate_run(classifier, DATA, ["active"])
    with pytest.raises(ConfigError, match="iwae: this needs samples of a posterior"):
        evaluate_run(autoencoder, DATA, ["iwae"])
    with pytest.raises(ConfigError, match="no metric “fid”; choose of iwae, active, knn, pca"):
        evaluate_run(autoencoder, DATA, ["fid"])
    with pytest.raises(DataError, match="knn: this needs labels, but Bars without names"):
        evaluate_run(autoencoder, unlabelled(), ["knn"])
    with pytest.raises(DataError, match="A classifier needs labels, but Bars without names"):
        evaluate_run(classifier, unlabelled())


def test_a_set_with_other_classes_is_refused(tmp_path: Path) -> None:
    other = replace(DATA, label_names=("a", "b", "c"))
    with pytest.raises(DataError, match="has 3 classes, but the run was trained on 2"):
        evaluate_run(saved_run(tmp_path, "cvae"), other)
