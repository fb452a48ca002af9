"""What the packaged app is made of: the parts of its build that run without building it."""

import gzip
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.e2e.test_self_test import run_code
from vae_desktop import paths
from vae_desktop.core.data import digits

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "bundle"))

import archive  # noqa: E402
from contents import EXCLUDED_MODULES, is_wanted, is_wanted_module  # noqa: E402
from trial import listing  # noqa: E402


@pytest.mark.parametrize(
    ("destination", "wanted"),
    [
        ("torch/bin/torch_shm_manager", True),
        ("torch/bin/test_api", False),
        ("torch/test/test_torch.py", False),
        ("torch/lib/libtorch_cpu.so", True),
        ("torch/distributed/device_mesh.py", False),
        ("torch/distributed/config.py", True),
        ("torch/nn/functional.py", True),
        ("PySide6/Qt/plugins/platforms/libqoffscreen.so", True),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/plugins/platforms/qwindows.dll", True),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", False),
        ("PySide6/Qt/lib/libQt6Quick.so.6", False),
        ("PySide6/Qt/lib/libQt6Network.so.6", False),
        ("PySide6/Qt/lib/libQt6EglFsKmsSupport.so.6", False),
        ("PySide6/Qt/lib/libQt6OpenGL.so.6", True),  # the Wayland plugins want it
        ("PySide6/Qt/plugins/imageformats/libqjpeg.so", True),
        ("libkrb5support.so.0", False),
        ("libcrypto.so.3", True),
        ("sklearn/datasets/data/digits.csv.gz", True),
        ("sklearn/datasets/images/china.jpg", False),
        ("vae_desktop/resources/icons/play.svg", True),
        ("vae_desktop/resources/examples/3 VAE of digits/weights.safetensors", True),
    ],
)
def test_what_goes_in_and_what_stays_out(destination: str, wanted: bool) -> None:
    assert is_wanted(destination) == wanted


def test_a_link_goes_with_what_it_points_to() -> None:
    assert not is_wanted("libz.b9a71669.so.1", "torchvision.libs/libz.b9a71669.so.1")
    assert is_wanted("libz.so.1", "/usr/lib/libz.so.1")


def test_modules_that_stay_out() -> None:
    assert not is_wanted_module("scipy.linalg.tests.test_basic")
    assert is_wanted_module("torch.testing._internal.common_dtype")
    assert not is_wanted_module("torch.testing._internal.common_utils")
    assert is_wanted_module("vae_desktop.self_test.checks")
    assert not any(name.startswith("vae_desktop") for name in EXCLUDED_MODULES)


def test_a_listing_sees_what_is_written_and_what_is_new(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "file").write_text("one")
    before = listing(tmp_path)
    assert listing(tmp_path) == before
    (tmp_path / "inner" / "file").write_text("other")
    (tmp_path / "new").touch()
    assert {name for name, _ in listing(tmp_path).items() ^ before.items()} == {
        str(Path("inner") / "file"),
        "new",
    }


TRAINED = """
import sys
if sys.argv[1] == "stand-in":
    sys.path.insert(0, "bundle")
    import no_compiler
import hashlib, json
from tests.samples import tiny_config, tiny_dataset
from vae_desktop.core.events import Snapshot
from vae_desktop.core.training import train

def digest(**changes):
    config = tiny_config(epochs=1).changed(**changes)
    events = train(config, tiny_dataset(shape=(1, 16, 16)))
    last = [event for event in events if isinstance(event, Snapshot)][-1]
    content = b"".join(value.tobytes() for value in last.weights.values())
    return hashlib.sha256(content).hexdigest()

sgd = {"optimizer": "sgd", "momentum": 0.9}
found = [digest(), digest(training=sgd), digest(model={"architecture": "conv"})]
print(json.dumps([found, "torch._inductor" in sys.modules]))
"""


def test_the_stand_in_for_the_compiler_changes_no_weight() -> None:
    """Three trainings with it and without it end with the same bits."""
    told = []
    for how in ("stand-in", "as it is"):
        result = subprocess.run(
            [sys.executable, "-c", TRAINED, how],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=100,
        )
        assert result.returncode == 0, result.stderr
        told.append(json.loads(result.stdout))
    assert told[0][0] == told[1][0]
    assert not told[0][1]


