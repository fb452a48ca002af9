"""Threads: the one place where training meets the window (QtCore only)."""
