"""Check what a wheel carries: everything that an installation needs, and nothing else.

python tools/check_wheel.py dist/scrubber837-0.2.0-py3-none-any.whl
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parent.parent
NEEDED = (
    "scrubber/py.typed",
    "scrubber/casetest/base.toml",
    "scrubber/casetest/new_edit.py.txt",
    "scrubber/guide/corrections.toml",
    "scrubber/serve/icd10cm_names.txt.gz",
    "scrubber/edits/packs/base.toml",
    "scrubber/edits/tables/tables.toml",
    "scrubber/edits/sources.toml",
    "scrubber/edits/examples.toml",
)
ENDINGS = {
    ".py", ".typed", ".toml", ".csv", ".gz", ".css", ".js", ".svg", ".json", ".rng", ".rnc", ".837",
    ".txt", ".md",
}  # fmt: skip
"""What the package is made of. A new kind of file is added here on purpose, not by accident."""
FOREIGN = {"tests", "docs", "fixtures", "bench", "tools", "deploy", "requirements", "__pycache__"}


def faults(names: list[str]) -> Iterator[str]:
    """Yield what is missing from these files of a wheel, and what does not belong there."""
    edits = [f"scrubber/{path.relative_to(ROOT)}" for path in sorted(ROOT.glob("edits/**/*.py"))]
    for name in (*NEEDED, *edits):
        if name not in names:
            yield f"{name} is missing"
    for name in ("LICENSE", "NOTICE"):
        if not any(found.endswith(f".dist-info/licenses/{name}") for found in names):
            yield f"{name} is missing"
    for name in names:
        path = PurePosixPath(name)
        if path.parts[0].endswith(".dist-info"):
            continue
        if path.parts[0] != "scrubber" or FOREIGN & set(path.parts) or path.suffix not in ENDINGS:
            yield f"{name} does not belong in the wheel"


def main() -> int:
    """Check the wheels named on the command line; return 1 if one is at fault."""
    status = 0
    for wheel in sys.argv[1:]:
        with ZipFile(wheel) as archive:
            for fault in faults(archive.namelist()):
                print(f"{wheel}: {fault}", file=sys.stderr)
                status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
