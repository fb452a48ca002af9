"""Figures of the built-in data sets: realism, speed and likeness."""

from tests.benchmarks import digits_realism, sprites_figures
from tests.benchmarks.context import Context
from tests.benchmarks.table import Row, at_least, at_most


def digits(context: Context) -> list[Row]:
    """What a classifier that has only seen our digits reads of MNIST; and how fast they come."""
    figures = digits_realism.measure(context.data)
    own = 100 * figures["own_accuracy"]
    return [
        at_least("digits: MNIST read", 100 * figures["real_accuracy"], "%", 88),
        Row("digits: own test part", own, None, "%", "95–99.3 %", 95 <= own <= 99.3),
        at_most("digits: first use", figures["seconds_generate"], "s", 15),
        at_most("digits: from the cache", figures["seconds_cached"], "s", 0.5),
    ]


def sprites(context: Context) -> list[Row]:
    """How like the published frames our sprites are, and how fast they are drawn."""
    figures = sprites_figures.measure(context.data)
    return [
        at_least("sprites: exact frames", figures["exact_frames"], "of 320", 280),
        at_most("sprites: worst frame", figures["worst_pixels"], "pixels", 4),
        at_least("sprites: drawn", figures["images_per_second"], "images/s", 50_000),
        at_most("sprites: tables", figures["template_mb"], "MB", 64),
    ]
