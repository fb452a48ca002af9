"""VAE Desktop: train autoencoders, VAEs and β-VAEs in a window and watch them learn."""

import os

__version__ = "0.1.0"

# PyTorch's threads wait for each other by spinning. Where anything else wants a core (the
# window, a browser), a spinning thread keeps it from the very thread it waits for: measured
# with another busy process on two cores, training fell from 40,000 to below 1,000 images a
# second, and to 20,000 with waiting threads that sleep. Read once, when PyTorch is loaded.
os.environ.setdefault("GOMP_SPINCOUNT", "0")
