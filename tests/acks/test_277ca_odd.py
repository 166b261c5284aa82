"""The 277CA of odd claims and odd files: what it does not answer, and what gives way where claims are odd."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files as resources
from pathlib import Path

import pytest
from lxml import etree

from scrubber.acks.statuses import ENTITIES, GENERAL, statuses
from scrubber.api import make_policy
from scrubber.engine.finding import Where
from scrubber.engine.history import Earlier
from scrubber.engine.loading.discovery import load_rulebook
from scrubber.engine.policy import Policy
from scrubber.envelopes.scan import Identity
from scrubber.x12.source import source_of_bytes
from tests.acks.test_277ca import EXAMPLE, FIXTURES, SEVERAL, answered, claims_of, refused
from tests.support.running import (
    AS_OF,
    run,
    shipped,
    to_folder,
    write_edits,
)
from tests.support.scrubbed import plain_finding


@cache
def _without_guide() -> Policy:
    """Nothing is held for the guide's sake, so that every transaction is answered."""
    return make_policy(as_of=AS_OF, select=["PAIR"])


def _first_amount(raw: bytes, number: bytes) -> str:
    """STC04 of a claim, as it is written."""
    found = re.search(rb"TRN\*2\*%s~STC\*[^*~]*\*[0-9]*\*[A-Z]*\*([^*~]*)" % number, raw)
    assert found
    return found[1].decode()


# ------------------------------------------------------------------------------ what is not answered


@pytest.mark.parametrize("name", ["truncated-mid-segment", "no-iea", "wrong-ge-count", "wrong-se-count"])
def test_what_holds_a_file_whole_is_told_by_the_999_only(name: str) -> None:
    """Claims that are held for their envelope's sake were not taken, so nothing is said of them."""
    result = run((FIXTURES / "broken" / f"{name}.837").read_bytes(), shipped("safe"))
    assert {claim.verdict for claim in result.claims} == {"held"}
    assert (set(refused(result)), "input.277" in result.acks) == ({True}, False)


@dataclass(frozen=True)
class _Received:
    """One earlier job, of which claims went out; ``kind`` says what of it comes again."""

    kind: str
    _earlier = Earlier("20260501-070000-00c0ffee", date(2026, 5, 1), sent=True)

    @property
    def content(self) -> Earlier | None:
        return self._earlier if self.kind == "content" else None

    def of(self, identity: Identity) -> Earlier | None:
        return self._earlier if self.kind == identity.kind else None


@pytest.mark.parametrize(
    ("received", "answer"), [("content", b"IK5*R*5~"), ("interchange", b"IK5*A~"), ("group", b"IK5*A~")]
)
def test_a_file_that_was_received_before(received: str, answer: bytes, tmp_path: Path) -> None:
    """The same file again is refused whole (DUP-03); of a control number used before is only warned."""
    history = _Received(received)
    to_folder(source_of_bytes(EXAMPLE), shipped("safe"), tmp_path, history=history)
    assert answer in (tmp_path / "input.999").read_bytes()
    assert (tmp_path / "input.277").exists() is (answer == b"IK5*A~")


def test_each_transaction_is_refused_for_its_own_claims() -> None:
    """The only claim of the second of three is held by the guide; the first has sound ones."""
    at = SEVERAL.index(b"CLM*SEV-0007")
    broken = SEVERAL[:at] + SEVERAL[at:].replace(b"*Y*A*Y*Y", b"*Q*A*Y*Y", 1)
    result = run(broken, shipped("safe"))
    assert refused(result) == [False, True, False]
    assert "SEV-0007" not in {claim.number for claim in claims_of(answered(result))}


def test_a_transaction_without_a_group_is_not_answered() -> None:
    """Neither 999 nor 277CA speaks of it; the transactions behind it are answered as ever."""
    stray = SEVERAL[SEVERAL.index(b"ST*") : SEVERAL.index(b"ST*837*0002")].replace(b"0001", b"0099")
    at = SEVERAL.index(b"GS*")
    result = run(SEVERAL[:at] + stray.replace(b"SEV-", b"OUT-") + SEVERAL[at:], shipped("safe"))
    assert len(result.claims) == 15
    told = [claim.number for claim in claims_of(answered(result))]
    assert told == [f"SEV-{number:04d}" for number in range(1, 10)]


