"""How a run ends that cannot be finished: with a status that says why, without a traceback or leftovers."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from scrubber.cli.main import main
from tests.support.running import write_edits

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and devices are of POSIX")

ROOT = Path(__file__).resolve().parents[2]
CLEAN = ROOT / "fixtures" / "837" / "clean" / "several-transactions.837"
DAY = ("--as-of", "2026-06-30")
FULL = Path("/dev/full")
HERE = {**os.environ, "PYTHONPATH": str(ROOT)}
PRINTING = [
    ("check", str(CLEAN), *DAY),
    ("check", str(CLEAN), *DAY, "--format", "json"),
    ("explain", "PAIR-01"),
    ("edits", "list"),
    ("packs", "list"),
    ("tables", "list"),
    ("--help",),
    ("--version",),
]
STOPPING = '''\
"""Asks the run to stop while it evaluates a claim."""

import os

from scrubber.engine import Edit

edit = Edit(id="TEST-08", title="Stops", snip=7, severity="info")
MAIN = os.getpid()


@edit.claim
def check(claim, context):
    os.kill(MAIN, {number})
    yield from ()
'''
WHILE_IMPORTING = """
import os, signal, sys

number, step, *sys.argv[1:] = int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]
from scrubber.__main__ import main

def ask_at(turn):
    def ask(event, _):
        nonlocal turn
        turn -= event == "import"
        if event == "import" and not turn:
            os.kill(os.getpid(), number)
    sys.addaudithook(ask)

turn, status = 1, None
while status != 0 and turn < 5000:
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        ask_at(turn)
        main()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(status if status >= 0 else 128 - status)  # as a shell does
    turn += step
"""
"""Asks to stop while the first module is imported, then ``step`` modules later, and so on to the last."""
AT_THE_END = """
import atexit, os, sys

atexit.register(os.kill, os.getpid(), int(sys.argv.pop(1)))
from scrubber.__main__ import main
main()
"""


def scrubber(
    *arguments: str | Path, stdout: int = subprocess.PIPE, before: Callable[[], object] | None = None
) -> tuple[int, str]:
    """Run the program; return its status and what it says on standard error."""
    command = [sys.executable, "-m", "scrubber", *map(str, arguments)]
    done = subprocess.run(
        command, stdout=stdout, stderr=subprocess.PIPE, check=False, cwd=ROOT, text=True, preexec_fn=before
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_a_full_device(arguments: tuple[str, ...]) -> None:
    """What cannot be printed ends the run with 75, and says that standard output is at fault."""
    with FULL.open("wb") as full:
        status, said = scrubber(*arguments, stdout=full.fileno())
    assert (status, said) == (75, "scrubber: standard output: No space left on device\n")


@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_a_broken_pipe(arguments: tuple[str, ...]) -> None:
    """Where the reader has gone away, the status is 2 and not that of held claims."""
    reader, writer = os.pipe()
    os.close(reader)
    status, said = scrubber(*arguments, stdout=writer)
    os.close(writer)
    assert (status, said) == (2, "scrubber: standard output: Broken pipe\n")


@pytest.mark.skipif(sys.platform != "linux", reason="the watch needs Linux")
@pytest.mark.parametrize("command", [("watch", "--once"), ("spool", "status"), ("spool", "verify")])
def test_a_broken_pipe_of_the_watch_folder(tmp_path: Path, command: tuple[str, ...]) -> None:
    """What is done is done; nothing would be printed by trying again later."""
    assert scrubber("watch", "--once", tmp_path) == (0, "")
    test_a_broken_pipe((*command, str(tmp_path)))


@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_standard_output_is_closed(arguments: tuple[str, ...]) -> None:
    """A run that cannot print has not done its work."""
    assert scrubber(*arguments, before=lambda: os.close(1)) == (2, "scrubber: standard output is closed\n")


def test_no_output_takes_the_place_of_a_closed_stream(tmp_path: Path) -> None:
    """Where standard input and error are closed, no file that is opened gets their numbers."""

    def close() -> None:
        os.close(0)
        os.close(2)

    status, _ = scrubber("scrub", CLEAN, "-o", tmp_path, *DAY, before=close)
    assert status == 0
    assert (tmp_path / "several-transactions.clean.837").read_bytes() == CLEAN.read_bytes()
    status, said = scrubber("check", "-", *DAY, before=lambda: os.close(0))
    assert (status, said) == (2, "scrubber: -: standard input is closed\n")


def test_an_output_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """The path is named; status 2."""
    (tmp_path / "file").touch()
    for command in ("scrub", "check"):
        status, said = scrubber(command, CLEAN, "-o", tmp_path / "file" / "out", *DAY)
        assert (status, f"{tmp_path / 'file' / 'out'}: Not a directory" in said) == (2, True)


@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may write to any folder")
def test_an_output_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    """The path is named; status 2."""
    tmp_path.chmod(0o500)
    status, said = scrubber("scrub", CLEAN, "-o", tmp_path, *DAY)
    assert (status, f"{tmp_path / CLEAN.stem}.clean.837: Permission denied" in said) == (2, True)


@pytest.mark.skipif(sys.platform != "linux", reason="the watch needs Linux")
def test_a_watch_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """Its path is named; that of a sender's file never is."""
    (tmp_path / "file").touch()
    spool = tmp_path / "file" / "spool"
    assert scrubber("watch", "--once", spool) == (75, f"scrubber: {spool}: Not a directory\n")
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool" / "held").touch()
    held = tmp_path / "spool" / "held"
    assert scrubber("watch", "--once", tmp_path / "spool") == (75, f"scrubber: {held}: File exists\n")


