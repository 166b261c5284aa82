"""Saline or heparin is billed that only flushed the line or carried a drug.

What is wrong
    The claim bills a small bag of saline, saline flush or heparin lock flush on a day with an infusion, push
    or injection of a drug, and no hydration (96360) or port flush (96523) that day.

Why it is refused
    Flushing the line and the fluid that carries a drug are part of its administration. Cigna denies such a
    line; other payers bundle it.

How to correct it
    Remove the line if the fluid flushed the line or was the diluent. If it was given to hydrate the patient
    for more than 30 minutes, check the chart and bill the hydration as well.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.near import index_of
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="ADM-19",
    title="Flush or diluent billed with a drug administration",
    snip=7,
    severity="info",
    to_do="Remove the line of saline or heparin (SV1) if the fluid flushed the line or carried the drug.",
    about="drug",
    sources=("S-CIGNA-R14",),
    denials=("CO-97", "M15"),
    needs=("administrations",),
    needs_codes=("fluids",),
    parameters={
        "fluids": Parameter(
            ("A4216-A4218", "J1642", "J7030", "J7040", "J7042", "J7050"),
            "saline, saline flush, heparin flush",
        ),
        "given_alone": Parameter(("96360-96361", "96523"), "services that use such a fluid themselves"),
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    fluids, alone = context.code_set("fluids"), context.code_set("given_alone")
    index = index_of(claim, context.codes)
    users = index.where("uses saline or a flush", lambda line: line.hcpcs in alone)
    drugs = index.where(
        "a drug that is not a flush",
        lambda line: line.is_in("drug", context.codes) and line.hcpcs not in fluids,
    )
    for line in claim.lines:
        if line.hcpcs not in fluids or users.has_near(line) or not drugs.has_on_day(line):
            continue
        given = index.administrations.near(line)
        if given:
            message = (
                f"Line {line.index}: {line.procedure} is part of the drug administration "
                f"{given[0].procedure} (line {given[0].index})."
            )
            yield Hit(at=line.procedure, message=message, line=line)
