"""What an edit is, what it says, which pack decides on it, and how a claim is put to its edits.

Edits import everything that they need from here and from `scrubber.claim`.
"""

from scrubber.edit.context import Context
from scrubber.edit.edit import Edit, Parameter
from scrubber.edit.finding import Change, Fix, Found, Outcome, Unchecked, safe, unsafe

__all__ = [
    "Change",
    "Context",
    "Edit",
    "Fix",
    "Found",
    "Outcome",
    "Parameter",
    "Unchecked",
    "safe",
    "unsafe",
]
