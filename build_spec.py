"""Builds the packaged app in a clean environment of its own, starts it and tests it.

    python build_spec.py [--archive] [--quick]

The result is `dist/VAE Desktop`, a folder that runs without Python and without a network;
with --archive also one packed file of it and its checksum. Everything in between is kept in
`build/`, so that a second build is quicker; delete that folder to begin from nothing.

What is inside is said in `bundle/contents.py` and `bundle/app.spec`, what it carries beside
its code is made by `bundle/fill.py`, and it is tried by `bundle/trial.py`.
"""

import argparse
import hashlib
import platform
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "bundle"))

from contents import NAME, STRIPPED, TITLE  # noqa: E402
from trial import compare_starts, try_app  # noqa: E402

BUILD, DIST = ROOT / "build", ROOT / "dist"
ENVIRONMENT, CONTENTS = BUILD / "env", BUILD / "contents"
BUILDER = ("pyinstaller==6.22.*", "deflate>=0.7")
WINDOWS, MAC = sys.platform == "win32", sys.platform == "darwin"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if WINDOWS else "bin/python")
APP = DIST / (f"{TITLE}.app" if MAC else TITLE)
LARGEST = 10
LIMIT_MB, ARCHIVE_LIMIT_MB, START_LIMIT = 800, 280, 1.5

READ_ME = """VAE Desktop {version}

Start the program “{executable}” in this folder. It needs no Python and no network.

  {command}                  the window
  {command} --portable       keep settings, runs and logs in this folder
  {command} --self-test      try everything once and report
  {command} --help           everything else

An empty file of the name “portable” beside the program makes --portable the usual way, as on
a USB stick. To uninstall, delete this folder. The folder “licences” says under which terms
the parts may be used.
"""


def main() -> int:
    """Build and test; returns the exit status."""
    parser = argparse.ArgumentParser(description="Build the packaged app, start it and test it.")
    parser.add_argument("--archive", action="store_true", help="Pack it, with its checksum.")
    parser.add_argument("--quick", action="store_true", help="Train its example runs briefly.")
    parser.add_argument("--keep", action="store_true", help="Test what was built the last time.")
    arguments = parser.parse_args()
    if not arguments.keep:
        make_environment()
        check_torch()
        build(arguments.quick)
        finish()
    unpacked = report_size()
    packed = pack(version()) if arguments.archive else 0.0
    passed = try_app(executable(APP), APP)
    ratio = compare_starts(executable(APP), PYTHON)
    return verdict(passed, unpacked, packed, ratio)


def make_environment() -> None:
    """The program and the builder in an environment that holds nothing else."""
    if not PYTHON.exists():
        say(f"Making a clean environment in {ENVIRONMENT}")
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
    say("Installing the program into it")
    source = BUILD / "source"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    # A copy, so that the installer leaves nothing of its own among the sources.
    for name in ("vae_desktop", "resources", "pyproject.toml", "README.md", "LICENSE"):
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, source)
    run("-m", "pip", "install", "--quiet", *BUILDER, str(source))
    run("-m", "pip", "install", "--quiet", "--force-reinstall", "--no-deps", str(source))


def check_torch() -> None:
    """Refuse a PyTorch for CUDA, whose libraries take gigabytes."""
    if output("-c", "import torch; print(torch.version.cuda or '')"):
        raise SystemExit(
            f"The PyTorch in {ENVIRONMENT} is built for CUDA and would make the app several GB "
            f"large. Install the one for CPUs there ({PYTHON} -m pip install, from where PyTorch "
            "publishes it), and build again."
        )


def build(quick: bool) -> None:
    """Fill the contents and let PyInstaller make the app."""
    say("Drawing data and training the example runs")
    run(str(ROOT / "bundle" / "fill.py"), str(CONTENTS), *(["--quick"] if quick else []))
    say("Building")
    shutil.rmtree(APP, ignore_errors=True)
    run(
        "-m", "PyInstaller", str(ROOT / "bundle" / "app.spec"), "--noconfirm", "--log-level=WARN",
        "--distpath", str(DIST), "--workpath", str(BUILD / "work"), "--", str(CONTENTS),
    )  # fmt: skip


