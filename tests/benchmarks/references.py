"""Reference runs on MNIST, and disentangling on the sprites.

python -m tests.benchmarks.references [NAME...] [--data DIR] [--json FILE]
python -m tests.benchmarks.references --sprites [--out DIR] [--json FILE]

Each trains as its source did and compares the result on the test set with the published one.
Takes some minutes; not part of the tests.
"""

import argparse
import json
import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

import torch
from rich.console import Console
from rich.table import Table
from torch.distributions import Normal, kl_divergence

from tests.benchmarks.check import Check
from tests.benchmarks.context import ROOT
from tests.benchmarks.sprite_references import sprite_checks
from vae_desktop.core.config import RunConfig
from vae_desktop.core.data import idx
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.data.pixels import Examples
from vae_desktop.core.events import Evaluation, Event, Prepared, Snapshot
from vae_desktop.core.likelihoods import log_normaliser
from vae_desktop.core.metrics import importance_bound
from vae_desktop.core.models.build import build_with
from vae_desktop.core.models.latent import VAE, Posterior
from vae_desktop.core.objectives import kl_per_latent
from vae_desktop.core.presets import preset_of
from vae_desktop.core.total_correlation import decompose
from vae_desktop.core.training import train

SAMPLES = (1, 10, 50)


class References:
    """The reference runs; each method of `RUNS` yields its checks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def data(self) -> Dataset:
        """MNIST."""
        return idx.load(self._folder)

    def classifier(self) -> Iterator[Check]:
        """784-1000-10 by SGD, as in the talk."""
        result, _, _ = self._train(preset_of("classifier").applied_to(RunConfig()))
        source = "the talk's notebook, 10 epochs"
        yield Check("classifier, test loss", result.total, 0.0946, 0.1246, "0.1096 ± 0.015", source)
        right = 100 * result.terms["accuracy"]
        yield Check("classifier, % right", right, 96.5, 97.3, "96.82", source)

    def autoencoder_talk(self) -> Iterator[Check]:
        """784-100-2 by SGD with a ReLU on the code, as in the talk."""
        result, prepared, _ = self._train(preset_of("autoencoder").applied_to(RunConfig()))
        source = "the talk's setting, 10 epochs"
        value = result.total
        yield Check("autoencoder (SGD), squared error", value, 0.58, 0.62, "0.59–0.62", source)
        pca = prepared.baselines["pca"]
        yield Check("  does not beat PCA", value, pca, math.inf, f"{pca:.4f}", "PCA, 2 components")

    def autoencoder_adam(self) -> Iterator[Check]:
        """The same without the ReLU and by Adam: it beats principal components."""
        for latents in (2, 10, 20):
            config = preset_of("autoencoder").applied_to(RunConfig())
            config = config.changed(
                model={"bottleneck_relu": False, "latent_dim": latents},
                training={"optimizer": "adam", "learning_rate": 1e-3},
            )
            result, prepared, _ = self._train(config)
            name = f"autoencoder (Adam), {latents} latents"
            if latents == 2:
                high, source = 0.475, "a run with PyTorch's own loop"
                yield Check(f"{name}, squared error", result.total, 0.0, high, "0.461", source)
            pca = prepared.baselines["pca"]
            source = f"PCA, {latents} components"
            yield Check(f"{name}, beats PCA", result.total, 0.0, pca, f"{pca:.4f}", source)

    def vae_2(self) -> Iterator[Check]:
        """784-400-2 by Adam, as in the talk but with pixels in [0, 1]."""
        result, _, _ = self._train(preset_of("vae").applied_to(RunConfig()))
        source = "a run with PyTorch's own loop, 10 epochs"
        yield Check("VAE, 2 latents, test loss", result.total, 150, 157, "153.9", source)

    def vae_20(self) -> Iterator[Check]:
        """784-400-20: PyTorch's example; and its importance-weighted bounds."""
        result, _, snapshot = self._train(RunConfig().changed(model={"latent_dim": 20}))
        source = "PyTorch's VAE example, 10 epochs"
        yield Check("VAE, 20 latents, test loss", result.total, 104.5, 106.5, "105.6", source)
        config = RunConfig().changed(model={"latent_dim": 20})
        model = build_with(config.model, self.data.image_shape, snapshot.weights)
        assert isinstance(model, VAE)
        examples, before = Examples(self.data.test, torch.device("cpu")), -result.total
        for count in SAMPLES:
            found = importance_bound(model, examples, count)
            # With one sample the bound is the ELBO itself, but for chance.
            low = before - (3 * found.standard_error if count == 1 else 0.0)
            name = f"  importance-weighted bound, {count} samples (± {found.standard_error:.2f})"
            yield Check(name, found.bound, low, 0.0, f"≥ {before:.2f}", "Burda et al. 2015")
            before = found.bound

    def beta_vae(self) -> Iterator[Check]:
        """784-400-20 with β = 4."""
        result, _, _ = self._train(preset_of("beta-vae").applied_to(RunConfig()))
        assert result.reconstruction is not None
        assert result.kl is not None
        source, bound = "a run with PyTorch's own loop", result.reconstruction + result.kl
        yield Check("β = 4, 20 latents, reconstruction + KL", bound, 119, 123, "121.2", source)
        yield Check("  KL", result.kl, 9, 10, "9.5", source)

    def formulas(self) -> Iterator[Check]:
        """Terms of the objectives where they are known."""
        generator = torch.Generator().manual_seed(0)
        mu, logvar = torch.randn(2, 1000, 10, generator=generator)
        theirs = kl_divergence(Normal(mu, (logvar / 2).exp()), Normal(0.0, 1.0))
        off = float((kl_per_latent(Posterior(mu, logvar)) - theirs).abs().max())
        yield Check("KL, largest difference", off, 0, 1e-5, "0", "torch.distributions")
        for share, value in ((0.01, 1.5452), (0.1, 1.01034), (0.3, 0.75059), (0.45, 0.696495)):
            logit = torch.tensor(math.log(share / (1 - share)), dtype=torch.float64)
            found, source = float(log_normaliser(logit)), "Loaiza-Ganem & Cunningham 2019"
            # The first is published with four decimals.
            off = 5e-5 if share == 0.01 else 1e-5
            yield Check(f"ln C({share})", found, value - off, value + off, f"{value}", source)
        mu = torch.randn(256, 10, generator=generator) * math.sqrt(0.5)
        posterior = Posterior(mu, torch.full_like(mu, math.log(0.5)))
        z = posterior.sample(torch.randn(mu.shape, generator=generator))
        found = float(decompose(posterior, z, 60_000).total_correlation)
        source = "independent Gaussians, batch 256"
        yield Check("total correlation, 10 latents", found, -1.5, 1.5, "0", source)

    def _train(self, config: RunConfig) -> tuple[Evaluation, Prepared, Snapshot]:
        """A run's last result on the test set, how it began, and its weights."""
        seen: dict[type, Event] = {}
        for event in train(config, self.data):
            seen[type(event)] = event
        result, prepared, snapshot = (seen[kind] for kind in (Evaluation, Prepared, Snapshot))
        assert isinstance(result, Evaluation)
        assert isinstance(prepared, Prepared)
        assert isinstance(snapshot, Snapshot)
        return result, prepared, snapshot


