"""Tries the packaged app as a stranger's machine would start it, and times its start."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

BARE_IMPORTS = "import torch, PySide6.QtWidgets, pyqtgraph; print('ready', flush=True)"
TIMEOUT = 900
STARTS = 5
Listing = dict[str, tuple[int, int]]


def try_app(program: Path, app: Path) -> bool:
    """Run the self-test in a read-only copy of the app, with nothing of this machine at hand.

    The home folder is empty, no Python is on the path, and where the system allows it there
    is no network. Prints what the self-test says.

    Args:
        program: the executable inside the app.
        app: the folder of the app.

    Returns:
        Whether it passed, wrote nothing beside itself and left nothing at home.
    """
    with tempfile.TemporaryDirectory(prefix="vae-desktop-trial-") as name:
        folder = Path(name)
        copy, home, scratch = folder / app.name, folder / "home", folder / "scratch"
        shutil.copytree(app, copy, symlinks=True)
        home.mkdir()
        scratch.mkdir()
        _link_tools(folder / "tools")
        before = listing(copy)
        _set_writable(copy, False)
        command, conditions = _confined(copy / program.relative_to(app), copy)
        print(f"\n== Self-test of the app: {', '.join(conditions)}", flush=True)
        result = subprocess.run(
            command,
            env=_bare_environment(home, scratch, folder / "tools"),
            cwd=home,
            timeout=TIMEOUT,
            check=False,
        )
        _set_writable(copy, True)
        changed = before.items() ^ listing(copy).items()
        left = [path for place in (home, scratch) for path in place.rglob("*")]
    for what, found in (("changed in the app", changed), ("left behind", left)):
        for one in found:
            print(f"FAIL  {what}: {one}")
    return result.returncode == 0 and not changed and not left


def compare_starts(program: Path, python: Path) -> float:
    """Time until the window is painted against the bare imports of its libraries.

    The two take turns; the medians are printed.

    Returns:
        How many times as long the window takes.
    """
    painted, imported = [], []
    with tempfile.TemporaryDirectory(prefix="vae-desktop-starts-") as name:
        env = _bare_environment(Path(name), Path(name), Path(name))
        for _ in range(STARTS + 1):
            painted.append(_seconds_to_first_line([str(program), "--self-test"], env))
            imported.append(_seconds_to_first_line([str(python), "-c", BARE_IMPORTS], env))
    # The first of each reads everything from the disk.
    window, bare = statistics.median(painted[1:]), statistics.median(imported[1:])
    print("\n== Start: seconds to the painted window, and to the end of the bare imports")
    print(f"  from a cold disk cache, perhaps: {painted[0]:.2f} and {imported[0]:.2f}")
    print(f"  median of {STARTS}: {window:.2f} and {bare:.2f}, {window / bare:.2f} times")
    return window / bare


def listing(folder: Path) -> Listing:
    """Size and time of every file in a folder."""
    return {
        str(path.relative_to(folder)): (path.lstat().st_size, path.lstat().st_mtime_ns)
        for path in folder.rglob("*")
        if not path.is_dir()
    }


def _bare_environment(home: Path, scratch: Path, tools: Path) -> dict[str, str]:
    """Nothing but an empty home and the system's own programs; no Python among them."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "WINDIR") if name in os.environ}
    homes = {name: str(home) for name in ("HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA")}
    temporary = {name: str(scratch) for name in ("TMPDIR", "TEMP", "TMP")}
    return {**kept, **homes, **temporary, "PATH": str(tools), "QT_QPA_PLATFORM": "offscreen"}


def _link_tools(folder: Path) -> None:
    """Links to the system's programs but for every Python; on Windows there are none."""
    folder.mkdir()
    if sys.platform == "win32":
        return
    for place in ("/bin", "/usr/bin"):
        for tool in Path(place).iterdir():
            if not tool.name.startswith(("python", "pip", "pydoc", "idle")):
                link = folder / tool.name
                if not link.is_symlink():
                    link.symlink_to(tool)


def _confined(program: Path, copy: Path) -> tuple[list[str], list[str]]:
    """The command that runs the self-test with as little as can be, and what that is."""
    plain = [str(program), "--self-test"]
    conditions = ["read-only copy", "empty home", "no Python on the path"]
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return plain, [*conditions, "network as it is"]
    # Root may write whatever the mode says, but not on a read-only mount.
    mount, true, shell = (shutil.which(name) or name for name in ("mount", "true", "sh"))
    script = f'{mount} --bind "$0" "$0" && {mount} -o remount,bind,ro "$0" && exec "$@"'
    without = [shutil.which("unshare") or "unshare", "--map-root-user", "--net"]
    mounted = [*without, "--mount", shell, "-c", script, str(copy)]
    for confined, told in ((mounted, ["mounted so"]), (without, [])):
        if subprocess.run([*confined, true], capture_output=True, check=False).returncode == 0:
            return [*confined, *plain], [*conditions, *told, "no network"]
    return plain, [*conditions, "network as it is: this machine gives no empty one"]


def _seconds_to_first_line(command: Sequence[str], env: dict[str, str]) -> float:
    begin = perf_counter()
    with subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        seconds = perf_counter() - begin
        process.kill()
    if not line.startswith((b"ok", b"ready")):
        raise SystemExit(f"{command[0]} did not start: it said {line!r}.")
    return seconds


def _set_writable(folder: Path, writable: bool) -> None:
    """Let the folder and all in it be written, or not."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | 0o200 if writable else mode & ~0o222)
