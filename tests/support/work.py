"""The claim work list in tests: files whose claims are held or clean as a test says, and the list."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import msgspec

from scrubber.engine.history import History
from scrubber.spool.jobs.intake import Job
from scrubber.spool.jobs.job_files import JobVerdict
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.ledger.rebuild import rebuild
from scrubber.spool.ledger.verify import verify
from scrubber.spool.work import worker
from scrubber.spool.worklist.claims import CLAIMS, ClaimRecord, HeldFor
from scrubber.spool.worklist.worklist import Entry, Worklist
from tests.support.spool import GOOD_NPI, drop, light, run_once, unflushed

FINDING = HeldFor("BILL-03", "NPI fails", "NPI of DR SORREL fails.", "Enter the NPI of DR SORREL.")


def claim(ordinal: int = 1, *, held: bool = True, **others: Any) -> ClaimRecord:
    """A claim of Alder Larkspur; held ones have charges, an edit and a finding."""
    values: dict[str, Any] = {
        "ordinal": ordinal, "number": "INJ-0001", "npi": GOOD_NPI.decode(), "tax_id": "311234567",
        "member_id": "1EG4TE5MK73", "name": "LARKSPUR", "first_name": "ALDER", "service": "2026-05-11",
    }  # fmt: skip
    if held:
        values |= {
            "held": True, "cents": 16725, "patient": "LARKSPUR, ALDER", "provider": "MILLBROOK",
            "payer": "MCB01", "payer_name": "MEDICARE", "edits": ("BILL-03",), "findings": (FINDING,),
        }  # fmt: skip
    return ClaimRecord(**{**values, **others})


def decide_with(*claims: ClaimRecord) -> Any:
    """A decide function by which a file has these claims."""

    def decide(job: Job, history: History) -> JobVerdict:
        (job.archive / CLAIMS).write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in claims))
        verdict = light(job, history)
        return replace(verdict, files=tuple(worker._outputs(job, f"{job.id}_{job.taken.name[:-4]}")))

    return decide


def receive(spool: Spool, *claims: ClaimRecord) -> None:
    """Drop a file that has these claims, and scrub it."""
    number = len(list(spool.archive.glob("*/*"))) + 1
    drop(spool, f"f{number}.837", b"%d" % number)
    run_once(spool, decide_with(*claims))


@contextmanager
def worklist(spool: Spool) -> Iterator[Worklist]:
    """The work list, as a command opens it."""
    with unflushed():
        ledger = Ledger.writing(spool.ledger)
        try:
            yield Worklist(spool, ledger)
        finally:
            ledger.close()


def enter(spool: Spool, name: str, event: Any, text: str = "", user: str = "ann") -> None:
    """Enter an event, as a command does."""
    with worklist(spool) as work:
        work.enter([Entry(work.find(name).row, event, text)], user)


def states(spool: Spool) -> list[str]:
    """The states of all claims, in the order of the list."""
    with worklist(spool) as work:
        return [item.row.state for item in work.items()]


def check_rebuilt(spool: Spool) -> None:
    """A rebuilt ledger tells the same, and everything matches."""
    before = told(spool)
    with unflushed():
        rebuild(spool)
    assert told(spool) == before
    ledger = Ledger.reading(spool.ledger)
    assert list(verify(spool, ledger)) == []
    ledger.close()


def told(spool: Spool) -> list[Any]:
    """All that the list and the histories tell."""
    with worklist(spool) as work:
        items = work.items()
        return [(item._replace(row=item.row._replace(claim=0)), work.history(item)) for item in items]