WITHOUT = """
import sys
sys.path.insert(0, "bundle")
import no_compiler, no_opengl
from contents import EXCLUDED_MODULES, is_wanted_module

class Refused:
    def find_spec(self, name, path=None, target=None):
        left_out = any(name == one or name.startswith(f"{one}.") for one in EXCLUDED_MODULES)
        if left_out or not is_wanted_module(name):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Refused())
from vae_desktop.self_test import run_self_test
sys.exit(run_self_test())
"""


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_self_test_misses_no_module_that_stays_out(tmp_path: Path) -> None:
    """Found here in less than a minute, and not by the app when it is built."""
    result = run_code(WITHOUT, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


PLOTTED = """
import sys
sys.path.insert(0, "bundle")
import no_opengl
import pyqtgraph
app = pyqtgraph.mkQApp()
plot = pyqtgraph.PlotWidget()
plot.plot([0, 1, 2], [0, 2, 1])
picture = plot.grab().toImage()
colours = {picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())}
loaded = [name for name in sys.modules if name.startswith("PySide6.QtOpenGL")]
print(len(colours), sum(hasattr(sys.modules[name], "__file__") for name in loaded))
try:
    pyqtgraph.RawImageGLWidget()
except RuntimeError as error:
    print(error)
"""


def test_plots_are_drawn_without_opengl() -> None:
    result = subprocess.run(
        [sys.executable, "-c", PLOTTED],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert result.returncode == 0, result.stderr
    counts, refusal = result.stdout.splitlines()
    colours, loaded = map(int, counts.split())
    assert colours > 2
    assert loaded == 0
    assert "has no OpenGL" in refusal


def test_an_archive_gives_everything_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "CHUNK", 10_000)  # so that it has several parts
    app = tmp_path / "VAE Desktop"
    (app / "inner").mkdir(parents=True)
    content = bytes(range(256)) * 300
    (app / "inner" / "file").write_bytes(content)
    (app / "program").write_text("start")
    (app / "program").chmod(0o755)
    (app / "link").symlink_to("inner/file")
    archive.main(app, tmp_path / "packed.tar.gz")
    with tarfile.open(tmp_path / "packed.tar.gz", "r:gz") as packed:
        assert {entry.uname for entry in packed} == {""}
        packed.extractall(tmp_path / "out", filter="tar")
    out = tmp_path / "out" / "VAE Desktop"
    assert (out / "inner" / "file").read_bytes() == content
    assert (out / "link").readlink() == Path("inner/file")
    assert os.access(out / "program", os.X_OK)


def test_digits_that_came_with_the_app_are_not_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digits, "TRAIN", 500)
    monkeypatch.setattr(digits, "TEST", 250)
    drawn = digits.load(tmp_path)
    content = (tmp_path / "digits.cache").read_bytes()
    shipped = tmp_path / "app" / digits.SHIPPED
    shipped.parent.mkdir()
    shipped.write_bytes(gzip.compress(content))
    monkeypatch.setattr(paths, "shipped_data", lambda name: shipped.with_name(name))
    monkeypatch.setattr(digits, "generate", None)
    loaded = digits.load(tmp_path / "other")
    assert loaded.fingerprint == drawn.fingerprint
    assert (loaded.train.images[:] == drawn.train.images[:]).all()
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("damage", ["cut", "other", "no gzip"])
def test_damaged_digits_of_the_app_are_drawn_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    monkeypatch.setattr(digits, "TRAIN", 500)
    monkeypatch.setattr(digits, "TEST", 250)
    drawn = digits.load(tmp_path)
    packed = gzip.compress((tmp_path / "digits.cache").read_bytes())
    broken = {
        "cut": packed[: len(packed) // 2],
        "other": packed[:5000] + bytes(50) + packed[5050:],
        "no gzip": b"text",
    }
    shipped = tmp_path / digits.SHIPPED
    shipped.write_bytes(broken[damage])
    monkeypatch.setattr(paths, "shipped_data", lambda name: shipped)
    assert digits.load(tmp_path / "other").fingerprint == drawn.fingerprint
    assert (tmp_path / "other" / "digits.cache").is_file()
