"""A pre-submission scrubber for X12 837P health-care claims.

`scrub` gives the report of one input as typed values, `read` its claims one by one::

    import scrubber

    report = scrubber.scrub("claims.837")
    for claim in report.files[0].claims:
        print(claim.control_number, claim.verdict, [finding.edit for finding in claim.findings])
"""

from scrubber.api import read, scrub
from scrubber.errors import (
    ConfigurationError,
    InputChangedError,
    OutputExistsError,
    ScrubberError,
    UnreadableError,
)
from scrubber.version import __version__

__all__ = [
    "ConfigurationError",
    "InputChangedError",
    "OutputExistsError",
    "ScrubberError",
    "UnreadableError",
    "__version__",
    "read",
    "scrub",
]
