"""The only door to torchvision: imported late, and mended where it is incomplete."""

from types import ModuleType
from typing import Any

_MISSING = "torchvision::nms"
_SCHEMAS = tuple(
    f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor" for name in ("nms", "qnms")
)
_mended: list[Any] = []
"""Libraries of operator schemas; a schema lives only as long as its library."""


def torchvision_datasets() -> ModuleType:
    """`torchvision.datasets`; the first call takes a second or more.

    A torchvision built for CUDA beside a torch without it cannot load its compiled
    operators, and from then on `import torchvision` fails with "operator torchvision::nms
    does not exist" (seen with torchvision 0.28.0). Its data sets need no operators, so
    declaring the two that it asks for is enough.
    """
    try:
        import torchvision.datasets
    except RuntimeError as error:
        if _MISSING not in str(error):
            raise
        _declare_operators()
        import torchvision.datasets
    datasets: ModuleType = torchvision.datasets
    return datasets


def _declare_operators() -> None:
    import torch

    library = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
    for schema in _SCHEMAS:
        library.define(schema)  # type: ignore[no-untyped-call]
    _mended.append(library)
