"""A part of a longer task as a task of its own."""

from vae_desktop.core.progress import Progress


def span(progress: Progress, start: float, stop: float) -> Progress:
    """A `Progress` whose 0 to 1 is `start` to `stop` of the given one."""

    def inner(share: float, sentence: str) -> None:
        progress(start + (stop - start) * share, sentence)

    return inner


def shares(progress: Progress, count: int) -> list[Progress]:
    """One `Progress` for each of `count` tasks of equal length."""
    return [span(progress, number / count, (number + 1) / count) for number in range(count)]
