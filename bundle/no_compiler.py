"""Runs first in the packaged app: PyTorch's compiler is not in it, and nobody misses it.

PyTorch's optimisers import `torch._dynamo` at their first step only to tell the compiler what
it must not compile, and torchvision asks it whether it is there; with it come another 40 MB of
modules and more than a second of imports (seen with torch 2.13.0). The app never compiles.
"""

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any


def graph_break(*_: Any, **__: Any) -> None:
    """There is no graph to break."""


def disable(function: Callable[..., Any] | None = None, *_: Any, **__: Any) -> Any:
    """The function as it is: it is not compiled anyway. Also as a decorator with arguments."""
    return function if function is not None else lambda given: given


def is_compiling() -> bool:
    """Never."""
    return False


def is_compile_supported(device: str) -> bool:
    """On no device."""
    return False


def _stand_in(name: str, *functions: Callable[..., Any]) -> ModuleType:
    module = ModuleType(name, "No compiler; see no_compiler.py of the build.")
    for function in functions:
        setattr(module, function.__name__, function)
    sys.modules[name] = module
    return module


dynamo = _stand_in("torch._dynamo", graph_break, disable, is_compiling)
dynamo.__path__ = []
dynamo.utils = _stand_in("torch._dynamo.utils", is_compile_supported)  # type: ignore[attr-defined]
