"""The one place for speed and memory: python -m tests.benchmarks [NAME...] [--json FILE] [--quick]

Medians over repeats; every reference is measured in the same run, in turns with ours.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks import boards, convolutions, data, maps, start, steering, training
from tests.benchmarks.context import ROOT, Context
from tests.benchmarks.table import Row

BENCHMARKS: dict[str, Callable[[Context], list[Row]]] = {
    "train-headless": training.train_headless,
    "train-conv": convolutions.train_conv,
    "train-live": training.train_live,
    "map-live": training.map_live,
    "start": start.start,
    "digits": data.digits,
    "sprites": data.sprites,
    "map-70k": maps.map_70k,
    "map-1m": maps.map_1m,
    "map-vs-scatter": maps.map_vs_scatter,
    "nearest-1m": maps.nearest_1m,
    "decode-latency": steering.decode_latency,
    "board": boards.board,
    "board-live": boards.board_live,
}
ALIASES = {"train-floor": "train-headless", "frame": "train-live", "memory": "train-live"}


def main() -> int:
    """Measure what was asked for; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    choices = [*BENCHMARKS, *ALIASES]
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(choices)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows to a file")
    parser.add_argument("--quick", action="store_true", help="fewer repeats, under 3 minutes")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in choices]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; choose of: {', '.join(choices)}")
    if not (options.data / "mnist").is_dir():
        parser.error(f"the benchmarks need MNIST in {options.data / 'mnist'}; see --data")
    names = {ALIASES.get(name, name) for name in options.names} or set(BENCHMARKS)
    rows = measure(names, options.data, options.quick)
    show(rows)
    if options.json:
        options.json.write_text(json.dumps([row.as_json() for row in rows], indent=2) + "\n")
    return 0


def measure(names: set[str], data: Path, quick: bool) -> list[Row]:
    """Run the named benchmarks one after the other."""
    rows: list[Row] = []
    for name, benchmark in BENCHMARKS.items():
        if name in names:
            print(f"measuring {name} ...", file=sys.stderr)
            with tempfile.TemporaryDirectory() as scratch:
                repeats, seconds = (3, 3.0) if quick else (5, 6.0)
                rows += benchmark(Context(data, repeats, seconds, Path(scratch)))
    return rows


def show(rows: list[Row]) -> None:
    """Print the table."""
    table = Table("name", "ours", "reference", "ratio", "unit", "target", "met")
    for row in rows:
        reference = "" if row.reference is None else f"{row.reference:,.3g}"
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        met = {None: "", True: "yes", False: "NO"}[row.met]
        ours = f"{row.ours:,.0f}" if row.ours >= 1000 else f"{row.ours:,.3g}"
        if row.reference is not None and row.reference >= 1000:
            reference = f"{row.reference:,.0f}"
        table.add_row(row.name, ours, reference, ratio, row.unit, row.target, met)
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
