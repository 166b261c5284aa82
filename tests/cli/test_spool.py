"""The commands on a watch folder: exit statuses, and what they say."""

from __future__ import annotations

import grp
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result

from scrubber.cli.main import main
from scrubber.spool.layout import Spool
from scrubber.spool.lock import owned
from scrubber.spool.watch import Watch
from scrubber.tables.store import stored
from tests.support.official import hcpcs_csv, written
from tests.support.running import AS_OF
from tests.support.spool import (
    PROJECT,
    batch,
    drop,
    files_of,
    in_ledger,
    make_spool,
    run_once,
    settings,
    today,
    unflushed,
)  # fmt: skip

ONCE = ("--once", "--settle", "0", "--as-of", AS_OF.isoformat())


def call(*arguments: str | Path) -> Result:
    """Run a command in this process, and set back what it sets for its own."""
    try:
        with unflushed():
            return CliRunner().invoke(main, [os.fspath(argument) for argument in arguments])
    finally:
        structlog.reset_defaults()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)


def watch(spool: Spool, *options: str) -> Result:
    return call("watch", spool.root, *ONCE, *options)


FILES = {"clean": batch(1), "held": batch(2, held=True), "unreadable": b"PK no X12"}


def dropped(spool: Spool, *names: str) -> None:
    for name in names:
        drop(spool, f"{name}.837", FILES[name])


def _nothing(spool: Spool) -> Result:
    return watch(spool)


def _clean(spool: Spool) -> Result:
    dropped(spool, "clean")
    return watch(spool)


def _held(spool: Spool) -> Result:
    dropped(spool, "clean", "held")
    return watch(spool)


def _unreadable(spool: Spool) -> Result:
    dropped(spool, "unreadable")
    return watch(spool)


def _locked(spool: Spool) -> Result:
    with owned(spool):
        return watch(spool)


def _disk_full(spool: Spool) -> Result:
    dropped(spool, "clean")
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr("scrubber.spool.jobs.intake.copy_hashed", _no_space)
        return watch(spool)


def _no_space(*_: object) -> None:
    raise OSError(28, os.strerror(28), "/secret/name.837")


def _changed(spool: Spool) -> Result:
    dropped(spool, "clean")
    watch(spool)
    (path,) = files_of(spool.out)
    path.write_bytes(b"changed")
    return call("spool", "verify", spool.root)


def _sound(spool: Spool) -> Result:
    _held(spool)
    return call("spool", "verify", spool.root)


def retry_of(spool: Spool, job: str) -> Result:
    watch(spool)
    return call("spool", "retry", spool.root, job)


def _damaged(spool: Spool) -> Result:
    watch(spool)
    spool.ledger.write_bytes(b"no database" * 500)
    return watch(spool)


CASES: dict[str, tuple[Callable[[Spool], Result], int, str]] = {
    "nothing to do": (_nothing, 0, "nothing to do\n"),
    "all clean": (_clean, 0, "1 clean, 0 with held claims"),
    "something held": (_held, 1, "1 clean, 1 with held claims"),
    "unreadable": (_unreadable, 1, "1 unreadable"),
    "another watch": (_locked, 75, "another watch is using this spool"),
    "the disk is full": (_disk_full, 75, "scrubber: No space left on device\n"),
    "edits left out": (lambda spool: watch(spool, "--select", "PAIR"), 2, "--select"),
    "a pack that is not there": (lambda spool: watch(spool, "--pack", "nowhere"), 2, "nowhere"),
    "no configuration": (lambda spool: watch(spool, "--config", "/nowhere.toml"), 2, "does not exist"),
    "no number of jobs": (lambda spool: watch(spool, "--jobs", "0"), 2, "--jobs"),
    "status of no spool": (lambda spool: call("spool", "status", spool.root.parent), 2, "not a spool"),
    "verify of no spool": (lambda spool: call("spool", "verify", spool.root.parent), 2, "not a spool"),
    "status before the first run": (lambda spool: call("spool", "status", spool.root), 2, "is missing"),
    "prune without a ledger": (
        lambda spool: call("spool", "prune", spool.root, "--older-than", "1"), 2, "is missing",
    ),
    "a retry of no job": (lambda spool: retry_of(spool, "x"), 2, "x: not a job ID"),
    "a retry of an unknown job": (lambda spool: retry_of(spool, "20260630-120000-0123abcd"), 2, "no failed"),
    "a summary that ends before it begins": (
        lambda spool: call(
            "spool", "summary", spool.root, "--since", "2026-02-01", "--until", "2026-01-01"
        ), 2, "--since is after",
    ),
    "all is as it was": (_sound, 0, "2 jobs: everything matches"),
    "something was changed": (_changed, 1, "out: a file was changed"),
    "a damaged ledger": (_damaged, 2, "`scrubber spool rebuild` recreates it"),
}  # fmt: skip


