"""Where imported tables are kept: found without SQLite, which a run with no imported table does not need."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from platformdirs import user_data_path

SUFFIX = ".sqlite"


def default_folder() -> Path:
    """Return the default folder of imported tables: the user's data directory."""
    return user_data_path("scrubber837", appauthor=False) / "tables"


def table_files(folder: Path) -> Sequence[Path]:
    """Return the files of the vintages in a folder, in order."""
    return sorted(path for path in folder.glob(f"*{SUFFIX}") if not path.name.startswith("."))
