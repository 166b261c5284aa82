"""What claims share is told once: at the first of them, with the number of all; each keeps its verdict."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html

from scrubber.engine.steps import ClaimDone
from scrubber.pipeline.scrub import scrub_source
from scrubber.report import shared
from scrubber.report.build import claim_report
from scrubber.report.claim_view import ClaimView
from scrubber.x12.source import source_of_bytes
from tests.support.reporting import reports, text_report
from tests.support.running import shipped

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "837"
CLEAN = (FIXTURES / "clean" / "injection-subscriber.837").read_bytes().replace(b"\n", b"")
NPI, BAD_NPI = b"XX*1300000019", b"XX*1300000018"
MESSAGE = "NPI in loop 2010AA fails its check digit."


def _parts() -> tuple[bytes, bytes, bytes]:
    """The billing provider, the subscriber and the claim of a clean file."""
    provider, subscriber, claim = (CLEAN.index(mark) for mark in (b"HL*1*", b"HL*2*", b"CLM*"))
    return CLEAN[provider:subscriber], CLEAN[subscriber:claim], CLEAN[claim : CLEAN.index(b"SE*")]


def _file(levels: bytes) -> bytes:
    """A file with these levels in its only transaction set."""
    head = CLEAN[: CLEAN.index(b"HL*1*")]
    segments = (head[head.index(b"ST*") :] + levels).count(b"~") + 1
    return head + levels + b"SE*%d*0001~GE*1*1~IEA*1*000000001~" % segments


def _claim(number: int) -> bytes:
    day = b"202605%02d" % (number + 1)
    return _parts()[2].replace(b"INJ-0001", b"N%d" % number).replace(b"20260511", day)


def _under_one_provider(count: int) -> bytes:
    provider, subscriber, _ = _parts()
    return _file(provider + subscriber + b"".join(map(_claim, range(count))))


def _provider_again(count: int) -> bytes:
    """Each claim has a billing provider's level of its own, as some programs write it."""
    provider, subscriber, _ = _parts()
    levels = b""
    for number in range(count):
        one, two = b"%d" % (2 * number + 1), b"%d" % (2 * number + 2)
        levels += provider.replace(b"HL*1*", b"HL*%b*" % one)
        levels += subscriber.replace(b"HL*2*1*", b"HL*%b*%b*" % (two, one)) + _claim(number)
    return _file(levels)


def _json(raw: bytes, **style: bool) -> list[dict[str, Any]]:
    found = reports(raw, policy=shipped(), formats=("json",), **style)["json"]
    claims: list[dict[str, Any]] = json.loads(found)["files"][0]["claims"]
    return claims


@pytest.mark.parametrize("make", [_under_one_provider, _provider_again])
def test_the_first_claim_tells_it_and_the_others_refer_to_it(make: Callable[[int], bytes]) -> None:
    """One finding with the number of claims; every claim is held by it, wherever the level is opened."""
    claims = _json(make(4).replace(NPI, BAD_NPI))
    assert [claim["verdict"] for claim in claims] == ["held"] * 4
    assert [claim["held_by"] for claim in claims] == [["BILL-03"]] * 4
    found = [[(one["edit"], one["claims"]) for one in claim["findings"]] for claim in claims]
    assert found == [[("BILL-03", 4)], [], [], []]
    assert [[(one["edit"], one["claim"]) for one in claim["shared"]] for claim in claims] == [
        [], *[[("BILL-03", "N0")]] * 3
    ]  # fmt: skip


def test_every_form_says_it_once() -> None:
    """The message is in each report once, with the number of the claims."""
    raw = _under_one_provider(4).replace(NPI, BAD_NPI)
    found = reports(raw, policy=shipped(), formats=("text", "json", "jsonl", "xml", "csv", "html"))
    for name, report in found.items():
        assert report.count(MESSAGE.encode()) == 1, name
    assert "in 4 claims (N0, N1, N2, N3)" in found["text"].decode()
    assert "\n  claim N1 " not in found["text"].decode()
    (row,) = csv.DictReader(io.StringIO(found["csv"].decode("utf-8-sig"), newline=""))
    assert (row["claim"], row["claims"]) == ("N0", "4")
    finding = etree.fromstring(found["xml"]).find(".//claim/findings/finding")
    assert finding is not None
    assert finding.get("claims") == "4"
    page: Any = html.fromstring(found["html"].decode())
    assert "4 claims (N0, N1, N2, N3)" in page.text_content()
    assert len(page.xpath("//div[@class='cards']/details")) == 1
    assert "Held claims without other faults: 3" in page.text_content()


