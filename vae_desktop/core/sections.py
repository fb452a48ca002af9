"""The settings of a run, section by section: names, sentences, units and limits."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic.fields import FieldInfo

from vae_desktop.core.data.import_options import ImportOptions
from vae_desktop.core.schema import Section, setting

LAYER_LIMIT = 6
POINT_LIMIT = 64
Width = Annotated[int, Field(ge=1, le=4096)]
Point = tuple[
    Annotated[float, Field(ge=0.0, le=10_000.0)], Annotated[float, Field(ge=0.0, le=1000.0)]
]
"""Epoch and β there."""

_LATENT = {"model.kind": ("autoencoder", "vae", "cvae")}
_PLAIN = {"model.kind": ("classifier", "autoencoder")}
_VAE = {"model.kind": ("vae", "cvae")}
_BETA = {**_VAE, "objective.kind": ("beta", "tc")}
_CAPACITY = {**_VAE, "objective.kind": ("capacity",)}


class DataConfig(Section):
    """Which pictures the run learns from."""

    source: str = setting(
        "digits", "Data set", "The pictures that the model learns and is tested on.", max_length=64
    )
    folder: str | None = setting(
        None, "Folder", "Where the files of the data set are, for a set that is read from disk."
    )
    train_limit: int | None = setting(
        None,
        "Training images",
        "Learn from only the first so many training images; empty means all of them.",
        unit="images",
        more=True,
        ge=1,
    )
    pictures: ImportOptions = Field(
        default=ImportOptions(),
        title="Import",
        description="How own pictures become images of one size.",
    )
    fingerprint: str = Field(
        default="", title="Fingerprint", description="Of the pixels and labels."
    )


class ModelConfig(Section):
    """What the network looks like."""

    kind: Literal["classifier", "autoencoder", "vae", "cvae"] = setting(
        "vae",
        "Model",
        "A classifier names the class of a picture; an autoencoder squeezes it through a short "
        "code; a variational autoencoder (vae) makes that code a Gaussian that can be sampled; "
        "a conditional one (cvae) is told the class as well.",
    )
    architecture: Literal["mlp", "conv"] = setting(
        "mlp",
        "Architecture",
        "Fully connected layers (mlp) take pictures of any size; convolutions (conv) know that "
        "neighbouring pixels belong together and take sides of 8 to 128 pixels.",
    )
    latent_dim: int = setting(
        2,
        "Latents",
        "How many numbers the code of a picture has; with two, the whole latent space can be "
        "drawn as a map.",
        applies=_LATENT,
        ge=1,
        le=128,
    )
    hidden: tuple[Width, ...] = setting(
        (400,),
        "Hidden layers",
        "Widths of the encoder's hidden layers, separated by commas; the decoder has the same "
        "in reverse.",
        unit="units",
        applies={"model.architecture": ("mlp",)},
        min_length=1,
        max_length=LAYER_LIMIT,
    )
    activation: Literal["relu", "tanh", "silu"] = setting(
        "relu",
        "Activation",
        "The function between two layers that makes the network more than one linear map.",
        more=True,
    )
    bottleneck_relu: bool = setting(
        False,
        "ReLU on the code",
        "Cut the code's negative numbers off, as the talk does; it costs detail, because a "
        "latent that is zero for every picture never learns again.",
        applies={"model.kind": ("autoencoder",)},
    )
    inputs: Literal["unit", "normalised"] = setting(
        "unit",
        "Pixels",
        "Give the network pixels in [0, 1] (unit), or with the mean of the training pixels taken "
        "off and divided by their standard deviation (normalised).",
        applies=_PLAIN,
    )


class ObjectiveConfig(Section):
    """What training makes small: reconstruction term + β · KL term, in nats per image."""

    likelihood: Literal["bernoulli", "continuous-bernoulli", "gaussian", "gaussian-fixed"] = (
        setting(
            "bernoulli",
            "Likelihood",
            "How the decoder's pixels are judged: as black-or-white chances (bernoulli), as grey "
            "values in [0, 1] (continuous-bernoulli), or as a Gaussian with the best width "
            "(gaussian) or a given one (gaussian-fixed).",
            applies=_VAE,
        )
    )
    sigma: float = setting(
        0.1,
        "σ",
        "Standard deviation of a pixel under the Gaussian of fixed width: small values weigh the "
        "pictures more and the KL term less.",
        applies={**_VAE, "objective.likelihood": ("gaussian-fixed",)},
        ge=0.001,
        le=10.0,
    )
    kind: Literal["beta", "capacity", "tc"] = setting(
        "beta",
        "Objective",
        "What is done with the KL term: weighed by β (beta), held at a rising number of nats "
        "(capacity), or split so that β weighs its total correlation alone (tc).",
        applies=_VAE,
    )
    beta: float = setting(
        1.0,
        "β",
        "Weight of the KL term: 1 is the VAE, more presses the codes closer to the prior and "
        "blurs the pictures, 0 leaves the codes free.",
        applies=_BETA,
        ge=0.0,
        le=1000.0,
    )
    schedule: Literal["constant", "warm-up", "cyclical", "drawn"] = setting(
        "constant",
        "β over time",
        "β all the time (constant), rising to it once (warm-up), rising to it again and again "
        "(cyclical), or along a line through given points (drawn).",
        applies=_BETA,
    )
    warmup_epochs: float = setting(
        5.0,
        "Warm-up",
        "How long β rises from 0 before it stays.",
        unit="epochs",
        applies={**_BETA, "objective.schedule": ("warm-up",)},
        gt=0.0,
        le=10_000.0,
    )
    cycles: int = setting(
        4,
        "Cycles",
        "How often β rises from 0 during the run; it rises in the first half of each cycle.",
        applies={**_BETA, "objective.schedule": ("cyclical",)},
        ge=1,
        le=1000,
    )
    points: tuple[Point, ...] = setting(
        (),
        "β through points",
        "Pairs of an epoch and β there; β runs straight from one to the next.",
        applies={**_BETA, "objective.schedule": ("drawn",)},
        max_length=POINT_LIMIT,
    )
    gamma: float = setting(
        100.0,
        "γ",
        "How hard the KL term is held at its capacity.",
        applies=_CAPACITY,
        ge=0.0,
        le=100_000.0,
    )
    capacity: float = setting(
        25.0,
        "Capacity",
        "The KL term that the run ends with.",
        unit="nats",
        applies=_CAPACITY,
        ge=0.0,
        le=10_000.0,
    )
    capacity_epochs: float = setting(
        10.0,
        "Capacity rises for",
        "How long the capacity rises from 0.",
        unit="epochs",
        applies=_CAPACITY,
        gt=0.0,
        le=10_000.0,
    )
    free_bits: float = setting(
        0.0,
        "Free bits",
        "What each latent may tell without a price: a KL term below this is not made smaller.",
        unit="nats per latent",
        more=True,
        applies={**_VAE, "objective.kind": ("beta",)},
        ge=0.0,
        le=100.0,
    )


class TrainingConfig(Section):
    """How the weights are found."""

    epochs: int = setting(
        10, "Epochs", "How often training goes through all training images.", ge=1, le=10_000
    )
    batch_size: int = setting(
        120,
        "Batch size",
        "How many images each step of the optimiser looks at.",
        unit="images",
        ge=1,
        le=16_384,
    )
    learning_rate: float = setting(
        1e-3,
        "Learning rate",
        "How far a step moves the weights: too small learns slowly, too large never settles.",
        gt=0.0,
        le=10.0,
    )
    lr_schedule: Literal["constant", "cosine", "step"] = setting(
        "constant",
        "Learning rate over time",
        "All the time the same (constant), falling to zero along a cosine (cosine), or a tenth "
        "after half and again after three quarters of the run (step).",
        more=True,
    )
    optimizer: Literal["adam", "adamw", "sgd", "adagrad"] = setting(
        "adam", "Optimiser", "The rule by which gradients change the weights.", more=True
    )
    momentum: float = setting(
        0.9,
        "Momentum",
        "Which share of its last change a weight keeps at the next step.",
        more=True,
        applies={"training.optimizer": ("sgd",)},
        ge=0.0,
        lt=1.0,
    )
    weight_decay: float = setting(
        0.0,
        "Weight decay",
        "How strongly all weights are drawn to zero; AdamW does so apart from the gradient.",
        more=True,
        ge=0.0,
        le=10.0,
    )
    gradient_clip: float = setting(
        0.0,
        "Gradient clip",
        "Shorten a gradient that is longer than this; 0 never does.",
        more=True,
        ge=0.0,
        le=1e6,
    )
    patience: int = setting(
        0,
        "Patience",
        "End the run after so many epochs without a better test loss; 0 never does.",
        unit="epochs",
        more=True,
        ge=0,
        le=10_000,
    )
    seed: int = setting(
        0,
        "Seed",
        "Start of all random numbers: the same seed and settings give the same run.",
        more=True,
        ge=0,
        le=2**31 - 1,
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = setting(
        "auto",
        "Device",
        "Where the arithmetic is done: auto takes a graphics processor where there is one.",
        more=True,
    )
    threads: int = setting(
        0,
        "Threads",
        "Processor threads for training; 0 takes all cores, but leaves one to the window. One "
        "thread makes two runs alike to the last bit.",
        more=True,
        ge=0,
        le=256,
    )


SECTIONS: tuple[tuple[str, type[Section]], ...] = (
    ("data", DataConfig),
    ("model", ModelConfig),
    ("objective", ObjectiveConfig),
    ("training", TrainingConfig),
)


def field_of(section: str, name: str) -> FieldInfo:
    """The schema of one setting, by the names of its section and itself."""
    return dict(SECTIONS)[section].model_fields[name]
