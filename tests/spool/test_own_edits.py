"""A user's own edits and the watch: they run in workers only, and whatever they do the watch goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from scrubber.api import make_policy
from scrubber.engine.policy import Policy
from scrubber.errors import ConfigurationError
from scrubber.spool.work.probe import titles_of
from tests.cli.test_spool import watch
from tests.support.running import AS_OF, write_edits
from tests.support.spool import batch, drop, files_of, make_spool

EDIT = '''"""Fails."""
{at_load}
from scrubber.engine import Edit
edit = Edit(id="OWN-01", title="An edit of our own", snip=7, severity="warn")

@edit.claim
def check(claim, context):
    {in_check}
    yield
'''


def own(folder: Path, *, at_load: str = "", in_check: str = "return") -> Path:
    return write_edits(folder / "own", EDIT.format(at_load=at_load, in_check=in_check))


def loading(folder: Path) -> Callable[[], Policy]:
    return lambda: make_policy(edits=[folder], as_of=AS_OF)


def run(tmp_path: Path, edits: Path) -> tuple[Result, dict[str, object]]:
    spool = make_spool(tmp_path)
    drop(spool, "a.837", batch(1))
    done = watch(spool, "--edits", str(edits))
    manifests = [json.loads(path.read_text()) for path in files_of(spool.archive) if path.suffix == ".json"]
    return done, manifests[0]["verdict"] if manifests else {}


def test_they_never_run_in_the_watch(tmp_path: Path) -> None:
    """Which processes ran an own edit: never the watch's."""
    seen = tmp_path / "pids"
    note = f"import os; open({str(seen)!r}, 'a').write(f'{{os.getpid()}}\\n')"
    done, verdict = run(tmp_path, own(tmp_path, at_load=note, in_check=f"{note}; return"))
    assert (done.exit_code, verdict["verdict"]) == (0, "clean")
    pids = {int(line) for line in seen.read_text().split()}
    assert len(pids) == 2  # the one that tries them out, and the worker
    assert os.getpid() not in pids


def test_one_that_fails_holds_its_claims_and_is_named(tmp_path: Path) -> None:
    """The claim is held, the run ends with 2, the manifest names the place; the error's text is nowhere."""
    done, verdict = run(tmp_path, own(tmp_path, in_check="raise KeyError('CANARY')"))
    assert done.exit_code == 2
    assert "edits failed on 1 file" in done.stdout
    assert verdict["verdict"] == "held"
    assert verdict["edit_errors"] == ["OWN-01 failed: KeyError in test_edit_0.py, line 8"]
    everything = b"".join(path.read_bytes() for path in (tmp_path / "spool").rglob("*") if path.is_file())
    assert b"CANARY" not in everything


@pytest.mark.parametrize("end", ["os.abort()", "os._exit(0)", "ctypes.string_at(0)"])
def test_one_that_ends_its_process_at_loading_is_refused(tmp_path: Path, end: str) -> None:
    """Trying them out shows it before any file is taken."""
    done, verdict = run(tmp_path, own(tmp_path, at_load=f"import os, ctypes; {end}"))
    assert (done.exit_code, verdict) == (2, {})
    assert "ended the process" in done.stderr


def test_one_that_hangs_at_loading_is_refused(tmp_path: Path) -> None:
    """There is a limit to how long loading may take."""
    folder = own(tmp_path, at_load="import threading; threading.Event().wait()")
    with pytest.raises(ConfigurationError, match="did not load within 0 seconds"):
        titles_of(loading(folder), longest=0.3)


def test_one_that_cannot_be_loaded_is_told_by_its_line(tmp_path: Path) -> None:
    """As on the command line."""
    done, _ = run(tmp_path, own(tmp_path, at_load="raise ValueError('no')"))
    assert done.exit_code == 2
    assert "test_edit_0.py:2: cannot be loaded: ValueError: no" in done.stderr


def test_titles_are_those_of_all_edits(tmp_path: Path) -> None:
    """The page of the spool needs them, own ones and shipped ones."""
    titles = titles_of(loading(own(tmp_path)))
    assert titles["OWN-01"] == "An edit of our own"
    assert "PAIR-01" in titles
