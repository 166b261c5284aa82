"""A pre-submission scrubber for X12 837P health-care claims.

`scrub` returns the report of one input as typed values, `scrub_iter` yields its claims one by one, `read`
yields them without evaluating them::

    import scrubber

    report = scrubber.scrub("claims.837")
    for claim in report.files[0].claims:
        print(claim.control_number, claim.verdict, [finding.to_do for finding in claim.findings])
"""

TYPE_CHECKING = False  # true for type checkers; nothing is imported here, see scrubber/__main__.py
if TYPE_CHECKING:
    from scrubber.api import ScrubRun, make_policy, read, scrub, scrub_iter, to_arrow, write_report
    from scrubber.claim.model import Claim
    from scrubber.engine.finding import Finding
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
    "to_arrow",
    "write_report",
]

_MODULES = {
    **dict.fromkeys(
        ("ScrubRun", "make_policy", "read", "scrub", "scrub_iter", "to_arrow", "write_report"), "scrubber.api"
    ),
    **dict.fromkeys(("ClaimReport", "FileReport", "Report"), "scrubber.report.model"),
    "Claim": "scrubber.claim.model",
    "Finding": "scrubber.engine.finding",
    **dict.fromkeys((name for name in __all__ if name.endswith("Error")), "scrubber.errors"),
    "__version__": "scrubber.version",
}


def __getattr__(name: str) -> object:
    """Import what does the work when it is asked for: pytest loads this package's plugin in every run."""
    if name in _MODULES:
        from importlib import import_module  # noqa: PLC0415 - see above

        return getattr(import_module(_MODULES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
