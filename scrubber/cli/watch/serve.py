"""The page to work on. POSIX only, and with the extra ``serve``: loaded when it is run."""

from __future__ import annotations

import getpass
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import click

from scrubber import log
from scrubber.cli.options import example
from scrubber.cli.watch.in_spool import spool_argument, writing
from scrubber.errors import SpoolBusyError
from scrubber.spool.jobs.arrivals import uptime
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.rebuild import rebuild_if_missing
from scrubber.spool.lock import owned

_PORT = 8370
_MEGABYTE = 1_000_000
_SECONDS_TO_STOP = 30


@click.command(epilog=example("serve /var/spool/scrubber --watch"))
@click.option("--port", type=click.IntRange(0, 65_535), default=_PORT, metavar="N",
              help=f"The port on this machine; {_PORT} by default, 0 for any that is free.")  # fmt: skip
@click.option("--user", "users", multiple=True, metavar="NAME[:ROLE]",
              help="Who may sign in, as biller (default), viewer or sender; may be repeated.")  # fmt: skip
@click.option("--read-only", is_flag=True, help="Let nobody change claims or drop files.")
@click.option("--mask", is_flag=True, help="Let nobody see patients.")
@click.option("--idle", type=click.IntRange(min=1), default=30, metavar="MINUTES",
              help="When an unused session ends; after 30 minutes by default.")  # fmt: skip
@click.option("--hours", type=click.IntRange(min=1), default=10, metavar="HOURS",
              help="When any session ends; after 10 hours by default.")  # fmt: skip
@click.option("--largest", type=click.IntRange(min=1), default=100, metavar="MB",
              help="The largest file that can be dropped; 100 MB by default.")  # fmt: skip
@click.option("--watch", "watches", is_flag=True, help="Run the watch of the spool, too, with HTML reports.")
@click.option("--config", type=click.Path(exists=True, dir_okay=False), metavar="FILE",
              help="With --watch: the configuration, scrubber.toml.")  # fmt: skip
@spool_argument
def serve(
    root: Path,
    port: int,
    users: tuple[str, ...],
    read_only: bool,
    mask: bool,
    idle: int,
    hours: int,
    largest: int,
    watches: bool,
    config: str | None,
) -> None:
    """Work on held claims in a browser on this machine.

    The command prints a link for each user, which works once. Nothing is reachable from other machines.
    """
    if not all(map(find_spec, ("starlette", "uvicorn", "python_multipart"))):
        raise click.UsageError("serve needs its libraries: pip install 'scrubber837[serve]'")
    from scrubber.serve.app import make_app  # noqa: PLC0415 - needs the extra
    from scrubber.serve.server import bound, hosts_of, run  # noqa: PLC0415 - likewise
    from scrubber.serve.sessions import Right, Session, Sessions, person_of  # noqa: PLC0415 - likewise
    from scrubber.serve.site import Site  # noqa: PLC0415 - likewise

    if config and not watches:
        raise click.UsageError("--config is for --watch")
    without = ([Right.CHANGE, Right.DROP] if read_only else []) + ([Right.SEE] if mask else [])
    try:
        people = [person_of(user, without=without) for user in users or (_account(),)]
    except ValueError as error:
        raise click.UsageError(f"--user: {error}") from error
    if watches:
        _prepare(Spool(root))
    with bound(port) as listener, _watch(root, config, runs=watches):
        with writing(root) as (folders, _):
            pass  # a spool that cannot be used is told now, not on the first page
        sessions = Sessions(uptime, idle * 60, hours * 3600)
        site = Site(folders, sessions, log.logger(verbose=False), largest * _MEGABYTE)
        number = listener.getsockname()[1]
        address = f"http://127.0.0.1:{number}"

        def invite(session: Session) -> None:
            click.echo(f"{session.person.name} signed in. The next link:")
            click.echo(f"  {address}/sign-in?token={sessions.invite(session.person)}")

        click.echo(f"The work list is at {address}, on this machine only. Ctrl-C ends it.")
        for person in people:
            click.echo(f"{person.name} ({person.role}) signs in with this link, which works once:")
            click.echo(f"  {address}/sign-in?token={sessions.invite(person)}")
        # The server ends by itself at a signal, then raises it again: the watch has to end, too.
        for which in (signal.SIGTERM, signal.SIGINT):
            signal.signal(which, lambda *_: sys.exit(0))
        run(make_app(site, hosts_of(number), invite), listener)


def _prepare(spool: Spool) -> None:
    """Make a new spool with its ledger, before the watch does and while no other one has it."""
    os.umask(0o077)
    spool.create()
    with suppress(SpoolBusyError), owned(spool):
        rebuild_if_missing(spool)


@contextmanager
def _watch(root: Path, config: str | None, *, runs: bool) -> Iterator[None]:
    """Run the watch in a process of its own while the page is there, unless another one owns the spool."""
    if not runs:
        yield
        return
    command = [sys.executable, "-m", "scrubber", "watch", os.fspath(root), "--format", "html"]
    command += ["--config", config] if config else []
    process = subprocess.Popen(command, start_new_session=True)  # noqa: S603 - this program, no shell
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()


def _account() -> str:
    return os.environ.get("SUDO_USER") or getpass.getuser()
