"""Every ISA is judged by itself: what is wrong with one holds its interchange, and no other."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.laws.check_laws import broken_laws
from tests.support.check837 import check, parts_of
from tests.support.running import run, shipped
from tests.support.x12build import (
    BillingSpec,
    ClaimSpec,
    Delims,
    GroupSpec,
    InterchangeSpec,
    LineSpec,
    SubscriberSpec,
    TransactionSpec,
    build,
    npi,
)

STYLES = {
    "lines": Delims(),
    "one line": Delims(newline=b""),
    "CR LF": Delims(newline=b"\r\n"),
    "line feeds end segments": Delims(terminator=b"\n", newline=b""),
    "odd": Delims(b"|", b">", b"!", b"'", b"\n"),
}
COUNT = 3


def interchange_of(number: int, style: Delims) -> bytes:
    """Return an interchange with one claim, which has the interchange's number."""
    line = LineSpec("99213", Decimal(90), "20260601")
    claim = ClaimSpec(f"CLM{number}", (line,), ("E538",))
    billing = BillingSpec(npi(1), (SubscriberSpec("CI", "LHP01", claims=(claim,)),))
    group = GroupSpec(str(number), (TransactionSpec(f"000{number}", (billing,)),))
    return build([InterchangeSpec(f"00000000{number}", (group,))], style)


def elements(change: Callable[[list[bytes]], object]) -> Callable[[bytes, Delims], bytes]:
    """Return a damage to the elements of an ISA; the first one is its ID."""

    def damage(raw: bytes, style: Delims) -> bytes:
        parts = raw[:105].split(style.element)
        change(parts)
        return style.element.join(parts) + raw[105:]

    return damage


DAMAGES: dict[str, Callable[[bytes, Delims], bytes]] = {
    "the last lost": elements(lambda parts: parts.pop()),
    "ISA02 lost": elements(lambda parts: parts.pop(2)),
    "ISA10 lost": elements(lambda parts: parts.pop(10)),
    "an element too many": elements(lambda parts: parts.insert(5, b"ZZ")),
    "an element too many at the end": elements(lambda parts: parts.append(b">")),
    "ISA06 short": elements(lambda parts: parts.__setitem__(6, b"MILL")),
    "ISA08 long": elements(lambda parts: parts.__setitem__(8, b"CLEARWAY BILLING")),
    "ISA09 of eight digits": elements(lambda parts: parts.__setitem__(9, b"20260601")),
    "ISA13 short": elements(lambda parts: parts.__setitem__(13, b"204")),
    "ISA02 and ISA04 empty": elements(lambda parts: (parts.__setitem__(2, b""), parts.__setitem__(4, b""))),
    "ISA16 a space": elements(lambda parts: parts.__setitem__(16, b" ")),
    "ISA16 a zero": elements(lambda parts: parts.__setitem__(16, b"0")),
    "ISA16 empty": elements(lambda parts: parts.__setitem__(16, b"")),
    "ISA16 the element separator": lambda raw, style: raw[:104] + style.element + raw[105:],
    "no terminator": lambda raw, _: raw[:105] + raw[106:],
    "no IEA": lambda raw, _: raw[: raw.index(b"IEA")],
}


NOTES = {damage: "027" for damage in DAMAGES if damage.startswith("ISA16")}
"""TA105 where it is not 022."""


@pytest.mark.parametrize("place", range(COUNT))
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_interchange_is_held_alone(damage: str, style: str, place: int) -> None:
    """Claims of a damaged interchange are held and the others accepted; a TA1 rejects the damaged one."""
    parts = [interchange_of(number, STYLES[style]) for number in range(1, COUNT + 1)]
    sound = b"".join(parts[:place] + parts[place + 1 :])
    parts[place] = DAMAGES[damage](parts[place], STYLES[style])
    result = run(b"".join(parts), shipped("safe"))
    held = {claim.control_number for claim in result.claims if claim.verdict == "held"}
    assert (held, result.file.counts.claims) == ({f"CLM{place + 1}"}, COUNT)
    assert result.clean == sound
    assert check(result.clean).problems == []
    ta1 = [part.elements for part in parts_of(result.acks["input.ta1"]) if part.id == "TA1"]
    note = "023" if damage == "no IEA" and place == COUNT - 1 else NOTES.get(damage, "022")
    assert [elements[-2:] for elements in ta1] == [("R", note)]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("following", STYLES)
