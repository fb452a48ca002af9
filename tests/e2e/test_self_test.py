"""The self-test: it passes, it reaches for no network, and it finds what is wrong."""

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.e2e.test_demo import ROOT, environment

TIMEOUT = 110
REFUSED = """
import json, socket
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
try:  # what is counted is counted: this one is an attempt
    socket.socket().connect(("127.0.0.1", 9))
except OSError:
    pass
print(json.dumps([status, before, len(attempts)]))
"""
EMPTIED = """
from vae_desktop.self_test.bench import Bench
save = Bench.save
def save_and_damage(bench, name, act):
    path = save(bench, name, act)
    for file in (path.iterdir() if path.is_dir() else (path,)):
        file.write_bytes(file.read_bytes()[:20])
    return path
Bench.save = save_and_damage

import sys
from vae_desktop.self_test import run_self_test
sys.exit(run_self_test())
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
    assert json.loads(result.stdout.splitlines()[-1]) == [0, 0, 1], result.stdout
    assert set(verdicts(result.stdout).values()) == {"ok"}
    assert list(tmp_path.rglob("*")) == [tmp_path / "scratch"]


def test_every_file_that_is_damaged_is_found(tmp_path: Path) -> None:
    result = run_code(EMPTIED, tmp_path)
    found = verdicts(result.stdout)
    from vae_desktop.self_test.file_checks import FILE_CHECKS

    names = {check.__name__.replace("_", " ") for check in FILE_CHECKS}
    assert {name for name, verdict in found.items() if verdict == "FAIL"} == names
    assert result.returncode == 1
    assert f"{len(names)} of {len(found)} checks failed" in result.stdout


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
