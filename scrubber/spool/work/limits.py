"""What a worker process may use, so that a poison file cannot take the machine with it."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from dataclasses import dataclass

_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)
_MEGABYTE = 10**6


@dataclass(frozen=True, slots=True)
class Limits:
    """For one file: bytes of address space, seconds of processor time, bytes of any output.

    Processor time grows with the file; the time by the clock is several times that, since machines are busy.
    """

    memory: int = 1 << 30
    cpu_base: int = 60
    cpu_per_megabyte: int = 30
    output_base: int = 1 << 30
    output_factor: int = 50

    def cpu(self, size: int) -> int:
        """Seconds of processor time for a file of so many bytes."""
        return self.cpu_base + self.cpu_per_megabyte * (size // _MEGABYTE)

    def wall(self, size: int) -> float:
        """Seconds by the clock."""
        return 4.0 * self.cpu(size)

    def apply(self, size: int) -> None:
        """Bind the calling process, for good."""
        _cap(resource.RLIMIT_AS, self.memory)
        # The kernel kills at the second limit; at the first it says why.
        _cap(resource.RLIMIT_CPU, self.cpu(size), spare=1)
        _cap(resource.RLIMIT_FSIZE, self.output_base + self.output_factor * size)
        _cap(resource.RLIMIT_CORE, 0)  # a core dump would hold patient data


def _cap(which: int, value: int, spare: int = 0) -> None:
    _, hard = resource.getrlimit(which)
    ceiling = value + spare if hard == resource.RLIM_INFINITY else min(value + spare, hard)
    resource.setrlimit(which, (min(value, ceiling), ceiling))


def die_with(parent: int) -> None:
    """End the calling process when ``parent``, which forked it, dies."""
    # The lock that it inherits keeps others away; this only shortens the wait, so no answer is needed.
    ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
