"""The core: data, models, objectives, training and evaluation, without any window."""
