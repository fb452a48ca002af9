"""How long work tells how far it is, and how it is cancelled.

A long-running function takes a `Progress` callable and calls it now and then (at
least ten times a second) with the share that is done and a short sentence. To
cancel, the callable raises `vae_desktop.core.errors.Cancelled`; the function lets
it pass and leaves nothing half done behind.
"""

from collections.abc import Callable

Progress = Callable[[float, str], None]
"""Called with (share in [0, 1], sentence); may raise `Cancelled`."""


def silent(share: float, sentence: str) -> None:
    """A `Progress` for callers who do not want to know."""
