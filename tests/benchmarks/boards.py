"""The traversal board: how long a redraw takes, and what a live one costs training."""

import json
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np

from tests.benchmarks.context import Context, python_json
from tests.benchmarks.table import Row, at_least, at_least_times, at_most, percentile, told

ROWS, STEPS, SIDE = 10, 11, 64


def board(context: Context) -> list[Row]:
    """10×11 pictures of 64×64: from decoded bytes to pixels, and the decoding behind it."""
    figures = python_json("-m", "tests.benchmarks.boards", "redraw", str(4 * context.repeats))
    return [
        at_most("board redraw p95", figures["redraw"], "ms", 30),
        told("board decode, fully connected", figures["mlp"], "ms"),
        told("board decode, convolutions", figures["conv"], "ms"),
    ]


def board_live(context: Context) -> list[Row]:
    """Training MNIST with the board on view, beside the same with an empty tab on view."""
    speeds: dict[str, list[float]] = {"board": [], "none": []}
    rates = []
    for _ in range(context.repeats):
        for tab in speeds:
            figures = python_json("-m", "tests.benchmarks.boards", "live", tab, str(context.mnist))
            speeds[tab].append(figures["images_per_second"])
            if tab == "board":
                rates.append(figures["boards_per_second"])
    with_board, without = (float(np.median(speeds[tab])) for tab in ("board", "none"))
    return [
        at_least_times("board-live training", with_board, without, "images/s", 0.95),
        at_least("board-live redraws", float(np.median(rates)), "boards/s", 2),
    ]


def redraw(repeats: int) -> dict[str, float]:
    """Milliseconds of a redraw and of decoding."""
    from PySide6.QtWidgets import QApplication

    from vae_desktop.core.span import prior_span
    from vae_desktop.core.traversal import Importance, traversal
    from vae_desktop.session.boards import DrawnBoard
    from vae_desktop.ui.board_canvas import BoardCanvas

    app = QApplication([])
    random = np.random.default_rng(0)
    base = np.zeros(ROWS, np.float32)
    codes = traversal(base, np.arange(ROWS), prior_span(), STEPS)
    sheets = [
        random.integers(0, 256, (ROWS, STEPS, 1, SIDE, SIDE)).astype(np.uint8) for _ in range(4)
    ]
    canvas = BoardCanvas()
    canvas.resize(1248, 760)
    canvas.set_up((1, SIDE, SIDE), np.arange(ROWS), STEPS, False)
    canvas.show_importance(Importance(np.linspace(2, 0, ROWS, dtype=np.float32), "kl"))
    canvas.show()
    times = []
    for index in range(10 * repeats):
        pictures = sheets[index % len(sheets)]
        begin = perf_counter()
        canvas.show_board(DrawnBoard(0, codes, 0, pictures, None, pictures[0, 0], 0.0))
        canvas.grab()
        times.append(1e3 * (perf_counter() - begin))
    app.quit()
    return {"redraw": percentile(times, 0.95), **decoding(codes.codes, repeats)}


def decoding(codes: np.ndarray, repeats: int) -> dict[str, float]:
    """Milliseconds that a board takes to be decoded, by one thread."""
    import torch

    from vae_desktop.core.config import RunConfig
    from vae_desktop.core.devices import threads
    from vae_desktop.core.events import Snapshot
    from vae_desktop.core.models.build import build, weights_of
    from vae_desktop.core.traversal_sheet import decode_all
    from vae_desktop.session.decoder import Decoder

    result = {}
    for architecture in ("mlp", "conv"):
        model = {"architecture": architecture, "latent_dim": ROWS}
        config, shape = RunConfig().changed(model=model), (1, SIDE, SIDE)
        weights = weights_of(build(config.model, shape, torch.Generator().manual_seed(0)))
        decoder = Decoder(config.model, shape, Snapshot(0, 0, weights))
        times = []
        with threads(1):
            for _ in range(repeats):
                begin = perf_counter()
                decode_all(decoder.decode, codes)
                times.append(1e3 * (perf_counter() - begin))
        result[architecture] = float(np.median(times))
    return result


def live(tab: str, folder: str) -> dict[str, float]:
    """Train in the real window with the board or nothing on view."""
    from tests.benchmarks.live import Observer
    from vae_desktop.app import application, build_window, execute
    from vae_desktop.core import history, runs
    from vae_desktop.core.config import RunConfig
    from vae_desktop.core.events import Ended
    from vae_desktop.preferences import Preferences
    from vae_desktop.ui.ask import Dialogs

    config = RunConfig().changed(
        data={"source": "mnist", "folder": folder},
        model={"latent_dim": ROWS},
        training={"epochs": 4},
    )
    drawn: list[float] = []
    with tempfile.TemporaryDirectory() as scratch:
        qt = application()
        window = build_window(qt, Preferences(), Path(scratch), Dialogs())
        window.show()
        page = window.traversals if tab == "board" else window.data
        window.tabs.setCurrentWidget(page)
        observer = Observer(window)
        window.traversals.board.main.drawn.connect(lambda: drawn.append(perf_counter()))
        window.session.start(config, Path(scratch) / "run")
        window.tabs.setCurrentWidget(page)
        execute(qt, window)
        ended = history.read(Path(scratch) / "run" / runs.HISTORY)[-1]
    assert isinstance(ended, Ended)
    seconds = observer.ticks[-1] - observer.ticks[0]
    inside = [at for at in drawn if observer.ticks[0] <= at <= observer.ticks[-1]]
    return {
        "images_per_second": ended.images_per_second,
        "boards_per_second": len(inside) / seconds,
    }


def main(what: str, *arguments: str) -> None:
    """Print figures as JSON."""
    print(json.dumps(redraw(int(arguments[0])) if what == "redraw" else live(*arguments)))


if __name__ == "__main__":
    main(*sys.argv[1:])
