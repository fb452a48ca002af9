"""Makes what the packaged app carries beside its code: data, trained runs, icons.

    python fill.py FOLDER [--quick]

Runs in the environment that the app is built from. What is there already is kept, so that a
second build does not train again.
"""

import argparse
import gzip
import os
import shutil
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from contents import NAME, TITLE
from PIL import Image
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from vae_desktop import __version__, paths
from vae_desktop.core import runs
from vae_desktop.core.config import RunConfig
from vae_desktop.core.data import catalogue, digits
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.events import Evaluation
from vae_desktop.core.presets import preset_of
from vae_desktop.core.training import train

EXAMPLES = {
    "1 Classifier of digits": ("classifier", {"training": {"epochs": 5}}),
    "2 Autoencoder of digits": ("autoencoder", {"training": {"epochs": 10}}),
    "3 VAE of digits": ("vae", {"training": {"epochs": 10}}),
    "4 Beta-VAE of sprites": (
        "beta-vae",
        {
            "data": {"source": "sprites"},
            "model": {"architecture": "conv", "latent_dim": 10},
            "training": {"epochs": 6, "batch_size": 64},
        },
    ),
}
"""Name, preset and what is different from it."""
QUICK = {"data": {"train_limit": 2_000}, "training": {"epochs": 1}}
ICON_SIZES = (16, 24, 32, 48, 64, 128, 256)

VERSION_RESOURCE = """VSVersionInfo(
  ffi=FixedFileInfo(filevers=({numbers}), prodvers=({numbers}), mask=0x3F, flags=0, OS=0x40004,
                    fileType=1, subtype=0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      StringStruct("FileDescription", "{title}"), StringStruct("ProductName", "{title}"),
      StringStruct("FileVersion", "{version}"), StringStruct("ProductVersion", "{version}"),
      StringStruct("InternalName", "{name}"), StringStruct("OriginalFilename", "{name}.exe"),
      StringStruct("LegalCopyright", "MIT licence")])]),
    VarFileInfo([VarStruct("Translation", [1033, 1200])]),
  ])
"""


def main() -> int:
    parser = argparse.ArgumentParser(description="Fill the folder that the app is made of.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quick", action="store_true", help="Train the runs for a moment only.")
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    make_data(folder / "data")
    for name, (preset, changes) in EXAMPLES.items():
        config = preset_of(preset).applied_to(RunConfig()).changed(**changes)
        if arguments.quick:
            config = config.changed(**QUICK)
        make_run(folder / "examples" / name, config, catalogue.load(config.data, folder / "cache"))
    make_icons(folder / "icons")
    return 0


def make_data(folder: Path) -> None:
    """The digits as the program looks for them: drawn here, packed."""
    cache = folder.with_name("cache")
    digits.load(cache)
    folder.mkdir(parents=True, exist_ok=True)
    content = (cache / f"{digits.NAME}.cache").read_bytes()
    (folder / digits.SHIPPED).write_bytes(gzip.compress(content, 9, mtime=0))


def make_run(folder: Path, config: RunConfig, data: Dataset) -> None:
    """Train a run that can be looked at; without a checkpoint, for it is not to go on."""
    if (folder / runs.WEIGHTS).exists():
        print(f"{folder.name}: kept", flush=True)
        return
    working = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(working, ignore_errors=True)
    runs.create(working, config)
    for event in runs.record(working, train(config, data)):
        if isinstance(event, Evaluation):
            print(f"{folder.name}: epoch {event.epoch}, test {event.total:.2f}", flush=True)
    (working / runs.CHECKPOINT).unlink(missing_ok=True)
    working.rename(folder)


def make_icons(folder: Path) -> None:
    """The icon in the formats of each system, Windows' version resource, the start screen."""
    folder.mkdir(parents=True, exist_ok=True)
    app = QGuiApplication.instance() or QGuiApplication([NAME])
    assert app is not None
    drawing = paths.resource(f"icons/{NAME}.svg")
    shutil.copy(drawing, folder / drawing.name)
    renderer = QSvgRenderer(str(drawing))
    for size in (*ICON_SIZES, 1024):
        picture = QImage(size, size, QImage.Format.Format_ARGB32)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        renderer.render(painter)
        painter.end()
        picture.save(str(folder / f"{NAME}-{size}.png"))
    with Image.open(folder / f"{NAME}-256.png") as image:
        image.save(folder / f"{NAME}.ico", sizes=[(size, size) for size in ICON_SIZES])
    with Image.open(folder / f"{NAME}-1024.png") as image:
        image.save(folder / f"{NAME}.icns")
    numbers = ", ".join([*__version__.split(".")[:3], "0"])
    text = VERSION_RESOURCE.format(numbers=numbers, title=TITLE, version=__version__, name=NAME)
    (folder / "version.txt").write_text(text, encoding="utf-8")
    _draw_start_screen(folder / "start-screen.png", renderer)


def _draw_start_screen(path: Path, renderer: QSvgRenderer) -> None:
    """The picture that Windows shows until PyTorch is loaded; words are written over it."""
    picture = QImage(480, 260, QImage.Format.Format_RGB32)
    picture.fill(QColor("#16202b"))
    painter = QPainter(picture)
    renderer.render(painter, QRectF(32, 40, 144, 144))
    painter.setPen(QColor("white"))
    painter.setFont(QFont("Segoe UI", 24))
    painter.drawText(QRectF(200, 40, 260, 144), Qt.AlignmentFlag.AlignVCenter, TITLE)
    painter.end()
    picture.save(str(path))


if __name__ == "__main__":
    sys.exit(main())
