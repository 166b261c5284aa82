"""The parts of a claim by name, as the watched claim names them."""

from __future__ import annotations

from collections.abc import Hashable

import pytest

from scrubber.engine.memory.claim_parts import ClaimParts
from tests.support.lookalikes import RICH, SLOTS, USUAL, USUAL_LOOKS, Look, file_of
from tests.support.remembering import taken_apart

OF_PART: dict[str, set[Hashable]] = {
    "total": {"CLM02", "adds up", "plain charge"},
    "place": {"CLM"},
    "frequency": {"CLM"},
    "causes": {"CLM"},
    "onset": {"DTP"},
    "paid": {"AMT"},
    "claim note": {"NTE"},
    "diagnoses": {"HI", "positions", "all differ", "all linked", "plain pointers"},
    "facility": {"2310", "2310 loops"},
    "referring": {"2310", "2310 loops"},
    "trace": {"REF", "REF01"},
    "other payer": {"2320"},
    "responsibility": {"SBR"},
    "filing": {"SBR"},
    "last": {"2010BA.NM103", "trimmed ids"},
    "first": {"2010BA.NM104"},
    "middle": {"2010BA.NM105"},
    "member": {"2010BA.NM109", "mbi", "trimmed ids"},
    "street": {"2010BA.N3"},
    "sex": {"2010BA.DMG"},
    "payer": {"2010BB"},
    "payer number": {"2010BB"},
    "taxonomy": {"2000A"},
    "billing state": {"2000A"},
    "billing name": {"2000A", "billing kind", "rendering"},
    "patient relation": {"2000C"},
    "patient street": {"2010CA.N3"},
    "patient sex": {"2010CA.DMG"},
    "transaction": {"HEADER"},
    "charge 1": {(1, "SV102"), (1, "charge kind"), (1, "outline"), "adds up", "CLM02", "plain charge"},
    "code 1": {(1, "outline")},
    "units 1": {(1, "outline")},
    "line note 1": {(1, "NTE")},
    "ndc 1": {(1, "2410")},
    "ordering 1": {(1, "2420"), (1, "2420 loops")},
    "adjudication 1": {(1, "2430")},
    "control 1": {(1, "REF")},
    "sales tax 1": {(1, "AMT")},
    "number 1": {(1, "LX"), "numbered"},
}
"""The parts that a change may change, by the name of what is changed."""
NAMES = [
    *{name for names in OF_PART.values() for name in names if isinstance(name, str)},
    "within life", "in patient loop",
    *[(line, name) for line in (1, 2) for name in (
        "SV102", "SV107", "LX", "REF", "DTP", "outline", "charge kind", "2410", "2420", "2420 loops", "2430",
        "AMT", "NTE",
    )],
    ("pointed", 1), ("linked", 1), ("shared", 1, 2), ("has code", "E538"), "count",
]  # fmt: skip


def _parts(*looks: Look) -> list[ClaimParts]:
    return [taken.parts for taken in taken_apart(file_of(looks))]


@pytest.mark.parametrize("name", OF_PART)
def test_a_change_changes_its_parts_only(name: str) -> None:
    """What is changed in a claim changes parts that have it, at least one of them, and no others."""
    allowed = OF_PART[name] | ({("pointed", 1), ("linked", 1), ("shared", 1, 2), ("has code", "E538")}
                               if name == "diagnoses" else set())  # fmt: skip
    first, *others = _parts(*({**RICH, name: variant} for variant in range(SLOTS[name])))
    assert others
    for other in others:
        changed = {part for part in NAMES if first[part] != other[part]}
        assert changed
        assert changed <= allowed


def test_parts_of_a_claim_without_them() -> None:
    """What a claim does not have is empty; a line that it does not have has no parts."""
    (parts,) = _parts({**USUAL, "lines": 0})
    assert (parts["REF"], parts["2320"], parts["2010CA.NM103"], parts["2000C"]) == ((), (), (), ())
    assert (parts[2, "SV102"], parts["shared", 1, 2], parts["pointed", 3]) == (None, None, None)
    assert (parts[1, "2410"], parts[1, "REF"], parts["nothing of the kind"]) == ((), (), ())


def test_the_own_line() -> None:
    """Line 0 is the line in question, of which there may be none."""
    (parts,) = _parts(USUAL_LOOKS[1])
    assert parts["index"] == 0
    parts.own = parts.lines[1]
    assert (parts["index"], parts[0, "SV102"]) == (2, parts[2, "SV102"])
    assert parts["pointed", 0] == parts["pointed", 2]
    assert parts["shared", 0, 1] == parts["shared", 2, 1] is True


def test_the_own_diagnosis() -> None:
    """The diagnosis in question, and whether it is the first."""
    (parts,) = _parts(USUAL)
    assert (parts["first"], parts["position"]) == (False, None)
    parts.own_code = parts.codes[0]
    assert (parts["first"], parts["position"]) == (True, parts.codes[0])
    parts.own_code = parts.codes[1]
    assert parts["first"] is False


def test_days_of_lines_are_parts_only_where_they_differ() -> None:
    """A day that all lines share is watched, and no part; of other claims the days of lines are parts."""
    shared, other_day = _parts(USUAL_LOOKS[0], {**USUAL_LOOKS[0], "day": 1})
    assert shared.day != other_day.day
    assert shared[1, "DTP"] == other_day[1, "DTP"]
    mixed, other_mixed = _parts({**USUAL, "when 2": 1}, {**USUAL, "when 2": 4})
    assert (mixed.day, other_mixed.day) == (None, None)
    assert mixed[1, "DTP"] == other_mixed[1, "DTP"]
    assert mixed[2, "DTP"] != other_mixed[2, "DTP"]


def test_references() -> None:
    """REF02 of the first reference with a qualifier."""
    (parts,) = _parts({**USUAL, "authorization": 3, "trace": 2})
    assert (parts.reference(b"D9"), parts.reference(b"F8"), parts.reference(b"G1")) == ("T2", "A7", "")
    assert parts["REF01"] == (b"F8", b"D9")
