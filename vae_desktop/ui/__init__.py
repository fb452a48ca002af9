"""Widgets: everything that is drawn in the window."""
