"""The self-test: it passes, it reaches for no network, and it finds what is wrong."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.test_demo import ROOT, environment

TIMEOUT = 280
pytestmark = pytest.mark.timeout(TIMEOUT + 20)
REFUSED = """
import json, socket, sys
attempts = []
def refuse(*arguments, **_):
    attempts.append(str(arguments))
    raise OSError("there is no network")
for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, refuse)
socket.getaddrinfo = refuse

from vae_desktop.self_test import run_self_test
status = run_self_test()
before = len(attempts)
# What is counted is counted: a plain attempt, and the program's own way to a download.
try:
    socket.socket().connect(("127.0.0.1", 9))
except OSError:
    pass
plain = len(attempts)
import tempfile
from pathlib import Path
from vae_desktop.core.data import fetch
from vae_desktop.core.errors import DataError
try:
    with tempfile.TemporaryDirectory() as folder:
        resource = fetch.Resource(("http://127.0.0.1:9/file",), "0" * 32, "file")
        fetch.fetch(resource, Path(folder) / "file", 100, print)
except DataError:
    pass
others = [name for name in ("PySide6.QtNetwork", "requests", "httpx") if name in sys.modules]
print(json.dumps([status, before, plain, len(attempts) > plain, others]))
"""
EMPTIED = """
from vae_desktop.self_test.bench import Bench
save = Bench.save
def save_and_damage(bench, *arguments):
    path = save(bench, *arguments)
    for file in (path.iterdir() if path.is_dir() else (path,)):
        file.write_bytes(file.read_bytes()[:20])
    return path
Bench.save = save_and_damage

import sys
from vae_desktop.self_test import run_self_test
sys.exit(run_self_test())
"""


SMALL = """
import socket
from vae_desktop.self_test import checks, run_self_test

def fails(bench):
    raise ValueError("on purpose")

def reaches_out(bench):
    try:
        socket.create_connection(("127.0.0.1", 9), timeout=1)
    except OSError:
        return "and says nothing"

def fails_in_the_background(bench):
    from vae_desktop.session.jobs import JobRunner
    def broken(progress):
        raise ImportError("no module of this name")
    runner = JobRunner(bench)
    runner.failed.connect(bench.window.show_failure)
    runner.start(broken)
    bench.wait_until(lambda: not runner.busy and bench.failures, "the end of it")
    return "and says nothing"

checks.CHECKS = (CHOSEN)
raise SystemExit(run_self_test())
"""


def run_code(code: str, home: Path) -> "subprocess.CompletedProcess[str]":
    scratch = home / "scratch"
    scratch.mkdir()
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**environment(home), "TMPDIR": str(scratch)},
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
    )


def verdicts(output: str) -> dict[str, str]:
    """'ok' or 'FAIL' by the name of each check."""
    lines = re.findall(r"^(ok|FAIL)\s+([^:]+):", output, re.MULTILINE)
    return {name: verdict for verdict, name in lines}


def test_it_passes_without_a_network_and_leaves_nothing_behind(tmp_path: Path) -> None:
    result = run_code(REFUSED, tmp_path)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout.splitlines()[-1]) == [0, 0, 1, True, []]
    assert set(verdicts(result.stdout).values()) == {"ok"}
    assert list(tmp_path.rglob("*")) == [tmp_path / "scratch"]


def test_every_file_that_is_damaged_is_found(tmp_path: Path) -> None:
    result = run_code(EMPTIED, tmp_path)
    found = verdicts(result.stdout)
    from vae_desktop.self_test.file_checks import FILE_CHECKS

    names = {check.__name__.replace("_", " ") for check in FILE_CHECKS}
    assert {name for name, verdict in found.items() if verdict == "FAIL"} == names
    assert "TypeError" not in result.stdout + result.stderr
    assert result.returncode == 1
    assert f"{len(names)} of {len(found)} checks failed" in result.stdout


@pytest.mark.parametrize(
    ("checks", "wrong"),
    [
        ("checks.packaged_files, checks.nothing_unsaid, checks.no_network", set()),
        ("fails, checks.nothing_unsaid, checks.no_network", {"fails"}),
        ("reaches_out, checks.nothing_unsaid, checks.no_network", {"no network"}),
        (
            "fails_in_the_background, checks.nothing_unsaid, checks.no_network",
            {"nothing unsaid"},
        ),
    ],
)
def test_one_line_for_each_check_and_the_exit_status(
    checks: str, wrong: set[str], tmp_path: Path
) -> None:
    result = run_code(SMALL.replace("CHOSEN", checks), tmp_path)
    found = verdicts(result.stdout)
    # The window and its libraries come first.
    assert len(found) == len(result.stdout.splitlines()) - 1 == 2 + 3
    assert {name for name, verdict in found.items() if verdict == "FAIL"} == wrong
    assert result.returncode == int(bool(wrong))


def test_an_option_of_the_program_runs_it(tmp_path: Path) -> None:
    """The option comes before everything else: not even a portable folder is made."""
    code = """
import sys
import vae_desktop.self_test as tested
tested.run_self_test = lambda: 17
from vae_desktop.cli import run
sys.exit(run(["--portable", "--self-test"]))
"""
    assert run_code(code, tmp_path).returncode == 17
    assert not (ROOT / "vae-desktop-data").exists()
