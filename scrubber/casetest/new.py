"""Begin a new edit: write it and its cases from templates, ready to be tested."""

from __future__ import annotations

import keyword
import re
from collections.abc import Container, Mapping
from importlib import resources
from pathlib import Path
from string import Template

from scrubber.casetest.case import CASES
from scrubber.engine.edit import Edit, is_id
from scrubber.engine.loading.discovery import SHARED
from scrubber.errors import ConfigurationError

_PREFIX = re.compile(r"[A-Z]{2,8}")
_FAMILY = re.compile(r"[a-z][a-z0-9_]*")
_NOT_FAMILIES = frozenset({CASES, SHARED, "packs", "tables"})
_LONGEST_TITLE = 70
_MOST = 999
_PLACEHOLDERS = (
    "85025", "85027", "80053", "80048", "80061", "80076", "83036", "84443", "84439", "82607", "82746",
    "82728", "83540", "82306", "81001", "81002", "84450", "85610", "86580", "87070",
)  # fmt: skip
"""What a new edit looks for until it is written. No shipped edit fires on the base claim with one."""


def new_edit(
    folder: Path, family: str, edit_id: str, title: str, known: Mapping[str, Edit]
) -> tuple[Path, Path]:
    """Write an edit and its cases into a folder, and return the two paths; nothing is overwritten.

    ``known`` are the edits that there are. Raise ConfigurationError where id, title or family cannot be.
    """
    edit_id = free_id(edit_id, known)
    if not _FAMILY.fullmatch(family) or keyword.iskeyword(family) or family in _NOT_FAMILIES:
        raise ConfigurationError(f"{family!r} cannot be a family: lowercase letters, not one of {_names()}")
    code = folder / family / f"{module_name(title)}.py"
    cases = folder / CASES / f"{edit_id}.toml"
    for path in (code, cases):
        if path.exists():
            raise ConfigurationError(f"{path} exists; nothing was written")
    looked_for = placeholder(known)
    for path, template in ((code, "new_edit.py.txt"), (cases, "new_cases.toml.txt")):
        text = resources.files(__package__).joinpath(template).read_text(encoding="utf-8")
        _write(path, Template(text).substitute(id=edit_id, title=title, code=looked_for))
    return code, cases


def free_id(wanted: str, taken: Container[str]) -> str:
    """Return the id that is wanted, or the next free one of a prefix. Raise ConfigurationError."""
    if _PREFIX.fullmatch(wanted):
        ids = (f"{wanted}-{number:02}" for number in range(1, _MOST + 1))
        free = next((id_ for id_ in ids if id_ not in taken), None)
        if free is None:
            raise ConfigurationError(f"all ids of {wanted} are in use")
        return free
    if not is_id(wanted):
        raise ConfigurationError(f"{wanted!r} is not an id of the form LHP-01, nor a prefix such as LHP")
    if wanted in taken:
        raise ConfigurationError(f"{wanted} is in use; give the prefix alone to get the next free id")
    return wanted


def placeholder(known: Mapping[str, Edit]) -> str:
    """Return a code that no other new edit looks for: else both would fire in each other's cases."""
    used = {code for edit in known.values() if edit.origin for code in _codes(edit)}
    return next((code for code in _PLACEHOLDERS if code not in used), _PLACEHOLDERS[-1])


def _codes(edit: Edit) -> tuple[str, ...]:
    parameter = edit.parameters.get("codes")
    return parameter.default if parameter and isinstance(parameter.default, tuple) else ()


def module_name(title: str) -> str:
    """Return the name of the module of an edit with this title. Raise ConfigurationError."""
    if not 0 < len(title) <= _LONGEST_TITLE or title.endswith(".") or re.search(r'["\\$]', title):
        raise ConfigurationError(
            f"the title must have 1 to {_LONGEST_TITLE} characters, without a period at its end, and without"
            " double quotes, backslashes and $"
        )
    name = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")
    if not name or not title.isprintable():
        raise ConfigurationError(
            f"no file can be named for the title {title!r}: it needs letters from a to z"
        )
    return f"edit_{name}" if name[0].isdigit() or keyword.iskeyword(name) else name


def _write(path: Path, text: str) -> None:
    """Write a new file that others cannot write to, whatever the umask: else it would not be loaded."""
    for folder in reversed(path.parents):
        if not folder.exists():
            folder.mkdir(mode=0o755)
    path.touch(mode=0o644, exist_ok=False)
    path.write_text(text, encoding="utf-8")


def _names() -> str:
    return ", ".join(sorted(_NOT_FAMILIES))
