"""A corrected file has the corrected claims and nothing else, and only what was corrected differs."""

from __future__ import annotations

from io import BytesIO

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from scrubber.claim.walk import Leaf
from scrubber.files.corrected import ChangedClaim, write_corrected
from scrubber.x12 import Segment
from tests.support import check837
from tests.support.spool import batch
from tests.support.strategies import files

NUMBER = 912345678


def changed(raw: bytes, claim: check837.Slice, place: tuple[int, int]) -> tuple[bytes, int, int] | None:
    """The bytes of a claim with one element changed, and which one, counted by the witness."""
    parts = list(check837.parts_of(raw))
    offset = raw.index(claim.raw)
    own = [part for part in parts if offset <= part.start < offset + len(claim.raw)]
    at, element = place[0] % len(own), place[1]
    part = own[at]
    if not 0 < element < len(part.elements) or part.id in ("CLM", "HL"):
        return None
    mark = raw[3:4]
    start, end = part.start - offset, part.end - offset - 1  # without its terminator
    elements = claim.raw[start:end].split(mark)
    elements[element] = b"ZZ9"
    return claim.raw[:start] + mark.join(elements) + claim.raw[end:], at, element


@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=10, phases=(Phase.generate,))
@given(
    files(max_claims=6, control_characters=False),
    st.lists(st.none() | st.tuples(st.integers(0, 60), st.integers(1, 9)), min_size=6, max_size=6),
)
def test_only_the_named_elements_differ(
    file: tuple[bytes, list[object]], places: list[tuple[int, int] | None]
) -> None:
    """Byte for byte, as a reader that shares no code with the program sees it; the envelopes are sound."""
    raw, _ = file
    received = check837.check(raw)
    expected, wanted = [], {}
    for number, (claim, place) in enumerate(zip(received.claims, places, strict=False), 1):
        one = changed(raw, claim, place) if place else None
        if one and raw.count(claim.raw) == 1:
            expected.append(one[0])
            wanted[number] = one[1:]

    def correct(number: int, leaf: Leaf) -> ChangedClaim | None:
        if number not in wanted:
            return None
        at, element = wanted[number]
        pieces = [
            piece.replace(element, b"ZZ9") if isinstance(piece, Segment) and index == at else piece
            for index, piece in enumerate(leaf.segments)
        ]
        return ChangedClaim(pieces, {})

    out = BytesIO()
    assert write_corrected(BytesIO(raw), out, correct, NUMBER) == len(received.claims)
    done = check837.check(out.getvalue())
    assert done.problems == []
    assert [claim.raw for claim in done.claims] == expected
    assert all(int(claim.interchange) >= NUMBER for claim in done.claims)


def test_new_numbers_in_header_and_trailer() -> None:
    """ISA13 and IEA02, GS06 and GE02, and BHT03, which a 277CA names."""
    out = BytesIO()
    write_corrected(BytesIO(batch(7)), out, lambda _, leaf: ChangedClaim(leaf.pieces, {}), NUMBER)
    parts = {part.id: part for part in check837.parts_of(out.getvalue())}
    assert (parts["ISA"][13], parts["IEA"][2]) == ("912345678", "912345678")
    assert (parts["GS"][6], parts["GE"][2]) == ("912345678", "912345678")
    assert parts["BHT"][3] == "912345678-1"
    assert out.getvalue().endswith(b"~\n")
