"""The command that saves a traversal of a run, without a window."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from vae_desktop import paths
from vae_desktop.core.errors import ConfigError, RunError

_RUN = Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")]
_OUT = Annotated[Path, typer.Option(help="The file to write: .png, or .gif for a film.")]
_ROWS = Annotated[
    str, typer.Option(help="Which latents: all, used, unused, or numbers such as 1,3-5.")
]
_RANGE = Annotated[
    str,
    typer.Option(
        "--range",
        help="prior:3 (±3 standard deviations of the prior), quantiles:5 (from the 5th to the "
        "95th percentile of the encoded test images, centred on the base) or limits:-2:2; "
        "prior:3 where there is a prior.",
    ),
]
_STEPS = Annotated[int, typer.Option(help="Columns, 3 to 21.")]
_BASE = Annotated[
    str,
    typer.Option(
        help="Where the other latents are held: test:12 (the posterior mean of the twelfth test "
        "image), prior (its mean), z:0.5,-1 (a code) or the path of a picture."
    ),
]
_CELL = Annotated[int, typer.Option(help="Width of a picture in the file, in pixels.")]
_DIFFERENCE = Annotated[
    bool, typer.Option("--difference", help="Show the difference from the base as heat.")
]
_CLASS = Annotated[
    str,
    typer.Option(
        "--class",
        help="The class that a conditional VAE decodes as, by its name; that of the test image "
        "where none is named.",
    ),
]
_EACH = Annotated[bool, typer.Option("--each", help="Save one film per row beside FILE.gif.")]


def traverse(
    folder: _RUN,
    out: _OUT,
    rows: _ROWS = "all",
    span: _RANGE = "",
    steps: _STEPS = 11,
    base: _BASE = "test:1",
    cell: _CELL = 64,
    difference: _DIFFERENCE = False,
    each: _EACH = False,
    label: _CLASS = "",
) -> None:
    """Save what each latent of a run does: a board of pictures, or a film."""
    from vae_desktop.core import runs
    from vae_desktop.core.data import catalogue
    from vae_desktop.core.span import parse_span
    from vae_desktop.core.traverse_run import Wish, check_traversable, sheet_of_run
    from vae_desktop.session.decoder import Decoder
    from vae_desktop.terminal import work_progress

    _check_file(out, each)
    run = runs.read(folder)
    check_traversable(run.config.model.kind)
    usual = "quantiles:5" if run.config.model.kind == "autoencoder" else "prior:3"
    wish = Wish(rows, parse_span(span or usual), steps, base, difference, label)
    coder = Decoder(
        run.config.model,
        run.prepared.image_shape,
        run.weights,
        classes=len(run.prepared.label_names),
        likelihood=run.config.objective.likelihood,
    )
    with work_progress() as progress:
        load = partial(catalogue.load, run.config.data, paths.cache_folder(), progress)
        sheet = sheet_of_run(run, coder, load, wish, progress)
    for file in _write(out, sheet, cell, each):
        print(f"Saved: {file}")


def _check_file(out: Path, each: bool) -> None:
    if out.suffix.lower() not in (".png", ".gif"):
        raise ConfigError(f"{out}: only .png and .gif are written; choose such a name.")
    if each and out.suffix.lower() != ".gif":
        raise ConfigError(f"{out}: a film per row is a GIF; choose a name that ends in .gif.")


def _write(out: Path, sheet: object, cell: int, each: bool) -> list[Path]:
    from vae_desktop.core.traversal_files import write_board_png
    from vae_desktop.core.traversal_films import write_board_gif, write_row_gifs
    from vae_desktop.core.traversal_sheet import Sheet

    assert isinstance(sheet, Sheet)
    font = paths.resource("fonts/Inter-Regular.otf")
    try:
        if each:
            return write_row_gifs(out, sheet, cell, font)
        write = write_board_gif if out.suffix.lower() == ".gif" else write_board_png
        write(out, sheet, cell, font)
    except OSError as error:
        reason = error.strerror or "it cannot be written"
        raise RunError(f"{out} is not saved: {reason}. Choose another folder.") from error
    return [out]
