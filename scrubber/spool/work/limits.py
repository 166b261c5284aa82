"""The resource limits of a worker process, so that a poison file cannot bring down the machine."""

from __future__ import annotations

import resource
from dataclasses import dataclass

_MEGABYTE = 10**6


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for one file: bytes of address space, seconds of CPU time, bytes of any output.

    CPU time grows with the file; wall-clock time is several times that, since machines are busy.
    """

    memory: int = 1 << 30
    cpu_base: int = 60
    cpu_per_megabyte: int = 30
    output_base: int = 1 << 30
    output_factor: int = 50

    def cpu(self, size: int) -> int:
        """Return the seconds of CPU time for a file of ``size`` bytes."""
        return self.cpu_base + self.cpu_per_megabyte * (size // _MEGABYTE)

    def wall(self, size: int) -> float:
        """Return the seconds of wall-clock time for a file of ``size`` bytes."""
        return 4.0 * self.cpu(size)

    def apply(self, size: int) -> None:
        """Apply the limits to the calling process, permanently."""
        _cap(resource.RLIMIT_AS, self.memory)
        # The kernel kills at the hard limit; at the soft limit it sends a signal that tells the reason.
        _cap(resource.RLIMIT_CPU, self.cpu(size), spare=1)
        _cap(resource.RLIMIT_FSIZE, self.output_base + self.output_factor * size)
        _cap(resource.RLIMIT_CORE, 0)  # a core dump would hold patient data


def _cap(which: int, value: int, spare: int = 0) -> None:
    _, hard = resource.getrlimit(which)
    ceiling = value + spare if hard == resource.RLIM_INFINITY else min(value + spare, hard)
    resource.setrlimit(which, (min(value, ceiling), ceiling))
