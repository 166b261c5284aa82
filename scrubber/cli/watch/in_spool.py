"""What the commands on a spool have in common: opening it, and turning its errors into exit statuses."""

from __future__ import annotations

import functools
import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from scrubber.cli.ending import TRY_LATER, USAGE
from scrubber.errors import SpoolBusyError, SpoolError, TableError
from scrubber.spool.access import require_own
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.work.foreman import TroubleError
from scrubber.text import plain

FOLDER = click.Path(file_okay=False, path_type=Path)


def spool_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the spool, and turn its errors into exit statuses: 75 where waiting may help, else 2."""

    @click.argument("root", metavar="SPOOL", type=FOLDER)
    @functools.wraps(command)
    def run(root: Path, **options: Any) -> None:  # noqa: ANN401 - click passes them by name
        try:
            command(root, **options)
        except BrokenPipeError:
            raise  # of standard output, as for any other command
        except (SpoolError, TableError, OSError) as error:
            reason = _reason_of(error, root) if isinstance(error, OSError) else str(error)
            click.echo(f"scrubber: {plain(reason)}", err=True)
            sys.exit(TRY_LATER if isinstance(error, OSError | SpoolBusyError | TroubleError) else USAGE)

    return run


def account() -> str:
    """Return who runs the command: who called `sudo`, else the account."""
    return os.environ.get("SUDO_USER") or getpass.getuser()


def _reason_of(error: OSError, root: Path) -> str:
    """Return what the system says, with the path if it is the spool's, one above it, or a folder in it.

    Any other path may hold a sender's name for a file.
    """
    reason = error.strerror or type(error).__name__
    if not isinstance(error.filename, str | bytes):
        return reason
    path = Path(os.fsdecode(error.filename))
    is_ours = root.is_relative_to(path) or path in Spool(root).folders() or path.parent == Spool(root).state
    return f"{path}: {reason}" if is_ours else reason


@contextmanager
def reading(root: Path) -> Iterator[tuple[Spool, Ledger]]:
    """Open a spool whose ledger is only read."""
    with _opened(root, for_writing=False) as pair:
        yield pair


@contextmanager
def writing(root: Path) -> Iterator[tuple[Spool, Ledger]]:
    """Open a spool whose ledger is written to."""
    with _opened(root, for_writing=True) as pair:
        yield pair


@contextmanager
def _opened(root: Path, *, for_writing: bool) -> Iterator[tuple[Spool, Ledger]]:
    os.umask(0o077)
    folders = Spool(root)
    folders.require()
    if for_writing:
        require_own(folders.state)
    ledger = (Ledger.writing if for_writing else Ledger.reading)(folders.ledger)
    try:
        yield folders, ledger
    finally:
        ledger.close()
