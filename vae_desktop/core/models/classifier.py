"""The classifier: pictures to classes."""

from torch import Tensor, nn

from vae_desktop.core.models.latent import Scaling


class Classifier(nn.Module):
    """A network with one output per class.

    Args:
        network: (B, C, H, W) to (B, classes).
        scaling: what is done to pixels first; None for nothing.
    """

    def __init__(self, network: nn.Module, scaling: Scaling | None = None) -> None:
        super().__init__()
        self.network = network
        self.scaling = scaling

    def classify(self, x: Tensor) -> Tensor:
        """Logits (B, classes) of pictures x (B, C, H, W) in [0, 1]."""
        logits: Tensor = self.network(x if self.scaling is None else self.scaling(x))
        return logits