def test_a_claim_with_a_fault_of_its_own_is_told_with_a_reference() -> None:
    """Where a later claim has another fault, its report has that one and refers to the shared one."""
    raw = _under_one_provider(3).replace(NPI, BAD_NPI).replace(b"CLM*N1*167.25", b"CLM*N1*168.25")
    text = text_report(raw, policy=shipped())
    own = text[text.index("claim N1 HELD") :]
    assert "BILL-01" in own
    assert re.search(r"reject +BILL-03 +segment [0-9]+: as in claim N0", own)


def test_different_providers_have_different_faults() -> None:
    """The same fault of another provider is told for itself; so is a fault of a claim's own."""
    raw = _provider_again(2).replace(NPI, BAD_NPI)
    first, last = raw.split(b"HL*3*", 1)
    claims = _json(first + b"HL*3*" + last.replace(b"MILLBROOK FAMILY", b"QUARRY"))
    assert [[one["claims"] for one in claim["findings"]] for claim in claims] == [[None], [None]]
    own = _json(_under_one_provider(2).replace(b"*167.25*", b"*168.25*"))
    assert [[one["edit"] for one in claim["findings"]] for claim in own] == [["BILL-01"], ["BILL-01"]]


def test_a_mask_hides_the_claim_that_is_referred_to() -> None:
    """Masked, a reference has the number that the masked report gives the claim."""
    raw = _under_one_provider(3).replace(NPI, BAD_NPI)
    claims = _json(raw, masked=True)
    assert [[one["claim"] for one in claim["shared"]] for claim in claims] == [[], ["#1"], ["#1"]]
    assert "N1" not in text_report(raw, policy=shipped(), masked=True)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many levels have a fault of their own, only a limited number of them is kept in mind."""
    monkeypatch.setattr(shared, "_MOST", 2)
    provider, subscriber, _ = _parts()
    levels = provider + b"".join(
        subscriber.replace(b"HL*2*", b"HL*%d*" % (number + 2)).replace(b"N4*COLUMBUS*OH*43215~", b"")
        .replace(b"48 MEADOW", b"%d MEADOW" % number) + _claim(number)
        for number in range(6)
    )  # fmt: skip
    faults = shared.SharedFaults()
    steps = [
        step
        for step in scrub_source(source_of_bytes(_file(levels)), shipped())
        if isinstance(step, ClaimDone)
    ]
    for ordinal, step in enumerate(steps, 1):
        report = claim_report(step.result, held=step.held)
        assert report.findings
        faults.take(ClaimView.of(report, step.result, ordinal, masked=False))
    assert len(faults._single) == 2
    assert faults.faults == ()


def test_claims_of_a_held_envelope_are_counted_once() -> None:
    """Claims that are held with their envelope only are one line of the text and one row of the list."""
    raw = _under_one_provider(3).replace(b"SE*", b"SE*9")
    text = text_report(raw, policy=shipped())
    assert "  Held with the envelope: 3 claims (N0, N1, N2)\n" in text
    assert "claim N0 HELD" not in text


def test_notes_are_counted_in_one_line() -> None:
    """What is for information only is not spelled out in the text: one line counts it by edit."""
    raw = _under_one_provider(2).replace(b"ABF:I10~", b"ABF:I10*ABF:R109~")
    text = text_report(raw, policy=shipped())
    assert "  For information, listed in the records: DX-19 (2)\n" in text
    assert "claim N0" not in text


def test_a_fault_of_the_submitter_is_told_once_for_all_transaction_sets() -> None:
    """Each transaction set repeats the submitter: its fault is one finding, with the number of the others."""
    raw = _under_one_provider(1).replace(b"*TE*", b"*TE*0")
    start, end = raw.index(b"ST*"), raw.index(b"GE*1*")
    sets = b"".join(raw[start:end].replace(b"*0001", b"*000%d" % number) for number in (1, 2, 3))
    raw = raw[:start] + sets + raw[end:].replace(b"GE*1*", b"GE*3*")
    found = json.loads(reports(raw, policy=shipped(), formats=("json",))["json"])["files"][0]["findings"]
    told = [finding["message"] for finding in found if finding["edit"] == "ID-02"]
    assert [message.endswith(" Also in 2 more transaction sets.") for message in told] == [True]
