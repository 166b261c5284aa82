"""Write the names of the billable ICD-10-CM codes, which the page to work on shows.

    python tools/ship_code_names.py

They are the descriptions of CMS and NCHS in the tabular list of April 2026, as the package simple-icd-10-cm
1.5.0 (MIT) has them: pip install simple-icd-10-cm==1.5.0.
"""

from __future__ import annotations

import gzip
import importlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "scrubber" / "serve" / "icd10cm_names.txt.gz"


def main() -> None:
    """Write the file."""
    tabular = importlib.import_module("simple_icd_10_cm")  # wanted for this one step only
    names = {
        code.replace(".", ""): tabular.get_description(code)
        for code in tabular.get_all_codes()
        if "-" not in code and tabular.is_leaf(code)
    }
    text = "".join(f"{code}\t{' '.join(name.split())}\n" for code, name in sorted(names.items()))
    TARGET.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{TARGET.relative_to(ROOT)}: {len(names):,} codes, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
