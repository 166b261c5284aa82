"""Held claims to be corrected in tests: one file with four claims, three of them held for one value each."""

from __future__ import annotations

import shutil
from pathlib import Path

from scrubber.spool.corrections.apply import apply, places_of
from scrubber.spool.corrections.values import ClaimCorrection, NewValue
from scrubber.spool.layout import Spool
from tests.support.spool import CLEAN, drop, make_spool, real, run_once
from tests.support.work import worklist

GOOD = {"INJ-0002": "E538", "INJ-0003": "1200000010", "INJ-0004": "1"}
"""The values that are right, by the claim's number: a diagnosis, an NPI and a pointer."""
_FAULTS = {
    2: ("20260504", "ABK:E538", "ABK:E53Z"),
    3: ("20260427", "1200000010", "1200000011"),
    4: ("20260420", "1***2~", "1***9~"),
}


def several() -> bytes:
    """INJ-0001, which is accepted, and three claims of other days that are held."""
    head, _, rest = CLEAN.decode().partition("CLM*")
    body, _, tail = rest.partition("SE*33")
    claims = [f"CLM*{body}"]
    for number, (day, good, bad) in _FAULTS.items():
        claim = claims[0].replace("INJ-0001", f"INJ-000{number}").replace("20260511", day)
        assert good in claim
        claims.append(claim.replace(good, bad))
    count = 33 + 3 * claims[0].count("~")
    return f"{head}{''.join(claims)}SE*{count}{tail}".encode()


def held_spool(folder: Path, raw: bytes | None = None) -> Spool:
    """A spool whose watch has scrubbed this file."""
    spool = make_spool(folder)
    drop(spool, "visits.837", several() if raw is None else raw)
    run_once(spool, real())
    return spool


def copied(spool: Spool, folder: Path) -> Spool:
    """A copy of a spool: scrubbing takes longer than copying."""
    shutil.copytree(spool.root, folder / "spool")
    return Spool(folder / "spool")


def new_values(spool: Spool, values: dict[str, str]) -> list[NewValue]:
    """New values for the only place of each of these claims, as a list of now would have them."""
    with worklist(spool) as work:
        return [
            NewValue(item.row.id, name, values[item.record.number], item.row.job)
            for item in work.items(())
            if item.record and item.record.number in values
            for name in list(places_of(item))[:1]
        ]


def correct(spool: Spool, values: dict[str, str]) -> dict[str, ClaimCorrection]:
    """Correct these claims, and return what became of each."""
    entered = new_values(spool, values)
    with worklist(spool) as work:
        return {done.number: done for done in apply(work, entered, "ann")}


def by_number(spool: Spool) -> dict[str, str]:
    """The state of each claim, by its number."""
    with worklist(spool) as work:
        return {item.record.number: item.row.state for item in work.items(()) if item.record}
