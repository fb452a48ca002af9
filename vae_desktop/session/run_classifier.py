"""The classifier of a saved run, as the views ask it."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from vae_desktop.core.config import ModelConfig
from vae_desktop.core.devices import threads
from vae_desktop.core.errors import RunError
from vae_desktop.core.events import Floats, Snapshot
from vae_desktop.core.models.build import build_with
from vae_desktop.core.models.classifier import Classifier


class RunClassifier:
    """Reads pictures with the weights that a run has kept.

    Args:
        folder: of the run.
        moment: when its weights were written, in nanoseconds.
        config: what the network looks like.
        image_shape: (C, H, W).
        class_names: what its classes are called.
        weights: the kept ones.

    Raises:
        RunError: the weights do not fit, or it is no classifier.
        ConfigError: there are no classes.
    """

    def __init__(
        self,
        folder: Path,
        moment: int,
        config: ModelConfig,
        image_shape: tuple[int, int, int],
        class_names: tuple[str, ...],
        weights: Snapshot,
    ) -> None:
        model = build_with(config, image_shape, weights.weights, classes=len(class_names))
        if not isinstance(model, Classifier):
            raise RunError(f"“{folder.name}” is no classifier; choose the folder of one.")
        self._model, self._moment = model, moment
        self.folder, self.image_shape, self.class_names = folder, image_shape, class_names

    @property
    def name(self) -> str:
        """The run that trained it, for a reader."""
        return self.folder.name

    def is_of(self, folder: Path, moment: int) -> bool:
        """Whether it has the weights that were written to `folder` at `moment`."""
        return (self.folder, self._moment) == (folder, moment)

    @torch.no_grad()
    def probabilities(self, pictures: NDArray[np.uint8], /) -> Floats:
        """Chances (n, K), summing to 1, of the classes of pictures (n, C, H, W)."""
        return self._logits(pictures).softmax(dim=1).numpy()

    @torch.no_grad()
    def classes(self, pictures: NDArray[np.uint8], /) -> NDArray[np.int64]:
        """The likeliest class (n,) of pictures (n, C, H, W)."""
        found: NDArray[np.int64] = self._logits(pictures).argmax(dim=1).numpy()
        return found

    def _logits(self, pictures: NDArray[np.uint8]) -> torch.Tensor:
        # One thread: the others train.
        with threads(1):
            x = torch.from_numpy(np.array(pictures)).to(torch.float32).mul_(1 / 255)
            return self._model.classify(x)
