"""A service that needs the patient's presence is billed as telehealth.

What is wrong
    An operation, anesthesia, imaging, a laboratory test, an ECG, a lung or allergy test, manual therapy or
    manipulation has place of service 02 or 10, or a modifier of telehealth (93, 95, FQ, GQ, GT). Injections
    and drugs are reported by another edit.

Why it is refused
    Such services are on no payer's list of telehealth services: the patient, or the sample, has to be there.

How to correct it
    Check where the service was furnished, and enter its place of service in SV105 of the line. Remove the
    modifier of telehealth, which belongs on the visit only.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="POS-08",
    title="Service that cannot be telehealth",
    snip=7,
    severity="warn",
    to_do="Enter the place where the service was furnished in SV105, and remove any telehealth modifier.",
    sources=("CFR-410.78", "S-CMSPOS"),
    denials=("CO-5", "M77", "CO-96", "N776"),
    claim_status=("A7:249",),
    yields=True,
    needs_codes=("procedures",),
    parameters={
        "places": Parameter(("02", "10"), "places of service for telehealth"),
        "modifiers": Parameter(("93", "95", "FQ", "GQ", "GT"), "modifiers for telehealth"),
        "procedures": Parameter(
            (
                "00100-01999", "10004-69990", "70010-76999", "78012-78999", "80047-89398", "93000", "93005",
                "93303-93351", "94010-94070", "94640", "95004-95079", "97010-97028", "97032-97036", "97140",
                "98925-98929", "98940-98943",
            ),
            "procedures that need the patient or a sample",
        ),
        "readings": Parameter(("26",), "modifiers of an interpretation, which is made elsewhere"),
    },
)  # fmt: skip


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if line.hcpcs not in context.code_set("procedures") or line.has_modifier(*context["readings"]):
        return
    place = context.claim.place_of(line)
    wrong = line.modifiers_among(context["modifiers"])
    if place in context["places"]:
        message = f"Line {line.index}: {line.procedure} cannot be furnished by telehealth (POS {place})."
        yield Hit(at=place, message=message, line=line, once=True)
    elif wrong:
        message = f"Line {line.index}: {line.procedure} cannot have telehealth modifier {wrong[0]}."
        yield Hit(at=wrong[0], message=message, line=line)
