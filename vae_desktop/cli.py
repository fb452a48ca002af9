"""The command line: it asks and prints; the work is done elsewhere."""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.exceptions import TyperException

from vae_desktop import __version__, diagnostics, paths
from vae_desktop.cli_options import Given, option, with_settings
from vae_desktop.core.config import RunConfig
from vae_desktop.core.errors import UserError
from vae_desktop.traverse_command import traverse

if TYPE_CHECKING:
    from vae_desktop.core.events import Checkpoint, Ended, Evaluation, Prepared
    from vae_desktop.core.run_evaluation import RunScores
    from vae_desktop.core.runs import SavedRun

USAGE_ERROR, UNFORESEEN, INTERRUPTED = 2, 1, 130

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
        if status == INTERRUPTED:  # Typer makes a status of a KeyboardInterrupt
            raise KeyboardInterrupt
    except (UserError, TyperException) as error:
        message = error.format_message() if isinstance(error, TyperException) else str(error)
        print(f"vae-desktop: {' '.join(message.split())}", file=sys.stderr)
        return USAGE_ERROR
    except (KeyboardInterrupt, typer.Abort):
        print("vae-desktop: interrupted; what was saved is kept.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has enough; Python would complain again at its own end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
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
    first = next((i for i, word in enumerate(arguments) if not word.startswith("-")), None)
    if first is not None and arguments[first] not in commands:
        return [*arguments[:first], "open", *arguments[first:]]
    return arguments


DatasetOption = Annotated[str, option("data", "source")]
FolderOption = Annotated[Path | None, option("data", "folder")]
EpochsOption = Annotated[int, option("training", "epochs")]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Make the last line of the output one JSON object.")
]


app.command()(traverse)


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    portable: Annotated[
        bool,
        typer.Option(
            "--portable",
            help="Keep settings, runs, caches and logs beside the app (of the packaged app) or in "
            "the current folder.",
        ),
    ] = False,
    self_test: Annotated[
        bool,
        typer.Option("--self-test", help="Try everything once in temporary folders, and report."),
    ] = False,
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
    if self_test:
        from vae_desktop.self_test import run_self_test

        raise typer.Exit(run_self_test())
    if portable or paths.is_marked_portable():
        paths.go_portable()
    paths.tell_libraries()
    if context.invoked_subcommand is None:
        raise typer.Exit(_window(None))


