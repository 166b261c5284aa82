"""A name, an address or a number is a program's word for nothing.

What is wrong
    A name, address line, city or member ID of a person, provider or payer is a word that programs write
    where they have no value: undefined, null, None, NaN, [object Object], #N/A. Capitals count: people
    are named Null and Nan, so in names only the exact words are reported.

Why it is refused
    The receiver takes the word for the value: the patient is not found, or mail is sent to a street that
    does not exist.

How to correct it
    Enter the value from the chart or the insurance card. Where there is none, the element is left empty.
    Have the export of the practice management system corrected, since it will write the word again.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, Field, Party
from scrubber.claim.signs import is_placeholder, is_placeholder_number
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.parties import loop_of

edit = Edit(
    id="ID-06",
    title="Placeholder in place of a name, an address or a number",
    snip=7,
    severity="warn",
    to_do="Enter the real value in the element (NM1, N3 or N4), or leave it empty if there is none.",
    denials=("CO-16",),
    claim_status=("A7:21",),
)

_PEOPLE = ("2010BA", "2010CA")
_INSURED = "2010BA"
_WITHOUT_MEMBER_ID = ("AM", "LM", "WC")
"""Filing codes of insurers that know an injury by its claim number."""


@edit.party
def check(party: Party, context: Context) -> Iterator[CheckResult]:
    if party.loop in _PEOPLE and context.claim.has_real_names:
        return
    named = (party.name, party.first_name, party.middle_name, *_ids(party, context.claim))
    if (
        party.loop == _INSURED
        and not is_placeholder(party.id, in_name=True)
        and _is_no_member_id(party, context)
    ):
        loop = loop_of(party, context.claim)
        to_do = f"Enter the member ID from the insurance card in NM109 of {loop}."
        yield _hit(party, party.id, loop, to_do)
    streets = (party.street, party.street_more)
    # One export writes one word everywhere: a segment is reported once, at its first placeholder.
    for fields, in_name in ((named, True), (streets, False), ((party.city,), False)):
        word = next((field for field in fields if is_placeholder(field, in_name=in_name)), None)
        if word is not None:
            yield _hit(party, word, loop_of(party, context.claim))


def _ids(party: Party, claim: Claim) -> tuple[Field, ...]:
    """Return the number of a party, unless another edit checks its form: an NPI, an MBI."""
    is_mbi = party.loop == "2010BA" and claim.subscriber is not None and claim.subscriber.filing_code == "MB"
    return () if party.is_provider or is_mbi else (party.id,)


def _is_no_member_id(party: Party, context: Context) -> bool:
    """Return True for what people write where they have no member ID, to a payer that has them."""
    subscriber = context.claim.subscriber
    if subscriber is None or subscriber.filing_code in (*_WITHOUT_MEMBER_ID, "MB"):
        return False
    return is_placeholder_number(party.id)


def _hit(party: Party, word: Field, loop: str, to_do: str = "") -> Hit:
    prefix = f"Line {party.line.index}: " if party.line else ""
    message = f"{prefix}{word.name} in {loop} is a placeholder, not a value."
    to_do = to_do or f"Enter the real value in {word.name} of {loop}, or leave it empty if there is none."
    return Hit(at=word, message=message, line=party.line, to_do=to_do)
