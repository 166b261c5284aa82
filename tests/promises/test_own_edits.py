"""No code of a user ever runs in the process of the watch: edits, packs, packages, tables, titles, errors.

Every file of theirs says which process runs it; the real command runs, once and as a daemon, while files are
decided, while the edits are tried out, and where they cannot be loaded.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scrubber.spool.layout import Spool
from tests.promises.driver import FINE, REFUSED
from tests.promises.samples import ROOT, drop, samples
from tests.promises.scale import measured

pytestmark = pytest.mark.promises

NOTE = """
import os
with open({seen!r}, "a") as stream:
    stream.write(f"{{os.getpid()}}\\n")
"""
EDIT = '''"""Tells who runs it."""
{note}
from scrubber.engine import Edit

class Title(str):
    """Made again from this module wherever it is unpickled."""

edit = Edit(id="OWN-01", title=Title("An edit of our own"), snip=7, severity="{severity}")

@edit.claim
def check(claim, context):
{check}
    {result}
'''
_HANGS = 60


def write(folder: Path, seen: Path, severity: str = "warn", result: str = "return; yield") -> Path:
    folder.mkdir(mode=0o700, parents=True)
    note = NOTE.format(seen=str(seen))
    check = "\n".join(f"    {line}" for line in note.splitlines())
    path = folder / "own.py"
    path.write_text(EDIT.format(note=note, check=check, severity=severity, result=result))
    path.chmod(0o600)
    return folder


def ran_in(seen: Path) -> set[int]:
    return {int(line) for line in seen.read_text().split()} if seen.exists() else set()


@contextmanager
def command(
    spool: Spool, *options: str | Path, path: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """The real command, in a process of its own."""
    places = [str(path), str(ROOT)] if path else [str(ROOT)]
    words = ["watch", spool.root, "--settle", "0", "--as-of", "2026-06-30", *options]
    with subprocess.Popen(
        [sys.executable, "-m", "scrubber", *words],
        cwd=spool.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(places)},
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def run_once(
    spool: Spool, seen: Path, *options: str | Path, path: Path | None = None
) -> tuple[int, bytes, int]:
    """How it ends, what it says, and in how many other processes user code ran."""
    with command(spool, "--once", *options, path=path) as process:
        _, said = process.communicate(timeout=_HANGS)
        pids = ran_in(seen)
        assert process.pid not in pids
        return process.returncode, said, len(pids)


def test_edits_of_a_folder_run_in_workers_alone(area: Path, spool: Spool) -> None:
    seen = area / "seen"
    drop(spool, samples(2))
    code, said, others = run_once(spool, seen, "--edits", write(area / "own", seen))
    assert (code, others) == (FINE, 3), said  # one tries them out, one for each file
    measured(f"edits of a user ran in {others} processes of a watch, never in its own")


def test_edits_of_the_configuration_too(area: Path, spool: Spool) -> None:
    seen = area / "seen"
    write(area / "own", seen)
    config = area / "scrubber.toml"
    config.write_text('edits = ["own"]\n')
    config.chmod(0o600)
    drop(spool, samples(1))
    assert run_once(spool, seen, "--config", config)[::2] == (FINE, 2)


@pytest.mark.parametrize("inner", ["", ".inner"])
def test_edits_of_an_installed_package_too(area: Path, spool: Spool, inner: str) -> None:
    """Neither the package nor one above it is imported to find it, also where nothing else is configured."""
    seen, site = area / "seen", area / "site"
    write(site / "acme_edits" / inner.strip("."), seen)
    for folder in {site / "acme_edits", site / "acme_edits" / inner.strip(".")}:
        (folder / "__init__.py").write_text(NOTE.format(seen=str(seen)))
        (folder / "__init__.py").chmod(0o600)
    info = site / "acme_edits-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-edits\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(f"[scrubber.edits]\nacme = acme_edits{inner}\n")
    drop(spool, samples(1))
    assert run_once(spool, seen, path=site)[::2] == (FINE, 2)


@pytest.mark.parametrize(
    ("severity", "said"),
    [("nonsense", b"own.py"), ("warn'; raise ValueError('no", b"own.py")],
    ids=["wrong", "fails"],
)
def test_edits_that_cannot_be_loaded_are_refused_by_another_process(
    area: Path, spool: Spool, severity: str, said: bytes
) -> None:
    """The message comes as text: an exception of theirs is never made again."""
    seen = area / "seen"
    folder = write(area / "own", seen)
    text = (folder / "own.py").read_text()
    (folder / "own.py").write_text(
        text.replace("edit = Edit(", "class Own(Exception):\n    pass\n\nraise Own('no')\nedit = Edit(")
        if severity != "nonsense"
        else text.replace('severity="warn"', 'severity="nonsense"')
    )
    drop(spool, samples(1))
    code, told, others = run_once(spool, seen, "--edits", folder)
    assert (code, others) == (REFUSED, 1)
    assert said in told
    assert b"Traceback" not in told


def test_an_edit_that_ends_its_process_ends_no_watch(area: Path, spool: Spool) -> None:
    """The daemon tries again, sets the file aside and goes on to watch."""
    seen = area / "seen"
    drop(spool, samples(1))
    folder = write(area / "own", seen, result="os.abort(); yield")
    with command(spool, "--interval", "0.1", "--edits", folder) as daemon:
        until = time.monotonic() + 3 * _HANGS
        while time.monotonic() < until and len(ran_in(seen)) < 3:
            assert daemon.poll() is None
        assert daemon.poll() is None
        daemon.send_signal(signal.SIGTERM)
        daemon.communicate(timeout=_HANGS)
    assert daemon.returncode == FINE
    assert daemon.pid not in ran_in(seen)
