"""An antineoplastic drug is billed for cancer with the plain injection 96372.

What is wrong
    The only drug that the injection 96372 can belong to is an antineoplastic IM/SC drug, the diagnosis is
    a cancer, and no administration in the range 96401-96549 is billed that day.

Why it is refused
    Antineoplastic drugs have their own administration codes: 96401, or 96402 for hormonal drugs. Several
    MACs list 96402 for these drugs; payers pay less for 96372, or ask what was done.

How to correct it
    Look up which administration code the payer lists for the drug. Payers differ on some hormonal drugs,
    so this is a warning.
"""

from collections.abc import Iterator

from scrubber.claim import Administration, Claim
from scrubber.claim.pairing import possible_drugs, same_day
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="ADM-03",
    title="Antineoplastic drug with plain injection 96372",
    snip=7,
    severity="warn",
    to_do=(
        "Replace 96372 with the administration code the payer lists for the drug: 96401, or 96402 if it is "
        "hormonal."
    ),
    about="drug",
    sources=("S-A52453", "S-IBX2022"),
    denials=("CO-4", "CO-16", "N657"),
    needs=("injection", "drug"),
    needs_codes=("drugs",),
    parameters={
        "drugs": Parameter(
            (
                "J9019-J9021", "J9040-J9041", "J9144", "J9155", "J9202", "J9217-J9218", "J9250", "J9260",
                "J9262", "J9266", "J9311", "J9316", "J9321", "J9356", "J9380", "J9393-J9395",
            ),
            "antineoplastic drugs that are given IM/SC",
        ),
        "cancers": Parameter(
            ("C", "D0", "D45", "D46", "D47"), "how diagnosis codes begin for which they are antineoplastic"
        ),
    },
)  # fmt: skip


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    drugs, codes = context.code_set("drugs"), context.codes
    if not any(line.hcpcs in drugs for line in claim.lines):
        return
    for entry in context.administrations:
        line = entry.line
        if not line.is_in("injection", codes):
            continue
        could_be = possible_drugs(claim, line, codes)
        if not could_be or not all(drug.hcpcs in drugs for drug in could_be):
            continue
        is_given_otherwise = any(
            other.is_in("antineoplastic_administration", codes) and same_day(line, other) is not False
            for other in claim.lines
        )
        if not is_given_otherwise and _is_for_cancer(claim, entry, context):
            drug = could_be[0]
            message = (
                f"Line {line.index}: {line.procedure} is billed for the antineoplastic drug {drug.procedure} "
                f"(line {drug.index}) instead of a chemotherapy administration."
            )
            yield Hit(at=line.procedure, message=message, line=line)


def _is_for_cancer(claim: Claim, entry: Administration, context: Context) -> bool:
    diagnoses = [*entry.diagnoses, *(dx for drug in entry.drugs for dx in claim.diagnoses_of(drug))]
    return any(dx.code.startswith(context["cancers"]) for dx in diagnoses)
