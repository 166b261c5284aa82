"""Commands on events: which are told what, and that nothing they do concerns the watch."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from scrubber.errors import SpoolError
from scrubber.spool import hooks as module
from scrubber.spool.hooks import LONGEST, Event, Hooks
from scrubber.spool.layout import Spool
from scrubber.spool.settings import Totals
from scrubber.spool.watch import Watch
from tests.support.spool import BAD_NPI, batch, drop, light, make_spool, settings, unflushed

RECORD = """
import json, os, sys
with open({told!r}, "a") as stream:
    stream.write(json.dumps([sys.argv[1:], dict(os.environ), sys.stdin.read(), os.getcwd()]) + "\\n")
print("out of the hook")
"""


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return make_spool(tmp_path)


def recording(tmp_path: Path) -> tuple[str, ...]:
    program = tmp_path / "record.py"
    program.write_text(RECORD.format(told=str(tmp_path / "told")))
    return (sys.executable, str(program), "{event}", "a {job} b", "$HOME; `id`")


def run(spool: Spool, commands: Mapping[str, tuple[str, ...]], longest: float = LONGEST) -> Totals:
    watch = Watch(spool, light, settings(), hooks=Hooks(commands, longest))
    with unflushed():
        watch.once()
    return watch.totals


def told(tmp_path: Path) -> list[tuple[list[str], dict[str, str], str, str]]:
    path = tmp_path / "told"
    return [tuple(json.loads(line)) for line in path.read_text().splitlines()] if path.exists() else []


def test_each_event_is_told_with_job_and_paths(spool: Spool, tmp_path: Path) -> None:
    """As arguments that no shell reads, and as variables."""
    command = recording(tmp_path)
    drop(spool, "a.837", batch(1))
    drop(spool, "b.837", batch(2, held=True))
    run(spool, {"held": command, "out": command, "failed": command})
    found = {environment["SCRUBBER_EVENT"]: (words, environment, given, place)
             for words, environment, given, place in told(tmp_path)}  # fmt: skip
    assert set(found) == {"held", "out"}
    for event, (words, environment, given, place) in found.items():
        job = environment["SCRUBBER_JOB"]
        assert words == [event, f"a {job} b", "$HOME; `id`"]
        assert (given, place) == ("", "/")
        (path,) = (spool.root / event).iterdir()
        assert environment["SCRUBBER_PATH"] == str(path)
        assert (Path(environment["SCRUBBER_REPORTS"]) / "b.report.json").exists() == (event == "held")
        assert {name for name in environment if not name.startswith("SCRUBBER_")} <= {
            "PATH", "HOME", "LANG", "TZ", "LC_CTYPE",
        }  # fmt: skip


def test_a_failed_file_is_told(spool: Spool, tmp_path: Path) -> None:
    """With its folder in failed/."""

    def fails(*_: object) -> None:
        raise ValueError

    drop(spool, "a.837", batch(1))
    watch = Watch(spool, fails, settings(), hooks=Hooks({"failed": recording(tmp_path)}))  # type: ignore[arg-type]
    with unflushed():
        watch.once()
    ((_, environment, *_),) = told(tmp_path)
    assert environment["SCRUBBER_PATH"] == str(spool.failed / environment["SCRUBBER_JOB"])
    assert Path(environment["SCRUBBER_PATH"]).is_dir()


def test_nothing_of_a_claim_reaches_a_hook(spool: Spool, tmp_path: Path) -> None:
    """Not even the sender's name for the file is in an argument, which any account could read."""
    drop(spool, "CANARY.837", batch(2, held=True))
    run(spool, {"held": recording(tmp_path)})
    ((words, environment, *_),) = told(tmp_path)
    assert "CANARY" not in str(words)
    everything = str((words, environment))
    assert BAD_NPI.decode() not in everything


@pytest.mark.parametrize("end", ["sys.exit(3)", "os.abort()", "os.kill(0, 9)", "os.kill(os.getppid(), 18)"])
def test_a_hook_that_fails_changes_nothing(spool: Spool, end: str, capfd: pytest.CaptureFixture[str]) -> None:
    drop(spool, "b.837", batch(2, held=True))
    totals = run(spool, {"held": (sys.executable, "-c", f"import os, sys; print('CANARY'); {end}")})
    assert totals.held == 1
    said = capfd.readouterr()
    assert "CANARY" not in said.out + said.err


def test_a_hook_that_hangs_is_killed_with_all_that_it_began(spool: Spool, tmp_path: Path) -> None:
    """The files are done in the meantime: none waits for it."""
    pids = tmp_path / "pids"
    program = (
        "import os, signal\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "os.fork()\n"
        f"open({str(pids)!r}, 'a').write(f'{{os.getpid()}}\\n')\n"
        "signal.pause()"
    )
    for number in range(6):
        drop(spool, f"{number}.837", batch(number + 2, held=True))
    totals = run(spool, {"held": (sys.executable, "-c", program)}, longest=0.5)
    assert totals.held == 6
    for pid in map(int, pids.read_text().split()):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            continue
        assert state in "ZX"


def test_a_stop_leaves_out_what_waits(spool: Spool) -> None:
    """Those that run may end; the others are not begun, and the log says so."""
    hooks = Hooks({"held": ("/bin/true",)}, longest=0)
    watch = Watch(spool, light, settings(), hooks=hooks)
    for number in range(9):
        hooks.tell(Event("held", str(number), spool.held))
    watch.stop()
    with unflushed():
        watch.once()
    assert not hooks.is_busy


def test_what_waits_is_limited(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A burst of events takes no memory without end."""
    monkeypatch.setattr(module, "_MOST_WAITING", 3)
    hooks = Hooks({"held": ("/bin/true",)})
    for number in range(9):
        hooks.tell(Event("held", str(number), spool.held))
    assert len(hooks._waiting) == 3


def test_a_command_that_cannot_be_run_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no program")
    for path in (tmp_path / "text", tmp_path, tmp_path / "missing"):
        with pytest.raises(SpoolError, match=r"hook on held: .* cannot be run"):
            Hooks({"held": (str(path),)})


def test_a_command_that_is_gone_later_stops_nothing(spool: Spool, tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text("#!/nowhere\n")
    program.chmod(0o700)
    drop(spool, "b.837", batch(2, held=True))
    assert run(spool, {"held": (str(program),)}).held == 1


def test_a_hook_keeps_no_lock(spool: Spool, tmp_path: Path) -> None:
    """One that goes on after the watch has died does not keep the next one out."""
    handles = tmp_path / "handles"
    program = f"ls -l /proc/self/fd > {handles}"
    drop(spool, "b.837", batch(2, held=True))
    run(spool, {"held": ("/bin/sh", "-c", program)})
    assert str(handles) in handles.read_text()
    assert str(spool.root) not in handles.read_text()
