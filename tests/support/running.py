"""Scrubbing bytes in tests: through a real folder, and with edits that hold or repair what a test names."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from scrubber.api import make_policy
from scrubber.engine.history import NO_HISTORY, History
from scrubber.engine.policy import Policy
from scrubber.engine.steps import ClaimDone, FileDone
from scrubber.pipeline.to_folder import Wanted, scrub_to_folder
from scrubber.report.build import claim_report, file_report
from scrubber.report.formats import Style
from scrubber.report.model import ClaimReport, FileReport
from scrubber.x12.source import Source, source_of_bytes

AS_OF = date(2026, 6, 30)
"""The day for which the strategies' files are clean."""

HOLD_EDIT = '''\
"""Claims whose number begins with H are held."""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(id="TEST-01", title="Held by its number", snip=7, severity="reject", sources=("this test",))


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    if claim.control_number.startswith("H"):
        yield Hit(at=claim.control_number, message="The number begins with H.")
'''
REPAIR_EDIT = '''\
"""The third letter of a claim's number says which name above it or in it gets a mark: B, S or C."""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, safe

edit = Edit(id="TEST-02", title="Name without its mark", snip=7, severity="reject", sources=("this test",))


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    assert claim.billing_provider
    assert claim.subscriber
    names = {
        "B": claim.billing_provider.name,
        "S": claim.subscriber.party.name,
        "C": claim.providers[0].name,
    }
    name = names.get(claim.control_number[2])
    if name is not None and not name.endswith(" QQ"):
        yield Hit(at=name, message="The name has no mark.", fix=safe((name, f"{name} QQ")))
'''
SOURCES = """\
["this test"]
publisher = "The project"
title = "Its tests"
"""
MARKS = ("CLM", "HLD", "FXB", "FXS", "FXC", "HXB", "HXS", "HXC")
"""What a claim's number may begin with: H… is held, ..B, ..S and ..C are repaired."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one input; an output that was not written is ``None``."""

    file: FileReport
    claims: tuple[ClaimReport, ...]
    clean: bytes | None
    held: bytes | None
    report: dict[str, Any]
    acks: dict[str, bytes]

    def verdict(self, number: str) -> str:
        return next(claim.verdict for claim in self.claims if claim.control_number == number)


@cache
def shipped(*fixes: str) -> Policy:
    """All shipped edits, with these fixes."""
    return make_policy(as_of=AS_OF, fix=fixes)


def write_edits(folder: Path, *sources: str) -> Path:
    """Write edits, and the source that they cite, into a folder that only the owner can write to."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    texts = {f"test_edit_{number}.py": source for number, source in enumerate(sources)}
    for name, text in {**texts, "sources.toml": SOURCES}.items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
    return folder


@cache
def marking(*fixes: str) -> Policy:
    """Only the two edits of this module: they hold and repair what the claims' numbers ask for.

    The run counts as a whole one, whose outputs have their usual names.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = write_edits(Path(name) / "edits", HOLD_EDIT, REPAIR_EDIT)
        policy = make_policy(as_of=AS_OF, edits=[folder], select=["TEST"], fix=fixes)
    policy.rulebook.select = ()
    return policy


def mark(raw: bytes, marks: Iterable[str]) -> bytes:
    """Give the claims of a file (CLM00001 …) the marks, in their order. No length changes."""
    for number, letters in enumerate(marks, start=1):
        raw = raw.replace(b"CLM%05d" % number, b"%s%05d" % (letters.encode(), number))
    return raw


def to_folder(
    source: Source,
    policy: Policy,
    folder: Path,
    take: Callable[[ClaimReport], object] = lambda _: None,
    *,
    formats: Sequence[str] = ("json",),
    style: Style | None = None,
    force: bool = False,
    history: History = NO_HISTORY,
) -> FileReport:
    """Scrub an input into a folder, telling of each claim; the report of the file, without its claims."""
    wanted = Wanted(tuple(formats), style or Style(policy.rulebook.edits), force)
    for step in scrub_to_folder(source, policy, folder, wanted, history=history):
        if isinstance(step, ClaimDone):
            take(claim_report(step.result, held=step.held))
        if isinstance(step, FileDone):
            return file_report(step.result, step.provenance, policy)
    raise AssertionError


def run(raw: bytes, policy: Policy) -> Result:
    """Scrub bytes into a folder and read back what is there."""
    claims: list[ClaimReport] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = to_folder(source_of_bytes(raw), policy, folder, claims.append)
        # Where edits are left out, the names say so.
        outputs = {path.name.replace(".partial.", ".", 1): path.read_bytes() for path in folder.iterdir()}
    report = json.loads(outputs.pop("input.report.json"))
    clean, held = outputs.pop("input.clean.837", None), outputs.pop("input.held.837", None)
    acks: dict[str, bytes] = {
        name: outputs.pop(name) for name in ("input.999", "input.ta1", "input.277") if name in outputs
    }
    assert outputs == {}
    return Result(file, tuple(claims), clean, held, report, acks)
