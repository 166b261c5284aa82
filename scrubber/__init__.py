"""A pre-submission scrubber for X12 837P health-care claims.

`scrub` returns the report of one input as typed values, `scrub_iter` yields its claims one by one, `read`
yields them without evaluating them::

    import scrubber

    report = scrubber.scrub("claims.837")
    for claim in report.files[0].claims:
        print(claim.control_number, claim.verdict, [finding.to_do for finding in claim.findings])
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from scrubber.errors import (
    ConfigurationError,
    InputChangedError,
    OutputExistsError,
    ReadBackError,
    ScrubberError,
    TableError,
    UnreadableError,
    WorkerError,
)
from scrubber.version import __version__

if TYPE_CHECKING:
    from scrubber.api import ScrubRun, make_policy, read, scrub, scrub_iter, write_report
    from scrubber.claim.model import Claim
    from scrubber.engine.finding import Finding
    from scrubber.report.model import ClaimReport, FileReport, Report

__all__ = [
    "Claim",
    "ClaimReport",
    "ConfigurationError",
    "FileReport",
    "Finding",
    "InputChangedError",
    "OutputExistsError",
    "ReadBackError",
    "Report",
    "ScrubRun",
    "ScrubberError",
    "TableError",
    "UnreadableError",
    "WorkerError",
    "__version__",
    "make_policy",
    "read",
    "scrub",
    "scrub_iter",
    "write_report",
]

_MODULES = {
    **dict.fromkeys(
        ("ScrubRun", "make_policy", "read", "scrub", "scrub_iter", "write_report"), "scrubber.api"
    ),
    **dict.fromkeys(("ClaimReport", "FileReport", "Report"), "scrubber.report.model"),
    "Claim": "scrubber.claim.model",
    "Finding": "scrubber.engine.finding",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name is of
    """Import what does the work when it is asked for: pytest loads this package's plugin in every run."""
    if name in _MODULES:
        return getattr(import_module(_MODULES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
