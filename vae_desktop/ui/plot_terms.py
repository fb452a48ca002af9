"""The terms of each kind of run as the Train tab shows them: names, colours, units, panes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QColor

from vae_desktop.core.config import RunConfig
from vae_desktop.ui.numbers import error, nats, percent
from vae_desktop.ui.theme import (
    DIMENSION_WISE_KL,
    KL,
    MUTUAL_INFORMATION,
    RECONSTRUCTION,
    TOTAL_CORRELATION,
)


@dataclass(frozen=True)
class Face:
    """How a term is shown.

    Attributes:
        label: its name for a reader.
        tip: a sentence on what it is.
        colour: of its curves; None for the ink of the palette.
        write: its value as text.
        scale: what a value is multiplied by on the axis.
        shown: whether it is on at first.
    """

    label: str
    tip: str
    colour: QColor | None
    write: Callable[[float], str] = nats
    scale: float = 1.0
    shown: bool = True


@dataclass(frozen=True)
class Faces:
    """All that is shown of one kind of run.

    Attributes:
        title, unit: of the plot.
        upper, lower: the terms in the two panes; an empty pane is not there.
        lower_is_loss: False where the lower pane keeps its linear scale.
    """

    title: str
    unit: str
    upper: Mapping[str, Face]
    lower: Mapping[str, Face]
    lower_is_loss: bool = True

    @property
    def all(self) -> dict[str, Face]:
        """The terms of both panes."""
        return {**self.upper, **self.lower}


_TOTAL = Face("total", "What training makes small: the terms with their weights, summed.", None)
_RECONSTRUCTION = Face(
    "reconstruction",
    "How badly pictures come back, in nats summed over the pixels.",
    RECONSTRUCTION,
)
_KL = Face("KL", "How much the codes tell about a picture beyond the prior, in nats.", KL)
_KL_PARTS = {
    "mutual_information": Face(
        "MI",
        "Mutual information: the part of the KL term that tells which picture a code belongs to.",
        MUTUAL_INFORMATION,
        shown=False,
    ),
    "total_correlation": Face(
        "TC",
        "Total correlation: the part of the KL term by which latents depend on each other.",
        TOTAL_CORRELATION,
        shown=False,
    ),
    "dimension_wise_kl": Face(
        "dimension-wise",
        "Dimension-wise KL: the part by which each latent alone differs from the prior.",
        DIMENSION_WISE_KL,
        shown=False,
    ),
}
_ERROR = Face(
    "squared error", "How far the pixels that come back are off, squared.", RECONSTRUCTION, error
)
_CROSS_ENTROPY = Face(
    "cross-entropy", "How surprised the classifier is by the true class.", None, error
)
_ACCURACY = Face(
    "accuracy", "How many pictures are given their true class.", RECONSTRUCTION, percent, 100.0
)

VARIATIONAL = Faces(
    "Loss",
    "nats per image",
    {"total": _TOTAL, "reconstruction": _RECONSTRUCTION},
    {"kl": _KL},
)
_SPLIT = Faces("Loss", "nats per image", VARIATIONAL.upper, {"kl": _KL, **_KL_PARTS})
_AUTOENCODER = Faces("Loss", "squared error per pixel", {"reconstruction": _ERROR}, {})
_CLASSIFIER = Faces(
    "Loss",
    "nats per image; accuracy in %",
    {"cross_entropy": _CROSS_ENTROPY},
    {"accuracy": _ACCURACY},
    lower_is_loss=False,
)
EVERY = (_SPLIT, _AUTOENCODER, _CLASSIFIER)


def faces_of(config: RunConfig) -> Faces:
    """What is shown of a run."""
    match config.model.kind:
        case "classifier":
            return _CLASSIFIER
        case "autoencoder":
            return _AUTOENCODER
        case _:
            return _SPLIT if config.objective.kind == "tc" else VARIATIONAL


def baseline_label(name: str, latents: int) -> str:
    """The name of a baseline for a reader: 'PCA, 2 latents'."""
    return f"{name.upper()}, {latents} latent{'' if latents == 1 else 's'}"


SETTING_NAMES = {"beta": "β", "learning_rate": "learning rate"}
"""The numbers that steps are done with, for a reader."""
