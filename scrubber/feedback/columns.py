"""The columns of the tables of outcomes, `scrubber.outcomes/1`; it does without pyarrow."""

from __future__ import annotations

from scrubber.report.arrow.columns import DAY, MONEY, TEXT, TEXTS, WHOLE, Column

SCHEMA = "scrubber.outcomes/1"
"""The version of both schemas: within one number columns may be added, none is removed or changed."""

_CLAIM = (
    Column("file_sha256", TEXT, "SHA-256 of the 837 that has the claim, as in the table `claims`"),
    Column("claim", WHOLE, "the claim's number within its file, from 1"),
)
OUTCOMES = (
    *_CLAIM,
    Column("decision", TEXT, "`paid`, `denied` (also in part), `rejected` or `written_off`"),
    Column("payer_id", TEXT, "NM109 of loop 2010BB"),
    Column("pack", TEXT, "the pack by which it is evaluated"),
    Column("sent_on", DAY, "the day on which it was evaluated"),
    Column("answered_on", DAY, "the day of the last payment (BPR16); null if there is none"),
    Column("service_from", DAY, "first day of service"),
    Column("charge", MONEY, "total charge"),
    Column("paid", MONEY, "by all payers"),
    Column("patient", MONEY, "what the patient owes"),
    Column("denied", MONEY, "the sum of its denials"),
    Column("held_by", TEXTS, "the edits that reject it today"),
)
DENIALS = (
    *_CLAIM,
    Column("line", WHOLE, "service line; null if the whole claim is denied, or if two lines fit"),
    Column("group", TEXT, "CO, OA, PI or PR"),
    Column("carc", TEXT, "CARC; null for a rejection"),
    Column("remarks", TEXTS, "RARCs; of a rejection the claim statuses"),
    Column("dollars", MONEY, "amount of the adjustment; of a rejection the charge"),
    Column("verdict", TEXT, "`caught`, `missed`, `no_edit`, `not_foreseeable` or `unclassified`"),
    Column("state", TEXT, "`rejects`, `overridden`, `warns`, `off` or `unchecked`: of the edits that decide"),
    Column("edits", TEXTS, "the edits that decide"),
)
TABLES = {"outcomes": OUTCOMES, "denials": DENIALS}