def test_a_current_folder_that_is_gone(tmp_path: Path) -> None:
    """Standard output is not to blame."""
    gone = tmp_path / "gone"
    gone.mkdir()
    code = [sys.executable, "-m", "scrubber", "check", str(CLEAN), *DAY]
    script = 'cd "$0" && rmdir "$0" && exec "$@"'
    done = subprocess.run(
        ["sh", "-c", script, str(gone), *code], capture_output=True, text=True, check=False, env=HERE
    )
    assert (done.returncode, done.stderr) == (2, "scrubber: the current folder: No such file or directory\n")


def test_a_signal_that_is_ignored_stays_so(tmp_path: Path) -> None:
    """As with nohup, or for a job that a script has put into the background."""
    folder = write_edits(tmp_path / "edits", STOPPING.format(number=int(signal.SIGHUP)))
    ignore = lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)  # noqa: E731 - runs in the new process
    status, said = scrubber("check", CLEAN, "--edits", folder, *DAY, before=ignore)
    assert (status, said) == (0, "")


@pytest.mark.parametrize(
    ("number", "step", "arguments"),
    [
        (signal.SIGINT, 5, ("--help",)),
        (signal.SIGINT, 29, ("check", str(CLEAN), *DAY)),
        (signal.SIGTERM, 61, ("check", str(CLEAN), *DAY)),
    ],
)
def test_a_signal_while_modules_are_imported(
    number: signal.Signals, step: int, arguments: tuple[str, ...]
) -> None:
    """It ends the run as at any other time, from the first import to the last."""
    code = [sys.executable, "-c", WHILE_IMPORTING, str(int(number)), str(step), *arguments]
    heed = lambda: signal.signal(number, signal.SIG_DFL)  # noqa: E731 - tests in the background ignore it
    done = subprocess.run(
        code, cwd=ROOT, env=HERE, capture_output=True, text=True, check=True, preexec_fn=heed
    )
    *stopped, last = done.stdout.splitlines()
    assert len(stopped) > 3
    assert (set(stopped), last) == ({str(128 + number)}, "0")
    assert {line.rpartition(": ")[2] for line in done.stderr.splitlines()} <= {
        f"stopped by {number.name}",
        f"stopped by {number.name}; not finished",
    }


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_when_all_is_done(number: signal.Signals, tmp_path: Path) -> None:
    """The outputs are complete, and the status says what is in them."""
    arguments = [str(int(number)), "scrub", str(CLEAN), "-o", str(tmp_path), *DAY]
    code = [sys.executable, "-c", AT_THE_END, *arguments]
    done = subprocess.run(code, cwd=ROOT, env=HERE, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "several-transactions.clean.837").read_bytes() == CLEAN.read_bytes()


def test_a_named_pipe_is_read_as_standard_input_is(tmp_path: Path) -> None:
    """A pipe can be read only once, and every input is read twice."""
    pipe = tmp_path / "claims.837"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(CLEAN.read_bytes(),))
    writer.start()
    assert scrubber("scrub", pipe, "-o", tmp_path / "out", *DAY) == (0, "")
    writer.join()
    assert (tmp_path / "out" / "claims.clean.837").read_bytes() == CLEAN.read_bytes()


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_process_substitution(tmp_path: Path) -> None:
    """`<(command)` is called stdin, since its path only numbers what is open."""
    program = f"{sys.executable} -m scrubber scrub <(cat {CLEAN}) -o {tmp_path} {' '.join(DAY)}"
    done = subprocess.run(["bash", "-c", program], check=False, capture_output=True, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "stdin.clean.837").read_bytes() == CLEAN.read_bytes()


WITHOUT_POSIX = """
import os, signal, sys
for name in ("fcntl", "resource", "pwd", "grp", "termios", "multiprocessing"):
    sys.modules[name] = None
for module, names in ((os, ("fork", "pread", "mkfifo")),
                      (signal, ("pthread_sigmask", "SIGHUP", "SIGKILL"))):
    for name in names:
        delattr(module, name)
from scrubber.cli.main import main
main()
"""


@pytest.mark.parametrize("command", [("check",), ("scrub", "-o", "out", "--jobs", "2", "--format", "xlsx")])
def test_check_and_scrub_need_nothing_of_posix(tmp_path: Path, command: tuple[str, ...]) -> None:
    """What Windows does not have is not used by them."""
    code = [sys.executable, "-c", WITHOUT_POSIX, *command, str(CLEAN), *DAY]
    done = subprocess.run(code, cwd=tmp_path, capture_output=True, check=False, env=HERE)
    assert (done.returncode, done.stderr) == (0, b"")
    if command[0] == "scrub":
        clean = tmp_path / "out" / "several-transactions.clean.837"
        assert clean.read_bytes() == CLEAN.read_bytes()


@pytest.mark.parametrize("command", ["watch", "spool"])
def test_the_watch_needs_linux(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere it says so."""
    monkeypatch.setattr("sys.platform", "win32")
    done = CliRunner().invoke(main, [command, "somewhere"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{command} needs Linux; check and scrub work here, too" in done.stderr


def test_an_internal_error_says_where_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error's text may have values of a claim; its place has none. Other inputs are checked."""

    def fail(*_: object) -> None:
        raise RuntimeError("CANARY")

    monkeypatch.setattr("scrubber.pipeline.scrub.preflight", fail)
    done = CliRunner().invoke(main, ["check", str(CLEAN), str(CLEAN)])
    assert done.exit_code == 2
    assert done.stderr.count("internal error: RuntimeError in test_ending.py, line ") == 2
    assert "CANARY" not in done.output
