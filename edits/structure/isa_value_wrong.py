"""An element of the ISA segment has a wrong value.

What is wrong
    A qualifier (ISA01, ISA03, ISA05, ISA07), the version (ISA12), ISA14 or ISA15 is not a code that the TR3
    allows; authorization information or a password (ISA02, ISA04) is announced but blank, or has characters
    that X12 does not allow; a sender or receiver ID is blank; the date or time does not exist or is in the
    future; ISA13 is not a number; or a separator (ISA11, ISA16) cannot be one, or ISA16 is not the one that
    the claims use.

Why it is refused
    Receivers check the ISA before anything else. One wrong value there rejects the whole interchange with a
    TA1, and no claim in it is read.

How to correct it
    Correct the setting in the program that writes the file, or in the profile of the receiver there. The
    companion guide of the receiver says which qualifiers and IDs it expects.
"""

from collections.abc import Iterator

from scrubber.claim import Field
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter
from scrubber.envelopes.scan import Envelope
from scrubber.envelopes.values import QUALIFIERS, wrong_isa_values

edit = Edit(
    id="STR-13",
    title="Wrong value in the interchange header (ISA)",
    snip=1,
    severity="reject",
    to_do="Correct the value in the ISA segment, in the settings of the program that writes the file.",
    sources=("X12-5", "CMS-837P-EDITS"),
    claim_status=("A7:684",),
    parameters={
        "qualifiers": Parameter(tuple(sorted(QUALIFIERS)), "codes that ISA05 and ISA07 may have"),
    },
)

_SECRET = (2, 4)


@edit.envelope
def check(envelope: Envelope, context: Context) -> Iterator[CheckResult]:
    isa = envelope.header
    if envelope.kind != "interchange" or isa is None or envelope.isa_fault:
        return
    wrong = {fault.element: fault.expected for fault in wrong_isa_values(isa, context.as_of)}
    for at in (5, 7):
        if isa.get(at) not in context["qualifiers"]:
            wrong.setdefault(at, " or ".join(context["qualifiers"]))
    if mark := envelope.component_mark:
        wrong[16] = f"{mark}, the component separator in use in the claims"
    for at, expected in sorted(wrong.items()):
        field = Field.of(isa, at)
        # What ISA02 and ISA04 have is between sender and receiver.
        shown = "not valid" if at in _SECRET and field.strip() else field.strip() or "blank"
        message = f"{field.name} is {shown}; expected {expected}."
        yield Hit(at=field, message=message, to_do=f"Enter {expected} in {field.name} of the ISA segment.")
