"""What the command line draws: progress bars and tables, on a terminal and in a pipe."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from vae_desktop.core import progress as core_progress
from vae_desktop.core.events import TERMS, Batches, Evaluation, Event, Prepared


def _bars() -> Progress:
    # On standard error: standard output stays for results. Not on a terminal: no bar.
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )


@contextmanager
def work_progress() -> Iterator[core_progress.Progress]:
    """A progress bar for work that calls a `Progress`."""
    with _bars() as bars:
        task = bars.add_task("", total=1.0)

        def show(share: float, sentence: str) -> None:
            bars.update(task, completed=share, description=sentence)

        yield show


@contextmanager
def training_progress() -> Iterator[Callable[[Event], None]]:
    """A progress bar over all steps of a training; takes its events."""
    with _bars() as bars:
        task = bars.add_task("Training", total=None)
        total, measure = 0, ""

        def show(event: Event) -> None:
            nonlocal total, measure
            if isinstance(event, Prepared):
                total, measure = event.epochs, event.measure
                bars.update(task, total=event.epochs * event.steps_per_epoch)
            elif isinstance(event, Batches):
                bars.update(
                    task,
                    completed=int(event.step[-1]),
                    description=f"Training, {event.images_per_second:,.0f} images/s",
                )
            elif isinstance(event, Evaluation):
                parts = ", ".join(
                    f"{TERMS[name].lower()} {value:.4g}" for name, value in event.terms.items()
                )
                print(
                    f"epoch {event.epoch} of {total}: test {event.total:.4g} {measure} ({parts}; "
                    f"{event.images:,} images)",
                    file=sys.stderr,
                )

        yield show


def print_table(title: str, rows: Sequence[tuple[str, str]]) -> None:
    """Print a title and a table of names and values on standard output."""
    table = Table(show_header=False)
    for name, value in rows:
        table.add_row(name, value)
    console = Console()
    console.print(title, style="bold", soft_wrap=True, highlight=False)
    console.print(table)