# ------------------------------------------------------------------------------------ what gives way


@pytest.mark.parametrize(
    ("charge", "told"),
    [
        (b"-32", "-32"), (b"032.50", "32.5"), (b".5", "0.5"), (b"32.", "32"), (b"-0", "0"), (b"100", "100"),
        (b"9999999999.99", "9999999999.99"), (b"10000000000", "0"), (b"1" * 18, "0"), (b"0.005", "0"),
        (b"1e5", "0"), (b"+32", "0"), (b"", "0"), (b"9" * 60, "0"),
    ],
)  # fmt: skip
def test_charges(charge: bytes, told: str) -> None:
    """Dollars and cents are written as X12 writes numbers; what is none, or too much for the sums, is 0."""
    result = run(EXAMPLE.replace(b"CLM*EX-1002*32*", b"CLM*EX-1002*" + charge + b"*"), shipped())
    answered(result)
    assert _first_amount(result.acks["input.277"], b"EX-1002") == told


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (b"A" * 38, "A" * 38), (b"A" * 50, "A" * 50), (b"A" * 51, "0"), (b" A1 ", "A1"), (b"   ", "0"),
        (b"A:B", "0"), (b"A^B", "0"), (b"A\nB", "0"), (b"\xc3\x84", "0"), (b"a|b{c}", "a|b{c}"),
        (b"=1+1", "=1+1"),
    ],
)  # fmt: skip
def test_claim_numbers(number: bytes, told: str) -> None:
    """A number comes back as it was sent, or not at all: never shortened, and no delimiter in it."""
    raw = EXAMPLE.replace(b"CLM*EX-1002*", b"CLM*" + number + b"*")
    assert claims_of(answered(run(raw, shipped("safe"))))[1].number == told


@pytest.mark.parametrize(
    ("sent", "told"),
    [(b"CH-77", "CH-77"), (b"CH:77", ""), (b"CH^77", ""), (b"X" * 51, ""), (b"\xc3\x84", ""), (b"", "")],
)
def test_numbers_of_a_clearinghouse(sent: bytes, told: str) -> None:
    """REF*D9 comes back as it was sent; what cannot be written, by its length or characters, is left out."""
    raw = EXAMPLE.replace(b"HI*ABK:E538~\nNM1*82", b"REF*D9*" + sent + b"~\nHI*ABK:E538~\nNM1*82", 1)
    raw = raw.replace(b"SE*85", b"SE*86")
    claims = claims_of(answered(run(raw, shipped("safe"))))
    assert [claim.intermediary for claim in claims] == ["", told, "", ""]


@pytest.mark.parametrize(
    ("before", "after", "batch", "provider"),
    [
        (b"*B1-0001*", b"*B1-0001*", "B1-0001", "1300000019"),
        (b"*B1-0001*", b"**", "0", "1300000019"),
        (b"*B1-0001*", b"*" + b"B" * 51 + b"*", "0", "1300000019"),
        (b"NM1*85*2*", b"NM1*99*2*", "B1-0001", "UNKNOWN"),
        (b"*XX*1300000019~", b"~", "B1-0001", "311234567"),
        (b"*XX*1300000019~", b"*XX*1~", "B1-0001", "311234567"),
        (b"*XX*1300000019~", b"*24*1300000019~", "B1-0001", "311234567"),
    ],
)
def test_what_a_transaction_lacks_gives_way(before: bytes, after: bytes, batch: str, provider: str) -> None:
    """Without a batch number there is 0, without an NPI the tax number, without a provider UNKNOWN."""
    (transaction,) = answered(run(EXAMPLE.replace(before, after, 1), _without_guide()))
    assert (transaction.batch, [level.id for level in transaction.providers]) == (batch, [provider])


