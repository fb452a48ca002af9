"""VAE Desktop: train autoencoders, VAEs and β-VAEs in a window and watch them learn."""

__version__ = "0.1.0"
