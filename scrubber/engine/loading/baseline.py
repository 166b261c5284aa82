"""The baseline: edit overrides for known findings, in a file that `scrubber baseline` writes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from scrubber.engine.loading.toml_file import line_of, read_toml
from scrubber.engine.loading.trust import require_own
from scrubber.engine.policy import ConfigurationFile, Suppression
from scrubber.errors import ConfigurationError

SCHEMA = "scrubber.baseline/1"
_HEAD = """\
# Known findings, frozen by `scrubber baseline`. They are set aside where the same edit finds the same fault
# for the same payer, billing provider and procedure, up to the last day; any other finding is reported. Each
# fault is a hash. You may remove entries and shorten `expires`.
"""
_TEXTS = ("edit", "payer", "provider", "procedure", "reason", "owner")
_FAULT = re.compile(r"[0-9a-f]{16}")


def read_baseline(path: Path) -> tuple[ConfigurationFile, tuple[Suppression, ...]]:
    """Return a baseline's name with its hash, and its overrides.

    Raise ConfigurationError naming file and line, or if others may change it.
    """
    require_own(path)
    source, data = read_toml(path)
    if data.get("schema") != SCHEMA:
        raise ConfigurationError(f"{path}:1: not a baseline of this version; `scrubber baseline` makes one")
    entries = data.get("suppressions", [])
    if not isinstance(entries, list):
        raise ConfigurationError(f"{path}:1: suppressions must be a list of tables")
    known = []
    for number, entry in enumerate(entries):
        if (override := _override(entry)) is None:
            line = line_of(source, "suppressions", "", number)
            raise ConfigurationError(
                f"{path}:{line}: not an entry of a baseline: it needs edit, reason, owner, expires and faults"
            )
        known.append(override)
    return ConfigurationFile(path.name, hashlib.sha256(source.encode()).hexdigest()), tuple(known)


def baseline_text(entries: Iterable[Suppression]) -> str:
    """Return a baseline as a file has it; the same entries give the same text."""
    parts = [f'{_HEAD}schema = "{SCHEMA}"\n']
    for entry in entries:
        assert entry.expires is not None
        texts = (f"{name} = {json.dumps(value)}\n" for name in _TEXTS if (value := getattr(entry, name)))
        faults = "".join(f'\n    "{fault}",' for fault in sorted(entry.faults))
        last = f"expires = {entry.expires.isoformat()}\nfaults = [{faults}\n]\n"
        parts.append(f"\n[[suppressions]]\n{''.join(texts)}{last}")
    return "".join(parts)


def _override(entry: Any) -> Suppression | None:  # noqa: ANN401 - anything that TOML can hold
    if not isinstance(entry, dict) or entry.keys() - {*_TEXTS, "expires", "faults"}:
        return None
    texts = {name: entry.get(name, "") for name in _TEXTS}
    faults, expires = entry.get("faults"), entry.get("expires")
    is_complete = all(texts[name] for name in ("edit", "reason", "owner")) and type(expires) is date
    if not (is_complete and all(isinstance(text, str) for text in texts.values())):
        return None
    if not isinstance(faults, list) or not faults:
        return None
    if not all(isinstance(fault, str) and _FAULT.fullmatch(fault) for fault in faults):
        return None
    return Suppression(**texts, expires=expires, faults=frozenset(faults))
