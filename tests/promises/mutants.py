"""Ways to break the watch folder, each with the test that must notice."""

from __future__ import annotations

from dataclasses import dataclass, field

_SPOOL = "scrubber/spool/"
_FLUSH_NAMES = (_SPOOL + "durable.py", "        os.fsync(handle)\n", "        pass\n")
_FLUSH_SMALL = (
    _SPOOL + "durable.py",
    "            os.fsync(stream.fileno())\n        part.rename(path)",
    "            pass\n        part.rename(path)",
)
_FLUSH_COPY = (
    _SPOOL + "durable.py",
    "        os.fsync(stream.fileno())\n    return digest",
    "        pass\n    return digest",
)
_ASK_FOR_WRITERS = "        writers = writers_of(handle)\n"


@dataclass(frozen=True, slots=True)
class Mutant:
    """Texts to replace, each found once in its file; which tests fail then, and what these need."""

    name: str
    changes: tuple[tuple[str, str, str], ...]
    caught_by: str
    needs: tuple[str, ...] = ()
    scale: str = "quick"
    """The scale at which the test notices for sure."""
    is_quick: bool = field(default=False)
    """Whether a quick run tries it, too."""


def _one(name: str, path: str, old: str, new: str, caught_by: str, **more: object) -> Mutant:
    return Mutant(name, ((path, old, new),), caught_by, **more)  # type: ignore[arg-type]


_POWER, _CRASH = "test_power.py", "test_crash.py"
_KILLED = f"{_CRASH}::test_the_watch_killed_at_any_call_loses_nothing"

MUTANTS = (
    Mutant("names in folders are not flushed", (_FLUSH_NAMES,), _POWER, ("root",), "full"),
    Mutant("small files are not flushed", (_FLUSH_SMALL,), _POWER, ("root",), "full"),
    Mutant("the private copy is not flushed", (_FLUSH_COPY,), _POWER, ("root",), "full"),
    _one("outputs are not flushed", "scrubber/files/folder.py",
         "            os.fsync(entry.stream.fileno())\n", "            pass\n",
         _POWER, needs=("root",), scale="full"),
    Mutant("nothing is flushed",
           (_FLUSH_NAMES, _FLUSH_SMALL, _FLUSH_COPY,
            (_SPOOL + "ledger/database.py", "PRAGMA synchronous = FULL", "PRAGMA synchronous = OFF")),
           _POWER, ("root",), is_quick=True),
    _one("a copy instead of a rename takes a file", _SPOOL + "jobs/intake.py",
         '(spool.inbox / candidate.name).rename(folder / "input")',
         'shutil.copy2(spool.inbox / candidate.name, folder / "input")\n'
         "        (spool.inbox / candidate.name).unlink()",
         _KILLED, needs=("strace",), scale="full"),
    _one("published before it is decided", _SPOOL + "jobs/publish.py",
         "    write_whole(job.folder / DECISION, raw)\n",
         '    if job.clean.exists():\n'
         '        job.clean.rename(job.folder.parent.parent / "out" / f"{decision.label}.clean.837")\n'
         "    write_whole(job.folder / DECISION, raw)\n",
         _KILLED, needs=("strace",), scale="full"),
    _one("nothing is written down as decided", _SPOOL + "jobs/publish.py",
         "    write_whole(job.folder / DECISION, raw)\n", "",
         _KILLED, needs=("strace",), scale="full", is_quick=True),
    _one("the decision is removed before the input", _SPOOL + "jobs/intake.py",
         'for name in ("input", CLAIM, TRIES):', 'for name in (DECISION, "input", CLAIM, TRIES):',
         _KILLED, needs=("strace",), scale="full"),
    _one("what was decided is thrown away in a recovery", _SPOOL + "jobs/recover.py",
         "    if decision:\n", "    if decision and discard(folder):\n",
         _KILLED, needs=("strace",), scale="full"),
    _one("a quiet period only", _SPOOL + "jobs/arrivals.py",
         _ASK_FOR_WRITERS, "        return True\n" + _ASK_FOR_WRITERS,
         "test_arrivals.py", is_quick=True),
    _one("nobody asks for open writers", _SPOOL + "jobs/arrivals.py",
         _ASK_FOR_WRITERS, "        writers = Writers.NONE\n",
         "test_arrivals.py"),
    _one("nobody looks for the end of a file", _SPOOL + "jobs/arrivals.py",
         "        return quiet_for >= self.truncated_after or", "        return True or",
         "test_arrivals.py"),
    _one("a look sees a thousand files at most", _SPOOL + "jobs/arrivals.py",
         "        return sorted(ready,", "        return sorted(ready[:1000],",
         "test_arrivals.py"),
    _one("no lock", _SPOOL + "lock.py",
         "            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)\n", "            pass\n",
         "test_owner.py", is_quick=True),
    _one("one try only", _SPOOL + "work/foreman.py",
         "        if tries.failed > len(self.settings.pauses):", "        if tries.failed > 0:",
         "test_poison.py"),
    _one("a full disk is the file's fault", _SPOOL + "work/worker.py",
         "Exit.LATER if is_of_disk(error) else Exit.FAILED", "Exit.FAILED",
         "test_io_errors.py::test_an_error_at_any_call_of_a_worker_stops_the_run_or_does_not_matter",
         needs=("strace",)),
    _one("a transaction that the disk ended is ended again", _SPOOL + "ledger/ledger.py",
         "                if self.connection.in_transaction:  # a full disk ends it by itself\n"
         '                    self.connection.execute("ROLLBACK")\n',
         '                self.connection.execute("ROLLBACK")\n',
         "test_io_errors.py::test_a_full_disk_waits_until_there_is_room", needs=("root",)),
    Mutant("claims of any length are examined",
           (("scrubber/envelopes/scan.py", "MAX_SEGMENTS = 10_000", "MAX_SEGMENTS = 10**9"),
            ("scrubber/envelopes/scan.py", "MAX_BYTES = 1 << 19", "MAX_BYTES = 1 << 60")),
           "test_memory.py::test_the_peak_of_memory_does_not_grow_with_the_file[many_segments]",
           scale="full"),
    _one("every file is believed to be X12", _SPOOL + "jobs/intake.py",
         "    if delimiters is None:\n        return None\n", "",
         "test_input.py"),
)  # fmt: skip
