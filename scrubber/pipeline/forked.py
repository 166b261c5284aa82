"""A process that is forked to do a part of the work, and answers through a connection; POSIX only."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import pickle
import signal
import sys
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any

from scrubber.errors import WorkerError
from scrubber.stopping import TO_STOP, uninterrupted

Answer = Callable[[Any], object]
"""What a process does: called with each question, it returns the answer."""
_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)
_PATIENCE = 5.0
"""Seconds that a process whose connection is closed has to end."""


class Forked:
    """A forked process. It shares everything that is loaded, and answers questions in their order.

    ``others`` are the processes forked before, whose connections it does not keep.
    """

    def __init__(self, answer: Answer, others: Sequence[Forked] = ()) -> None:
        context = multiprocessing.get_context("fork")
        self.connection, theirs = context.Pipe()
        unneeded = [self.connection, *(other.connection for other in others)]
        # A daemon: when the interpreter ends, it is ended and not waited for.
        self._process = context.Process(
            target=_serve, args=(answer, theirs, unneeded, os.getpid()), daemon=True
        )
        try:
            # A signal to stop must not interrupt the new process while it still is a copy of this one.
            with uninterrupted():
                self._process.start()
        except BaseException:
            self.connection.close()
            raise
        finally:
            theirs.close()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid or 0

    def ask(self, question: object) -> None:
        """Send a question. Raise WorkerError if the process has ended."""
        try:
            self.connection.send(question)
        except OSError:
            raise self._ended() from None

    def answer(self) -> Any:  # noqa: ANN401 - whatever was asked for
        """Wait for the next answer. Raise WorkerError if the process ends before it is complete."""
        try:
            return pickle.loads(self.connection.recv_bytes())  # noqa: S301 - from a process of our own
        except (EOFError, OSError):
            raise self._ended() from None

    def close(self) -> None:
        """End the process, whatever it is doing."""
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self._process.close()
        self.connection.close()

    def _ended(self) -> WorkerError:
        self._process.join(_PATIENCE)
        code = self._process.exitcode
        if code is None or code >= 0:
            return WorkerError("a worker process ended before its work was done")
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        was_killed = -code in (signal.SIGKILL, *TO_STOP)
        hint = "; is there enough memory?" if -code == signal.SIGKILL else ""
        return WorkerError(f"a worker process was ended by {name}{hint}", was_killed=was_killed)


def die_with(parent: int) -> None:
    """End the calling process when ``parent``, which forked it, dies."""
    # An inherited lock or a closed connection keeps others safe; this only shortens the wait, so the result
    # is not checked.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _serve(answer: Answer, connection: Connection, unneeded: Sequence[Connection], parent: int) -> None:
    gc.freeze()  # what the parent has open is not for this process to close, nor to write the rest of
    die_with(parent)
    for which in TO_STOP:  # Ctrl-C is meant for the parent, which ends this process
        signal.signal(which, signal.SIG_IGN if which == signal.SIGINT else signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, TO_STOP)
    for other in unneeded:
        other.close()
    try:
        while True:
            connection.send_bytes(pickle.dumps(answer(connection.recv()), pickle.HIGHEST_PROTOCOL))
    except (EOFError, OSError):
        os._exit(0)  # the parent is gone, or needs no more
    except BaseException:  # noqa: BLE001 - a traceback would hold values of claims
        os._exit(1)
