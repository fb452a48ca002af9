"""Fully connected layers whose products are computed by oneDNN where that is the faster way.

On the processor PyTorch multiplies float32 matrices with MKL, which takes a slow path on
AMD's: on a Zen 5 machine the products of a 784-400 layer take 0.38 ms with it and 0.20 ms with
oneDNN, whose code is generated for the processor at hand. PyTorch has oneDNN inside and its
compiler reaches it through the operator `mkldnn::_linear_pointwise`; so does this module. Both
work in float32 throughout; they differ in the order of additions alone.

All layers are one node of the graph: at the sizes of these models the book-keeping of autograd
for each product and activation apart would cost a third as much as the products.
"""

import platform
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

SMALLEST = 4096
"""Weights with fewer numbers than this are left to PyTorch: calling oneDNN would cost more."""
ACTIVATIONS: dict[str, type[nn.Module]] = {"relu": nn.ReLU, "tanh": nn.Tanh, "silu": nn.SiLU}


def _onednn_serves() -> bool:
    """Whether this build of PyTorch can be asked for oneDNN's products, on x86 alone."""
    return (
        platform.machine().lower() in ("x86_64", "amd64")
        and torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
        and hasattr(torch.ops.mkldnn, "_linear_pointwise")
    )


_SERVES = _onednn_serves()


class Stack(nn.Sequential):
    """Linear layers through `widths`, the activation between them and none at the end."""

    def __init__(self, widths: Sequence[int], activation: str) -> None:
        linear = [nn.Linear(inputs, outputs) for inputs, outputs in pairwise(widths)]
        modules = [module for layer in linear for module in (layer, ACTIVATIONS[activation]())]
        super().__init__(*modules[:-1])
        self._linear = linear
        self._activation = activation

    def forward(self, x: Tensor) -> Tensor:
        """x (B, widths[0]) to (B, widths[-1])."""
        if not self.serves(x):
            for module in self:
                x = module(x)
            return x
        output: Tensor = _Layers.apply(x, self._activation, *self._parameter_list())  # type: ignore[no-untyped-call]
        return output

    def serves(self, x: Tensor) -> bool:
        """Whether the fast way can be gone for inputs like x: float32 on an x86 processor."""
        # SiLU's slope cannot be told from its output; it goes PyTorch's plain way.
        suits = x.device.type == "cpu" and x.dtype == torch.float32
        return _SERVES and suits and self._activation != "silu"

    def traced(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        """The output for x, and every layer's input, as `gradients` wants them."""
        return _forward(x, self._activation, self._parameter_list())

    def gradients(
        self, gradient: Tensor, inputs: Sequence[Tensor], *, for_input: bool
    ) -> tuple[list[Tensor], Tensor | None]:
        """Gradients of all parameters in their order, and of the input where it is wanted.

        Args:
            gradient: of the output, (B, widths[-1]), contiguous.
            inputs: from `traced`.
            for_input: whether the input's gradient is wanted.
        """
        weights = self._parameter_list()[::2]
        return _backward(gradient, self._activation, weights, inputs, for_input)

    def _parameter_list(self) -> list[Tensor]:
        # `parameters()` would walk through all modules, at every step.
        return [tensor for layer in self._linear for tensor in (layer.weight, layer.bias)]


class _Layers(torch.autograd.Function):
    """Float32 layers on the processor; `parameters` are a weight and a bias for each."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, activation: str, *parameters: Tensor) -> Tensor:
        output, inputs = _forward(x, activation, parameters)
        ctx.activation = activation
        ctx.save_for_backward(*parameters[::2], *inputs)
        return output

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        count = len(ctx.saved_tensors) // 2
        weights, inputs = ctx.saved_tensors[:count], ctx.saved_tensors[count:]
        gradients, for_x = _backward(
            gradient.contiguous(), ctx.activation, weights, inputs, ctx.needs_input_grad[0]
        )
        return for_x, None, *gradients


def _forward(
    x: Tensor, activation: str, parameters: Sequence[Tensor]
) -> tuple[Tensor, list[Tensor]]:
    """The output of all layers, and the input of each."""
    inputs = [x]
    for weight, bias in zip(parameters[:-2:2], parameters[1:-2:2], strict=True):
        inputs.append(_product(inputs[-1], weight, bias, activation))
    return _product(inputs[-1], parameters[-2], parameters[-1]), inputs


def _backward(
    gradient: Tensor,
    activation: str,
    weights: Sequence[Tensor],
    inputs: Sequence[Tensor],
    for_input: bool,
) -> tuple[list[Tensor], Tensor | None]:
    """Gradients of each layer's weight and bias, and of the first input where it is wanted."""
    found: list[Tensor] = []
    for weight, x in zip(weights[:0:-1], inputs[:0:-1], strict=True):
        found += (gradient.sum(dim=0), _product(gradient.t(), x.t()))
        gradient = _through(activation, _product(gradient, weight.t()), x)
    found += (gradient.sum(dim=0), _product(gradient.t(), inputs[0].t()))
    return found[::-1], _product(gradient, weights[0].t()) if for_input else None


def _product(x: Tensor, weight: Tensor, bias: Tensor | None = None, post: str = "none") -> Tensor:
    """x @ weight.T + bias, then the activation `post`."""
    if weight.numel() >= SMALLEST and x.numel() >= SMALLEST:
        product: Tensor = torch.ops.mkldnn._linear_pointwise(x, weight, bias, post, [], "")
        return product
    product = functional.linear(x, weight, bias)
    if post == "relu":
        product.relu_()
    elif post == "tanh":
        product.tanh_()
    return product


def _through(activation: str, gradient: Tensor, output: Tensor) -> Tensor:
    """The gradient before an activation, from that after it and the activation's output."""
    if activation == "relu":
        before: Tensor = torch.ops.aten.threshold_backward(gradient, output, 0)
    else:
        before = torch.ops.aten.tanh_backward(gradient, output)
    return before
