"""What a run did: sums for the terminal, and run.json with a line for each file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from scrubber.engine.policy import Policy
from scrubber.engine.result import Counts, RunProvenance
from scrubber.files.folder import OutputFolder
from scrubber.report.build import run_report
from scrubber.report.model import cents
from scrubber.spark.bundle import Bundle
from scrubber.spark.job import FileRow

SCHEMA = "scrubber.spark/1"
_NAME = "run.json"


class Summary:
    """The sums over the files of a run. A record of each waits for the end."""

    def __init__(self, policy: Policy, provenance: RunProvenance) -> None:
        self.files = 0
        self.verdicts: Counter[str] = Counter()
        self.counts = Counts()
        self.provenance = provenance
        self.failed: list[tuple[str, str]] = []
        self._policy = policy
        self._records: list[bytes] = []

    def add(self, row: FileRow) -> None:
        """Add a file."""
        self.files += 1
        self.verdicts[row.verdict or "failed"] += 1
        counts = self.counts
        for name in counts.__struct_fields__:
            setattr(counts, name, getattr(counts, name) + getattr(row.counts, name))
        if row.error:
            self.failed.append((row.below, row.error))
        self._records.append(msgspec.json.encode(_record(row)))

    def write(self, folder: Path, bundle: Bundle) -> None:
        """Write ``run.json`` into a folder, whole or not at all."""
        with OutputFolder(folder, force=True) as outputs:
            stream = outputs.create(_NAME)
            for line in self._lines(bundle):
                stream.write(line)
            outputs.publish()

    def _lines(self, bundle: Bundle) -> Iterator[bytes]:
        run = run_report(self.provenance, self._policy).to_dict()
        head: dict[str, Any] = {"schema": SCHEMA, "bundle": bundle.sha256}
        head |= {key: value for key, value in run.items() if key not in ("schema", "files")}
        yield msgspec.json.encode(head).removesuffix(b"}") + b',"files":['
        for number, record in enumerate(self._records):
            yield (b",\n" if number else b"\n") + record
        yield b"]}\n"


def _record(row: FileRow) -> dict[str, Any]:
    counts = row.counts
    return {
        # A file name on disk need not be valid text.
        "file": row.below.encode("utf-8", "replace").decode(),
        "size": row.size,
        "sha256": row.sha256,
        "verdict": row.verdict,
        "unreadable": row.unreadable,
        "claims": counts.claims,
        "accepted": counts.accepted,
        "would_be_held": counts.would_be_held,
        "held": counts.held,
        "not_fully_checked": counts.not_fully_checked,
        "lines": counts.lines,
        "charges": cents(counts.charges),
        "would_be_held_charges": cents(counts.would_be_held_charges),
        "held_charges": cents(counts.held_charges),
        "ranges": row.ranges,
        "edit_errors": list(row.edit_errors),
        "error": row.error,
    }
