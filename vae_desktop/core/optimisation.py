"""The rules by which gradients change weights.

They call the kernels that `torch.optim` calls, without its bookkeeping around each step and
without its import, which takes longer than everything else at the start of a training.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from vae_desktop.core.config import TrainingConfig

BETA1, BETA2, ADAM_EPSILON = 0.9, 0.999, 1e-8
ADAGRAD_EPSILON = 1e-10
CLIP_EPSILON = 1e-6
_STATE = {
    "adam": ("mean", "square", "steps"),
    "adamw": ("mean", "square", "steps"),
    "sgd": ("velocity",),
    "adagrad": ("square",),
}


class Optimiser:
    """Adam, AdamW, SGD with momentum or Adagrad, with PyTorch's formulas and constants.

    Args:
        config: which rule, with its momentum and weight decay.
        weights: what it changes, by name, on one device.
    """

    def __init__(self, config: TrainingConfig, weights: Mapping[str, Tensor]) -> None:
        self._config = config
        self._names = list(weights)
        self._weights = [weight.detach() for weight in weights.values()]
        self._state = {key: self._zeros(key) for key in _STATE[config.optimizer]}

    def tensors(self) -> dict[str, Tensor]:
        """What it remembers of earlier steps: live tensors, by "key.weight's name"."""
        return {
            f"{key}.{name}": tensor
            for key, tensors in self._state.items()
            for name, tensor in zip(self._names, tensors, strict=False)
        }

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor], learning_rate: float) -> None:
        """Change all weights once, by their gradients in the same order."""
        gradients = [
            _laid_out_as(weight, gradient)
            for weight, gradient in zip(self._weights, gradients, strict=True)
        ]
        match self._config.optimizer:
            case "adam" | "adamw":
                self._adam(gradients, learning_rate)
            case "sgd":
                self._sgd(gradients, learning_rate)
            case "adagrad":
                self._adagrad(gradients, learning_rate)

    def _zeros(self, key: str) -> list[Tensor]:
        if key == "steps":
            return [self._weights[0].new_zeros(())]
        return [torch.zeros_like(weight) for weight in self._weights]

    def _adam(self, gradients: list[Tensor], learning_rate: float) -> None:
        """Kingma & Ba 2015; AdamW shrinks the weights apart from the gradient."""
        kernel = torch._fused_adamw_ if self._config.optimizer == "adamw" else torch._fused_adam_
        count = self._state["steps"][0].add_(1)
        kernel(
            self._weights,
            gradients,
            self._state["mean"],
            self._state["square"],
            [],
            [count] * len(self._weights),
            lr=learning_rate,
            beta1=BETA1,
            beta2=BETA2,
            weight_decay=self._config.weight_decay,
            eps=ADAM_EPSILON,
            amsgrad=False,
            maximize=False,
        )

    def _sgd(self, gradients: list[Tensor], learning_rate: float) -> None:
        torch._fused_sgd_(
            self._weights,
            gradients,
            self._state["velocity"],
            lr=learning_rate,
            momentum=self._config.momentum,
            weight_decay=self._config.weight_decay,
            dampening=0.0,
            nesterov=False,
            maximize=False,
            # The velocity begins at zero, so that the first step needs no case of its own.
            is_first_step=False,
        )

    def _adagrad(self, gradients: list[Tensor], learning_rate: float) -> None:
        """Duchi et al. 2011, as `torch.optim.Adagrad` without decay of the learning rate."""
        if self._config.weight_decay:
            torch._foreach_add_(gradients, self._weights, alpha=self._config.weight_decay)
        squares = self._state["square"]
        torch._foreach_addcmul_(squares, gradients, gradients)
        scale = torch._foreach_sqrt(squares)
        torch._foreach_add_(scale, ADAGRAD_EPSILON)
        torch._foreach_addcdiv_(self._weights, gradients, scale, value=-learning_rate)


def _laid_out_as(weight: Tensor, gradient: Tensor) -> Tensor:
    """The gradient in the order of memory of its weight.

    The kernels walk through both in step and look at no strides: laid out otherwise, one
    number's gradient would move another number.
    """
    if gradient.stride() == weight.stride():
        return gradient
    return torch.empty_like(weight).copy_(gradient)


def clip(gradients: tuple[Tensor, ...], longest: float) -> None:
    """Shorten gradients in place so that together they are at most `longest`; 0 never does."""
    if longest:
        length = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients)))
        scale = (longest / (length + CLIP_EPSILON)).clamp_max(1.0)
        torch._foreach_mul_(gradients, scale)
