"""How a command ends: with an exit status that says why, and never with a traceback."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import click

from scrubber.errors import StoppedError, is_passing, place_of

OK, HELD, USAGE, PARTIAL, TRY_LATER = 0, 1, 2, 3, 75
"""The exit statuses. ``PARTIAL``: nothing is held, but the user left edits out."""
STOPPED = 128
"""The exit status after a signal that asks to stop is this and the signal's number."""
STANDARD_OUTPUT = "standard output"
CURRENT_FOLDER = "the current folder"
NO_MEMORY = "not enough memory"
_INTERRUPT = 2


def say(message: str) -> None:
    """Print a line to standard error, if there is one that can be written to."""
    from scrubber.text import plain  # noqa: PLC0415 - a run that goes well says nothing

    with suppress(OSError):
        click.echo(f"scrubber: {plain(message)}", err=True)


def reason_of(error: OSError) -> str:
    """Return what the system says, with the file that it is about."""
    why = error.strerror or type(error).__name__
    return f"{os.fsdecode(error.filename)}: {why}" if isinstance(error.filename, str | bytes) else why


def internal(error: BaseException) -> str:
    """Return where the program itself failed, without the error's text, which may hold values of a claim."""
    return f"internal error: {type(error).__name__} in {place_of(error)}; please report it"


def signal_name(number: int) -> str:
    """Return the name of a signal."""
    import signal  # noqa: PLC0415 - few runs are stopped

    return signal.Signals(number).name


@contextmanager
def ending() -> Iterator[None]:
    """End the program with its exit status if something is raised that nothing else has handled."""
    try:
        yield
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise  # click's own ways to end
    except (KeyboardInterrupt, StoppedError) as stop:
        number = stop.number if isinstance(stop, StoppedError) else _INTERRUPT
        say(f"stopped by {signal_name(number)}")
        _end(STOPPED + number)
    except OSError as error:
        # What has no name is what is printed, or the folder from which relative paths go.
        nameless = CURRENT_FOLDER if error.errno == errno.ENOENT else STANDARD_OUTPUT
        say(reason_of(error) if error.filename else f"{nameless}: {reason_of(error)}")
        _end(TRY_LATER if is_passing(error) else USAGE)
    except MemoryError:
        say(NO_MEMORY)
        _end(TRY_LATER)
    except Exception as error:  # noqa: BLE001 - a traceback would end with status 1, and may hold values of claims
        say(internal(error))
        _end(USAGE)


def require_streams() -> None:
    """Make sure that no file which is opened later takes the place of a standard stream that is closed.

    End the program if standard output is closed: a command that cannot print has not done its work.
    """
    if sys.stdin is not None and sys.stdout is not None and sys.stderr is not None:
        return
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - open to the end
    if sys.stdout is None:
        say(f"{STANDARD_OUTPUT} is closed")
        sys.exit(USAGE)


def _end(status: int) -> None:
    """End the program. What cannot be printed must not be tried again by the interpreter."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                descriptor = os.open(os.devnull, os.O_WRONLY)
                os.dup2(descriptor, stream.fileno())
                os.close(descriptor)
    sys.exit(status)
