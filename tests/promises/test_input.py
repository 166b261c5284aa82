"""Any bytes give a verdict: mutated files through what really decides, and into the ledger.

Full scale: 50,000 cases, other ones in each run; quick: 500, always the same.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scrubber.spool.jobs.arrivals import Candidate, Signature
from scrubber.spool.jobs.intake import accept_file, copy
from scrubber.spool.jobs.job_files import JobDecision, JobVerdict
from scrubber.spool.jobs.publish import commit
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.work.worker import _Received
from tests.promises.samples import sample, scrubbing
from tests.promises.scale import FULL, measured, scale
from tests.support.mutations import blanked_files, mutated_files

pytestmark = pytest.mark.promises

CASES = scale(500, 50_000)
NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
NAME = "claims.837"
MUTATED = st.one_of(
    mutated_files(), blanked_files(), st.binary(max_size=400), st.binary(max_size=200).map(sample(1).__add__)
)


class Decided:
    """A spool in which one file after the other is decided on, in this process."""

    def __init__(self, root: Path) -> None:
        self.spool = Spool(root)
        self.spool.create()
        self.ledger = Ledger.making(self.spool.ledger)
        self.verdicts: Counter[str] = Counter()
        self.longest = 0.0

    def decide(self, raw: bytes) -> None:
        path = self.spool.inbox / NAME
        path.write_bytes(raw)
        taken = accept_file(self.spool, Candidate(NAME, Signature.of(path.lstat())), NOW)
        assert taken
        job = copy(taken)
        assert job
        began = time.process_time()
        verdict = scrubbing()(job, _Received(job, self.ledger))
        self.longest = max(self.longest, time.process_time() - began)
        assert JobVerdict.from_json(verdict.to_json()) == verdict
        assert verdict.sha256 == hashlib.sha256(raw).hexdigest()
        assert verdict.verdict in {"clean", "partly_held", "held", "unreadable"}
        decision = commit(job, verdict, self.ledger)
        assert JobDecision.from_json(decision.to_json()) == decision
        self.ledger.record(decision, "")
        self.verdicts[verdict.verdict] += 1
        shutil.rmtree(job.folder)


@pytest.fixture(scope="module")
def decided() -> Iterator[Decided]:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        made = Decided(Path(name) / "spool")
        yield made
        made.ledger.close()


@settings(
    max_examples=CASES, deadline=None, derandomize=not FULL, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(raw=MUTATED)
def test_any_bytes_give_a_verdict(decided: Decided, raw: bytes) -> None:
    decided.decide(raw)


def test_all_kinds_of_verdict_came_of_them(decided: Decided) -> None:
    """The cases above reach all that can come of a file."""
    if not decided.verdicts:
        pytest.skip("needs the cases of the test before")
    counts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(decided.verdicts.items()))
    total, longest = sum(decided.verdicts.values()), decided.longest
    measured(f"{total} mutated inputs: {counts}; the longest took {longest:.2f} s")
    assert {"clean", "unreadable"} <= set(decided.verdicts) <= {"clean", "partly_held", "held", "unreadable"}
    assert {"partly_held", "held"} & set(decided.verdicts)
