"""The assistant-at-surgery modifier does not fit the specialty of the provider who assisted.

What is wrong
    The line is an assistant's, and the rendering provider's taxonomy code is that of a physician with
    modifier AS, which is for physician assistants, nurse practitioners and clinical nurse specialists; or
    that of one of these with modifier 80, 81 or 82, which are for physicians.

Why it is refused
    Medicare pays the two differently and compares the modifier with the specialty on file. Other payers
    differ: some want AS from the physician who bills for the assistant.

How to correct it
    Compare the rendering provider (2310B or 2420A) with the operative note. Bill a physician's assistance
    with 80 or 82, and that of a physician assistant, nurse practitioner or clinical nurse specialist with
    AS alone under their own NPI.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PROC-27",
    title="Assistant modifier does not fit the provider's specialty",
    snip=7,
    severity="warn",
    to_do="Correct the assistant modifier (80, 82 or AS), or the rendering provider and taxonomy (PRV03).",
    sources=("S-NOR-AS",),
    denials=("CO-8", "CO-4", "N95"),
    claim_status=("A7:453",),
    needs=("surgery", "modifiers"),
    parameters={
        "of_physicians": Parameter(("80", "81", "82"), "modifiers of physicians who assist"),
        "of_others": Parameter(("AS",), "modifiers of practitioners who are not physicians"),
        "physicians": Parameter(("207", "208", "204"), "first characters of taxonomy codes of physicians"),
        "others": Parameter(
            ("363A", "363L", "364S"),
            "first characters of taxonomy codes of physician assistants, nurse practitioners, clinical nurse "
            "specialists",
        ),
    },
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    of_physicians = line.modifiers_among(context["of_physicians"])
    of_others = line.modifiers_among(context["of_others"])
    if bool(of_physicians) is bool(of_others) or not line.is_in("surgery", context.codes):
        return
    provider = context.claim.rendering_of(line)
    taxonomy = provider.taxonomy if provider else ""
    if of_others and taxonomy.startswith(context["physicians"]):
        at, whose = of_others[0], "is for assistants who are not physicians, but a physician rendered it"
    elif of_physicians and taxonomy.startswith(context["others"]):
        at, whose = of_physicians[0], "is for physicians, but another practitioner rendered it"
    else:
        return
    yield Hit(at=at, message=f"Line {line.index}: modifier {at} on {line.procedure} {whose}.", line=line)
