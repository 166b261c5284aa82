"""A claim as immutable values, and the pairing of drugs and diagnoses with each administration."""

from scrubber.claim.field import Field
from scrubber.claim.model import (
    Adjudication,
    Claim,
    DrugIdentification,
    OtherPayer,
    Party,
    ServiceLine,
    Subscriber,
    build_claim,
)
from scrubber.claim.pairing import Administration, pair
from scrubber.claim.parts import (
    Adjustment,
    Amount,
    Attachment,
    Condition,
    ContactNumber,
    Diagnosis,
    Measurement,
    NteSegment,
    Period,
    Reference,
)
from scrubber.claim.procedures import ProcedureSets

__all__ = [
    "Adjudication",
    "Adjustment",
    "Administration",
    "Amount",
    "Attachment",
    "Claim",
    "Condition",
    "ContactNumber",
    "Diagnosis",
    "DrugIdentification",
    "Field",
    "Measurement",
    "NteSegment",
    "OtherPayer",
    "Party",
    "Period",
    "ProcedureSets",
    "Reference",
    "ServiceLine",
    "Subscriber",
    "build_claim",
    "pair",
]
