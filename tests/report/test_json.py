"""The JSON formats: every value is escaped as JSON, and as terminals and readers of lines need it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.engine.steps import ClaimDone
from scrubber.pipeline.scrub import scrub_source
from scrubber.report.build import claim_report, run_report
from scrubber.report.claim_view import ClaimView
from scrubber.report.formats import FORMATS, Style
from scrubber.report.formats.json import dump
from scrubber.report.model import ClaimReport
from scrubber.report.tally import Tally
from scrubber.text import Spool
from scrubber.x12.source import source_of_bytes
from tests.support.running import shipped
from tests.support.scrubbed import example, write

CLEAN = Path(__file__).parents[2] / "fixtures" / "837" / "clean"
_CONTROL = re.compile("[\x7f-\x9f\u2028\u2029]")
_AWKWARD = st.sampled_from(
    ["", '"', "\\", '",', "\x00", "\n", "\x7f", "\x85", "\u2028", "\u2029", "é", "\U0001f489"]
)
_TEXTS = st.one_of(
    st.text(max_size=8), st.lists(_AWKWARD, max_size=4).map("".join), st.sampled_from(["EX-1", "0001"])
)


def _strategy(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type of the report, whatever its fields are."""
    if kind is str:
        return _TEXTS
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        fields = {field.name: _strategy(field.type) for field in msgspec.structs.fields(kind)}
        return st.builds(kind, **fields)
    if getattr(kind, "__origin__", None) is tuple:
        return st.lists(_strategy(kind.__args__[0]), max_size=3).map(tuple)
    if kind is date:
        return st.dates()
    if hasattr(kind, "__args__") and not hasattr(kind, "__metadata__") and date in kind.__args__:
        return st.none() | st.dates()
    return st.from_type(kind)


@given(_strategy(ClaimReport))
def test_a_claim_is_one_line_that_reads_back(report: ClaimReport) -> None:
    line = dump(report)
    assert msgspec.json.decode(line, type=ClaimReport) == report
    assert not _CONTROL.search(line.decode())
    assert len(line.splitlines()) == 1


@given(_strategy(ClaimReport))
def test_only_what_needs_it_is_escaped(report: ClaimReport) -> None:
    """The quick way out for plain ASCII gives the same bytes."""
    plain = msgspec.json.format(msgspec.json.encode(report), indent=0).decode()
    assert dump(report).decode() == _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", plain)


@pytest.mark.parametrize("text", ["plain", "\x7f", "\x80", "\u2028", "é"])
def test_a_text(text: str) -> None:
    assert json.loads(dump(text)) == text
    assert not _CONTROL.search(dump(text).decode())


@pytest.mark.parametrize("name", ["json", "jsonl"])
def test_many_claims_are_kept_in_order(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Claims wait in memory or on disk, gathered or not: the report is the same."""
    found = example()
    policy = shipped()

    def report() -> bytes:
        out = BytesIO()
        writer = FORMATS[name].writer(out, Style({}))
        provenance = write([found, found], [writer], Style({}))
        writer.finish(run_report(provenance, policy))
        return out.getvalue()

    whole = report()
    monkeypatch.setattr(Spool, "_GATHERED", 1)
    assert whole.count(b"EX-1003") > 1
    assert report() == whole


def test_accepted_claims_are_reported_without_their_model() -> None:
    raw = b"".join(path.read_bytes() for path in sorted(CLEAN.glob("*.837")))
    steps = [
        step for step in scrub_source(source_of_bytes(raw), shipped("safe")) if isinstance(step, ClaimDone)
    ]
    steps = [step for step in steps if not step.held]
    assert steps
    before = [dump(claim_report(step.result, held=False)) for step in steps]
    without = [replace(step.result, model=cast("Any", None), known_facts=step.result.facts) for step in steps]
    assert [dump(claim_report(result, held=False)) for result in without] == before
    views = [ClaimView.of(claim_report(result, held=False), result, 1, masked=False) for result in without]
    tally = Tally()
    for view in views:
        tally.add(view)
    assert tally.total.claims == len(steps)


def test_a_spool_pours_everything_once() -> None:
    spool, out = Spool(), BytesIO()
    spool.write(b"one\n")
    spool.write(b"two\nthree")
    assert list(spool) == [b"one\n", b"two\n", b"three"]
    spool.pour(out)
    assert out.getvalue() == b"one\ntwo\nthree"
