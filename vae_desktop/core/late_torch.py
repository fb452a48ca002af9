"""Loading PyTorch late, once, and by one thread at a time.

The window is on screen before PyTorch is loaded. Whatever wants it first loads it here: where
two threads import it at the same time, one of them can see half of it.
"""

import threading

_lock = threading.Lock()


def load_torch() -> None:
    """Import PyTorch and what its first optimiser would import; returns when both are there."""
    with _lock:
        import torch

        torch.optim.Adam([torch.zeros(1, requires_grad=True)], fused=True)