RUNS: dict[str, Callable[[References], Iterator[Check]]] = {
    "formulas": References.formulas,
    "classifier": References.classifier,
    "autoencoder-talk": References.autoencoder_talk,
    "autoencoder-adam": References.autoencoder_adam,
    "vae-2": References.vae_2,
    "vae-20": References.vae_20,
    "beta-vae": References.beta_vae,
}


def main() -> int:
    """Run what was asked for; the exit status is 1 where a reference is not met."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.references", description=__doc__
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(RUNS)}")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the checks to a file")
    parser.add_argument("--sprites", action="store_true", help="only the runs on the sprites")
    parser.add_argument("--out", type=Path, default=Path("sprite-runs"), help="for those runs")
    parser.add_argument("--threads", type=int, default=0, help="for those runs; 0 for all cores")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in RUNS]
    if unknown:
        parser.error(f"no reference {', '.join(unknown)}; choose of: {', '.join(RUNS)}")
    checks = (
        list(sprite_checks(options.out, options.threads))
        if options.sprites
        else mnist_checks(options)
    )
    show(checks)
    if options.json:
        rows = [{**asdict(check), "met": check.met} for check in checks]
        options.json.write_text(json.dumps(rows, indent=2) + "\n")
    return 0 if all(check.met for check in checks) else 1


def mnist_checks(options: argparse.Namespace) -> list[Check]:
    """Run the references on MNIST that were asked for."""
    references = References(options.data / "mnist")
    checks: list[Check] = []
    for name in options.names or RUNS:
        print(f"running {name} ...", file=sys.stderr)
        checks += RUNS[name](references)
    return checks


def show(checks: list[Check]) -> None:
    """Print the table."""
    table = Table("what", "value", "reference", "source", "met")
    for check in checks:
        met = "yes" if check.met else "NO"
        table.add_row(check.name, f"{check.value:.5g}", check.reference, check.source, met)
    Console(width=140).print(table)


if __name__ == "__main__":
    sys.exit(main())
