"""Tests and benchmarks of VAE Desktop."""
