"""The page of fields is made of the classes: attributes with type, X12 location and docstring."""

from __future__ import annotations

from scrubber.claim import Claim, Party, ServiceLine
from scrubber.engine import Context, Hit, safe
from tools.generate_fields import page, section


def test_attributes_of_the_claim() -> None:
    """Those of an element, those that are computed, methods, and those that every part has."""
    rows = list(section(Claim))
    for row in (
        "| `place` | `Field` | CLM05-1 |",
        "| `control_number` | `Field` | CLM01 |",
        "| `segment` | `Segment` |  |",
        "| `payer` | `Party \\| None` | Loop 2010BB. |",
        "| `loop` | `str` | The id of its loop, such as 2010AA. |",
    ):
        assert row in rows
    assert any(row.startswith("| `place_of(line: ServiceLine)` | `Field` | ") for row in rows)
    assert not [row for row in rows if row.startswith("| `_")]


def test_nothing_public_is_missing() -> None:
    """What a class has is on the page."""
    for part in (Claim, ServiceLine, Party):
        rows = "\n".join(section(part))
        names = [name for name in vars(part) if not name.startswith("_")]
        assert [name for name in names if f"| `{name}` |" not in rows and f"| `{name}(" not in rows] == []


def test_context_and_answers() -> None:
    """A parameter is read by its name; functions are shown as they are called."""
    assert any(row.startswith("| `[name: str]` | `Any` | ") for row in section(Context))
    assert any(row.startswith("| `at` | `Field \\| Segment \\| None` |") for row in section(Hit))
    assert next(iter(section(safe))).startswith("`safe(*changes: tuple[Field, str])`. ")


def test_page_has_every_section() -> None:
    text = "\n".join(page())
    for heading in ("## The claim", "### DrugIdentification", "### Unchecked", "### unsafe", "## Traits"):
        assert f"\n{heading}\n" in text
    assert "| `administrations` | a line bills the administration of a drug" in text
