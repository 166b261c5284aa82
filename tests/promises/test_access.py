"""Who may open what, shown with accounts of their own: a sender, a biller, an uploader, and a stranger.

The watch has no privileges; the accounts are numbers, each in the group of its role alone.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from scrubber.spool.access import Access
from scrubber.spool.layout import Spool
from scrubber.spool.watch import Watch
from tests.promises.driver import AT_ONCE, FINE, HELD, fork
from tests.promises.samples import assert_settled, drop, light, samples, take_out
from tests.promises.scale import measured
from tests.promises.test_strangers import without_privileges

pytestmark = [pytest.mark.promises, pytest.mark.usefixtures("root")]

SENDERS, BILLERS, UPLOADERS, STRANGERS = range(71001, 71005)
GROUPS = {"sender": SENDERS, "biller": BILLERS, "uploader": UPLOADERS, "stranger": STRANGERS}
NOT_ALLOWED = 13
FILES = samples(4)
"""Three that go out, one that is held."""


@pytest.fixture
def spool(area: Path) -> Spool:
    area.chmod(0o711)
    made = Spool(area / "spool", Access(SENDERS, BILLERS, UPLOADERS))
    made.create()
    return made


def settle(spool: Spool, area: Path) -> int:
    """How a run ends of a watch that is in all three groups and has no privileges."""

    def begin() -> int:
        os.setgroups([SENDERS, BILLERS, UPLOADERS])
        without_privileges()
        run = Watch(spool, light, AT_ONCE)
        run.once()
        return HELD if run.totals.needs_a_person else FINE

    return fork(begin, area / "log").wait()


def may(account: str, area: Path, act: Callable[[], object]) -> bool:
    """Whether an account may do this."""

    def begin() -> int:
        os.umask(0o027)
        os.setgroups([GROUPS[account]])
        os.setgid(GROUPS[account] + 1000)
        os.setuid(GROUPS[account] + 2000)
        try:
            act()
        except PermissionError:
            return NOT_ALLOWED
        return FINE

    code = fork(begin, area / account).wait()
    assert code in {FINE, NOT_ALLOWED}
    return code == FINE


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that one role may do and no other; ``to`` gives the path, of a file that is there."""

    role: str
    to: Callable[[Spool], Path]
    act: Callable[[Path], object]


def first(folder: Path) -> Path:
    return min(path for path in folder.rglob("*") if path.is_file())


DEEDS = {
    "see what is in in/": Deed("sender", lambda spool: spool.inbox, os.listdir),
    "see what is in out/": Deed("uploader", lambda spool: spool.out, os.listdir),
    "read a file of out/": Deed("uploader", lambda spool: first(spool.out), Path.read_bytes),
    "take a file from out/": Deed("uploader", lambda spool: first(spool.out), Path.unlink),
    "see what is in held/": Deed("biller", lambda spool: spool.held, os.listdir),
    "read a file of held/": Deed("biller", lambda spool: first(spool.held), Path.read_bytes),
    "take a file from held/": Deed("biller", lambda spool: first(spool.held), Path.unlink),
    "read the page": Deed("biller", lambda spool: spool.reports / "index.html", Path.read_bytes),
    "read a day": Deed("biller", lambda spool: first(spool.reports).parent.parent, os.listdir),
    "read a report": Deed("biller", lambda spool: first(spool.reports), Path.read_bytes),
    "change a file of out/": Deed("", lambda spool: first(spool.out), lambda path: path.open("r+b")),
    "change a file of held/": Deed("", lambda spool: first(spool.held), lambda path: path.open("r+b")),
    "remove a report": Deed("", lambda spool: first(spool.reports), Path.unlink),
    "put a report there": Deed("", lambda spool: spool.reports / "x", Path.touch),
    "see the spool": Deed("", lambda spool: spool.root, os.listdir),
    "put something there": Deed("", lambda spool: spool.root / "x", Path.touch),
    **{
        f"see what is in {name}/": Deed("", lambda spool, name=name: spool.root / name, os.listdir)  # type: ignore[misc]
        for name in ("work", "archive", "failed", "state")
    },
    "read the ledger": Deed("", lambda spool: spool.ledger, Path.read_bytes),
    "read an original": Deed("", lambda spool: first(spool.archive), Path.read_bytes),
}  # fmt: skip


def test_each_role_may_do_what_it_is_for_and_nothing_else(area: Path, spool: Spool) -> None:
    """A sender drops, the watch decides, an uploader and a biller take; a stranger gets nothing at all."""
    assert settle(spool, area) == FINE  # makes the folders
    assert may("sender", area, partial(drop, spool, FILES))
    for other in ("biller", "uploader", "stranger"):
        assert not may(other, area, partial(drop, spool, FILES))
    assert settle(spool, area) == HELD
    for name, deed in DEEDS.items():
        path = deed.to(spool)
        for account in sorted(GROUPS, key=lambda account: account == deed.role):  # who may, comes last
            allowed = may(account, area, partial(deed.act, path))
            assert allowed == (account == deed.role), f"{account}: {name}"
        if name == "take a file from held/":
            assert list(spool.held.iterdir()) == []
            drop(spool, {"again.837": samples(1, 900)["claims-000900.837"]})
            assert settle(spool, area) == HELD
    measured(f"{len(DEEDS)} deeds by {len(GROUPS)} accounts: each role does what it is for, others nothing")


def test_a_watch_with_roles_loses_nothing(area: Path, spool: Spool) -> None:
    """All modes are as they should be at the end, whatever somebody did to them before."""
    settle(spool, area)
    for folder in spool.folders():
        folder.chmod(0o755)
    drop(spool, FILES)
    assert settle(spool, area) == HELD
    assert_settled(Spool(spool.root), FILES.values(), take_out(spool))
    modes = {folder.name: stat.S_IMODE(folder.stat().st_mode) for folder in spool.folders()}
    assert modes == {
        "in": 0o3770, "out": 0o770, "held": 0o770, "reports": 0o750,
        "tables-in": 0o700, "feedback-in": 0o700, "work": 0o700, "archive": 0o700, "failed": 0o700,
        "state": 0o700,
    }  # fmt: skip
