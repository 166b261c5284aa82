"""Which transactions are an 837P of the guide we know, and what the others are."""

from __future__ import annotations

from dataclasses import dataclass

from scrubber.x12 import Segment

GUIDE = "005010X222A1"
"""The 837P implementation guide as adopted under HIPAA (45 CFR 162.1102(c))."""

ALIASES = frozenset({"005010X222", "005010X222A2"})
"""Labels of the same transaction seen in the wild; checked as ``GUIDE``, and said."""

# Guide ids to what a biller calls them (X12 registers the ids; the words are ours).
_NAMES = {
    "X222": "837P professional claim",
    "X223": "837I institutional claim",
    "X224": "837D dental claim",
    "X291": "837 predetermination, professional",
    "X292": "837 predetermination, institutional",
    "X298": "837 post-adjudicated claims data, professional",
    "X299": "837 post-adjudicated claims data, institutional",
    "X300": "837 post-adjudicated claims data, dental",
    "X098": "837P professional claim",
    "X096": "837I institutional claim",
    "X097": "837D dental claim",
    "X221": "835 remittance advice",
    "X231": "999 acknowledgement",
    "X214": "277CA claim acknowledgement",
    "X279": "270/271 eligibility",
    "X212": "276/277 claim status",
}


@dataclass(frozen=True, slots=True)
class Recognition:
    """Whether a group or transaction is ours: ``supported``, under an ``alias`` label, and its name."""

    supported: bool
    version: str
    name: str
    alias: bool = False


def recognize(group: Segment | None, transaction: Segment | None = None) -> Recognition:
    """Recognise a group (GS08), or a transaction in its group (ST01, ST03, else GS08)."""
    version = group.get(8) if group else ""
    code = ""
    if transaction:
        code = transaction.get(1)
        version = transaction.get(3) or version
    elif group and group.get(1) != "HC":
        code = group.get(1)
    known = version == GUIDE or version in ALIASES
    supported = known and code in ("", "837")
    return Recognition(supported, version, _name(code, version), known and version != GUIDE)


def _name(code: str, version: str) -> str:
    """Say what this is: the transaction, and the version where it is the version that is foreign."""
    number = version.find("X")
    name = _NAMES.get(version[number : number + 4] if number >= 0 else "", "")
    if code and not name.startswith(code[:3]):
        name = f"transaction {code}" if code.isdigit() else f"functional group {code}"
    return name or "unknown transaction"
