"""pyx12's validator and our recognizer find the same segments at fault, but for differences with a reason."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.strategies import files
from tests.support.witness import PREDICATES, RICH, Comparison, ask_pyx12, compare, differences, our_units

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = sorted((ROOT / "fixtures" / "837").glob("[!c]*/*.837")) + sorted(
    (ROOT / "fixtures" / "837" / "clean").glob("*.837")
)
CORPUS = ROOT.parent / "shared" / "corpus"

total = Comparison()


@pytest.fixture(autouse=True, scope="module")
def _summary() -> Iterator[None]:
    """With ``-s``: how often both agreed, and how often each listed difference was met."""
    yield
    print(f"\npyx12 and the recognizer:\n{total.summary()}")  # noqa: T201 - asked for with -s


def agree(raw: bytes) -> Comparison:
    """Compare, count, and fail on what is not listed."""
    comparison = compare(raw)
    assert not comparison.unlisted, "\n".join(one.describe() for one in comparison.unlisted)
    total.add(comparison)
    return comparison


def corpus_files() -> list[Path]:
    if not (CORPUS / "manifest.tsv").exists():
        return []
    with (CORPUS / "manifest.tsv").open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream, delimiter="\t")
        return [CORPUS / row["path"] for row in rows if row["type"] == "837P"]


# ---------------------------------------------------------------------------------------- files


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_both_agree_on_fixtures(path: Path) -> None:
    agree(path.read_bytes())


@pytest.mark.parametrize("path", corpus_files() or [None], ids=lambda path: path.name if path else "none")
def test_both_agree_on_files_that_other_people_wrote(path: Path | None) -> None:
    if path is None:
        pytest.skip("no corpus beside the project")
    agree(path.read_bytes())


def test_neither_finds_fault_with_a_file_that_has_nearly_every_segment_of_the_guide() -> None:
    testimony = ask_pyx12(RICH)
    assert (testimony.crash, dict(testimony.said)) == ("", {})
    assert [fault for unit in our_units(RICH) for fault in unit.faults] == []


@given(file=files(max_claims=4, control_characters=False))
def test_neither_finds_fault_with_clean_files(file: tuple[bytes, object]) -> None:
    comparison = agree(file[0])
    assert comparison.agreed_faulty_units == 0


# ------------------------------------------------------------------------------------ mutations

_VALUES = (
    b"", b"X", b"ZZ", b"99", b"0", b"-1", b"-", b".5", b"1.", b"1.5", b"1E5", b"1,5", b"+1", b"--1",
    b"1-", b"00", b"Y", b"N", b"18", b"D8", b"RD8", b"TM", b"20260401", b"20260230", b"20240229",
    b"20230229", b"20261301", b"202604", b"2026-04-01", b"20260401-20260402", b"20260402-20260401",
    b"20260401-", b"20260230-20260401", b"2460", b"2359", b"235959", b"2359599", b"17991231", b"9" * 19,
    b"A" * 21, b"A" * 36, b"A" * 61, b"A" * 81, b"A" * 300, b" ", b"A ", b" A", b"AB  ", b"A^B", b"A:B",
    b":", b"A:", b":A", b"A::B", b"::", b"\xc3\x89", b"\x07", b"`", b"XX", b"HC", b"EI", b"OH", b"US",
    b"43215", b"ABK", b"ABK:E538", b"HC:99213", b"HC:", b"UN", b"11:B:", b"1:2:3:4:5",
)  # fmt: skip
_NAMES = (b"ZZZ", b"REF", b"NTE", b"N3", b"DTP", b"NM1", b"")
_FIRST = 3  # the first segment that may be changed: behind ISA, GS and ST
_STRUCTURE = ("drop", "repeat", "swap", "move", "copy", "rename")
_ELEMENT = ("value", "empty", "lower", "lengthen", "shorten", "component", "add", "trail")


@st.composite
def mutations(draw: st.DrawFn, acts: tuple[str, ...], raw: bytes) -> bytes:
    """A file of which one thing was changed between ST and SE."""
    parts = raw.replace(b"\n", b"").split(b"~")[:-1]
    at = draw(st.integers(_FIRST, len(parts) - 4))
    act = draw(st.sampled_from(acts))
    if act in _STRUCTURE:
        other = draw(st.integers(_FIRST, len(parts) - 4) | st.integers(at - 2, at + 2).map(abs))
        _change_structure(draw, act, parts, at, min(max(other, _FIRST), len(parts) - 4))
    else:
        elements = parts[at].split(b"*")
        _change_element(draw, act, elements, draw(st.integers(1, len(elements) - 1)))
        parts[at] = b"*".join(elements)
    return b"~\n".join(parts) + b"~\n"


def _change_structure(draw: st.DrawFn, act: str, parts: list[bytes], at: int, other: int) -> None:
    if act == "drop":
        del parts[at]
    elif act == "repeat":
        parts[at:at] = [parts[at]] * draw(st.sampled_from((1, 2, 5, 11)))
    elif act == "swap":
        parts[at], parts[other] = parts[other], parts[at]
    elif act == "move":
        parts.insert(other, parts.pop(at))
    elif act == "copy":
        parts.insert(other, parts[at])
    else:
        name, mark, rest = parts[at].partition(b"*")
        parts[at] = draw(st.sampled_from((*_NAMES, name + b"1", name[:-1], name.lower()))) + mark + rest


def _change_element(draw: st.DrawFn, act: str, elements: list[bytes], at: int) -> None:
    if act == "value":
        elements[at] = draw(st.sampled_from(_VALUES))
    elif act == "empty":
        elements[at] = b""
    elif act == "lower":
        elements[at] = elements[at].lower()
    elif act == "lengthen":
        elements[at] += draw(st.sampled_from((b" ", b"X", b"1", b"   ", b":", b":X", b":::::::::X")))
    elif act == "shorten":
        elements[at] = elements[at][:-1]
    elif act == "component":
        components = elements[at].split(b":")
        components[draw(st.integers(0, len(components) - 1))] = draw(st.sampled_from(_VALUES))
        elements[at] = b":".join(components)
    elif act == "add":
        elements += [draw(st.sampled_from((b"X", b"1", b"Y")))] * draw(st.sampled_from((1, 2, 5, 12)))
    else:
        elements += [b""] * draw(st.sampled_from((1, 2, 9)))


_slow = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@_slow
@given(raw=mutations(_ELEMENT, RICH))
def test_both_agree_when_an_element_is_changed(raw: bytes) -> None:
    agree(raw)


@_slow
@given(raw=mutations(_STRUCTURE, RICH))
def test_both_agree_when_a_segment_is_dropped_repeated_moved_or_renamed(raw: bytes) -> None:
    agree(raw)


@_slow
@given(data=st.data())
def test_both_agree_on_two_changes_of_any_file(data: st.DataObject) -> None:
    raw, _ = data.draw(files(max_claims=3, any_delims=False))
    for _ in range(2):
        raw = data.draw(mutations(_ELEMENT + _STRUCTURE, raw))
    agree(raw)


# ------------------------------------------------------------------------- the list of differences

# For each listed difference, a change of RICH in which it is met: what is replaced by what.
_OPENER = b"LX*1"
_SERVICE = b"SV1*HC:J3420:JZ::::VITAMIN B12*250.5*UN*1*11**1:2:3**Y**Y*Y***0"
_EQUIPMENT = b"SV5*HC:E0424*DA*7*50*100*1"
_SUBSCRIBER = (
    b"SBR*P*18*GRP1*LAUREL GROUP*****CI~\nPAT*****D8*20260501*01*146*Y~\n"
    b"NM1*IL*1*LARKSPUR*ALDER*Q**JR*MI*LHP000000001~\n"
)

EXAMPLES = {
    "envelopes": (b"SE*231*", b"SE*230*"),
    "hierarchy": (b"HL*3*2*23", b"HL*7*2*23"),
    "line numbers": (b"LX*2", b"LX*3"),
    "blanks before a segment": (b"DTP*431", b" DTP*431"),
    "widened by the guide": (b"N4*SALEM*OR*97301", b"N4*MONTREAL*QC*H3Z2Y7*CA"),
    "two places for one qualifier": (b"PWK*OZ*BM***AC*CTRL3", b"PWK*CT*AB"),
    "told elsewhere": (b"N3*9 HARBOR WAY~\nN4*BOISE*ID*83702", b"N4*BOISE*ID*83702~\nN3*9 HARBOR WAY"),
    "loops at one position": (
        b"NM1*IL*1*TARN*BRAM****MI*TMB3~\nNM1*PR*2*THIRD PLAN*****XV*THIRD~\n",
        b"NM1*PR*2*THIRD PLAN*****XV*THIRD~\nNM1*IL*1*TARN*BRAM****MI*TMB3~\n",
    ),
    "unknown level": (b"HL*2*1*22", b"HL*2*1*29"),
    "lost envelope": (b"ST*837*0001*005010X222A1~\n", b""),
    "claim outside the levels": (b"HL*1**20*1~\n", b"CLM*A*1***11:B:1*Y*A*Y*Y~\nHI*ABK:E538~\nHL*1**20*1~\n"),
    "cascade": (b"NM1*85*1*ROOK*ISOLDE*M**MD*XX*1000000004~\n", b""),
    "another place": (b"LX*1~\n", b""),
    "repetition separator": (b"SUITE 4", b"SUITE^4"),
    "empty components at the end": (b"CTP****1*ML", b"CTP****1*ML:"),
    "narrowed by the guide": (b"REF*6R*LINE1", b"REF*6R*LINE1LINE1LINE1LINE1LINE1LINE1L"),
    "the subscriber is the patient": (
        b"HL*2*1*22*1~\n" + _SUBSCRIBER + b"N3*48 MEADOW LN~\n",
        b"HL*2*1*22*0~\n" + _SUBSCRIBER,
    ),
    "loop begun anew": (b"LQ*UT*01.02", b"LQ*UT*01.02~\nLQ*UT*01.03"),
    "gone on from another place": (
        b"DTP*304*D8",
        b"N3*1 A ST~\nN4*BOISE*ID*83702~\nDTP*304*D8",
    ),
    "opener behind its loop": (
        b"".join((_OPENER, b"~\n", _SERVICE, b"~\n", _EQUIPMENT)),
        b"".join((_EQUIPMENT, b"~\n", _SERVICE, b"~\n", _OPENER)),
    ),
    "dates before 1800": (b"DTP*304*D8*20260403", b"DTP*304*D8*17991231"),
}


def example(name: str) -> bytes:
    old, new = EXAMPLES[name]
    assert old in RICH
    return RICH.replace(old, new, 1)


@pytest.mark.parametrize("name", [entry["name"] for entry in differences()])
def test_every_listed_difference_can_be_met(name: str) -> None:
    assert agree(example(name)).listed[name], "it is no difference any more: take it out of the list"


def test_every_listed_difference_has_a_reason_and_a_predicate_of_its_own() -> None:
    entries = differences()
    assert all(set(entry) == {"name", "sees_more", "predicate", "reason"} for entry in entries)
    assert all(entry["sees_more"] in ("pyx12", "ours") and len(entry["reason"]) > 40 for entry in entries)
    assert sorted(entry["predicate"] for entry in entries) == sorted(PREDICATES)
    assert len({entry["name"] for entry in entries}) == len(entries)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"CLM*RICH00002*100*", b"CLM*RICH00002*1E2*"),
        (b"DTP*431*D8*20260401", b"DTP*431*D8*20260431"),
        (b"HI*ABK:E538~\n", b""),
        (b"CRC*07*Y*01*04", b"CRC*07*Q*01*04"),
    ],
)
def test_an_unlisted_difference_would_be_noticed(
    old: bytes, new: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without our recognizer's faults the comparison must fail: it does not explain everything away."""
    raw = RICH.replace(old, new)
    assert not compare(raw).unlisted
    monkeypatch.setattr("scrubber.guide.recognizer.Recognizer.check", lambda *_arguments: [])
    assert compare(raw).unlisted
