"""The report in XML, made from the same values as the JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import msgspec
from lxml import etree

from scrubber.report.claim_view import ClaimView
from scrubber.report.file_view import FileView
from scrubber.report.model import ClaimReport, Report
from scrubber.report.shared import Sharing, with_counts
from scrubber.report.writer import Style
from scrubber.text import temporary_text

ITEMS = {
    "files": "file", "claims": "claim", "findings": "finding", "unchecked": "edit",
    "not_checked": "reason", "edits": "edit", "first_claims": "control_number",
    "suppressed": "suppressed_finding", "shared": "shared_finding",
    "administrations": "administration", "diagnoses": "diagnosis", "drugs": "drug", "packs": "pack",
    "tables": "table", "suppressions": "suppression", "denials": "denial", "claim_status": "code",
    "sources": "source", "select": "edit", "ignore": "edit", "edit_errors": "edit", "held_by": "edit",
}  # fmt: skip
"""The names of the entries of each list."""
ELEMENTS = frozenset({"message", "to_do", "why", "reason", "before", "after"})
"""Values that are child elements, not attributes: texts for people, and values of claims."""
_NOT_XML = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot contain, or that control a terminal."""
_UNKNOWN = "\ufffd"
_INDENT = "\n" + " " * 2


class Writer:
    """A writer that keeps the records of files and claims, one per line, until the head is known."""

    def __init__(self, out: BinaryIO, _style: Style) -> None:
        self._out = out
        self._files = temporary_text()
        self._claims = temporary_text()

    def claim(self, claim: ClaimView) -> None:
        """Keep the claim until its file is complete."""
        self._claims.write(msgspec.json.encode(claim.report).decode() + "\n")

    def file(self, file: FileView) -> None:
        """Keep the file, then its claims."""
        self._files.write(msgspec.json.encode(file.report).decode() + "\n")
        self._claims.seek(0)
        told = file.shared.told()
        for ordinal, line in enumerate(self._claims, 1):
            self._files.write(f" {_counted(line, told[ordinal]) if ordinal in told else line}")
        self.abandon()

    def abandon(self) -> None:
        """Discard the claims of the current file."""
        self._claims.close()
        self._claims = temporary_text()

    def finish(self, report: Report) -> None:
        """Write the whole document, a claim at a time."""
        self._claims.close()
        head = _element("report", report.to_dict() | {"files": None})
        with etree.xmlfile(self._out, encoding="utf-8", close=False) as document:
            document.write_declaration()
            with document.element(head.tag, dict(head.items())):
                for child in head:
                    document.write(_INDENT, child)
                document.write(_INDENT)
                with document.element("files"):
                    for lines in self._by_file():
                        _write_file(document, lines)
        self._out.write(b"\n")
        self._files.close()

    def _by_file(self) -> Iterator[Iterator[str]]:
        """Yield the lines of each file: its record, then its claims, which begin with a space."""
        self._files.seek(0)
        ahead = self._files.readline()

        def of_one() -> Iterator[str]:
            nonlocal ahead
            yield ahead
            while (ahead := self._files.readline()).startswith(" "):
                yield ahead

        while ahead:
            yield of_one()


def _counted(line: str, told: Mapping[int, Sharing]) -> str:
    """Return the record of a claim with the numbers of claims that share its faults."""
    report = with_counts(msgspec.json.decode(line, type=ClaimReport), told)
    return msgspec.json.encode(report).decode() + "\n"


def _write_file(document: Any, lines: Iterator[str]) -> None:  # noqa: ANN401 - lxml has no name for it
    file = _element("file", msgspec.json.decode(next(lines)) | {"claims": None})
    with document.element(file.tag, dict(file.items())):
        for child in file:
            document.write(_INDENT, child)
        with document.element("claims"):
            for line in lines:
                document.write(_INDENT, _element("claim", msgspec.json.decode(line)))


def _element(tag: str, record: Mapping[str, Any] | str) -> etree._Element:
    """Return a record as an element: values become attributes, records and lists elements; omit ``None``."""
    element = etree.Element(tag)
    if isinstance(record, str):
        element.text = _text(record)
        return element
    for key, value in record.items():
        if isinstance(value, dict) or key in ELEMENTS:
            element.append(_element(key, value))
        elif isinstance(value, (list, tuple)):
            entries = etree.SubElement(element, key)
            entries.extend(_element(ITEMS[key], entry) for entry in value)
        elif value is not None:
            element.set(key, _text(value))
    return element


def _text(value: str | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else _NOT_XML.sub(_UNKNOWN, str(value))
