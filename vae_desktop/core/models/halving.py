"""The two convolutions that the models are made of: one halves a picture, one doubles it.

Both are PyTorch's own layers with the same weights. On the processor they keep everything in
the order of memory that its convolutions are made for (channels last), leave the bias out of
PyTorch's backward pass, where its gradient takes as long as both others together, and draw a
picture of few channels by one matrix product, which PyTorch's transposed convolution takes five
times as long for. Measured at 64×64 pixels, batch 64, one thread of a Xeon, in milliseconds:
doubling to one channel 16.8 → 3.5, the gradients of doubling 16×16×32 channels 25.6 → 13.4.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

KERNEL, STRIDE, PADDING = 4, 2, 1
FEW = 4
"""Channels of a picture that is drawn by one product; more are left to PyTorch."""


class Halving(nn.Conv2d):
    """(B, inputs, H, W) to (B, outputs, H // 2, W // 2) by 4×4 kernels."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs, KERNEL, STRIDE, PADDING)
        _lay_out_channels_last(self)

    def forward(self, x: Tensor) -> Tensor:
        """x (B, inputs, H, W)."""
        if not _serves(x):
            return super().forward(x)
        output: Tensor = _Halve.apply(x, self.weight, self.bias)  # type: ignore[no-untyped-call]
        return output


class Doubling(nn.ConvTranspose2d):
    """(B, inputs, H, W) to (B, outputs, 2 H + lost, 2 W + lost): the way back of `Halving`.

    Args:
        inputs, outputs: channels.
        lost: rows and columns (0 or 1) that halving an odd side loses.
    """

    def __init__(self, inputs: int, outputs: int, lost: tuple[int, int] = (0, 0)) -> None:
        super().__init__(inputs, outputs, KERNEL, STRIDE, PADDING, output_padding=lost)
        self._lost = lost
        _lay_out_channels_last(self)

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        """x (B, inputs, H, W)."""
        if not _serves(x):
            return super().forward(x, output_size)
        output: Tensor = _Double.apply(x, self.weight, self.bias, self._lost)  # type: ignore[no-untyped-call]
        return output


class _Halve(torch.autograd.Function):
    """A convolution on the processor."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        x = _channels_last(x)
        ctx.save_for_backward(x, weight)
        return functional.conv2d(x, weight, bias, STRIDE, PADDING)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        return _gradients(gradient, x, weight, (0, 0), False, ctx.needs_input_grad[0])


class _Double(torch.autograd.Function):
    """A transposed convolution on the processor."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, lost: tuple[int, int]) -> Tensor:
        x = _channels_last(x)
        ctx.save_for_backward(x, weight)
        ctx.lost = lost
        if weight.shape[1] <= FEW and not any(lost):
            return _double_to_few(x, weight, bias)
        return functional.conv_transpose2d(x, weight, bias, STRIDE, PADDING, lost)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        found = _gradients(gradient, x, weight, ctx.lost, True, ctx.needs_input_grad[0])
        return (*found, None)


def _gradients(
    gradient: Tensor,
    x: Tensor,
    weight: Tensor,
    lost: Sequence[int],
    transposed: bool,
    for_input: bool,
) -> tuple[Tensor | None, Tensor, Tensor]:
    """Gradients of the input, where it is wanted, of the weight and of the bias."""
    gradient = _channels_last(gradient)
    for_x, for_weight, _ = torch.ops.aten.convolution_backward(
        gradient,
        x,
        weight,
        None,
        [STRIDE, STRIDE],
        [PADDING, PADDING],
        [1, 1],
        transposed,
        list(lost),
        1,
        [for_input, True, False],
    )
    return for_x if for_input else None, for_weight, gradient.sum((0, 2, 3))


def _double_to_few(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """A transposed convolution as one product and the sum of what overlaps.

    Each input pixel gives a patch of 4×4 output pixels, one of every two in each direction
    beginning where the next pixel's patch ends: in the plane of all output pixels with the same
    row and column modulo 2, patches shifted by one pixel are added.
    """
    batch, inputs, height, width = x.shape
    outputs = weight.shape[1]
    pixels = x.permute(0, 2, 3, 1).reshape(-1, inputs)
    # Patches as (half of row, row mod 2, half of column, column mod 2, C, B, H, W).
    patches = torch.mm(weight.permute(2, 3, 1, 0).reshape(-1, inputs), pixels.t())
    patches = patches.view(2, 2, 2, 2, outputs, batch, height, width)
    planes = x.new_zeros(2, 2, outputs, batch, height + 1, width + 1)
    for down in (0, 1):
        for right in (0, 1):
            place = planes[..., down : down + height, right : right + width]
            place += patches[down, :, right]
    size = (batch, outputs, 2 * height + 2, 2 * width + 2)
    padded = planes.permute(3, 2, 4, 0, 5, 1).reshape(size)
    inner = padded[:, :, PADDING:-PADDING, PADDING:-PADDING]
    return inner + bias.view(1, -1, 1, 1)


def _serves(x: Tensor) -> bool:
    """Whether inputs like x are worth the detour: floats on the processor."""
    return x.device.type == "cpu" and x.dtype == torch.float32


def _channels_last(x: Tensor) -> Tensor:
    """x (B, C, H, W) with its channels next to each other in memory.

    Of one channel both orders are the same; PyTorch then looks at the strides, and takes the
    slower one unless they say otherwise.
    """
    if x.stride(1) == 1:
        return x
    _, channels, height, width = x.shape
    if channels == 1 and x.is_contiguous():
        return x.as_strided(x.shape, (height * width, 1, width, 1))
    return torch.empty_like(x, memory_format=torch.channels_last).copy_(x)


def _lay_out_channels_last(module: nn.Conv2d | nn.ConvTranspose2d) -> None:
    """Keep the weight in the order in which it is used."""
    module.weight.data = module.weight.data.contiguous(memory_format=torch.channels_last)
