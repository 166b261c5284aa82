"""One separator too few, too many or a wrong one is one fault, and the claim around it is read on."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrubber.api import scrub
from scrubber.engine.finding import Finding
from tests.support.running import shipped

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "837"
CLEAN = (FIXTURES / "clean" / "injection-subscriber.837").read_bytes().replace(b"\n", b"")


def _findings(raw: bytes) -> list[Finding]:
    (file,) = scrub(raw, policy=shipped()).files
    found = (*file.findings, *(finding for claim in file.claims for finding in claim.findings))
    return [finding for finding in found if finding.severity != "info"]


def _said(raw: bytes) -> list[tuple[str, str | None, str]]:
    return [(one.edit, one.where.element, one.message) for one in _findings(raw)]


@pytest.mark.parametrize(
    ("right", "wrong", "element", "what"),
    [
        ("*****46*", "****46*", "NM107", "a * is missing before NM107"),
        ("NM1*PR*2*", "NM1*PR*2*MEDICARE*", "NM103", "there is one * within the value of NM103"),
        ("*****46*", "******46*", "NM104", "there is one * too many at NM104"),
        ("46*MILL", "46MILL", "NM108", "a * is missing within NM108"),
        ("ALDER****MI", "ALDER**MI", "NM106", "two * are missing before NM106"),
        ("18*******MB", "18******MB", "SBR08", "a * is missing before SBR08"),
        ("SBR*P*18", "SBR*P**18", "SBR02", "there is one * too many at SBR02"),
        ("OH*43215~", "OH43215~", "N402", "a * is missing within N402"),
        ("COLUMBUS*OH", "COLUMBUS OH", "N401", "a * is missing within N401, between city and state"),
        ("DTP*472*D8", "DTP*472D8", "DTP01", "a * is missing within DTP01"),
        ("DTP*472*D8", "DTP*472**D8", "DTP02", "there is one * too many at DTP02"),
        ("*UN*1*", "*UN1*", "SV103", "a * is missing within SV103"),
        ("*32*UN*1***1", "*32*UN*1**1", "SV106", "a * is missing before SV106"),
        ("HC:99213:25", "HC>99213>25", "SV101", "components are separated by > instead of :"),
        ("HC:99213:25", "HC*99213*25", "SV101", "components are separated by * instead of :"),
        ("11:B:1", "11*B*1", "CLM05", "components are separated by * instead of :"),
        ("ABK:E538*ABF:I10", "ABK*E538*ABF*I10", "HI01", "components are separated by * instead of :"),
        ("ABK:E538*ABF:I10", "ABK>E538*ABF>I10", "HI01", "components are separated by > instead of :"),
        (
            "ABK:E538*ABF:I10", "ABK:E538:ABF:I10", "HI01",
            "HI01 contains several diagnoses, which are elements of their own",
        ),
    ],
)  # fmt: skip
def test_wrong_separators_are_one_finding(right: str, wrong: str, element: str, what: str) -> None:
    """Whatever follows from them, in the segment or elsewhere in the claim, is not reported as well."""
    assert CLEAN.count(right.encode())
    (said,) = _said(CLEAN.replace(right.encode(), wrong.encode(), 1))
    assert said[:2] == ("GUIDE-23", element)
    assert said[2].endswith(f" segment: {what}.")


@pytest.mark.parametrize(
    ("right", "wrong", "edits"),
    [
        ("*UN*1***2", "*XX*1***2", ["GUIDE-08"]),
        ("*Y*A*Y*Y", "*Y*Z*Y*Q", ["GUIDE-08", "GUIDE-08"]),
    ],
)
def test_wrong_values_in_their_places_are_not_blamed_on_separators(
    right: str, wrong: str, edits: list[str]
) -> None:
    """Where moving values makes nothing right, each value is its own fault."""
    found = _findings(CLEAN.replace(right.encode(), wrong.encode(), 1))
    assert [finding.edit for finding in found if finding.edit.startswith("GUIDE")] == edits


@pytest.mark.parametrize("mark", [b">", b"^"])
def test_isa16_is_compared_with_what_the_claims_use(mark: bytes) -> None:
    """Another component separator than the one declared is one finding of the interchange, which is held."""
    raw = CLEAN.replace(b"*T*:~", b"*T*" + mark + b"~")
    assert _said(raw) == [
        (
            "STR-13",
            "ISA16",
            f"ISA16 is {mark.decode()}; expected :, the component separator in use in the claims.",
        )
    ]
    (file,) = scrub(raw, policy=shipped()).files
    assert file.counts.held == file.counts.claims
    assert [entry.why for claim in file.claims for entry in claim.unchecked] == [
        "ISA16 is not the component separator in use"
    ]


def _with_dependent(raw: bytes) -> bytes:
    """The subscriber's claim, then one of a dependent of the same subscriber."""
    claim = raw[raw.index(b"CLM*") : raw.index(b"SE*")]
    patient = (
        b"HL*3*2*23*0~PAT*19~NM1*QC*1*LARKSPUR*TEA~N3*48 MEADOW LN~N4*COLUMBUS*OH*43215~DMG*D8*20100822*F~"
    )
    both = raw.replace(claim, claim + patient + claim.replace(b"INJ-0001", b"INJ-0002"))
    both = both.replace(b"HL*2*1*22*0", b"HL*2*1*22*1").replace(b"*******MB", b"*******CI")
    count = both[both.index(b"ST*") : both.index(b"GE*")].count(b"~")
    return both[: both.index(b"SE*")] + b"SE*%d*0001~" % count + both[both.index(b"GE*") :]


def test_a_subscriber_with_dependents_is_a_patient_too() -> None:
    """The TR3 requires DMG of a subscriber with own claims; the dependents' claims do not need it."""
    file = scrub(_with_dependent(CLEAN.replace(b"DMG*D8*19570822*M~", b"")), policy=shipped()).files[0]
    own, dependent = ([finding.edit for finding in claim.findings] for claim in file.claims)
    assert "GUIDE-01" in own
    assert "GUIDE-01" not in dependent
    whole = scrub(_with_dependent(CLEAN), policy=shipped()).files[0]
    assert [
        finding for claim in whole.claims for finding in claim.findings if finding.edit == "GUIDE-01"
    ] == []
