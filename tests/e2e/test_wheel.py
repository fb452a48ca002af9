"""The wheel, as somebody would install it: built, put into an empty environment, tried."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.e2e.test_demo import ROOT, environment

SOURCES = ("vae_desktop", "resources", "pyproject.toml", "README.md", "LICENSE")
TIMEOUT = 280
pytestmark = pytest.mark.timeout(TIMEOUT + 20)


def call(*command: str, cwd: Path, env: dict[str, str] | None = None) -> str:
    result = subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, timeout=TIMEOUT
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that nothing is left among the sources."""
    source = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, source)
    # Without a network: the environment of the tests holds what builds it.
    options = ("--no-build-isolation", "--no-deps", "--quiet")
    call(sys.executable, "-m", "pip", "wheel", ".", *options, "-w", "built", cwd=source)
    (found,) = (source / "built").glob("vae_desktop-*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of an environment with the wheel in it, and the libraries of this one."""
    place = tmp_path_factory.mktemp("environment")
    venv.create(place, symlinks=sys.platform != "win32")
    bin_ = place / ("Scripts" if sys.platform == "win32" else "bin")
    python = str(next(bin_.glob("python*")))
    call(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps",
         str(wheel), cwd=place)  # fmt: skip
    paths = sysconfig.get_paths(vars={"base": str(place), "platbase": str(place)})
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    # Behind its own packages, so that the program is that of the wheel.
    text = "\n".join(sorted(libraries)) + "\n"
    (Path(paths["purelib"]) / "libraries.pth").write_text(text, encoding="utf-8")
    return bin_


def test_the_wheel_carries_every_module_and_resource(wheel: Path, tmp_path: Path) -> None:
    shutil.unpack_archive(wheel, tmp_path, "zip")
    for top, inside in (("vae_desktop", "vae_desktop"), ("resources", "vae_desktop/resources")):
        for path in (ROOT / top).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                copy = tmp_path / inside / path.relative_to(ROOT / top)
                assert copy.is_file(), f"{path.relative_to(ROOT)} is not in the wheel"
                assert copy.read_bytes() == path.read_bytes()


@pytest.mark.slow
def test_the_installed_program_passes_its_self_test(installed: Path, tmp_path: Path) -> None:
    env = {name: value for name, value in environment(tmp_path).items() if name != "PYTHONPATH"}
    env["TMPDIR"] = str(tmp_path)
    python = str(next(installed.glob("python*")))
    where = call(python, "-c", "import vae_desktop; print(vae_desktop.__file__)",
                 cwd=tmp_path, env=env)  # fmt: skip
    assert Path(where.strip()).is_relative_to(installed.parent)
    program = str(next(installed.glob("vae-desktop*")))
    said = call(program, "--self-test", cwd=tmp_path, env=env)
    assert f"packaged files: {installed.parent}{os.sep}" in said
    assert "FAIL" not in said
    assert said.rstrip().splitlines()[-1].startswith("All ")
