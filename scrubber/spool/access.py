"""Who may open what: a folder's group and mode, for the folder and for everything that is put into it.

All files belong to the account of the watch. A group may get into ``in/`` (senders), ``out/`` (an uploader),
or ``held/`` and ``reports/`` (billers); all others get nothing.
"""

from __future__ import annotations

import grp
import os
import pwd
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self

from scrubber.errors import SpoolError

PRIVATE = 0o700
INBOX = 0o3770
"""Senders in the folder's group may write to ``in/``; what they create belongs to that group, and no other
sender can remove or rename it."""
_TAKING = 0o770
"""Members of the group take files out of the folder; they cannot change them."""
_LOOKING = 0o750
_ROOT = 0o710
"""The folder's group may pass through to ``in/``, but cannot list this folder."""
_PASSING = 0o011


@dataclass(frozen=True, slots=True)
class Access:
    """The groups that may open folders, by number; ``None`` where no group may."""

    senders: int | None = None
    billers: int | None = None
    uploader: int | None = None

    @classmethod
    def of(cls, groups: Mapping[str, str]) -> Self:
        """Look up the groups. Raise SpoolError, with the command that helps, unless the watch is in each."""
        return cls(**{role: _number_of(name) for role, name in groups.items()})

    @property
    def is_shared(self) -> bool:
        """True if any group may open a folder."""
        return any(group is not None for group in (self.senders, self.billers, self.uploader))


class Rule(NamedTuple):
    """How a folder must be; ``group`` is ``None`` where it may be any."""

    folder: Path
    mode: int
    group: int | None = None

    @property
    def is_kept(self) -> bool:
        """True if the folder is so."""
        status = self.folder.stat()
        return self.group in (None, status.st_gid) and stat.S_IMODE(status.st_mode) == self.mode

    def apply(self) -> None:
        """Make the folder so, as far as that is possible."""
        with suppress(PermissionError):
            if self.group is not None:
                os.chown(self.folder, -1, self.group)
            self.folder.chmod(self.mode)


def admit(path: Path, group: int | None, *, within: bool = True) -> None:
    """Let a group read a file, or a folder and what is within; with no group, the owner alone.

    Only what belongs to the watch is changed, and links are not followed: members of the group may have put
    anything into a folder that they can write to.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return
    try:
        status = os.fstat(handle)
        if status.st_uid != os.geteuid():
            return
        is_folder = stat.S_ISDIR(status.st_mode)
        if is_folder and within:
            for entry in path.iterdir():
                admit(entry, group)
        if group is not None and status.st_gid != group:
            os.fchown(handle, -1, group)
        private, shared = (PRIVATE, _LOOKING) if is_folder else (0o600, 0o640)
        mode = private if group is None else shared
        if stat.S_IMODE(status.st_mode) != mode:
            os.fchmod(handle, mode)
    finally:
        os.close(handle)


def taking(folder: Path, group: int | None) -> Rule:
    """Return the rule for a folder out of which a group takes files."""
    return Rule(folder, PRIVATE if group is None else _TAKING, group)


def root_mode(*, shared: bool) -> int:
    """Return the mode of a new spool's own folder."""
    return _ROOT | (_PASSING if shared else 0)


def looking(folder: Path, group: int | None) -> Rule:
    """Return the rule for a folder that a group reads."""
    return Rule(folder, PRIVATE if group is None else _LOOKING, group)


def enforce(root: Path, rules: tuple[Rule, ...], *, shared: bool) -> Iterator[str]:
    """Give each folder its mode and group; yield the names of those that had others.

    Raise SpoolError where that is not possible. What is in a folder comes first, the folder last: if this is
    interrupted, the next start sees it.
    """
    if shared:  # then one group is not enough: anyone may pass, and is kept out of the folders
        mode = stat.S_IMODE(root.stat().st_mode)
        if mode & _PASSING != _PASSING:
            require_own(root)
            root.chmod(mode | _PASSING)
            yield "the spool itself"
    for rule in rules:
        require_own(rule.folder)
        if rule.is_kept:
            continue
        if rule.mode != INBOX:
            for path in rule.folder.iterdir():
                admit(path, rule.group)
        rule.apply()
        # The set-group-ID bit is silently left out where this account is not in the folder's group.
        if not rule.is_kept:
            raise SpoolError(f"{rule.folder}: its mode cannot be set: `chmod {rule.mode:o} {rule.folder}`")
        yield f"{rule.folder.name}/"


def require_own(folder: Path) -> None:
    """Raise SpoolError if a folder belongs to another account: it could not use what this one puts there."""
    owner = folder.stat().st_uid
    if owner != os.geteuid():
        theirs, ours = _account(owner), _account(os.geteuid())
        raise SpoolError(f"{folder}: belongs to {theirs}, and this runs as {ours}: run it as {theirs}")


def _account(number: int) -> str:
    with suppress(KeyError):
        return pwd.getpwuid(number).pw_name
    return f"the account {number}"


def _number_of(name: str) -> int:
    try:
        number = grp.getgrnam(name).gr_gid
    except KeyError:
        raise SpoolError(f"there is no group {name}: `groupadd --system {name}`") from None
    if os.geteuid() and number not in (os.getegid(), *os.getgroups()):
        account = _account(os.geteuid())
        raise SpoolError(
            f"{account} is not in the group {name}: `usermod --append --groups {name} {account}`, then start"
        )
    return number