@app.command(name="open")
def open_(folder: Annotated[Path, typer.Argument(help="The folder of a run.")]) -> int:
    """Open the window on a saved run; the word "open" can be left out."""
    if not _is_there(folder):
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
@with_settings
def train(
    settings: Given,
    out: Annotated[
        Path | None, typer.Option(help="The folder of the run; it must not hold one yet.")
    ] = None,
    preset: Annotated[
        str | None, typer.Option(help="Begin with the settings of a preset (autoencoder, ...).")
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(metavar="RUN", help="Go on with a run that was stopped; --epochs may grow."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Train without a window; the run's folder can be opened in it later."""
    if resume is not None:
        _go_on(resume, out, preset, settings, as_json)
    elif out is None:
        raise UserError("Name the folder of the run with --out, or one to go on with by --resume.")
    else:
        config = _config(preset, settings)
        _train(config, out, None, as_json)


def _config(preset: str | None, settings: Given) -> RunConfig:
    """The settings of a new run: the defaults, a preset, and what was given."""
    from vae_desktop.core.presets import preset_of

    given = {**settings}
    if data := given.get("data"):
        where = _data(data.pop("source", "digits"), data.pop("folder", None))
        given["data"] = {**where, **data}
    config = preset_of(preset).applied_to(RunConfig()) if preset else RunConfig()
    config = config.changed(**given)
    config.check()
    return config


def _go_on(
    folder: Path, out: Path | None, preset: str | None, settings: Given, as_json: bool
) -> None:
    from vae_desktop.core import runs

    epochs = settings.get("training", {}).pop("epochs", None)
    if out or preset or any(settings.values()):
        raise UserError("A run goes on with its own settings; beside --resume give only --epochs.")
    config, checkpoint = runs.resume(folder, epochs)
    _train(config, folder, checkpoint, as_json)


def _data(dataset: str, data_dir: Path | None) -> dict[str, Any]:
    """The data section for `--dataset`, which is a key or the path of own pictures."""
    from vae_desktop.core.data import catalogue

    known = any(source.key == dataset for source in catalogue.SOURCES)
    if not known and data_dir is None and dataset and _is_there(dataset):
        return {"source": "own", "folder": _absolute(dataset)}
    if not known and (os.sep in dataset or not dataset):
        raise UserError(f"“{dataset}” is neither a data set nor a file or folder of pictures.")
    return {"source": dataset, "folder": _absolute(data_dir) if data_dir else None}


def _is_there(path: Path | str) -> bool:
    try:
        return Path(path).expanduser().exists()
    except (OSError, RuntimeError):  # too long for a name, say, or of an unknown user
        return False


def _absolute(path: Path | str) -> str:
    """A path that is still right when the run is opened from another folder."""
    return str(Path(path).expanduser().absolute())


def _train(config: RunConfig, folder: Path, checkpoint: "Checkpoint | None", as_json: bool) -> None:
    """Train a new run in `folder`, or go on with the one in it, and print the result."""
    from vae_desktop.core import events, runs
    from vae_desktop.core.data import catalogue
    from vae_desktop.core.training import train
    from vae_desktop.terminal import training_progress, work_progress

    with work_progress() as progress:
        data = catalogue.load(config.data, paths.cache_folder(), progress)
    if checkpoint is None:
        runs.create(folder, config)
    seen: dict[type, Any] = {}
    try:
        with training_progress() as show:
            for event in runs.record(folder, train(config, data, checkpoint=checkpoint)):
                seen[type(event)] = event
                show(event)
    finally:
        runs.discard_unstarted(folder)
    prepared, ended = seen[events.Prepared], seen[events.Ended]
    _print_results(folder, config, prepared, seen[events.Evaluation], ended, as_json)


def _print_results(
    folder: Path,
    config: RunConfig,
    prepared: "Prepared",
    tested: "Evaluation",
    ended: "Ended",
    as_json: bool,
) -> None:
    from vae_desktop import report
    from vae_desktop.terminal import print_table

    sampled = config.model.kind in ("vae", "cvae")
    title = report.test_title("Test set", prepared.measure, tested.images, sampled)
    print_table(title, report.test_rows(tested))
    for note in prepared.notes:
        print(note)
    print(f"Run: {folder}")
    if as_json:
        result = report.training_json(folder, config, tested, prepared, ended)
        print(json.dumps(result, allow_nan=False))


@app.command()
def evaluate(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")],
    dataset: Annotated[
        str | None,
        typer.Option(help="Another data set with pictures of the same shape; else the run's own."),
    ] = None,
    data_dir: FolderOption = None,
    metrics: Annotated[
        str,
        typer.Option(
            help="Measure more, separated by commas: iwae, active, knn, pca, separation; and "
            "against known factors (sprites, digits): mig, beta-vae, factor-vae, dci, sap."
        ),
    ] = "",
    samples: Annotated[
        int, typer.Option(min=1, max=100_000, help="Posterior samples per image for iwae.")
    ] = 50,
    draws: Annotated[
        int,
        typer.Option(
            min=1, max=100, help="How often pictures are drawn for scores against known factors."
        ),
    ] = 3,
    seed: Annotated[int, typer.Option(min=0, help="Of those draws.")] = 0,
    tree_images: Annotated[
        int,
        typer.Option(
            min=20,
            max=10_000,
            help="Images that train dci's trees; published scores take 10,000, which takes long.",
        ),
    ] = 2_000,
    as_json: JsonOption = False,
) -> None:
    """Measure a saved run on the whole test set."""
    from vae_desktop.core import runs
    from vae_desktop.core.data import catalogue
    from vae_desktop.core.run_evaluation import evaluate_run
    from vae_desktop.terminal import work_progress

    saved = runs.read(folder)
    source = saved.config.data
    if dataset is not None or data_dir is not None:
        changes = _data(dataset or source.source, data_dir)
        source = saved.config.changed(data=changes).data
    wanted = [name.strip() for name in metrics.split(",") if name.strip()]
    with work_progress() as progress:
        data = catalogue.load(source, paths.cache_folder(), progress)
        result = evaluate_run(saved, data, wanted, samples, progress, draws, seed, tree_images)
    _print_scores(saved, source.source, data.title, result, as_json)


def _print_scores(
    saved: "SavedRun", source: str, title: str, result: "RunScores", as_json: bool
) -> None:
    from vae_desktop import report
    from vae_desktop.core.factor_scores import FACTOR_METRICS
    from vae_desktop.core.run_evaluation import METRICS
    from vae_desktop.terminal import print_table

    scores = result.scores
    sampled = saved.config.model.kind in ("vae", "cvae")
    about = f"{title}, test set"
    heading = report.test_title(about, saved.prepared.measure, scores.images, sampled)
    print_table(heading, report.test_rows(scores))
    for name, values in result.metrics.items():
        which = f"{title}, drawn by chance" if name in FACTOR_METRICS else about
        if left_out := getattr(values, "left_out", ()):
            which += f", without {' and '.join(left_out)}, which the model is told"
        print_table(f"{which}: {METRICS[name]}", report.metric_rows(values))
    if as_json:
        found = {name: asdict(values) for name, values in result.metrics.items()}
        test = report.test_values(scores)
        print(json.dumps({"run": str(saved.folder), "dataset": source, "test": test, **found}))


@app.command(name="desktop-entry")
def desktop_entry(
    remove: Annotated[bool, typer.Option("--remove", help="Take it away again.")] = False,
) -> None:
    """Put the program into the menus of a Linux desktop, and offer it for folders of runs."""
    from vae_desktop import desktop_entry as entries

    done = entries.remove() if remove else entries.install()
    for path in done:
        print(f"{'Removed' if remove else 'Written'}: {path}")
    if not done:
        print("There was no desktop entry of this program.")


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
