"""The command that serves the page: who may sign in, what it prints, and that it ends when it is told to."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner

from scrubber.cli.main import main
from scrubber.spool.layout import Spool
from tests.support.spool import PROJECT, make_spool


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--user", "ann:boss"], "there is no role 'boss': biller, viewer, sender"),
        (["--user", ":viewer"], "':viewer' is not a name"),
        (["--user", "-"], "'-' is not a name"),
        (["--config", __file__], "--config is for --watch"),
        (["--host", "0.0.0.0"], "No such option"),  # there is none: it is on this machine only
        (["--port", "70000"], "is not in the range"),
    ],
)
def test_what_is_refused(tmp_path: Path, arguments: list[str], why: str) -> None:
    done = CliRunner().invoke(main, ["serve", os.fspath(make_spool(tmp_path).root), *arguments])
    assert done.exit_code == 2
    assert why in done.output


def test_what_is_no_spool_is_refused(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["serve", os.fspath(tmp_path), "--port", "0"])
    assert done.exit_code == 2
    assert "not a spool" in done.output


def test_it_serves_on_this_machine_until_it_is_told_to_stop(tmp_path: Path) -> None:
    """With a watch of its own, which ends with it, and a spool that it makes."""
    spool = Spool(tmp_path / "new")
    command = [sys.executable, "-u", "-m", "scrubber", "serve", os.fspath(spool.root), "--port", "0"]
    command += ["--user", "ann", "--user", "bea:viewer", "--watch"]
    process = subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        _try_out(process)
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0
    assert "Traceback" not in told
    assert not list(_running(spool.root))


def _running(root: Path) -> Iterator[str]:
    """Yield the processes that were started for a spool."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has just ended
            if os.fsencode(root) in path.read_bytes():
                yield path.parent.name


def _try_out(process: subprocess.Popen[str]) -> None:
    assert process.stdout
    lines = [process.stdout.readline() for _ in range(5)]
    match = re.search(r"http://127\.0\.0\.1:([0-9]+)", lines[0])
    assert match
    port = int(match[1])
    assert lines[1] == "ann (biller) signs in with this link, which works once:\n"
    assert lines[3] == "bea (viewer) signs in with this link, which works once:\n"
    link = lines[2].strip().removeprefix(f"http://127.0.0.1:{port}")
    statuses = []
    for path in ("/", link, link):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", path)
        statuses.append(connection.getresponse().status)
        connection.close()
    assert statuses == [401, 303, 403]
    assert process.stdout.readline() == "ann signed in. The next link:\n"
    assert process.stdout.readline().strip().startswith(f"http://127.0.0.1:{port}/sign-in?token=")
