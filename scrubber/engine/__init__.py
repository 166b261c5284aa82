"""Edits, their findings, the packs that configure them, and the evaluation of a claim.

Edits import everything that they need from here and from `scrubber.claim`.
"""

from scrubber.engine.context import Context
from scrubber.engine.edit import Edit, Parameter
from scrubber.engine.finding import CheckResult, FieldChange, Fix, Hit, Unchecked, safe, unsafe

__all__ = [
    "CheckResult",
    "Context",
    "Edit",
    "FieldChange",
    "Fix",
    "Hit",
    "Parameter",
    "Unchecked",
    "safe",
    "unsafe",
]
