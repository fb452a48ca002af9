"""What the numbers of a run mean, in sentences for its reader."""

import torch

from vae_desktop.core.config import RunConfig
from vae_desktop.core.data.pixels import Examples

LOOKED_AT = 1000
"""So many pictures are looked at to see whether they are grey."""
NATS = "nats per image"
SQUARED_ERROR = "squared error per pixel"

_LIKELIHOODS = {
    "continuous-bernoulli": "The continuous Bernoulli gives densities: the reconstruction term "
    "can be negative and cannot be compared with a Bernoulli's.",
    "gaussian": "The Gaussian takes the width that suits each batch best: the reconstruction "
    "term is a density, can be negative and cannot be compared with a Bernoulli's.",
    "gaussian-fixed": "The Gaussian's width is given: the reconstruction term is a density that "
    "can be compared only with runs of the same σ.",
}
_OBJECTIVES = {
    "capacity": "The total holds the KL term at its capacity and is no bound on the likelihood; "
    "reconstruction + KL is.",
    "tc": "The total weighs the total correlation, estimated within each batch, and is no bound "
    "on the likelihood; reconstruction + KL is.",
}


def measure_of(config: RunConfig) -> str:
    """What the totals of a run count."""
    return SQUARED_ERROR if config.model.kind == "autoencoder" else NATS


def notes_of(config: RunConfig, examples: Examples) -> tuple[str, ...]:
    """What to know before comparing the numbers of a run with those of another.

    Args:
        config: the run.
        examples: its training images.
    """
    match config.model.kind:
        case "classifier":
            return ()
        case "autoencoder":
            return (_squared_error_note(config.model.inputs),)
        case _:
            return (*_likelihood_notes(config, examples), *_objective_notes(config))


def _squared_error_note(inputs: str) -> str:
    if inputs == "unit":
        return "The squared error is that of pixels in [0, 1]."
    return (
        "The squared error is that of pixels divided by their standard deviation: 1 is what the "
        "mean brightness alone would reach."
    )


def _likelihood_notes(config: RunConfig, examples: Examples) -> tuple[str, ...]:
    likelihood = config.objective.likelihood
    if likelihood != "bernoulli":
        return (_LIKELIHOODS[likelihood],)
    x = examples.spread(LOOKED_AT)
    if bool(torch.logical_or(x == 0, x == 1).all()):
        return ()
    return (
        "These pictures have grey pixels, which are no outcomes of a Bernoulli: the "
        "reconstruction term is a cross-entropy and cannot be compared with results on "
        "binarised pictures.",
    )


def _objective_notes(config: RunConfig) -> tuple[str, ...]:
    objective = config.objective
    if objective.kind != "beta":
        return (_OBJECTIVES[objective.kind],)
    if objective.beta == 1 and objective.schedule == "constant" and not objective.free_bits:
        return ()
    return ("The total weighs the KL term; only reconstruction + KL is a bound on the likelihood.",)
