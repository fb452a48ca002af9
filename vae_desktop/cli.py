"""The command line: it asks and prints; the work is done elsewhere."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.exceptions import TyperException

from vae_desktop import __version__, diagnostics, paths
from vae_desktop.core.config import RunConfig, field_of, limits_text, unit_of
from vae_desktop.core.errors import UserError

if TYPE_CHECKING:
    from vae_desktop.core.events import Ended, Evaluation, Prepared

USAGE_ERROR, UNFORESEEN = 2, 1

app = typer.Typer(
    name="vae-desktop",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def run(arguments: Sequence[str]) -> int:
    """Carry out a command line; returns the exit status.

    An error that the user can cause is one line on standard error and the status 2.
    """
    try:
        status = app(_with_command(list(arguments)), standalone_mode=False)
    except (UserError, TyperException) as error:
        message = error.format_message() if isinstance(error, TyperException) else str(error)
        print(f"vae-desktop: {' '.join(message.split())}", file=sys.stderr)
        return USAGE_ERROR
    except (KeyboardInterrupt, typer.Abort):
        print("vae-desktop: interrupted; what was saved is kept.", file=sys.stderr)
        return 130
    except Exception:
        diagnostics.start_log(paths.log_file())
        diagnostics.log.exception("Command failed: %s", arguments)
        sentence = f"something went wrong that was not foreseen; {paths.log_file()} says what."
        print(f"vae-desktop: {sentence}", file=sys.stderr)
        return UNFORESEEN
    return status if isinstance(status, int) else 0


def _with_command(arguments: list[str]) -> list[str]:
    """`vae-desktop RUN_FOLDER` is short for `vae-desktop open RUN_FOLDER`."""
    commands = {
        command.name or getattr(command.callback, "__name__", "")
        for command in app.registered_commands
    }
    if arguments and not arguments[0].startswith("-") and arguments[0] not in commands:
        return ["open", *arguments]
    return arguments


def _option(section: str, name: str, flag: str = "") -> Any:
    """A command-line option for one setting: its help is written in the config's schema."""
    field = field_of(section, name)
    notes = " ".join(note for note in (limits_text(field), unit_of(field)) if note)
    sentence = f"{field.description} ({notes})" if notes else field.description
    return typer.Option(flag or f"--{name.replace('_', '-')}", help=sentence)


DatasetOption = Annotated[str, _option("data", "source", "--dataset")]
FolderOption = Annotated[Path | None, _option("data", "folder", "--data-dir")]
EpochsOption = Annotated[int, _option("training", "epochs")]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Make the last line of the output one JSON object.")
]


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
) -> None:
    """Train autoencoders, VAEs and β-VAEs in a window and watch them learn.

    Without a command the window opens; with the folder of a run it opens on that run.

    \b
    Examples:
      vae-desktop
      vae-desktop my-run
      vae-desktop demo --dataset mnist --data-dir ~/mnist
      vae-desktop train --dataset digits --latent-dim 10 --beta 4 --epochs 20 --out my-run
      vae-desktop evaluate my-run --json
    """
    if version:
        print(f"vae-desktop {__version__}")
        raise typer.Exit()
    if context.invoked_subcommand is None:
        raise typer.Exit(_window(None))


@app.command(name="open")
def open_(folder: Annotated[Path, typer.Argument(help="The folder of a run.")]) -> int:
    """Open the window on a saved run; the word "open" can be left out."""
    if not folder.is_dir():
        raise UserError(f"“{folder}” is neither a command nor the folder of a run; see --help.")
    return _window(folder)


def _window(folder: Path | None) -> int:
    from vae_desktop.app import run_window

    return run_window(folder)


@app.command()
def demo(
    dataset: DatasetOption = "digits",
    data_dir: FolderOption = None,
    epochs: EpochsOption = 3,
    out: Annotated[Path, typer.Option(help="Where pictures and the run go.")] = Path(
        "vae-desktop-demo"
    ),
    offscreen: Annotated[
        bool, typer.Option("--offscreen", help="Do not show the window, only its pictures.")
    ] = False,
) -> int:
    """Open the window and train at once.

    Where there is no screen the same window is drawn in memory: a picture of every tab and
    the run's folder are saved, and the results are printed.
    """
    from vae_desktop.demo import run_demo

    config = RunConfig().changed(data=_data(dataset, data_dir), training={"epochs": epochs})
    return run_demo(config, out, offscreen)


