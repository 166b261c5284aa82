"""Measure all edits of the claims' packs together, beside the recognition of the same file, and each alone.

    python bench/edits.py [--mb 2] [--fault-rate 0.05] [--top 15]

The claims are built before, with their pairing; what is timed is choosing the edits of each claim and asking
them. Fields that are read for the first time are worked out then, so that belongs to the figure. The floor is
what asking as many edits costs that look at nothing. Compare figures of one run only.
"""

from __future__ import annotations

import argparse
import gc
import io
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bench import generate  # noqa: E402 - the project is found only now
from bench.tables import claims_of, recognize  # noqa: E402
from scrubber.api import make_policy  # noqa: E402
from scrubber.claim.level import unit_faults  # noqa: E402
from scrubber.claim.model import Claim, build_claim  # noqa: E402
from scrubber.engine.context import Context  # noqa: E402
from scrubber.engine.edit import Check, Edit  # noqa: E402
from scrubber.engine.finding import CheckResult  # noqa: E402
from scrubber.engine.policy import Policy  # noqa: E402
from scrubber.engine.subjects import subjects_of  # noqa: E402
from scrubber.tables import Lookups  # noqa: E402

AS_OF = date(2026, 6, 30)
Prepared = tuple[Claim, Context, str]


def main() -> None:
    """Generate, prepare, time, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mb", type=float, default=2, help="size of the file in 10**6 bytes")
    parser.add_argument("--fault-rate", type=float, default=0.05)
    parser.add_argument("--top", type=int, default=15, help="how many edits to list")
    arguments = parser.parse_args()
    out = io.BytesIO()
    generate.generate(out, size=int(arguments.mb * 1e6), seed=1, fault_rate=arguments.fault_rate)
    raw = out.getvalue()
    policy = make_policy(as_of=AS_OF)
    recognition = min(recognize(raw) for _ in range(3))
    seconds = []
    for _ in range(3):
        prepared = prepare(raw, policy)
        with uncollected():
            started = time.perf_counter()
            ask_all(prepared, policy)
            seconds.append(time.perf_counter() - started)
    floor = min(ask_nothing(prepared, policy) for _ in range(3))
    count = len(prepared)
    print(
        f"{count:,} claims: recognition {recognition / count * 1e6:.1f} µs a claim, "
        f"all edits {min(seconds) / count * 1e6:.1f} µs: {min(seconds) / recognition:.1f} times"
    )
    print(f"the floor: as many empty edits {floor / count * 1e6:.1f} µs: {floor / recognition:.1f} times")
    prepared = prepare(raw, policy)
    with uncollected():
        print_each(prepared, policy, arguments.top)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector: it would look through claims again that a run drops at once."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def prepare(raw: bytes, policy: Policy) -> list[Prepared]:
    """Claims with all that the edits are given, as the engine does it."""
    prepared = []
    codes = policy.rulebook.codes
    for leaf in claims_of(raw):
        levels = leaf.levels()
        claim = build_claim(levels, leaf.segments)
        above = (fault for name, level in levels.items() if name != "HEADER" for fault in level.faults)
        faults = (*above, *unit_faults("2300", leaf.segments))
        lookups = Lookups(policy.tables)
        context = Context(policy.as_of, codes, lookups, {}, faults, _claim=claim)
        prepared.append((claim, context, policy.pack_for(claim)))
    return prepared


def asked_of(prepared: Sequence[Prepared], policy: Policy) -> Iterator[tuple[Edit, Check, object, Context]]:
    """Yield every check that applies, once for each subject of each claim, with its parameters set."""
    for claim, context, pack in prepared:
        needs = policy.rulebook.needs(pack, claim.first_service or AS_OF)
        for kind, part, traits in subjects_of(claim, context, needs):
            for decision in needs.met(kind, traits):
                context.parameters = decision.parameters
                yield decision.edit, decision.edit.checks[kind], part, context


def ask_all(prepared: Sequence[Prepared], policy: Policy) -> None:
    """Every edit that applies, once a subject."""
    for _, check, part, context in asked_of(prepared, policy):
        list(check(part, context))


def ask_nothing(prepared: Sequence[Prepared], policy: Policy) -> float:
    """Return the seconds for running as many empty edits on each claim as apply to it."""

    def empty(_part: object, _context: Context) -> Iterator[CheckResult]:
        yield from ()

    with uncollected():
        started = time.perf_counter()
        for _, _, part, context in asked_of(prepared, policy):
            list(empty(part, context))
        return time.perf_counter() - started


def print_each(prepared: Sequence[Prepared], policy: Policy, top: int) -> None:
    """Print the costliest edits: µs a claim of the file, and how often a claim they were run."""
    spent: dict[str, float] = defaultdict(float)
    asked: Counter[str] = Counter()
    clock: Callable[[], float] = time.perf_counter
    for edit, check, part, context in asked_of(prepared, policy):
        started = clock()
        list(check(part, context))
        spent[edit.id] += clock() - started
        asked[edit.id] += 1
    for edit_id, seconds in sorted(spent.items(), key=lambda item: -item[1])[:top]:
        times = asked[edit_id] / len(prepared)
        print(f"  {edit_id:<8} {seconds / len(prepared) * 1e6:6.2f} µs, run {times:.2f} times a claim")


if __name__ == "__main__":
    main()
