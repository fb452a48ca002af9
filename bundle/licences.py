"""The licences of everything inside the packaged app: a list, and the texts.

    python licences.py FOLDER SYSTEM_LIBRARIES

Runs in the environment that the app is built from: what is installed there goes into it.
SYSTEM_LIBRARIES is a file with the paths of libraries of the system, one a line.
"""

import re
import shutil
import subprocess
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

from vae_desktop.paths import resource

OWN_TEXTS = Path(__file__).parent / "licences"
LEFT_OUT = {
    "altgraph",
    "deflate",
    "packaging",
    "pip",
    "pyinstaller-hooks-contrib",
    "setuptools",
    "wheel",
}
"""Tools of the build, of which nothing is inside."""

HEAD = """# Licences of what is inside

VAE Desktop itself is under the MIT licence. It contains the works below, each under its own
licence; the texts are in this folder, one subfolder each.

## Qt and PySide6

The window is drawn by Qt and PySide6 (The Qt Company and contributors), which are used under
the GNU Lesser General Public License, version 3 (LGPL-3.0.txt; it builds on GPL-3.0.txt). They
are unchanged, and linked dynamically: their libraries are files of their own in the folder
`_internal/PySide6` (inside the bundle on macOS) and may be replaced by other builds of the same
version. Their sources are published by The Qt Company under the names qt-everywhere-src and
pyside-setup, version {qt}; whoever gave you this app owes you a copy on request.
Nothing in the licence of VAE Desktop forbids to study or change it for such a purpose.

Qt contains works of others in its turn: its documentation lists them under “Licenses used in Qt”
(https://doc.qt.io/qt-6/licenses-used-in-qt.html). Of them ICU lies beside it as libraries of its
own, under the licence of Unicode, Inc. (ICU.txt).

## Font and data

| name | what it is | licence |
|---|---|---|
| Inter | the window's font | SIL Open Font License 1.1 (Inter/Inter-LICENSE.txt) |
| Optical Recognition of Handwritten Digits | E. Alpaydin and C. Kaynak, UCI Machine Learning \
Repository, 1998; in scikit-learn | CC BY 4.0 |
| digits, sprites, example runs | drawn and trained by VAE Desktop | as VAE Desktop |

## Python and its packages

| name | version | licence |
|---|---|---|
"""
SYSTEM_HEAD = """
## Libraries of the system that it was built on

| package | files |
|---|---|
"""


def main(folder: Path, system_libraries: Path) -> int:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(OWN_TEXTS, folder)
    (folder / "Inter").mkdir()
    shutil.copy(resource("fonts/Inter-LICENSE.txt"), folder / "Inter")
    packages = sorted(_packages(), key=lambda package: package.name.lower())
    rows = [_row(package, folder) for package in packages]
    version = ".".join(map(str, sys.version_info[:3]))
    rows.insert(0, f"| Python | {version} | {_python_licence(folder)} |")
    qt = next(package.version for package in packages if package.name.startswith("PySide6"))
    text = HEAD.format(qt=qt) + "\n".join(rows) + "\n"
    system = _system_rows(system_libraries.read_text(encoding="utf-8").split(), folder)
    if system:
        text += SYSTEM_HEAD + "\n".join(system) + "\n"
    (folder / "LICENCES.md").write_text(text, encoding="utf-8")
    print(f"Licences of {len(rows)} packages and {len(system)} system packages.")
    return 0


def _packages() -> list[Distribution]:
    found = {one.name.lower().replace("_", "-"): one for one in distributions()}
    return [package for name, package in found.items() if name not in LEFT_OUT]


def _row(package: Distribution, folder: Path) -> str:
    texts = [file for file in package.files or () if _is_text(file.name, file.as_posix())]
    for text in texts:
        inner = text.as_posix().partition(".dist-info/")[2].removeprefix("licenses/")
        target = folder / package.name / inner
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(str(package.locate_file(text)), target)
    return f"| {package.name} | {package.version} | {_licence(package)} |"


def _is_text(name: str, path: str) -> bool:
    wanted = re.match(r"(licen[cs]e|copying|notice|copyright|authors)", name, re.IGNORECASE)
    return ".dist-info/" in path and (wanted is not None or "/licenses/" in path)


def _licence(package: Distribution) -> str:
    """As the package names it; where it gives the whole text, the first line."""
    told = package.metadata
    for name in ("License-Expression", "License"):
        # Some put the whole text there, which begins with whose it is.
        if told.get(name) and not str(told[name]).startswith("Copyright"):
            return str(told[name]).strip().splitlines()[0].replace("|", "/")
    kinds = [kind for kind in told.get_all("Classifier") or () if kind.startswith("License ::")]
    return kinds[0].rpartition(" :: ")[2] if kinds else "see its folder"


def _python_licence(folder: Path) -> str:
    places = (Path(sys.base_prefix), Path(sys.base_prefix) / "lib" / f"python{sys.version[:4]}")
    for text in (place / name for place in places for name in ("LICENSE.txt", "LICENSE")):
        if text.is_file():
            (folder / "Python").mkdir()
            shutil.copy(text, folder / "Python" / "LICENSE.txt")
            break
    return "PSF-2.0"


def _system_rows(libraries: list[str], folder: Path) -> list[str]:
    """By package, with its copyright file, where the system is Debian or a relative."""
    packages: dict[str, list[str]] = {}
    for library in libraries:
        packages.setdefault(_debian_package(library), []).append(Path(library).name)
    for package in packages:
        copyright_file = Path("/usr/share/doc") / package / "copyright"
        if package and copyright_file.is_file():
            (folder / "system").mkdir(exist_ok=True)
            shutil.copy(copyright_file, folder / "system" / f"{package}.txt")
    return [f"| {name or '?'} | {', '.join(files)} |" for name, files in sorted(packages.items())]


def _debian_package(library: str) -> str:
    if shutil.which("dpkg-query") is None:
        return ""
    # Merged systems keep /lib as a link to /usr/lib, and dpkg knows one of the two names.
    resolved = str(Path(library).resolve())
    for name in (library, resolved, resolved.removeprefix("/usr"), f"/usr{library}"):
        command = ["dpkg-query", "--search", name]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode == 0:
            return result.stdout.split(":")[0].split(",")[0]
    return ""


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
