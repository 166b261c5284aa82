"""The judge of the tests: it finds nothing in sound files, and notices every way to break an output."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings

from tests.laws.check_laws import broken_laws, law_of, shrunk
from tests.support.damages import sound_interchanges, spec_of
from tests.support.judge837 import Outputs, interchanges_of, is_sound, judge
from tests.support.running import run, shipped
from tests.support.x12build import build

RAW = build([spec_of(1, [[[False], [False]], [[False]]]), spec_of(2, [[[False]]])])
"""Two interchanges: one of two groups with two sets and one, one of one set; each set has one claim."""
BROKEN = RAW.replace(b"SE*25*0002", b"SE*26*0002")
"""The same, with a wrong count in the second set."""


def outputs(raw: bytes) -> Outputs:
    result = run(raw, shipped())
    acks = (result.acks.get(f"input.{suffix}") for suffix in ("999", "ta1", "277"))
    return Outputs(result.clean, result.held, *acks)


@given(sound_interchanges())
@settings(max_examples=15)
def test_sound_files_break_no_law(raws: list[bytes]) -> None:
    """Interchanges of which nothing is damaged are read as such, go out, and break no law."""
    raw = b"".join(raws)
    found = interchanges_of(raw)
    assert is_sound(raw)
    assert len(found) == len(raws)
    assert {claim.state for each in found for claim in each.claims} == {"sound"}
    assert broken_laws(raw) == []


def test_a_broken_set_is_held_alone() -> None:
    """Of the file that the next tests start from, one claim is held, and no law is broken."""
    right = outputs(BROKEN)
    assert judge(BROKEN, right, is_clean=True) == []
    held = interchanges_of(right.held or b"")
    assert [claim.number for each in held for claim in each.claims] == ["CLM00102"]


def _in(name: str, old: bytes, new: bytes) -> Callable[[Outputs], Outputs]:
    """Return a change of an output."""

    def change(before: Outputs) -> Outputs:
        raw: bytes = getattr(before, name)
        assert old in raw
        return replace(before, **{name: raw.replace(old, new, 1)})

    return change


BREAKS: dict[str, tuple[Callable[[Outputs], Outputs], str]] = {
    "a claim lost": (_in("held", b"CLM*CLM00102*", b"CLN*CLM00102*"), "CLM00102 is in the input 1 times"),
    "a claim twice": (_in("held", b"HI*", b"CLM*CLM00101*90~\nHI*"), "CLM00101 is in the input 1 times"),
    "a claim changed": (_in("clean", b"*90***11", b"*91***11"), "is changed in the clean file"),
    "a segment lost": (_in("held", b"NM1*41*", b"NM1*40*"), "is lost"),
    "a count": (_in("clean", b"SE*25*", b"SE*24*"), "clean: SE01 is 24"),
    "a width": (_in("clean", b"*00501*", b"*0501*"), "clean: an ISA has wrong widths"),
    "a mark": (_in("clean", b"~\nISA", b"~\n\xef\xbb\xbfISA"), "clean: a byte order mark"),
    "a control number": (_in("clean", b"000000002", b"000000001"), "IEA02 000000002 is not ISA13"),
    "a position": (_in("ack999", b"IK5", b"IK3*CLM*2**8~IK5"), "999: the places of set"),
    "a refused set": (_in("ack999", b"IK5*A", b"IK5*R"), "is refused, and has claims in the clean file"),
    "no answer": (_in("ack277", b"A2:20", b"A7:20"), "277: claim CLM00101 is accepted 0 times"),
    "an answer too many": (_in("ack277", b"CLM00101", b"CLM00109"), "277: claim CLM00109 is in no file"),
    "a broken set that goes out": (
        lambda before: replace(before, clean=RAW, held=None),
        "of a broken envelope",
    ),
    "a sound set that is held": (
        lambda before: replace(before, clean=None, held=BROKEN),
        "are sound, is held",
    ),
    "not all that is held": (lambda before: replace(before, clean=None), "the held file is not the input"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_the_judge_notices(name: str) -> None:
    """Each change of an output breaks the law that it should."""
    change, law = BREAKS[name]
    assert [problem for problem in judge(BROKEN, change(outputs(BROKEN)), is_clean=True) if law in problem]


def test_a_damaged_isa_needs_its_ta1() -> None:
    """A damaged ISA whose control number can be read is answered, and its interchange is held as a whole."""
    isa = RAW[:106]
    raw = RAW.replace(isa, isa.replace(b"*ZZ*CLEARWAY ", b"*ZZ*CLEARWAY"), 1)
    second = raw.index(b"ISA", 3)
    rejected = isa + b"TA1*000000001*260601*0900*R*022~\nIEA*0*000000001~\n"
    right = Outputs(raw[second:], raw[:second], ta1=rejected, ack277=outputs(RAW).ack277)
    found = [problem for problem in judge(raw, right) if not problem.startswith("277")]
    assert found == []
    assert "the damaged ISA 000000001 has no TA1" in judge(raw, replace(right, ta1=None))
    assert "an interchange of a damaged ISA is not as a whole in the held file" in judge(
        raw, replace(right, held=raw[10:second])
    )


def test_files_are_shrunk() -> None:
    """What does not matter is left out of a file; problems of a kind are one law."""
    assert shrunk(RAW, lambda raw: b"CLM00102" in raw) == b"CLM*CLM00102*90***11:B:1*Y*A*Y*Y~\n"
    assert law_of("claim CLM00102 is changed") == law_of("claim CLM00003 is changed")
