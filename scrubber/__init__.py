"""A pre-submission scrubber for X12 837P health-care claims.

`scrub` returns the report of one input as typed values, `scrub_iter` yields its claims one by one, `read`
yields them without evaluating them::

    import scrubber

    report = scrubber.scrub("claims.837")
    for claim in report.files[0].claims:
        print(claim.control_number, claim.verdict, [finding.to_do for finding in claim.findings])
"""

from scrubber.api import ScrubRun, make_policy, read, scrub, scrub_iter, write_report
from scrubber.claim.model import Claim
from scrubber.engine.finding import Finding
from scrubber.errors import (
    ConfigurationError,
    InputChangedError,
    OutputExistsError,
    ScrubberError,
    TableError,
    UnreadableError,
)
from scrubber.report.model import ClaimReport, FileReport, Report
from scrubber.version import __version__

__all__ = [
    "Claim",
    "ClaimReport",
    "ConfigurationError",
    "FileReport",
    "Finding",
    "InputChangedError",
    "OutputExistsError",
    "Report",
    "ScrubRun",
    "ScrubberError",
    "TableError",
    "UnreadableError",
    "__version__",
    "make_policy",
    "read",
    "scrub",
    "scrub_iter",
    "write_report",
]
