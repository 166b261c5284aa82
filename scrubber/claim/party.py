"""People and organizations of a claim, and other payers' coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrubber.claim.field import Field
from scrubber.claim.lazy import LazyPart, field, lazy
from scrubber.claim.parts import (
    Adjustment,
    Amount,
    ContactNumber,
    Period,
    Reference,
    adjustments_in,
    amounts_in,
    contact_numbers_in,
    periods_in,
    references_in,
)
from scrubber.guide.loops import Loop
from scrubber.x12 import Segment

if TYPE_CHECKING:
    from scrubber.claim.line import ServiceLine

_US_COUNTRIES = ("", "US", "USA")


class Party(LazyPart):
    """A person or organization: an NM1 segment and the segments that follow it in its loop.

    ``kind`` is 1 for a person, 2 for an organization. The billing provider's ``taxonomy`` is that of loop
    2000A, unless its own loop has one. ``line`` is the service line that names it, if one does.
    """

    entity = field("NM1", 1)
    kind = field("NM1", 2)
    name = field("NM1", 3)
    first_name = field("NM1", 4)
    middle_name = field("NM1", 5)
    suffix = field("NM1", 7)
    qualifier = field("NM1", 8)
    id = field("NM1", 9)
    street = field("N3", 1)
    street_more = field("N3", 2)
    city = field("N4", 1)
    state = field("N4", 2)
    postal_code = field("N4", 3)
    country = field("N4", 4)
    birth_date = field("DMG", 2)
    sex = field("DMG", 3)

    def __init__(self, loop: Loop, prv: Segment | None = None, line: ServiceLine | None = None) -> None:
        super().__init__(loop)
        self._prv = prv
        self.line = line

    @lazy
    def taxonomy(self) -> Field:
        """PRV03."""
        return Field.of(self._loop.first("PRV") or self._prv, 3, 0, self._loop.id)

    @lazy
    def references(self) -> tuple[Reference, ...]:
        """The loop's REF segments."""
        return references_in(self._loop)

    @lazy
    def contact_numbers(self) -> tuple[ContactNumber, ...]:
        """Telephone numbers and the like of the loop's PER segments."""
        return contact_numbers_in(self._loop)

    @lazy
    def dates(self) -> tuple[Period, ...]:
        """The loop's DTP segments (2330B has the adjudication date)."""
        return periods_in(self._loop)

    @lazy
    def has_us_address(self) -> bool:
        """True if there is an address (N4) whose country is empty or the United States."""
        return self._loop.first("N4") is not None and self.country in _US_COUNTRIES

    @property
    def is_provider(self) -> bool:
        """True if it bills, renders, orders or otherwise provides services: loops 2010AA, 2310, 2420."""
        return self._loop.id == "2010AA" or self._loop.id.startswith(("2310", "2420"))

    def reference(self, *qualifiers: str) -> Field | None:
        """Return the value of the first REF with one of these qualifiers."""
        return next((ref.value for ref in self.references if ref.qualifier in qualifiers), None)


class Subscriber(LazyPart):
    """The subscriber (2010BA) and the SBR segment of loop 2000B; for another payer, 2320 with 2330A.

    ``relationship`` is 18 if the subscriber is the patient, ``filing_code`` MB for Medicare Part B, MC for
    Medicaid, CI for commercial and so on.
    """

    responsibility = field("SBR", 1)
    relationship = field("SBR", 2)
    group_number = field("SBR", 3)
    insurance_type = field("SBR", 5)
    filing_code = field("SBR", 9)

    @lazy
    def party(self) -> Party:
        """The person or organization."""
        loop_id = "2330A" if self._loop.id == "2320" else "2010BA"
        return party_in(self._loop, loop_id) or Party(Loop(loop_id))


class OtherPayer(LazyPart):
    """Another payer of the same claim (loop 2320 with its 2330 loops)."""

    @lazy
    def subscriber(self) -> Subscriber:
        """The other payer's subscriber (SBR and 2330A)."""
        return Subscriber(self._loop)

    @lazy
    def payer(self) -> Party:
        """The payer (2330B)."""
        return party_in(self._loop, "2330B") or Party(Loop("2330B"))

    @lazy
    def adjustments(self) -> tuple[Adjustment, ...]:
        """The claim-level adjustments."""
        return adjustments_in(self._loop)

    @lazy
    def amounts(self) -> tuple[Amount, ...]:
        """The claim-level amounts: D is what the payer paid."""
        return amounts_in(self._loop)

    @lazy
    def references(self) -> tuple[Reference, ...]:
        """The payer's references (2330B)."""
        return self.payer.references

    @lazy
    def providers(self) -> tuple[Party, ...]:
        """The providers as identified by this payer (2330C and on)."""
        return parties_in(self._loop, "2330", but=("2330A", "2330B"))


def party_in(loop: Loop, loop_id: str) -> Party | None:
    """Return the first party in loop ``loop_id`` inside a loop; the outer loop's PRV is the party's."""
    for inner in loop.inside(loop_id):
        return Party(inner, loop.first("PRV"))
    return None


def parties_in(
    loop: Loop, prefix: str, *, but: tuple[str, ...] = (), line: ServiceLine | None = None
) -> tuple[Party, ...]:
    """Return the parties of the loops inside a loop whose IDs begin with ``prefix``, but not of those
    in ``but``.
    """
    return tuple(Party(inner, line=line) for inner in loop.family(prefix) if inner.id not in but)
