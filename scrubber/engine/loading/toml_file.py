"""Read TOML files that people write, and locate the line of a key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from scrubber.errors import ConfigurationError
from scrubber.text import how_to_write_day

_AT_LINE = re.compile(r"at line ([0-9]+)")
_BARE_DAY = re.compile(r"=\s*([0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4})\s*(?:#.*)?$")


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """Return the text of a file and its parsed content. Raise ConfigurationError naming file and line."""
    import tomllib  # noqa: PLC0415 - most runs find what they need in the cache

    try:
        text = path.read_text(encoding="utf-8-sig")  # Windows puts a mark at the beginning
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}:1: not a TOML file: not UTF-8") from error
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}:{_syntax_error(text, str(error))}") from error
    except (ValueError, RecursionError) as error:
        # tomllib gives up on numbers of thousands of digits, and on deep nesting.
        raise ConfigurationError(f"{path}:1: not a TOML file: {error}") from error


def line_of(source: str, header: str, key: str = "", number: int = 0) -> int:
    """Return the line, from 1, of a key of a TOML table, or else of the table's own header.

    ``header`` is the table's name with dots, ``number`` picks one of several ``[[header]]`` tables. Return
    line 1 if nothing is found.
    """
    lines = _lines(source)
    dotted = ".".join(name for name in (header, key) if name)
    for wanted in ((dotted, number), (header, number), (dotted, 0), (header, 0)):
        if wanted in lines:
            return lines[wanted]
    return 1


def _syntax_error(text: str, message: str) -> str:
    """Return line and reason of a syntax error. A day in another form than TOML's is the usual one."""
    lines = text.splitlines()
    found = _AT_LINE.search(message)
    number = int(found[1]) if found else max(1, len(lines))
    line = lines[number - 1] if number <= len(lines) else ""
    if day := _BARE_DAY.search(line):
        return f"{number}: {day[1]} is not a day: {how_to_write_day(day[1])}"
    return f"{number}: not a TOML file: {message}"


@lru_cache(maxsize=16)
def _lines(source: str) -> Mapping[tuple[str, int], int]:
    """Return the lines of all tables and keys, by name with dots and number of the innermost ``[[table]]``.

    tomllib gives no positions. But each header and each key with its value is a TOML text of its own.
    """
    lines: dict[tuple[str, int], int] = {}
    arrays: dict[str, int] = {}  # the number of the last table of each array
    header, number = "", 0
    for line, statement, content in _statements(source):
        if statement.startswith("["):
            header = ".".join(_names(content))
            if statement.startswith("[["):
                arrays[header] = arrays.get(header, -1) + 1
            around = [name for name in arrays if header == name or header.startswith(f"{name}.")]
            number = arrays[max(around, key=len)] if around else 0
            lines.setdefault((header, number), line)
        else:
            for name, at in _keys(content, header, number):
                lines.setdefault((name, at), line)
    return lines


def _statements(source: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Yield each header and each key with its value: its line, its text and its content."""
    import tomllib  # noqa: PLC0415 - see `read_toml`

    begun, text = 1, ""
    for line, part in enumerate(source.splitlines(), start=1):
        begun = begun if text else line
        text += f"{part}\n"
        try:
            content = tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            continue  # a value that goes on in the next line
        if content:
            yield begun, text.lstrip(), content
        text = ""


def _names(content: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of a header, from the outermost."""
    inner: Any = content
    while inner := inner[0] if isinstance(inner, list) else inner:
        ((name, inner),) = inner.items()
        yield name


def _keys(content: Mapping[str, Any], header: str, number: int) -> Iterator[tuple[str, int]]:
    """Yield all keys of a statement, those of inline tables included."""
    for key, value in content.items():
        name = f"{header}.{key}" if header else key
        yield name, number
        if isinstance(value, dict):
            yield from _keys(value, name, number)
        elif isinstance(value, list):
            for at, entry in enumerate(value):
                if isinstance(entry, dict):
                    yield name, at
                    yield from _keys(entry, name, at)
