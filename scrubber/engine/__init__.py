"""What an edit is, what it says, which pack decides on it, and how a claim is put to its edits.

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
