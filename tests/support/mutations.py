"""Strategies of bytes that are no good 837P file any more, and of blanks that change nothing."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from .strategies import files

_GARBAGE = (
    b"", b"~", b"*", b":", b"^", b"\n", b"\r\n", b"\x00", b"\x1a", b"\x1b[31m", b"\xff\xfe", b"\xe2\x80\xae",
    b"ISA", b"ISA*", b"IEA*1*000000001", b"GS*HC", b"GE*1*1", b"ST*837*0001", b"ST*835*9", b"SE*3*0001",
    b"HL*1**20*1", b"HL*x*y*22*1", b"HL*0*-1*23", b"HL", b"CLM", b"CLM*", b"CLM*A*1", b"LX*1", b"SV1",
    b"SV1*HC:96372*1e9*UN*NaN***1:2:3:99", b"HI*ABK:E538", b"HI", b"SBR*S", b"DTP*472*D8*20261301",
    b"DTP*472*RD8*20260501-", b"LIN**N4*0", b"CTP****-*ML", b"CAS*CO", b"SVD*X", b"REF", b"NM1*85", b"TA1*1",
    b"9" * 40, b"\xd9\xa3",
)  # fmt: skip
_ACTS = ("drop", "double", "swap", "garble", "insert", "cut", "empty element", "blank terminator")


@st.composite
def mutated_files(draw: st.DrawFn, *, max_claims: int = 3) -> bytes:
    """A file of which segments and elements were dropped, doubled, swapped, garbled, or cut off."""
    raw, _ = draw(files(max_claims=max_claims, with_faults=True, with_safe_faults=True))
    element, terminator = raw[3:4], raw[105:106]
    parts = raw.split(terminator)
    for _ in range(draw(st.integers(1, 5))):
        parts = _mutate(draw, parts, element)
    joined = terminator.join(parts)
    if draw(st.integers(0, 4)) == 0:
        return joined[: draw(st.integers(0, len(joined)))]
    return joined


def _mutate(draw: st.DrawFn, parts: Sequence[bytes], element: bytes) -> list[bytes]:
    """The segments after one accident."""
    at, other = (draw(st.integers(0, len(parts) - 1)) for _ in range(2))
    act = draw(st.sampled_from(_ACTS))
    changed = list(parts)
    if act == "drop" and len(parts) > 1:
        del changed[at]
    elif act == "double":
        changed.insert(other, parts[at])
    elif act == "swap":
        changed[at], changed[other] = changed[other], changed[at]
    elif act == "garble":
        elements = parts[at].split(element)
        place = draw(st.integers(0, len(elements) - 1))
        elements[place] = draw(st.sampled_from(_GARBAGE) | st.binary(max_size=12))
        changed[at] = element.join(elements)
    elif act == "insert":
        changed.insert(at, draw(st.sampled_from(_GARBAGE)).replace(b"*", element))
    elif act == "cut":
        changed[at] = parts[at][: draw(st.integers(0, len(parts[at])))]
    elif act == "empty element":
        elements = parts[at].split(element)
        elements[draw(st.integers(0, len(elements) - 1))] = b""
        changed[at] = element.join(elements)
    else:
        changed[at : at + 2] = [b" ".join(parts[at : at + 2])]
    return changed


@st.composite
def blanked_files(draw: st.DrawFn, *, max_claims: int = 3) -> bytes:
    """A clean file with a mark before it, and with line ends and empty segments strewn in."""
    raw, _ = draw(files(max_claims=max_claims, any_delims=False))
    parts = raw.split(b"~\n")[:-1]
    ends = draw(st.lists(st.sampled_from((b"~", b"~\n", b"~\r\n", b"~\n\n  \n", b"~~", b"~\n~\r\n")),
                         min_size=len(parts), max_size=len(parts)))  # fmt: skip
    head = draw(st.sampled_from((b"", b"\xef\xbb\xbf", b"\r\n", b" \n\t")))
    tail = draw(st.sampled_from((b"", b"\n", b"\r\n\r\n", b"\x1a", b"\x00\x00\n")))
    return head + b"".join(part + end for part, end in zip(parts, ends, strict=True)) + tail