@pytest.mark.parametrize(("run", "status", "said"), CASES.values(), ids=CASES)
def test_exit_statuses_mean_something(
    tmp_path: Path, run: Callable[[Spool], Result], status: int, said: str
) -> None:
    """0 all is well, 1 a person must look, 2 it was asked wrongly, 75 try again later; and a sentence."""
    result = run(make_spool(tmp_path))
    assert (result.exit_code, result.exception) in ((status, None), (status, result.exception))
    assert isinstance(result.exception, SystemExit | None)
    assert said in result.output
    assert "secret" not in result.output


def test_a_failed_file_gives_status_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits in ``failed/`` for a person."""
    monkeypatch.setattr("scrubber.spool.work.worker.scrub_to_folder", lambda *_, **__: 1 / 0)
    monkeypatch.setattr("scrubber.cli.watch.spool.Settings", lambda **_: settings())
    spool = make_spool(tmp_path)
    dropped(spool, "clean")
    result = watch(spool)
    assert result.exit_code == 1
    assert "1 failed" in result.output
    (failed,) = spool.failed.iterdir()
    assert f"failed {failed.name}: tried 3 times" in call("spool", "status", spool.root).output
    assert call("spool", "retry", spool.root, failed.name).exit_code == 0
    monkeypatch.undo()
    assert watch(spool).exit_code == 0


def test_a_daemon_ends_with_status_0_when_told_to(tmp_path: Path) -> None:
    """After SIGTERM it ends what it is at; the lock is free again."""
    spool = make_spool(tmp_path)
    dropped(spool, "clean")
    options = ("--settle", "0", "--interval", "0.1")
    command = [sys.executable, "-m", "scrubber", "watch", str(spool.root), *options]
    with subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.PIPE) as process:
        assert process.stderr
        lines = []
        for line in process.stderr:
            lines.append(json.loads(line))
            if lines[-1]["event"] == "file done":
                process.send_signal(signal.SIGTERM)
        assert process.wait() == 0
    assert [line["event"] for line in lines][:2] == ["watching", "file done"]
    with owned(spool):
        assert list(spool.work.iterdir()) == []


def test_a_run_that_is_stopped_leaves_the_others_in_place(tmp_path: Path) -> None:
    """Told to stop during the first file: it is done; the others are where they were, or safe in work/."""
    spool = make_spool(tmp_path)
    for number in range(1, 6):
        drop(spool, f"{number}.837", batch(number))
    with pytest.MonkeyPatch.context() as patches:
        done = Watch._done

        def stop(self: Watch, job: object, outcome: str) -> None:
            done(self, job, outcome)  # type: ignore[arg-type]
            self.stop()

        patches.setattr(Watch, "_done", stop)
        totals = run_once(spool)
    assert totals.clean == 1
    assert totals.left == 4
    assert len(list(spool.inbox.iterdir())) + len(list(spool.work.iterdir())) == 4
    assert run_once(spool).clean == 4


def test_the_configuration_names_groups_and_hooks(tmp_path: Path) -> None:
    """Groups may open folders, commands hear of events; what is wrong is refused before a file is taken."""
    spool = make_spool(tmp_path)
    dropped(spool, "held")
    config, told = tmp_path / "scrubber.toml", tmp_path / "told"
    group = grp.getgrgid(os.getegid()).gr_name
    groups = f'[watch.groups]\nbillers = "{group}"\n'
    for wrong in (
        '[watch.groups]\nbillers = "no-such-group"\n',
        '[watch.hooks]\nheld = ["/no/such/program"]\n',
    ):
        config.write_text(wrong)
        assert watch(spool, "--config", str(config)).exit_code == 2
    config.write_text(f'{groups}[watch.hooks]\nheld = ["/usr/bin/touch", "{told}-{{event}}"]\n')
    assert watch(spool, "--config", str(config)).exit_code == 1
    assert Path(f"{told}-held").exists()
    assert spool.held.stat().st_mode & 0o777 == 0o770


def test_the_summary_covers_the_days_that_are_asked_for(tmp_path: Path) -> None:
    """Today unless said otherwise; text, CSV and JSON say the same."""
    spool = make_spool(tmp_path)
    _held(spool)
    texts = {form: call("spool", "summary", spool.root, "--format", form).output for form in ("text", "csv")}
    assert "2 files, 2 claims, clean-claim rate 50.0%" in texts["text"]
    assert "all,,2,2,1,1,334.50,167.25,0.5000" in texts["csv"]
    tomorrow = (today() + timedelta(days=1)).isoformat()
    for since, files in ((today().isoformat(), 2), ("2020-01-01", 2)):
        options = ("--since", since, "--until", tomorrow, "--format", "json")
        found = json.loads(call("spool", "summary", spool.root, *options).output)
        assert (found["schema"], found["since"], found["files"]) == ("scrubber.summary/1", since, files)
    none = call("spool", "summary", spool.root, "--until", "2020-01-02", "--since", "2020-01-01")
    assert "0 files" in none.output


def test_prune_and_rebuild_say_what_they_did(tmp_path: Path) -> None:
    """With the number of jobs; what is young is kept."""
    spool = make_spool(tmp_path)
    _held(spool)
    pruned = call("spool", "prune", spool.root, "--older-than", "1")
    assert (pruned.exit_code, pruned.output.split(" ")[0]) == (0, "0")
    rebuilt = call("spool", "rebuild", spool.root)
    assert (rebuilt.exit_code, "from 2 manifests" in rebuilt.output) == (0, True)
    assert in_ledger(spool, "SELECT count(*) FROM jobs") == [(2,)]
    with owned(spool):
        assert call("spool", "rebuild", spool.root).exit_code == 75


WITHOUT = """
import sys
for name in ("fcntl", "resource", "scrubber.spool", "scrubber.cli.watch.spool", "multiprocessing"):
    sys.modules[name] = None
