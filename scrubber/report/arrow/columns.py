"""The columns of the five tables, `scrubber.tables/1`: the one definition of their schemas and their page.

It does without pyarrow, so the page is made and names are checked where that is not installed.
"""

from __future__ import annotations

from typing import NamedTuple

SCHEMA = "scrubber.tables/1"
"""The version of all five schemas: within one number columns may be added, none is removed or changed."""

TEXT = "string"
WHOLE = "int32"
BYTES = "int64"
YES = "bool"
DAY = "date32"
MONEY = "decimal(18, 2)"
AMOUNT = "decimal(18, 3)"


class ListOf(NamedTuple):
    """A column of lists."""

    item: Kind


class Record(NamedTuple):
    """A column of nested values, each with a name and a type."""

    fields: tuple[tuple[str, Kind], ...]


Kind = str | ListOf | Record
TEXTS = ListOf(TEXT)


class Column(NamedTuple):
    """A column: its name, its type, and what it holds."""

    name: str
    kind: Kind
    about: str


_FILE = (
    Column("file", TEXT, "name of the input; with `--mask` `file 1`, `file 2` …"),
    Column("file_sha256", TEXT, "SHA-256 of the input"),
)
_CLAIM = (*_FILE, Column("claim", WHOLE, "the claim's number within its file, from 1"))
_DRUG = Record((("line", WHOLE), ("procedure", TEXT), ("ndc", TEXT), ("quantity", AMOUNT), ("unit", TEXT)))
_ADMINISTRATION = Record(
    (("line", WHOLE), ("procedure", TEXT), ("diagnoses", TEXTS), ("drugs", ListOf(_DRUG)))
)

