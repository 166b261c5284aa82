"""The anesthesia modifier does not fit the specialty of the provider who rendered the service.

What is wrong
    The rendering provider's taxonomy code is that of a nurse anesthetist or anesthesiologist assistant, and
    the line has a physician's modifier (AA, AD, QK, QY); or it is that of a physician, and the line has a
    nurse anesthetist's (QX, QZ); or a physician of a specialty other than anesthesiology bills anesthesia.

Why it is refused
    The payer compares the modifier with the specialty of the provider on file. The wrong one pays the wrong
    share, so the line is denied.

How to correct it
    Compare the rendering provider (2310B or 2420A) and the modifier with the anesthesia record, and correct
    whichever is wrong. If the surgeon gave the anesthesia, modifier 47 belongs on the surgery instead.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PROC-04",
    title="Anesthesia modifier does not fit the provider's specialty",
    snip=7,
    severity="warn",
    variants={"specialty": "info"},
    to_do="Correct the anesthesia modifier, or the rendering provider and taxonomy (PRV03), by the record.",
    sources=("S-OPTUM-ACE", "S-MCPM12-50"),
    denials=("CO-8", "CO-4", "N95"),
    claim_status=("A7:453",),
    needs=("anesthesia", "modifiers"),
    parameters={
        "of_physicians": Parameter(("AA", "AD", "QK", "QY"), "modifiers of physicians"),
        "of_anesthetists": Parameter(("QX", "QZ"), "modifiers of nurse anesthetists and assistants"),
        "physicians": Parameter(("207", "208"), "first characters of taxonomy codes of physicians"),
        "anesthetists": Parameter(
            ("367500000X", "367H00000X"),
            "taxonomy codes of nurse anesthetists and anesthesiologist assistants",
        ),
        "anesthesiology": Parameter(
            ("207L", "207P", "208VP", "208D", "207RC0200X"),
            "first characters of taxonomy codes of physicians who may give anesthesia",
        ),
    },
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not line.is_in("anesthesia", context.codes):
        return
    modifiers = (*context["of_physicians"], *context["of_anesthetists"])
    at = next(iter(line.modifiers_among(modifiers)), None)
    provider = context.claim.rendering_of(line)
    if at is None or provider is None or not provider.taxonomy:
        return
    is_of_physicians = at.strip().upper() in context["of_physicians"]
    taxonomy, variant = provider.taxonomy, ""
    if taxonomy in context["anesthetists"]:
        fault = (
            "is a physician's, and a nurse anesthetist or assistant rendered it" if is_of_physicians else ""
        )
    elif not taxonomy.startswith(context["physicians"]):
        return
    elif not is_of_physicians:
        fault = "is a nurse anesthetist's, and a physician rendered it"
    elif not taxonomy.startswith(context["anesthesiology"]):
        fault, variant = f"is an anesthesiologist's, and the taxonomy is {taxonomy}", "specialty"
    else:
        return
    if fault:
        message = f"Line {line.index}: modifier {at} on {line.procedure} {fault}."
        yield Hit(at=at, message=message, line=line, variant=variant)
