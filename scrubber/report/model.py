"""The report as typed values: the one definition of `scrubber.report/2`, its schema and Python types.

Every value has ``to_dict()``. Amounts are texts in dollars and cents (``"119.40"``), days are ISO dates.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from scrubber.engine.finding import Finding, Severity, UncheckedEdit, Value
from scrubber.engine.result import ClaimVerdict, FileVerdict, WhyUnreadable

SCHEMA = "scrubber.report/2"


class DrugReport(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A drug line of an administration: line number, HCPCS, NDC, NDC quantity and its unit of measure."""

    line: int
    procedure: str
    ndc: str
    quantity: str
    unit: str


class AdministrationReport(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An administration line with the diagnoses that it points to and the drugs that belong to it."""

    line: int
    procedure: str
    diagnoses: tuple[str, ...]
    drugs: tuple[DrugReport, ...]


class PayerReport(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The payer of a claim (2010BB), and the pack by which the claim was evaluated."""

    id: str
    name: str
    pack: str


class SuppressedReport(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A finding that an edit override accepts, with the override's reason and owner.

    ``baseline`` is true if it is a known finding of the baseline.
    """

    finding: Finding
    reason: str
    owner: str
    baseline: bool = False


class SharedReport(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A finding of a claim that is told at an earlier one, ``claim`` (CLM01), since the claims share it.

    ``segment_number`` is the place in this claim's own levels, ``fixed`` is true if a fix was applied.
    """

    edit: str
    severity: Severity
    fixed: bool
    segment_number: int
    claim: str

    @property
    def holds(self) -> bool:
        """Return True if a claim with this finding must not be sent."""
        return self.severity == "reject" and not self.fixed


class ClaimReport(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The report of one claim.

    ``control_number`` is CLM01, ``transaction`` ST02, ``patient`` the patient's name, ``service_date`` the
    first date of service, ``charge`` the total charge (CLM02) as sent. ``held_by`` are the edits that hold
    the claim, each once, in a strict run also those that could not be evaluated; it is empty if the claim is
    held with its envelope or because an edit failed. In a report-only run they are those that would hold it,
    and the verdict is then ``would_be_held``.
    ``fully_checked`` is false if an edit could not be evaluated. ``more_findings`` is how many findings there
    are besides those in ``findings``: of one claim 1,000 are reported, first those that hold it. ``shared``
    are findings on what several claims share, such as the billing provider, that a written report has at an
    earlier claim; claims that `scrub` and `scrub_iter` return have all of theirs in ``findings``.
    """

    control_number: str
    transaction: str
    verdict: ClaimVerdict
    held_by: tuple[str, ...]
    fully_checked: bool
    patient: str
    payer: PayerReport
    service_date: date | None
    charge: str
    lines: int
    administrations: tuple[AdministrationReport, ...]
    findings: tuple[Finding, ...]
    more_findings: int
    unchecked: tuple[UncheckedEdit, ...]
    suppressed: tuple[SuppressedReport, ...]
    shared: tuple[SharedReport, ...] = ()

    @property
    def overridden(self) -> tuple[SuppressedReport, ...]:
        """Return the findings set aside by overrides of the configuration, without those of the baseline."""
        return tuple(entry for entry in self.suppressed if not entry.baseline)

    @property
    def is_rejected(self) -> bool:
        """Return True if the claim is held, or would be but for a report-only run."""
        return self.verdict != "accepted"


class CountsReport(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The numbers of claims and service lines of a file, and of its accepted, held and unchecked claims.

    ``would_be_held`` are those that only a report-only run sends on; they are not among ``accepted``.
    """

    claims: int
    accepted: int
    held: int
    not_fully_checked: int
    lines: int
    would_be_held: int = 0


class ChargesReport(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Total charges in dollars: of all claims, accepted and held ones, and those not fully checked.

    ``would_be_held`` are those of claims that only a report-only run sends on.
    """

    total: str
    accepted: str
    held: str
    not_fully_checked: str
    would_be_held: str = "0.00"


class NotCheckedReport(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one reason left unchecked in a file: by which edits (``*``: all), and of how many claims.

    ``charges`` are the total charges of these claims in dollars, ``first_claims`` the control numbers of the
    first three.
    """

    why: str
    edits: tuple[str, ...]
    claims: int
    charges: str
    first_claims: tuple[str, ...]


class FileReport(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The report of one input. ``findings`` are those outside any claim.

    ``verdict`` is ``clean`` (every claim is accepted), ``would_be_held`` (in a report-only run: nothing is
    held, and something would be), ``partly_held``, ``held`` (none is accepted) or ``unreadable``, and then
    ``unreadable`` is the reason. ``fully_checked`` is true only if every edit could be evaluated on every
    claim, none failed, and none was left out of the run; ``not_checked`` are the reasons why claims are not.
    ``claims`` is empty if claims are passed on one by one.
    """

    name: str
    sha256: str
    verdict: FileVerdict
    unreadable: WhyUnreadable | None
    fully_checked: bool
    counts: CountsReport
    charges: ChargesReport
    findings: tuple[Finding, ...]
    not_checked: tuple[NotCheckedReport, ...] = ()
    claims: tuple[ClaimReport, ...] = ()


class PackReport(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pack that determined something in the report."""

    id: str
    version: str
    sha256: str


class TableReport(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table that was used: its id, the label of its release, and the hash of the files it was read from."""

    id: str
    vintage: str
    sha256: str


class SuppressionReport(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An edit override of the configuration, and how many findings it accepted in the run."""

    edit: str
    payer: str
    provider: str
    procedure: str
    reason: str
    owner: str
    expires: date | None
    expired: bool
    findings: int


class BaselineReport(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The baseline of a run: what it set aside, and of how many claims.

    ``expires`` is the last day of its entries. ``expired`` counts those whose last day is past, ``unused``
    the others that matched nothing. ``charges`` are the total charges of the ``claims`` in dollars.
    """

    file: str
    sha256: str
    expires: date | None
    entries: int
    expired: int
    unused: int
    findings: int
    claims: int
    charges: str


class PartialReport(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the user left out: only the edits in ``select`` were run (empty: all), and none in ``ignore``."""

    select: tuple[str, ...]
    ignore: tuple[str, ...]


class ConfigurationReport(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The configuration of a run. If it was ``found`` near the files, ``file`` is as seen from the first."""

    file: str
    sha256: str
    found: bool


class EditErrorReport(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An edit that failed: the error type, its place in the code, and on how many claims or envelopes."""

    edit: str
    error: str
    file: str
    line: int
    times: int


class Report(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The report of one run. ``suppressions`` are all edit overrides of the configuration, used or not,
    without those of the ``baseline``.

    ``report_only`` is true if no claim was held for what was found on it.
    """

    schema: Literal["scrubber.report/2"] = "scrubber.report/2"
    version: str
    as_of: date
    partial: PartialReport | None
    report_only: bool = False
    configuration: ConfigurationReport | None
    packs: tuple[PackReport, ...]
    tables: tuple[TableReport, ...]
    suppressions: tuple[SuppressionReport, ...]
    baseline: BaselineReport | None = None
    edit_errors: tuple[EditErrorReport, ...]
    files: tuple[FileReport, ...] = ()


class ClaimLine(ClaimReport, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of the JSON-lines report: one claim, with the name of its file, what was left out, and whether
    the run was a report-only one.
    """

    schema: Literal["scrubber.report/2"] = "scrubber.report/2"
    file: str
    partial: PartialReport | None
    report_only: bool = False


def cents(amount: Decimal) -> str:
    """Return an amount in dollars and cents; digits beyond cents stay visible, since they are a fault."""
    text = f"{amount:.2f}"
    return text if Decimal(text) == amount else f"{amount:f}"
