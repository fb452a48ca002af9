"""What training tells the world: frozen values of numbers and read-only numpy copies.

All terms are in nats per image: summed over pixels, averaged over images; what else a number
counts, `Prepared.measure` says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Scalar = TypeVar("Scalar", bound=np.generic)

TERMS = {
    "reconstruction": "Reconstruction",
    "kl": "KL",
    "mutual_information": "Mutual information",
    "total_correlation": "Total correlation",
    "dimension_wise_kl": "Dimension-wise KL",
    "cross_entropy": "Cross-entropy",
    "accuracy": "Accuracy",
}
"""The parts of all objectives: their names in events and files, and for a reader."""

KL_IN_USE = 0.01
"""A latent whose mean KL term is above this many nats tells something of the picture."""


def frozen(array: NDArray[Scalar]) -> NDArray[Scalar]:
    """A C-contiguous copy of `array` that nobody can write to."""
    copy = np.array(array, order="C", copy=True)
    copy.flags.writeable = False
    return copy


@dataclass(frozen=True, eq=False)
class Preparing:
    """The data is being read or drawn, before training.

    Attributes:
        share: how much is done, in [0, 1].
        sentence: what is being done, for the reader.
    """

    share: float
    sentence: str


@dataclass(frozen=True, eq=False)
class Prepared:
    """The data is loaded and the model is made; training begins, or goes on.

    Attributes:
        epochs, steps_per_epoch: the whole run is their product, in steps.
        batch_size: images per step.
        train_images, test_images: how many images there are.
        image_shape: (C, H, W).
        parameters: how many weights the model has.
        device: where it trains ("cpu", "cuda" ...).
        fingerprint: of the data set.
        measure: what totals count: "nats per image" or "squared error per pixel".
        notes: sentences on what the numbers mean and with what they cannot be compared.
        baselines: what simple methods reach on the test set, in the run's own measure.
        label_names: a name per class; empty without labels.
        step: the steps that were done before, where a run goes on.
    """

    epochs: int
    steps_per_epoch: int
    batch_size: int
    train_images: int
    test_images: int
    image_shape: tuple[int, int, int]
    parameters: int
    device: str
    fingerprint: str
    measure: str = "nats per image"
    notes: tuple[str, ...] = ()
    baselines: Mapping[str, float] = field(default_factory=dict)
    label_names: tuple[str, ...] = ()
    step: int = 0


@dataclass(frozen=True, eq=False)
class Batches:
    """Losses of consecutive training batches, one number per step.

    Attributes:
        step: int64 (n,), counted from 1.
        total: float32 (n,), what training makes small.
        terms: its parts, float32 (n,) each, by their names in `TERMS`; besides "beta" (where
            it weighs something) and "learning_rate" of each step.
        kl_per_latent: float32 (D,), mean over the n batches; (0,) without a KL term.
        seconds: training time until the last step, without pauses.
        images_per_second: speed over the last second or so.
    """

    step: NDArray[np.int64]
    total: Floats
    terms: Mapping[str, Floats]
    kl_per_latent: Floats
    seconds: float
    images_per_second: float

    @property
    def reconstruction(self) -> Floats | None:
        """The reconstruction term, float32 (n,); None for a model without one."""
        return self.terms.get("reconstruction")

    @property
    def kl(self) -> Floats | None:
        """The KL term, float32 (n,); None for a model without one."""
        return self.terms.get("kl")


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The whole test set after an epoch, one posterior sample per image.

    Attributes:
        epoch, step: after which epoch and step.
        total: what training makes small, with the weights of that moment.
        terms: its parts, by their names in `TERMS`.
        kl_per_latent: float32 (D,), nats per image; (0,) without a KL term.
        images: how many test images.
        seconds: training time so far, without pauses.
        confusion: int64 (K, K), how many images of class [row] were taken for [column]; None
            for a model that names no classes.
    """

    epoch: int
    step: int
    total: float
    terms: Mapping[str, float]
    kl_per_latent: Floats
    images: int
    seconds: float
    confusion: NDArray[np.int64] | None = None

    @property
    def reconstruction(self) -> float | None:
        """The reconstruction term; None for a model without one."""
        return self.terms.get("reconstruction")

    @property
    def kl(self) -> float | None:
        """The KL term; None for a model without one."""
        return self.terms.get("kl")


@dataclass(frozen=True, eq=False)
class LeverMoved:
    """Somebody changed a number while training ran.

    Attributes:
        step: the last step before the change.
        epoch_position: where that is, in epochs.
        name: "beta" or "learning_rate".
        value: what it is from the next step on.
    """

    step: int
    epoch_position: float
    name: str
    value: float


@dataclass(frozen=True, eq=False)
class Reconstructions:
    """Fixed test images and what the model makes of them now (posterior mean, decoded).

    Attributes:
        step: the step whose weights were used.
        originals, reconstructions: uint8 (n, C, H, W), pairs in order.
    """

    step: int
    originals: NDArray[np.uint8]
    reconstructions: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The weights of a moment, for viewing.

    Attributes:
        epoch: finished epochs at that moment.
        step: the step after which they were copied.
        weights: parameter name -> float32 array, read-only copies.
    """

    epoch: int
    step: int
    weights: dict[str, Floats]


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """All that is needed to go on as if training had never stopped.

    Attributes:
        step, epoch: finished steps and epochs.
        batches: finished batches of the epoch after those.
        tensors: weights, optimiser and random states, by name; read-only copies.
        facts: the rest, as plain JSON values.
    """

    step: int
    epoch: int
    batches: int
    tensors: Mapping[str, NDArray[Any]]
    facts: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Ended:
    """Training is over; the last event of a run that did not fail.

    Attributes:
        reason: "finished" after the last epoch, "stopped" by the user before it, "plateau"
            where the test loss had stopped falling.
        epoch: finished epochs.
        step: finished steps.
        seconds: training time, without pauses.
        images_per_second: mean over the run, evaluation not counted.
    """

    reason: Literal["finished", "stopped", "plateau"]
    epoch: int
    step: int
    seconds: float
    images_per_second: float


Event = (
    Preparing
    | Prepared
    | Batches
    | Evaluation
    | LeverMoved
    | Reconstructions
    | Snapshot
    | Checkpoint
    | Ended
)