from scrubber.cli.main import main
main()
"""


@pytest.mark.parametrize(("command", "status"), [("check", 0), ("scrub", 0), ("watch", 2)])
def test_only_the_watch_needs_what_not_every_system_has(tmp_path: Path, command: str, status: int) -> None:
    """File locks, limits of processes and the watch itself are loaded when a watch is asked for."""
    (tmp_path / "a.837").write_bytes(batch(1))
    arguments = {
        "check": ["check", str(tmp_path / "a.837"), "--as-of", AS_OF.isoformat()],
        "scrub": ["scrub", str(tmp_path / "a.837"), "-o", str(tmp_path), "--as-of", AS_OF.isoformat()],
        "watch": ["watch", str(tmp_path)],
    }[command]
    code = [sys.executable, "-c", WITHOUT, *arguments]
    done = subprocess.run(code, cwd=PROJECT, capture_output=True, check=False)
    assert done.returncode == status, done.stderr


def test_the_program_itself_runs_from_the_shell(tmp_path: Path) -> None:
    """Makes the spool, scrubs, and prints nothing from a claim or a file's name."""
    spool = Spool(tmp_path / "new" / "spool")
    command = [sys.executable, "-m", "scrubber", "watch", str(spool.root), *ONCE]
    assert subprocess.run(command, cwd=PROJECT, check=False).returncode == 0
    drop(spool, "FENWICK.837", batch(1))
    done = subprocess.run(command, cwd=PROJECT, check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"1 file")
    assert b"FENWICK" not in done.stdout


def test_a_diff_lies_beside_the_reports(tmp_path: Path) -> None:
    """With --diff every job that sends something tells what it changed; the manifest has its hash."""
    spool = make_spool(tmp_path)
    example = PROJECT / "fixtures" / "837" / "broken" / "example.837"
    drop(spool, "example.837", example.read_bytes())
    assert watch(spool, "--diff").exit_code == 1
    (diff,) = spool.reports.rglob("example.diff")
    assert "@@ -64 +51 @@ NDC-03: claim EX-1003\n" in diff.read_text()
    assert diff.stat().st_mode & 0o777 == 0o600
    (manifest,) = spool.archive.rglob("manifest.json")
    assert "example.diff" in manifest.read_text()


def test_tables_dropped_into_the_spool_are_used(tmp_path: Path) -> None:
    """They are imported before the files beside them are scrubbed, and a report names them."""
    spool = make_spool(tmp_path / "spool")
    raw = hcpcs_csv([("J3420", "D", "19960101", "")])
    written(spool.tables_in, {"HCPC2026_APR_ANWEB.csv": raw})
    dropped(spool, "clean")
    tables = tmp_path / "tables"
    tables.mkdir()
    done = watch(spool, "--tables", str(tables), "--format", "jsonl")
    assert done.exit_code in (0, 1), done.output
    assert [entry.about.table for entry in stored(tables)] == ["hcpcs"]
    (report,) = spool.reports.rglob("*.json")
    digest = hashlib.sha256(raw).hexdigest()
    used = json.loads(report.read_bytes())["tables"]
    assert digest in {table["sha256"] for table in used}