@app.command()
def train(
    out: Annotated[Path, typer.Option(help="The folder of the run; it must not hold one yet.")],
    dataset: DatasetOption = "digits",
    data_dir: FolderOption = None,
    train_limit: Annotated[int | None, _option("data", "train_limit")] = None,
    model: Annotated[str, _option("model", "kind", "--model")] = "vae",
    latent_dim: Annotated[int, _option("model", "latent_dim")] = 2,
    hidden: Annotated[str, _option("model", "hidden")] = "400",
    activation: Annotated[str, _option("model", "activation")] = "relu",
    beta: Annotated[float, _option("objective", "beta")] = 1.0,
    epochs: EpochsOption = 10,
    batch_size: Annotated[int, _option("training", "batch_size")] = 120,
    lr: Annotated[float, _option("training", "learning_rate", "--lr")] = 1e-3,
    seed: Annotated[int, _option("training", "seed")] = 0,
    device: Annotated[str, _option("training", "device")] = "auto",
    threads: Annotated[int, _option("training", "threads")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Train without a window; the run's folder can be opened in it later."""
    config = RunConfig().changed(
        data={**_data(dataset, data_dir), "train_limit": train_limit},
        model={
            "kind": model,
            "latent_dim": latent_dim,
            "hidden": [width.strip() for width in hidden.split(",")],
            "activation": activation,
        },
        objective={"beta": beta},
        training={
            "epochs": epochs,
            "batch_size": batch_size,
            "learning_rate": lr,
            "seed": seed,
            "device": device,
            "threads": threads,
        },
    )
    prepared, evaluation, ended = _train(config, out)
    _print_results(out, config, prepared, evaluation, ended, as_json)


def _data(dataset: str, data_dir: Path | None) -> dict[str, Any]:
    """The data section for `--dataset`, which is a key or the path of own pictures."""
    from vae_desktop.core.data import catalogue

    known = any(source.key == dataset for source in catalogue.SOURCES)
    if not known and data_dir is None and Path(dataset).expanduser().exists():
        return {"source": "own", "folder": dataset}
    return {"source": dataset, "folder": str(data_dir) if data_dir else None}


def _train(config: RunConfig, out: Path) -> "tuple[Prepared, Evaluation | None, Ended]":
    from vae_desktop.core import events, runs
    from vae_desktop.core.data import catalogue
    from vae_desktop.core.training import train
    from vae_desktop.terminal import training_progress, work_progress

    with work_progress() as progress:
        data = catalogue.load(config.data, paths.cache_folder(), progress)
    folder = runs.create(out, config)
    seen: dict[type, Any] = {}
    with training_progress() as show:
        for event in runs.record(folder, train(config, data)):
            seen[type(event)] = event
            show(event)
    return seen[events.Prepared], seen.get(events.Evaluation), seen[events.Ended]


def _print_results(
    out: Path,
    config: RunConfig,
    prepared: "Prepared",
    evaluation: "Evaluation | None",
    ended: "Ended",
    as_json: bool,
) -> None:
    from vae_desktop.terminal import print_table

    test = _test_values(evaluation)
    print_table(
        f"Test set, nats per image, one posterior sample each ({prepared.test_images:,} images)",
        [(name, f"{value:,.2f}") for name, value in test.items() if name != "images"],
    )
    print(f"Run: {out}")
    if as_json:
        result = {
            "run": str(out),
            "model": config.model.kind,
            "dataset": config.data.source,
            "epochs": ended.epoch,
            "test": test,
            "images_per_second": round(ended.images_per_second, 1),
            "seconds": round(ended.seconds, 3),
        }
        print(json.dumps(result))


def _test_values(scores: Any) -> dict[str, float]:
    """Test values of an `Evaluation` or of `Scores`, under their names in JSON."""
    return {
        "loss": scores.total,
        "reconstruction": scores.reconstruction,
        "kl": scores.kl,
        "images": scores.images,
    }


@app.command()
def evaluate(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")],
    dataset: Annotated[
        str | None,
        typer.Option(help="Another data set with pictures of the same shape; else the run's own."),
    ] = None,
    data_dir: FolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure a saved run on the whole test set."""
    from vae_desktop.core import runs
    from vae_desktop.core.data import catalogue
    from vae_desktop.core.evaluation import evaluate_run
    from vae_desktop.terminal import print_table, work_progress

    saved = runs.read(folder)
    source = saved.config.data
    if dataset is not None or data_dir is not None:
        changes = _data(dataset or source.source, data_dir)
        source = saved.config.changed(data=changes).data
    with work_progress() as progress:
        data = catalogue.load(source, paths.cache_folder(), progress)
        scores = evaluate_run(saved, data, progress)
    test = _test_values(scores)
    print_table(
        f"{data.title}, test set, nats per image, one posterior sample each "
        f"({scores.images:,} images)",
        [(name, f"{value:,.2f}") for name, value in test.items() if name != "images"],
    )
    if as_json:
        print(json.dumps({"run": str(folder), "dataset": source.source, "test": test}))


@app.command()
def datasets(data_dir: FolderOption = None) -> None:
    """List the data sets and which of them are at hand."""
    from vae_desktop.core.data import catalogue
    from vae_desktop.terminal import print_table

    folder = data_dir or catalogue.downloads_folder(paths.cache_folder())
    rows = []
    for source in catalogue.SOURCES:
        if source.origin is catalogue.Origin.STANDARD:
            here = f"found in {folder}" if source.present(folder) else "not on disk"
            state = f"{here} (download: {source.download_mb:,.0f} MB)"
        else:
            state = source.origin.value
        rows.append((source.key, f"{source.sentence}\n{state}. {source.licence}"))
    print_table("Data sets", rows)