FILES = (
    *_FILE,
    Column("verdict", TEXT,
           "`clean`, `partly_checked`, `would_be_held`, `partly_held`, `held` or `unreadable`"),
    Column("unreadable", TEXT, "why no claim was read, else null"),
    Column("fully_checked", YES, "every edit could be evaluated on every claim"),
    Column("claims", WHOLE, "number of claims"),
    Column("accepted", WHOLE, "claims in the clean file that nothing would hold"),
    Column("would_be_held", WHOLE, "claims in the clean file of a report-only run that would be held"),
    Column("held", WHOLE, "claims that are held"),
    Column("not_fully_checked", WHOLE, "claims on which an edit could not be evaluated"),
    Column("lines", WHOLE, "service lines"),
    Column("charges", MONEY, "total charges"),
    Column("would_be_held_charges", MONEY, "of the claims that would be held"),
    Column("held_charges", MONEY, "of the held claims"),
    Column("not_fully_checked_charges", MONEY, "of the claims that are not fully checked"),
    Column("as_of", DAY, "the day that counted as today"),
    Column("version", TEXT, "version of the scrubber"),
    Column("packs", ListOf(Record((("id", TEXT), ("version", TEXT), ("sha256", TEXT)))),
           "packs that decided in the run"),
    Column("tables", ListOf(Record((("id", TEXT), ("vintage", TEXT), ("sha256", TEXT)))),
           "reference tables that answered in the run, with their release"),
    Column("select", TEXTS, "with `--select`: the only edits that were run"),
    Column("ignore", TEXTS, "with `--ignore`: the edits that were left out"),
    Column("edit_errors", TEXTS, "edits that failed in the run"),
    Column("report_only", YES, "no claim was held for what was found on it"),
)  # fmt: skip
CLAIMS = (
    *_CLAIM,
    Column("control_number", TEXT, "CLM01; masked: `#1`, `#2` …"),
    Column("transaction", TEXT, "ST02"),
    Column("verdict", TEXT, "`accepted`, `held`, or `would_be_held` in a report-only run"),
    Column("held_by", TEXTS, "the edits that hold it, each once; empty if it is held with its envelope"),
    Column("fully_checked", YES, "every edit that was run could be evaluated"),
    Column("patient", TEXT, "the patient's name; masked: hidden"),
    Column("patient_key", TEXT,
           "the same for claims with the same member ID, patient name and date of birth; masked: null"),
    Column("payer_id", TEXT, "NM109 of loop 2010BB"),
    Column("payer_name", TEXT, "NM103 of loop 2010BB"),
    Column("pack", TEXT, "the pack by which it was evaluated"),
    Column("billing_provider", TEXT, "name of the billing provider"),
    Column("service_from", DAY, "first day of service; null if no line has a readable date"),
    Column("service_to", DAY, "last day of service"),
    Column("charge", MONEY, "total charge; null if CLM02 is not an amount in dollars and cents"),
    Column("charge_sent", TEXT, "CLM02 as in the report"),
    Column("lines", WHOLE, "number of service lines"),
    Column("findings", WHOLE, "number of findings, also of those beyond the 1,000 that are listed"),
    Column("administrations", ListOf(_ADMINISTRATION), "lines that bill giving a drug, with their drugs"),
)  # fmt: skip
LINES = (
    *_CLAIM,
    Column("line", WHOLE, "the line's number within its claim, from 1"),
    Column("role", TEXT, "`administration`, `drug` or `service`"),
    Column("procedure", TEXT, "HCPCS or CPT code"),
    Column("modifiers", TEXTS, "modifiers in order"),
    Column("service_from", DAY, "first day of service; null if it cannot be read"),
    Column("service_to", DAY, "last day of service"),
    Column("place", TEXT, "place of service, the line's or else the claim's"),
    Column("units", AMOUNT, "units; null if not a number"),
    Column("charge", MONEY, "charge; null if not an amount in dollars and cents"),
    Column("diagnoses", TEXTS, "the codes that its pointers lead to"),
    Column("ndc", TEXT, "NDC of the first drug, else null"),
    Column("quantity", AMOUNT, "NDC quantity"),
    Column("unit", TEXT, "its unit of measure"),
)
FINDINGS = (
    *_FILE,
    Column("claim", WHOLE, "the claim's number; null for a finding about the file or an envelope"),
    Column("edit", TEXT, "ID of the edit"),
    Column("family", TEXT, "what the ID begins with: `PAIR`"),
    Column("title", TEXT, "title of the edit"),
    Column("severity", TEXT, "`reject`, `warn` or `info`"),
    Column("status", TEXT, "`open`, `fixed`, or `overridden` by an edit override"),
    Column("holds", YES, "the claim must not be sent because of it"),
    Column("message", TEXT, "the fault"),
    Column("to_do", TEXT, "what to change"),
    Column("loop", TEXT, "loop"),
    Column("segment", TEXT, "segment ID"),
    Column("element", TEXT, "element or component: `SV101-2`"),
    Column("line", WHOLE, "service line"),
    Column("segment_number", WHOLE, "number of the segment in the input, from 1"),
    Column("byte", BYTES, "offset of the segment in the input"),
    Column("fix_safety", TEXT, "`safe` or `unsafe` if there is a fix, else null"),
    Column("fix_before", TEXT, "the value as sent"),
    Column("fix_after", TEXT, "the value that the fix writes, or would write"),
    Column("denials", TEXTS, "CARC and RARC numbers"),
    Column("claim_status", TEXTS, "category and status codes of the 277CA"),
    Column("snip", WHOLE, "SNIP level"),
    Column("pack", TEXT, "the pack that decided"),
    Column("sources", TEXTS, "sources of the edit"),
    Column("fault", TEXT, "the same for all claims that share one fault of a level above them; null if it is"
           " the claim's own; masked: null for levels of a patient"),
    Column("override_reason", TEXT, "of an overridden finding: the reason in the configuration"),
    Column("override_owner", TEXT, "of an overridden finding: who answers for it"),
)  # fmt: skip
UNCHECKED = (
    *_CLAIM,
    Column("edit", TEXT, "ID of the edit that could not be evaluated; `*`: none could"),
    Column("family", TEXT, "what the ID begins with: `PAIR`"),
    Column("why", TEXT, "why not: which table is missing, which value cannot be read"),
)

TABLES = {"files": FILES, "claims": CLAIMS, "lines": LINES, "findings": FINDINGS, "unchecked": UNCHECKED}
"""The columns of each table, by its name."""
ABOUT = {
    "files": "One row for each input.",
    "claims": "One row for each claim, in the order of the input.",
    "lines": "One row for each service line, after fixes.",
    "findings": "One row for each finding and claim. A fault of a shared level (billing provider, payer) is a"
    " row of each claim that it concerns; these rows have the same `fault`.",
    "unchecked": "One row for each claim and edit that could not be evaluated on it.",
}
"""What a row is, by table."""
OF_FILE = len(_FILE)
"""The first columns of each table, which are known when a file is complete."""


def names(table: str) -> list[str]:
    """Return the names of a table's columns."""
    return [column.name for column in TABLES[table]]


def spelled(kind: Kind) -> str:
    """Return a type as the page shows it."""
    if isinstance(kind, ListOf):
        return f"list<{spelled(kind.item)}>"
    if isinstance(kind, Record):
        return f"struct<{', '.join(f'{name}: {spelled(part)}' for name, part in kind.fields)}>"
    return kind


def page() -> str:
    """Return the schemas as Markdown, a section for each table."""
    parts = []
    for name, columns in TABLES.items():
        rows = "\n".join(f"| `{each.name}` | `{spelled(each.kind)}` | {each.about} |" for each in columns)
        parts.append(f"## {name}\n{ABOUT[name]}\n\n| column | type | |\n|---|---|---|\n{rows}\n")
    return "\n".join(parts)
