"""Write the schemas of the report into the package, or with ``--check`` say whether they are stale."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scrubber.report.schema import json_schema, relax_ng  # noqa: E402 - the project is found only now

FOLDER = ROOT / "scrubber" / "report" / "schemas"


def main() -> int:
    """Write or compare the files; return the exit status."""
    stale = 0
    for name, text in (("report.schema.json", json_schema()), ("report.rng", relax_ng())):
        path = FOLDER / name
        if "--check" not in sys.argv[1:]:
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            print(f"{name} is stale: run `make docs`", file=sys.stderr)
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main())
