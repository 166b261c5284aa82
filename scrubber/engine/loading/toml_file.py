"""Read TOML files that people write, and locate the line of a key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scrubber.errors import ConfigurationError


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """Return the text of a file and its parsed content. Raise ConfigurationError naming the file."""
    import tomllib  # noqa: PLC0415 - most runs find what they need in the cache

    try:
        text = path.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{path}: not a TOML file: {error}") from error


def line_of(source: str, header: str, key: str = "", number: int = 0) -> int:
    """Return the line, from 1, of a key of a TOML table, or else of the table's own header.

    tomllib gives no positions, so this searches the text; ``number`` picks one of several
    ``[[header]]`` tables. Return line 1 if nothing is found.
    """
    inside, seen, at_header = header == "", -1, 1
    for at, line in enumerate(source.splitlines(), start=1):
        stripped = line.strip()
        if stripped.startswith("["):
            name = stripped.strip("[] \t").replace('"', "").split("]")[0]
            is_it = name == header or name.startswith(f"{header}.")
            seen += name == header
            if is_it and seen <= number:
                at_header = at if name == header else at_header
            inside = header == "" or (is_it and max(seen, 0) == number)
        elif inside and key and stripped.replace('"', "").partition("=")[0].strip() == key:
            return at
        if inside and key and stripped.startswith("[") and stripped.strip("[]").endswith(f".{key}"):
            return at
    return at_header
