"""A modifier of telehealth or of a split visit does not fit the place of service.

What is wrong
    A line to Medicare has a place of service where the patient was seen in person (office, urgent care)
    and modifier 93 or 95; it has modifier GT at all; or a split visit of a physician and another
    practitioner (FS) in an office or home.

Why it is refused
    Since 2024 Medicare knows telehealth by place of service 02 or 10; modifier 95 with another place is
    for clinicians in a hospital and for therapists only. GT is for institutional claims since October
    2018. Split visits exist in hospitals and other facilities only.

How to correct it
    If the visit was by telehealth, enter place of service 10 (patient at home) or 02. If the patient was
    seen in person, remove the modifier. In an office, bill under the practitioner who saw the patient, or
    incident to the physician's service.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.days import day_of

edit = Edit(
    id="POS-09",
    title="Telehealth or split-visit modifier does not fit the place",
    snip=7,
    severity="warn",
    to_do="Correct the place of service (02 or 10 for telehealth), or remove modifier 93, 95, FS or GT.",
    sources=("S-NGS-95", "S-CMS10583", "S-ACS-FS"),
    denials=("CO-4", "CO-5", "M77"),
    claim_status=("A7:453",),
    needs=("modifiers",),
    yields=True,
    parameters={
        "telehealth": Parameter(
            ("93", "95"), "modifiers of telehealth that go with place of service 02 or 10"
        ),
        "telehealth_since": Parameter(date(2024, 1, 1), "first date of service on which they do"),
        "in_person": Parameter(("11", "17", "20", "49"), "places of service where patients come in person"),
        "services": Parameter(
            ("90785-92499", "96040-96171", "97802-99499", "G0000-G9999"),
            "services that may be telehealth; another edit reports the modifier on any other",
        ),
        "therapy": Parameter(("GN", "GO", "GP"), "modifiers of therapists, who go on with 95"),
        "institutional": Parameter(("GT",), "modifiers of institutional claims"),
        "institutional_since": Parameter(date(2018, 10, 1), "first date of service on which they are"),
        "split": Parameter(("FS",), "modifiers of split visits"),
        "no_facility": Parameter(("10", "11", "12", "13", "20"), "places of service without split visits"),
    },
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    telehealth = line.modifiers_among(context["telehealth"])
    institutional = line.modifiers_among(context["institutional"])
    split = line.modifiers_among(context["split"])
    if not (telehealth or institutional or split):
        return
    day, place = day_of(line), context.claim.place_of(line)
    if day is None:
        return
    what = f"Line {line.index}: modifier "
    if institutional and day >= context["institutional_since"]:
        message = f"{what}{institutional[0]} is for institutional claims only."
        yield Hit(at=institutional[0], message=message, line=line)
    elif split and place in context["no_facility"]:
        message = (
            f"{what}{split[0]} (split visit) does not fit place of service {place}, which is not a facility."
        )
        yield Hit(at=split[0], message=message, line=line)
    elif (
        telehealth
        and place in context["in_person"]
        and day >= context["telehealth_since"]
        and line.hcpcs in context.code_set("services")
        and not line.has_modifier(*context["therapy"])
    ):
        message = f"{what}{telehealth[0]} (telehealth) does not fit place of service {place}."
        yield Hit(at=telehealth[0], message=message, line=line)
