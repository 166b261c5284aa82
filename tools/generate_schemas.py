"""Write the schemas of the report and of the tables, or with ``--check`` say whether they are stale."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scrubber.report.arrow.columns import SCHEMA, page  # noqa: E402 - the project is found only now
from scrubber.report.schema import json_schema, relax_ng  # noqa: E402

FOLDER = ROOT / "scrubber" / "report" / "schemas"
_COLUMNS = f"""# Columns of the tables
Schema `{SCHEMA}`, made from the program (`make docs`). Each Parquet file has it in its metadata
(`scrubber.schema`), with the name of its table (`scrubber.table`) and the program's version
(`scrubber.version`). Within one number columns may be added; none is removed or changes its meaning. How the
tables are made and asked: [Tables](tables.md).

"""


def main() -> int:
    """Write or compare the files; return the exit status."""
    stale = 0
    for path, text in (
        (FOLDER / "report.schema.json", json_schema()),
        (FOLDER / "report.rng", relax_ng()),
        (ROOT / "docs" / "tables-columns.md", _COLUMNS + page()),
    ):
        if "--check" not in sys.argv[1:]:
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            print(f"{path.name} is stale: run `make docs`", file=sys.stderr)
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main())