def test_an_isa_within_another_segment_begins_an_interchange(style: str, following: str) -> None:
    """Where the terminator of an IEA is lost, the ISA after it is seen, whatever its delimiters."""
    first, second = interchange_of(1, STYLES[style]), interchange_of(2, STYLES[following])
    end = STYLES[style].terminator + STYLES[style].newline
    result = run(first.removesuffix(end) + second, shipped("safe"))
    assert [claim.control_number for claim in result.claims] == ["CLM1", "CLM2"]
    assert [claim.verdict for claim in result.claims] == ["held", "accepted"]
    assert result.clean == second
    assert result.held is not None
    assert result.held.rstrip(b"\r\n") == first.removesuffix(end)


@pytest.mark.parametrize("before", ["GS", "BHT", "HL", "CLM", "LX", "GE"])
@pytest.mark.parametrize("is_sound", [True, False])
@pytest.mark.parametrize("place", range(COUNT))
def test_an_isa_in_the_middle_of_an_interchange(before: str, is_sound: bool, place: int) -> None:
    """An ISA in the middle ends the interchange, which is held; the others are not."""
    parts = [interchange_of(number, STYLES["lines"]) for number in range(1, COUNT + 1)]
    sound = b"".join(parts[:place] + parts[place + 1 :])
    isa = interchange_of(9, STYLES["lines"])[:107] if is_sound else b"ISA*00*MIDDLE~\n"
    parts[place] = parts[place].replace(b"\n" + before.encode(), b"\n" + isa + before.encode(), 1)
    result = run(b"".join(parts), shipped("safe"))
    assert result.clean == sound
    ta1 = [part.elements for part in parts_of(result.acks["input.ta1"]) if part.id == "TA1"]
    assert ta1[0][1] == f"00000000{place + 1}"
    assert ta1[0][-2:] == ("R", "022")


TERMINATORS = (b"", b"\n", b"!", b"!\n", b"'", b"~", b"~~\n", b"~\n~\n", b"~\n!", b"~\r\n")
"""What may be found after an ISA or a GS in place of its terminator and line end."""


@pytest.mark.parametrize("of_isa", TERMINATORS)
@pytest.mark.parametrize("of_gs", TERMINATORS)
def test_wrong_terminators_of_isa_and_gs(of_isa: bytes, of_gs: bytes) -> None:
    """Whatever the ISA and the GS end in, the rest is read as it is, and the 999 points at what is there."""
    style = STYLES["lines"]
    short = DAMAGES["ISA08 long"](interchange_of(1, style), style)
    for first in (interchange_of(1, style), short):
        raw = first.replace(b"~\nGS*", of_isa + b"GS*").replace(b"~\nST*", of_gs + b"ST*")
        assert broken_laws(raw + interchange_of(2, style)) == []


CUTS: dict[str, Callable[[bytes], bytes]] = {
    "IEA": lambda raw: raw[:-2],
    "GE": lambda raw: raw[: raw.index(b"~\nIEA")],
    "SE": lambda raw: raw[: raw.index(b"~\nGE*")],
    "DTP": lambda raw: raw[: raw.index(b"~\nSE")],
    "CLM": lambda raw: raw[: raw.index(b"***11")],
    "GS": lambda raw: raw[: raw.index(b"~\nST")],
    "ISA": lambda raw: raw[: raw.index(b"\nGS*")].removesuffix(b"~"),
    "ISA and its line end": lambda raw: raw[: raw.index(b"GS*HC")],
}


@pytest.mark.parametrize("last", CUTS)
@pytest.mark.parametrize(
    "damage", ["ISA02 lost", "ISA06 short", "ISA08 long", "ISA16 empty", "no terminator"]
)
def test_an_interchange_that_runs_into_a_damaged_one(last: str, damage: str) -> None:
    """However a damaged interchange is cut off, the damaged one after it has a TA1 of its own."""
    style = STYLES["lines"]
    first, second = (DAMAGES[damage](interchange_of(number, style), style) for number in (1, 2))
    raw = CUTS[last](first) + second
    assert broken_laws(raw) == []
    if (last, damage) == ("GS", "no terminator"):
        return  # nothing near the first ISA says that the line feed after it is no terminator
    ta1 = [part[1] for part in parts_of(run(raw, shipped()).acks["input.ta1"]) if part.id == "TA1"]
    assert len(ta1) == 2
