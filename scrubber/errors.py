"""Errors that the program raises on purpose. Their texts never hold anything from a claim."""

from __future__ import annotations

import errno


class ScrubberError(Exception):
    """The base of all errors of this package."""


class ConfigurationError(ScrubberError):
    """A pack, an edit or the configuration is wrong; the text names file and line."""


class OutputExistsError(ScrubberError):
    """An output would have replaced an existing file, and that was not asked for."""


class InputChangedError(ScrubberError):
    """The input changed while it was being read; nothing was written."""


class UnreadableError(ScrubberError):
    """The input holds no claim that can be read at all."""


class TableError(ScrubberError):
    """An official file or a stored table cannot be used; the text names file, line and column."""


class SpoolError(ScrubberError):
    """A watch folder cannot be used as it is; the text says why."""


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
    """Whether the reason may go away by itself: a full disk, a file that somebody is writing."""
    passing = isinstance(error, OSError) and error.errno in _PASSING
    return passing or isinstance(error, InputChangedError | SpoolBusyError)


def is_of_disk(error: BaseException) -> bool:
    """Whether the place where files are kept is at fault, and not what is in them."""
    return isinstance(error, OSError) and error.errno in _OF_DISK