def finish() -> None:
    """What comes after PyInstaller: fewer symbols, licences, what a reader needs."""
    inside = APP / ("Contents/Frameworks" if MAC else "_internal")
    strip = shutil.which("strip")
    if sys.platform == "linux" and strip:
        libraries = [path for pattern in STRIPPED for path in inside.glob(pattern)]
        plain = [str(path) for path in libraries if not path.is_symlink()]
        subprocess.run([strip, "--strip-unneeded", *plain], check=True)
    outside = APP / "Contents" / "Resources" if MAC else APP
    system = CONTENTS / "system-libraries.txt"
    run(str(ROOT / "bundle" / "licences.py"), str(outside / "licences"), str(system))
    if not MAC:
        command = executable(APP).name
        text = READ_ME.format(version=version(), executable=command, command=f"./{command}")
        (APP / "README.txt").write_text(text, encoding="utf-8")
    if sys.platform == "linux":
        shutil.copy(CONTENTS / "icons" / f"{NAME}.svg", APP)


def report_size() -> float:
    """Print how large the app is and which parts are the largest; returns MB (10⁶ bytes)."""
    sizes: dict[str, int] = {}
    for path in APP.rglob("*"):
        if path.is_file() and not path.is_symlink():
            part = "/".join(path.relative_to(APP).parts[:3])
            sizes[part] = sizes.get(part, 0) + path.stat().st_size
    total = sum(sizes.values()) / 1e6
    say(f"{APP.name}: {total:.0f} MB. The {LARGEST} largest parts:")
    for part, size in sorted(sizes.items(), key=lambda item: -item[1])[:LARGEST]:
        print(f"  {size / 1e6:7.1f} MB  {part}")
    return total


def pack(number: str) -> float:
    """Write the archive and its checksum; returns its size in MB (10⁶ bytes)."""
    system = {"win32": "windows", "darwin": "macos"}.get(sys.platform, sys.platform)
    stem = f"{NAME}-{number}-{system}-{platform.machine().lower()}"
    archive = DIST / (f"{stem}.zip" if WINDOWS else f"{stem}.tar.gz")
    say(f"Packing {archive.name}")
    if WINDOWS:
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
            for path in sorted(APP.rglob("*")):
                packed.write(path, Path(APP.name) / path.relative_to(APP))
    else:
        run(str(ROOT / "bundle" / "archive.py"), str(APP), str(archive))
    with archive.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    checksum = archive.with_name(f"{archive.name}.sha256")
    checksum.write_text(f"{digest}  {archive.name}\n", encoding="ascii")
    size = archive.stat().st_size / 1e6
    print(f"  {size:.0f} MB, SHA-256 {digest}")
    return size


def verdict(passed: bool, unpacked: float, packed: float, ratio: float) -> int:
    """Say what was reached; 0 where the self-test passed and every limit is kept."""
    say("Result")
    rows = [
        ("self-test", "passed" if passed else "FAILED", passed),
        ("unpacked", f"{unpacked:.0f} MB (limit {LIMIT_MB})", unpacked <= LIMIT_MB),
        ("start", f"{ratio:.2f} × bare imports (limit {START_LIMIT})", ratio <= START_LIMIT),
    ]
    if packed:
        told = f"{packed:.0f} MB (limit {ARCHIVE_LIMIT_MB})"
        rows.append(("packed", told, packed <= ARCHIVE_LIMIT_MB))
    for name, told, kept in rows:
        print(f"  {'ok  ' if kept else 'FAIL'}  {name}: {told}")
    return int(not all(kept for _, _, kept in rows))


def executable(app: Path) -> Path:
    """The program inside the app."""
    if MAC:
        return app / "Contents" / "MacOS" / NAME
    return app / (f"{NAME}.exe" if WINDOWS else NAME)


def version() -> str:
    """The program's, from the environment that it is built from."""
    return output("-c", "import vae_desktop; print(vae_desktop.__version__)")


def run(*arguments: str) -> None:
    """Call the environment's Python; what it prints is shown."""
    subprocess.run([str(PYTHON), *arguments], check=True, cwd=BUILD)


def output(*arguments: str) -> str:
    """What the environment's Python prints."""
    result = subprocess.run(
        [str(PYTHON), *arguments], check=True, cwd=BUILD, capture_output=True, text=True
    )
    return result.stdout.strip()


def say(sentence: str) -> None:
    """A heading in the log."""
    print(f"\n== {sentence}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
