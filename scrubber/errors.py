"""Errors that the program raises deliberately. Their messages never contain anything from a claim."""

from __future__ import annotations

import errno


class ScrubberError(Exception):
    """The base class of all errors of this package."""


class ConfigurationError(ScrubberError):
    """A pack, an edit or the configuration is invalid; the message names file and line."""


class OutputExistsError(ScrubberError):
    """An output would have replaced an existing file, and that was not requested."""


class InputChangedError(ScrubberError):
    """The input changed while it was being read; nothing was written."""


class ReadBackError(ScrubberError):
    """The clean file cannot be read back, which is a mistake of the program; nothing was written."""


class UnreadableError(ScrubberError):
    """The input has no readable claim at all."""


class TableError(ScrubberError):
    """An official file or a stored table cannot be used; the message names file, line and column."""


class WorkerError(ScrubberError):
    """A worker process ended before its work was done; nothing was written.

    ``was_killed`` is True if a signal from outside ended it, for example because memory ran out.
    """

    def __init__(self, message: str, *, was_killed: bool = False) -> None:
        super().__init__(message)
        self.was_killed = was_killed


class StoppedError(BaseException):
    """A signal asks to stop. No Exception: what catches the errors of an edit must not catch it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class FeedbackError(ScrubberError):
    """A store of feedback cannot be used; the message gives the reason."""


class SpoolError(ScrubberError):
    """A watch folder cannot be used as it is; the message gives the reason."""


class SpoolBusyError(SpoolError):
    """Another process owns the watch folder."""


_PASSING = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EAGAIN, errno.EBUSY, errno.EMFILE, errno.ENFILE})
_OF_DISK = _PASSING | {
    errno.EIO,
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.ENODEV,
    errno.ENXIO,
    errno.ESTALE,
}


def is_passing(error: BaseException) -> bool:
    """Return True if the cause may go away by itself: a full disk, a file still being written, no memory."""
    passing = isinstance(error, OSError) and error.errno in _PASSING
    passing |= isinstance(error, WorkerError) and error.was_killed
    return passing or isinstance(error, InputChangedError | SpoolBusyError | MemoryError)


def is_of_disk(error: BaseException) -> bool:
    """Return True if the storage is at fault rather than the content of the files."""
    return isinstance(error, OSError) and error.errno in _OF_DISK


def place_of(error: BaseException) -> str:
    """Return the file and line where an error arose, and nothing of its text."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    name = trace.tb_frame.f_code.co_filename.replace("\\", "/").rpartition("/")[2]
    return f"{name}, line {trace.tb_lineno}"
