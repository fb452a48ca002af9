"""The README's pictures, made of the real window on trained runs.

    python -m tests.screenshots [--tab Latent ...] [--sprites RUN] [--out FOLDER] [--dark] [--quick]

Each tab of the window gets one picture. What a tab shows is a `Scene`: the run that it looks
at, and what is done in it first; a tab that has none here is simply looked at. Runs are
trained with the window itself, in a temporary folder, and only those that are needed; for that
on sprites a saved one can be taken, of those that `references --sprites` trains for longer.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from vae_desktop import paths
from vae_desktop.core import runs
from vae_desktop.core.config import RunConfig
from vae_desktop.core.late_torch import load_torch
from vae_desktop.core.presets import preset_of
from vae_desktop.preferences import Preferences
from vae_desktop.self_test import bench as stage
from vae_desktop.self_test.bench import (
    Bench,
    NetworkWatch,
    map_is_complete,
    wait_for_end,
    wait_for_run,
)

ROOT = Path(__file__).parent.parent
SIZE = (1280, 800)
SETTLE = 1.0
"""Seconds after which every view has drawn what it was told."""
PATIENCE = 1800.0  # seconds for a training
QUICK = {"data": {"train_limit": 1200}, "training": {"epochs": 1}}

RUNS = {
    "vae": ("vae", {"training": {"epochs": 10}}),
    "beta-vae": (
        "beta-vae",
        {
            "data": {"source": "sprites"},
            "model": {"latent_dim": 10, "hidden": (400, 200)},
            "training": {"epochs": 12},
        },
    ),
}
"""Preset and what is different from it, by the name that scenes use."""


@dataclass(frozen=True)
class Scene:
    """What a tab shows.

    Attributes:
        run: the run on view, one of `RUNS`.
        prepare: what is done in the tab before the picture is taken.
        more: further pictures of the tab by their names, and what is done before each.
    """

    run: str = "vae"
    prepare: Callable[[Bench], None] | None = None
    more: Mapping[str, Callable[[Bench], None]] = field(default_factory=dict)


def _the_map(bench: Bench) -> None:
    latent = bench.window.latent
    bench.wait_until(lambda: map_is_complete(bench), "the map of all codes")
    latent.map.fit()
    latent.under_mouse.set_pin((0.8, -0.6))


def _the_board(bench: Bench) -> None:
    board = bench.window.traversals.board.main
    bench.wait_until(lambda: board.newest is not None, "the board")


def _the_factor_lab(bench: Bench) -> None:
    traversals = bench.window.traversals
    traversals.chips.choose(1)
    bench.wait_until(lambda: traversals.lab.source.view is not None, "the factor lab")


SCENES = {
    "Latent": Scene(prepare=_the_map),
    "Traversals": Scene("beta-vae", _the_board, more={"factor-lab": _the_factor_lab}),
}
"""By the title of the tab."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Make the README's pictures.")
    parser.add_argument("--tab", action="append", help="Only this tab; may be given again.")
    parser.add_argument("--out", type=Path, default=ROOT / "resources" / "screenshots")
    parser.add_argument("--dark", action="store_true", help="In dark colours.")
    parser.add_argument("--quick", action="store_true", help="Train for a moment only.")
    parser.add_argument("--sprites", type=Path, metavar="RUN", help="A saved run on sprites.")
    wanted = parser.parse_args(arguments)
    stage.PATIENCE = PATIENCE
    with tempfile.TemporaryDirectory(prefix="vae-desktop-pictures-") as name:
        paths.keep_together(Path(name) / "kept")
        paths.tell_libraries()
        Preferences(paths.preferences_file()).set("theme", "dark" if wanted.dark else "light")
        load_torch()
        bench = Bench(Path(name), NetworkWatch())
        bench.window.resize(*SIZE)
        bench.window.show()
        try:
            saved = {"beta-vae": wanted.sprites.resolve()} if wanted.sprites else {}
            take_pictures(bench, wanted.tab, wanted.out, wanted.quick, saved)
        finally:
            bench.window.close()
    return 0


def take_pictures(
    bench: Bench, tabs: list[str] | None, out: Path, quick: bool, saved: Mapping[str, Path]
) -> None:
    """Save a picture of each tab, those of the same run behind each other.

    Args:
        bench: the window.
        tabs: their titles; None for all.
        out: the folder for the pictures.
        quick: train for a moment only.
        saved: folders of runs that need not be trained, by their names in `RUNS`.
    """
    titles = [page.title for page in bench.window.pages]
    unknown = set(tabs or ()) - set(titles)
    if unknown:
        raise SystemExit(f"There is no tab {', '.join(unknown)}; choose of {', '.join(titles)}.")
    out.mkdir(parents=True, exist_ok=True)
    on_view = ""
    scenes = {title: SCENES.get(title, Scene()) for title in tabs or titles}
    for title, scene in sorted(scenes.items(), key=lambda item: list(RUNS).index(item[1].run)):
        if scene.run != on_view:
            if scene.run in saved:
                open_run(bench, saved[scene.run])
            else:
                train(bench, scene.run, quick)
            on_view = scene.run
        bench.window.tabs.setCurrentWidget(bench.window.pages[titles.index(title)])
        settle(bench)
        for name, prepare in ((title.lower(), scene.prepare), *scene.more.items()):
            if prepare is not None:
                prepare(bench)
                settle(bench)
            photograph(bench, out / f"{name}.png")


def photograph(bench: Bench, path: Path) -> None:
    """Save the window as it is."""
    if not bench.window.grab().save(str(path)):
        raise SystemExit(f"{path} cannot be written; choose another folder by --out.")
    print(f"Picture: {path}", flush=True)


def train(bench: Bench, name: str, quick: bool) -> None:
    """Train a run of `RUNS` in the window, as a user does."""
    preset, changes = RUNS[name]
    config = preset_of(preset).applied_to(RunConfig()).changed(**changes)
    if quick:
        config = config.changed(**QUICK)
    bench.window.training.form.set_config(config)
    bench.window.starter.start_anew()
    wait_for_end(bench)


def open_run(bench: Bench, folder: Path) -> None:
    """Put a saved run on view."""
    bench.window.open_run(folder)
    wait_for_run(bench, bench.window.session.run + 1, runs.read(folder).weights.step)


def settle(bench: Bench) -> None:
    """Let every view draw."""
    begin = perf_counter()
    bench.wait_until(lambda: perf_counter() - begin > SETTLE, "the end of drawing")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
