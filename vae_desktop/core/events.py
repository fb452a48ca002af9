"""What training tells the world: frozen values of numbers and read-only numpy copies.

All terms are in nats per image: summed over pixels, averaged over images.
"""

from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Scalar = TypeVar("Scalar", bound=np.generic)

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
    """The data is loaded and the model is made; training begins.

    Attributes:
        epochs, steps_per_epoch: the whole run is their product, in steps.
        batch_size: images per step.
        train_images, test_images: how many images there are.
        image_shape: (C, H, W).
        parameters: how many weights the model has.
        device: where it trains ("cpu", "cuda" ...).
        fingerprint: of the data set.
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


@dataclass(frozen=True, eq=False)
class Batches:
    """Losses of consecutive training batches, one number per step.

    Attributes:
        step: int64 (n,), counted from 1.
        reconstruction, kl, total: float32 (n,), nats per image of that batch;
            total = reconstruction + β · kl with the β of that step.
        kl_per_latent: float32 (D,), mean over the n batches.
        seconds: training time until the last step, without pauses.
        images_per_second: speed over the last second or so.
    """

    step: NDArray[np.int64]
    reconstruction: Floats
    kl: Floats
    total: Floats
    kl_per_latent: Floats
    seconds: float
    images_per_second: float


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The whole test set after an epoch, one posterior sample per image.

    Attributes:
        epoch, step: after which epoch and step (epoch 0 is before training).
        reconstruction, kl, total: nats per image.
        kl_per_latent: float32 (D,), nats per image.
        images: how many test images.
        seconds: training time so far, without pauses.
    """

    epoch: int
    step: int
    reconstruction: float
    kl: float
    total: float
    kl_per_latent: Floats
    images: int
    seconds: float


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
class Ended:
    """Training is over; the last event of a run that did not fail.

    Attributes:
        reason: "finished" after the last epoch, "stopped" by the user before it.
        epoch: finished epochs.
        step: finished steps.
        seconds: training time, without pauses.
        images_per_second: mean over the run, evaluation not counted.
    """

    reason: Literal["finished", "stopped"]
    epoch: int
    step: int
    seconds: float
    images_per_second: float


Event = Preparing | Prepared | Batches | Evaluation | Reconstructions | Snapshot | Ended
