"""The table ``[watch]`` of scrubber.toml: which groups may open folders, which commands hear of events."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

from msgspec import Struct, field

from scrubber.errors import ConfigurationError

ROLES = ("senders", "billers", "uploader")
EVENTS = ("held", "failed", "out")
PLACEHOLDERS = ("event", "job")
"""What an argument of a hook may name in braces: no path, since any account can see a process's arguments."""
_PLACEHOLDER = re.compile(r"\{(\w*)\}")

Fail = Callable[[str, str, str], ConfigurationError]
"""Makes the error from the header of a table, a key in it, and a message."""


class WatchSection(Struct, frozen=True):
    """``groups`` has the names of system groups by role, ``hooks`` commands as argument lists by event."""

    groups: Mapping[str, str] = field(default_factory=dict)
    hooks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_watch(data: Any, fail: Fail) -> WatchSection:  # noqa: ANN401 - anything that TOML can hold
    """Return the table, checked; raise what ``fail`` makes."""
    if not isinstance(data, dict):
        raise fail("", "watch", "watch must be a table with the tables groups and hooks")
    for key in data:
        if key not in ("groups", "hooks"):
            raise fail("watch", key, f"unknown key {key!r}; [watch.groups] and [watch.hooks] are known")
    groups = _table(data, "groups", ROLES, fail)
    for role, group in groups.items():
        if not isinstance(group, str) or not group:
            raise fail("watch.groups", role, f"{role} must be the name of a group")
    hooks = _table(data, "hooks", EVENTS, fail)
    for event, command in hooks.items():
        if problem := _problem_of(command):
            raise fail("watch.hooks", event, f"{event} {problem}")
    return WatchSection(groups, {event: tuple(command) for event, command in hooks.items()})


def fill_in(command: tuple[str, ...], values: Mapping[str, str]) -> list[str]:
    """Return the arguments of a hook with its placeholders replaced."""
    return [_PLACEHOLDER.sub(lambda match: values[match[1]], argument) for argument in command]


def _table(data: dict[str, Any], name: str, known: tuple[str, ...], fail: Fail) -> dict[str, Any]:
    table = data.get(name, {})
    if not isinstance(table, dict):
        raise fail("watch", name, f"{name} must be a table, [watch.{name}]")
    for key in table:
        if key not in known:
            raise fail(f"watch.{name}", key, f"unknown key {key!r}; known are {', '.join(known)}")
    return table


def _problem_of(command: Any) -> str:  # noqa: ANN401 - anything that TOML can hold
    """Return what is wrong with a hook; empty if nothing is."""
    if not isinstance(command, list) or not command or not all(isinstance(text, str) for text in command):
        return 'must be a list of a program and its arguments: ["/usr/local/bin/notify", "{job}"]'
    if not PurePosixPath(command[0]).is_absolute():
        return "must begin with the full path of a program; no shell looks for it"
    if any("\0" in text for text in command):
        return "must not contain NUL"
    unknown = [name for text in command for name in _PLACEHOLDER.findall(text) if name not in PLACEHOLDERS]
    return f"has an unknown placeholder {{{unknown[0]}}}; known are {{event}} and {{job}}" if unknown else ""
