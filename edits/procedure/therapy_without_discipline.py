"""A therapy service is billed without the modifier of its discipline, or with the wrong one.

What is wrong
    The line bills an always-therapy code (97110, 97140, 97530, G0283, 92507 …) without GP (physical
    therapy), GO (occupational therapy) or GN (speech-language pathology); or with more than one of them; or
    a code of one discipline (97161-97164 physical, 97165-97168 occupational, 92507, 92521-92524 speech) has
    the modifier of another.

Why it is refused
    Medicare counts therapy toward an annual amount by discipline, and returns always-therapy services
    whose modifier is missing or does not fit the code, whoever furnishes them.

How to correct it
    Append the modifier of the plan of care under which the service was furnished. KX is in addition to it,
    and does not replace it.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PROC-02",
    title="Therapy without GP, GO or GN, or with the wrong one",
    snip=7,
    severity="warn",
    to_do="Append the one of GP, GO and GN that names the plan of care to SV101-3 of the therapy line.",
    sources=("S-CR10176", "S-NGS-ACE"),
    denials=("CO-4", "CO-16", "N822"),
    claim_status=("A7:453",),
    needs=("always_therapy",),
    parameters={
        "statutory": Parameter(("GY",), "modifiers of services that are billed to be denied"),
    },
)

_DISCIPLINES = frozenset({"GN", "GO", "GP"})
_OWN = {"speech_therapy": "GN", "occupational_therapy": "GO", "physical_therapy": "GP"}


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    names = line.sets_in(context.codes)
    if "always_therapy" not in names or line.has_modifier(*context["statutory"]):
        return
    found = sorted(line.modifier_codes & _DISCIPLINES)
    own = next((modifier for name, modifier in _OWN.items() if name in names), "")
    what = f"Line {line.index}: {line.procedure} "
    if not found:
        wanted = own or "GP, GO or GN"
        yield Hit(at=line.procedure, message=f"{what}is billed without modifier {wanted}.", line=line)
    elif len(found) > 1:
        message = f"{what}has therapy modifiers of several disciplines ({', '.join(found)})."
        yield Hit(at=line.modifiers_among((found[1],))[0], message=message, line=line)
    elif own and found != [own]:
        message = f"{what}has {found[0]}, but is always under {own}."
        yield Hit(at=line.modifiers_among(found)[0], message=message, line=line)
