"""Invented files to drop, what decides on them, and whether a spool has done with them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path

from scrubber.api import make_policy
from scrubber.engine.history import History
from scrubber.envelopes.scan import Identity
from scrubber.spool.durable import copy_hashed, sync_folder, write_whole
from scrubber.spool.jobs.intake import Job
from scrubber.spool.jobs.job_files import JobVerdict, PayerCount
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.ledger.rebuild import manifests
from scrubber.spool.ledger.verify import verify
from scrubber.spool.work.worker import Scrubber, _outputs, earlier_of, warm
from tests.support.running import AS_OF

ROOT = Path(__file__).resolve().parents[2]
_MODEL = (ROOT / "fixtures" / "837" / "clean" / "injection-subscriber.837").read_bytes()
_TOTAL, _WRONG_TOTAL = b"*167.25*", b"*168.25*"


def sample(number: int) -> bytes:
    """One claim in an interchange of its own; every third file is held, since its total does not add up."""
    control = b"%09d" % number
    raw = _MODEL.replace(b"*000000001", b"*" + control).replace(b"*0900*1*X*", b"*0900*%d*X*" % number)
    raw = raw.replace(b"\nGE*1*1~", b"\nGE*1*%d~" % number).replace(b"INJ-0001", b"INJ-%06d" % number)
    return raw.replace(_TOTAL, _WRONG_TOTAL) if number % 3 == 0 else raw


def is_held(raw: bytes) -> bool:
    """Whether `sample` made it so that it is held."""
    return _WRONG_TOTAL in raw


def samples(count: int, first: int = 1) -> dict[str, bytes]:
    """So many files by name."""
    return {f"claims-{number:06d}.837": sample(number) for number in range(first, first + count)}


def drop(spool: Spool, files: dict[str, bytes]) -> None:
    """Put whole files into ``in/``."""
    for name, raw in files.items():
        (spool.inbox / name).write_bytes(raw)


@cache
def scrubbing() -> Scrubber:
    """What really decides, all shipped edits loaded."""
    policy = make_policy(as_of=AS_OF, fix=("safe",))
    warm(policy)
    return Scrubber(lambda: policy, ("json",), fixed_day=True)


def light(job: Job, history: History) -> JobVerdict:
    """Decides by the total alone: for tests that need many files."""
    raw = job.original.read_bytes()
    held = is_held(raw)
    job.reports.mkdir(mode=0o700)
    write_whole(job.reports / "claims.report.json", b"{}\n")
    with job.original.open("rb") as stream:
        digest, size = copy_hashed(stream, job.held if held else job.clean)
    sync_folder(job.folder)
    identity = Identity("content", digest)
    charge = Decimal("167.25")
    return JobVerdict(
        verdict="held" if held else "clean",
        size=size,
        sha256=digest,
        claims=1,
        accepted=int(not held),
        lines=3,
        payers=(PayerCount("MCB01", "medicare-b", 1, int(not held), charge, charge if held else Decimal()),),
        edits=(),
        identities=(identity,),
        earlier=earlier_of((identity,), history),
        files=tuple(_outputs(job, f"{job.id}_{Path(job.taken.name).stem}")),
    )


def take_out(spool: Spool) -> list[bytes]:
    """Take everything from ``out/``, as who sends it does."""
    taken = []
    for path in sorted(spool.out.iterdir()):
        taken.append(path.read_bytes())
        path.unlink()
    return taken


def assert_settled(spool: Spool, dropped: Iterable[bytes], sent: Iterable[bytes] = ()) -> None:
    """Every dropped file was decided on once, archived as it came and handed on; nothing else is there.

    ``sent`` is what was taken from ``out/`` before: it must not be there again.
    """
    dropped = list(dropped)
    assert _names(spool.inbox) == []
    assert _names(spool.work) == []
    assert _names(spool.failed) == []
    assert _hashes(spool.archive.glob("*/*/original.837")) == _counted(dropped)
    assert _hashes(spool.out.iterdir()) + _counted(sent) == _counted(
        raw for raw in dropped if not is_held(raw)
    )
    assert _hashes(spool.held.iterdir()) == _counted(raw for raw in dropped if is_held(raw))
    decisions = {decision.sequence: (decision, digest) for decision, digest in manifests(spool)}
    assert sorted(decisions) == list(range(1, len(dropped) + 1))
    ledger = Ledger.reading(spool.ledger)
    try:
        in_order = [decisions[sequence] for sequence in sorted(decisions)]
        assert [(row.job, row.manifest) for row in ledger.jobs()] == [
            (decision.job, digest) for decision, digest in in_order
        ]
        assert list(verify(spool, ledger)) == []
    finally:
        ledger.close()
    promised = {output.name for decision, _ in in_order for output in decision.verdict.files}
    assert promised >= {path.name for folder in (spool.out, spool.held) for path in folder.iterdir()}


def assert_nothing_lost(spool: Spool, dropped: Iterable[bytes]) -> None:
    """Every dropped file still exists as it came, wherever it is on its way."""
    kept = _hashes(
        [*spool.inbox.iterdir(), *spool.work.glob("*/input"), *spool.archive.glob("*/*/original.837"),
         *spool.failed.glob("*/input"), *spool.work.glob("*/archive/original.837")]
    )  # fmt: skip
    assert set(_counted(dropped)) <= set(kept)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _hashes(paths: Iterable[Path]) -> Counter[str]:
    return _counted(path.read_bytes() for path in paths)


def _counted(contents: Iterable[bytes]) -> Counter[str]:
    return Counter(hashlib.sha256(raw).hexdigest() for raw in contents)
