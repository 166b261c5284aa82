"""Which transaction sets are an 837P of the supported TR3, and what the others are."""

from __future__ import annotations

from msgspec import Struct

from scrubber.x12 import Segment

GUIDE = "005010X222A1"
"""The 837P implementation guide as adopted under HIPAA (45 CFR 162.1102(c))."""

ALIASES = frozenset({"005010X222", "005010X222A2"})
"""Other labels in use for the same transaction set; validated as ``GUIDE``, and reported (STR-10)."""

# TR3 IDs to what a biller calls them (X12 registers the IDs; the words are our own).
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
    "X231": "999 acknowledgment",
    "X214": "277CA claim acknowledgment",
    "X279": "270/271 eligibility",
    "X212": "276/277 claim status",
}


class Recognition(Struct, frozen=True):
    """Whether a functional group or transaction set is ``supported``, or so under an ``alias``; its name."""

    supported: bool
    version: str
    name: str
    alias: bool = False


def recognize(group: Segment | None, transaction: Segment | None = None) -> Recognition:
    """Identify a functional group (GS08), or a transaction set in its group (ST01, ST03, else GS08)."""
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
    """Return the name of the version's TR3 or, where that is of another kind than the code, the code."""
    number = version.find("X")
    name = _NAMES.get(version[number : number + 4] if number >= 0 else "", "")
    if code and not name.startswith(code[:3]):
        name = f"transaction {code}" if code.isdigit() else f"functional group {code}"
    return name or "unknown transaction"
