"""Data sets: one module per source; every source yields a `Dataset`."""
