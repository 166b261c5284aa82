"""Files and envelopes that repeat those of another file of the run, as the ledger of a watch finds them.

Files count in the order of their paths. Whether a repeated number counts depends on what became of the file
that had it first, so files that share a number are scrubbed in waves: usually two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct, field

from scrubber.engine.history import Earlier
from scrubber.envelopes.scan import Identity, scan_envelopes
from scrubber.x12 import read_blocks
from scrubber.x12.envelope import envelope_events
from scrubber.x12.source import Source

_MOST = 10_000
"""The most numbers of a file, as in its own history."""
Numbers = tuple[Identity, tuple[int, ...]]
"""A number, and the places of the files that have it, in order."""


class FromRun(Struct, frozen=True):
    """A history: what earlier files of the run had, of what this file has."""

    content: Earlier | None = None
    numbers: Mapping[Identity, Earlier] = field(default_factory=dict)

    def of(self, identity: Identity) -> Earlier | None:
        """Return the file that had this number."""
        return self.numbers.get(identity)


class Waves:
    """Says which files can be scrubbed next: those of which it is known what the files before them did."""

    def __init__(self, shared: Iterable[Numbers], day: date) -> None:
        self._day = day
        self._groups = {identity: files for identity, files in shared if len(files) > 1}
        self._of_file: defaultdict[int, list[Identity]] = defaultdict(list)
        for identity, files in self._groups.items():
            for file in files:
                self._of_file[file].append(identity)
        self._done: dict[int, Earlier] = {}

    def done(self, file: int, sha256: str, *, sent: bool) -> None:
        """Take note of what became of a file: ``sent`` if claims of it are in a clean file."""
        if file in self._of_file:
            self._done[file] = Earlier(sha256[:16], self._day, sent)

    def ready(self, files: Sequence[int]) -> dict[int, FromRun]:
        """Return those of the files that can be scrubbed now, each with its history; at least the first."""
        found = {}
        for file in files:
            numbers: dict[Identity, Earlier] = {}
            for identity in self._of_file.get(file, ()):
                earlier = self._earlier(identity, file)
                if earlier is None:
                    break
                if earlier.job:
                    numbers[identity] = earlier
            else:
                content = next((each for key, each in numbers.items() if key.kind == "content"), None)
                found[file] = FromRun(content, numbers)
        return found

    def _earlier(self, identity: Identity, file: int) -> Earlier | None:
        """Return the first file before this one that had the number and was sent, else the first.

        Without any it has no job; ``None`` if it is not known yet.
        """
        first = Earlier()
        for other in self._groups[identity]:
            if other == file:
                break
            known = self._done.get(other)
            if known is None or known.sent:
                return known
            first = first if first.job else known
        return first


def identities_of(source: Source) -> Iterator[Identity]:
    """Yield what identifies an input to a receiver: its content, its interchanges and groups, each once."""
    known: dict[Identity, None] = {}
    with source.open() as reader:
        for envelope in scan_envelopes(envelope_events(read_blocks(reader))):
            if envelope.identity and len(known) < _MOST:
                known[envelope.identity] = None
        yield Identity("content", reader.sha256())
    yield from known
