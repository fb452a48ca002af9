"""Tests and benchmarks of VAE Desktop."""

import vae_desktop  # noqa: F401  (before PyTorch: it tells how its threads wait)