@pytest.mark.parametrize(
    ("service", "told"),
    [
        ("HC:96372:25:59", ["HC:96372:25:59"]),
        ("HC:96372:ZZZ:59", ["HC:96372:59"]),
        ("HC:96372:A:59", ["HC:96372:59"]),
        ("HC:" + "9" * 48, ["HC:" + "9" * 48]),
        ("HC:" + "9" * 49, []),
        ("ZZ:96372", []),
        ("HC:", []),
        ("", []),
    ],
)
def test_services(service: str, told: list[str]) -> None:
    """A line is told by qualifier, code and sound modifiers; one that cannot be named is not told."""
    broken = f"SV1*{service}*32*UN*1***9~\nDTP*472*D8*20260512".encode()
    raw = EXAMPLE.replace(b"SV1*HC:96372*32*UN*1***1~\nDTP*472*D8*20260512", broken)
    claim = claims_of(answered(run(raw, shipped("safe"))))[1]
    assert [line.service for line in claim.lines] == told
    assert claim.actions == {"U"}


_RENUMBER = '''\
"""A claim's number is repaired."""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, safe

edit = Edit(id="TEST-03", title="Number", snip=7, severity="reject", sources=("this test",))


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    if claim.control_number == "EX-1002":
        yield Hit(at=claim.control_number, message="It ends.", fix=safe((claim.control_number, "NEW")))
'''


def test_the_sender_knows_the_number_that_was_sent(tmp_path: Path) -> None:
    """A claim whose number was repaired is told by the number that it came with."""
    policy = make_policy(as_of=AS_OF, edits=[write_edits(tmp_path / "edits", _RENUMBER)], select=["TEST"])
    result = run(EXAMPLE, policy)
    assert result.clean
    assert b"CLM*NEW*" in result.clean
    assert claims_of(answered(result))[1].number == "EX-1002"


# ------------------------------------------------------------------------------- statuses of the edits


def test_whatever_may_hold_a_claim_has_a_status_of_its_own() -> None:
    """No edit that rejects, or that a shipped pack lets reject, gives the general pair only."""
    rulebook = load_rulebook()
    rules = [rule for pack in rulebook.packs.values() for rule in pack.rules]
    raised = {rule.edit for rule in rules if "reject" in (rule.severity, *rule.variants.values())}
    for edit in rulebook.edits.values():
        if set(edit.checks) - {"envelope"} and (
            edit.id in raised or "reject" in (edit.severity, *edit.variants.values())
        ):
            finding = plain_finding(edit.id, "", Where(), claim_status=edit.claim_status)
            assert GENERAL not in statuses([finding]), edit.id


@pytest.mark.parametrize("code", ["145", "164", "500", "501", "502", "503", "562"])
@pytest.mark.parametrize(
    ("loop", "entity"),
    [
        ("1000A", "41"), ("1000B", "40"), ("2000A", "85"), ("2010AA", "85"), ("2010AB", "87"),
        ("2010BA", "IL"), ("2010BB", "PR"), ("2010CA", "QC"), ("2310A", "DN"), ("2310B", "82"),
        ("2310C", "77"), ("2310D", "DQ"), ("2330A", "GB"), ("2420A", "82"), ("2420B", "QB"), ("2420C", "77"),
        ("2420D", "DQ"), ("2420E", "DK"), ("2420F", "DN"), ("2310E", ""), (None, ""),
    ],
)  # fmt: skip
def test_whose_address_or_number(code: str, loop: str | None, entity: str) -> None:
    """A status of somebody's says whose by the loop of the finding; other statuses do not."""
    where = Where(loop=loop)
    pairs = (f"A7:{code}", "A7:507")
    finding = plain_finding("TEST-01", "", where, claim_status=pairs)
    assert statuses([finding]) == [("A7", code, entity), ("A7", "507", "")]


def test_entities_are_those_of_the_guide() -> None:
    """STC01-3 of claims (2200D) and lines (2220D), by pyx12's map."""
    document = etree.fromstring(resources("pyx12").joinpath("map", "277.5010.X214.xml").read_bytes())
    for loop in ("2200D", "2220D"):
        path = f".//loop[@xid='{loop}']/segment[@xid='STC']//element[@xid='STC01-03']//code"
        assert {code.text for code in document.iterfind(path)} == ENTITIES
