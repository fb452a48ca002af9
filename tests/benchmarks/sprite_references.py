"""Disentangling on the sprites: plain VAE, β-VAE and total correlation with the same budget.

Each run has ten latents, the convolutional network of Burgess et al. 2018, the same seed and as
many steps; they are scored by the definitions of the factor lab and their boards saved.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.check import Check
from vae_desktop.core import runs
from vae_desktop.core.config import RunConfig
from vae_desktop.core.data import sprites
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.events import KL_IN_USE
from vae_desktop.core.factor_matches import inform
from vae_desktop.core.run_evaluation import evaluate_run
from vae_desktop.core.training import train
from vae_desktop.core.traversal_files import write_board_png
from vae_desktop.core.traverse_run import Wish, sheet_of_run
from vae_desktop.paths import resource
from vae_desktop.session.decoder import Decoder

EPOCHS, BATCH, IMAGES = 6, 64, 10_000
NAMEABLE = ("x", "y", "scale")
KNOWN = 0.5
"""Nats that the best latent must know of a factor for its row to be called by it."""
OBJECTIVES = {
    "β = 1": {"kind": "beta", "beta": 1.0},
    "β = 4": {"kind": "beta", "beta": 4.0},
    "total correlation, β = 6": {"kind": "tc", "beta": 6.0},
}


@dataclass(frozen=True)
class Trained:
    """A run and its scores."""

    name: str
    folder: Path
    mig: float
    mig_spread: float
    beta_vae: float
    named: str
    rows: int


def sprite_checks(out: Path, threads: int = 0) -> Iterator[Check]:
    """Train with so many threads, score, save the boards in `out`, compare."""
    data = sprites.load(sprites.TRAIN)
    found = []
    for name, objective in OBJECTIVES.items():
        one = _trained(data, name, objective, out, threads)
        found.append(one)
        source = f"{EPOCHS} epochs of {len(data.train):,} images"
        spread = f"± {one.mig_spread:.3f}"
        yield Check(f"sprites, {name}: MIG ({spread})", one.mig, 0, 1, "", source)
        score = one.beta_vae
        yield Check("  β-VAE score", score, 0, 1, "", source)
        yield Check(f"  rows: {one.named}", one.rows, 0, 10, "", source)
    plain, best = found[0], max(found[1:], key=lambda one: one.mig)
    ratio, source = best.mig / plain.mig, "the same budget"
    yield Check(f"sprites, {best.name}: MIG against β = 1", ratio, 2, 1e9, "≥ 2", source)
    yield Check("  β-VAE score", best.beta_vae, 0.8, 1, "≥ 0.80", source)
    yield Check("  rows of x, y and scale", best.rows, 3, 3, "3", source)


def _trained(
    data: Dataset, name: str, objective: dict[str, object], out: Path, threads: int
) -> Trained:
    config = RunConfig().changed(
        data={"source": "sprites"},
        model={"architecture": "conv", "latent_dim": 10},
        objective=objective,
        training={"epochs": EPOCHS, "batch_size": BATCH, "threads": threads},
    )
    folder = runs.free_folder(out, f"sprites-{objective['kind']}-{objective['beta']:g}")
    runs.create(folder, config)
    for _ in runs.record(folder, train(config, data)):
        pass
    saved = runs.read(folder)
    scores = evaluate_run(saved, data, ("mig", "beta-vae")).metrics
    coder = Decoder(config.model, data.image_shape, saved.weights)
    sheet = sheet_of_run(saved, coder, lambda: data, Wish())
    write_board_png(folder / "board.png", sheet, 64, resource("fonts/Inter-Regular.otf"))
    mig, beta_vae = scores["mig"], scores["beta-vae"]
    named = _named_rows(coder, data)
    words = ", ".join(f"{factor} z{latent + 1}" for factor, latent in named.items())
    count = len(set(named.values()))
    return Trained(name, folder, mig.score, mig.spread or 0.0, beta_vae.score, words, count)


def _named_rows(coder: Decoder, data: Dataset) -> dict[str, int]:
    """The latent in use, by factor, that knows most and enough of it to be called by it."""
    known = inform(coder, data, IMAGES)
    enough = (known.information >= KNOWN) & (known.kl > KL_IN_USE)
    return {
        factor: int(latent)
        for row, (factor, latent) in enumerate(zip(known.names, known.matches, strict=True))
        if factor in NAMEABLE and enough[row, latent]
    }
