"""Scrub every file of a folder of samples and print a Markdown table of what came out.

    python bench/corpus.py FOLDER [--as-of 2026-06-30]

Exit status 1 if any file raised an exception: a scrubber reports, it does not crash.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

import scrubber


def main() -> int:
    """Print a line a file; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 6, 30))
    arguments = parser.parse_args()
    print("| file | verdict | claims | held | findings by edit | ms |")
    print("|---|---|---|---|---|---|")
    failed = 0
    verdicts: Counter[str] = Counter()
    for path in sorted(path for path in arguments.folder.glob("*/*") if path.is_file()):
        try:
            verdict, line = row(path, arguments.as_of)
            verdicts[verdict] += 1
            print(line)
        except Exception as error:  # noqa: BLE001 - counting exceptions is the purpose
            failed += 1
            print(f"| {path.name} | EXCEPTION {type(error).__name__} | | | | |")
    print(f"\n{sum(verdicts.values())} files, {dict(verdicts)}, {failed} exceptions")
    return 1 if failed else 0


def row(path: Path, as_of: date) -> tuple[str, str]:
    """Return the verdict on a file, and its line of the table."""
    started = time.perf_counter()
    file = scrubber.scrub(path, as_of=as_of).files[0]
    milliseconds = (time.perf_counter() - started) * 1000
    found = Counter(finding.edit for finding in file.findings)
    for claim in file.claims:
        found.update(finding.edit for finding in claim.findings)
    edits = ", ".join(f"{edit} {count}" for edit, count in sorted(found.items()))
    counts = file.counts
    name = f"{path.parent.name}/{path.name}"
    return file.verdict, (
        f"| {name} | {file.verdict} | {counts.claims} | {counts.held} | {edits} | {milliseconds:.0f} |"
    )


if __name__ == "__main__":
    sys.exit(main())
