"""The schemas of the report, made from its types: JSON Schema, and RELAX NG for the XML."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from lxml import etree

from scrubber.report.formats.xml import ELEMENTS, ITEMS
from scrubber.report.model import SCHEMA, ClaimLine, Report

_NAMESPACE = "http://relaxng.org/ns/structure/1.0"
_TYPES = "http://www.w3.org/2001/XMLSchema-datatypes"
_REF = "#/$defs/"


def json_schema() -> str:
    """Return the JSON Schema (2020-12) of the report; a line of the jsonl report is ``$defs/ClaimLine``."""
    (root, _), parts = msgspec.json.schema_components([Report, ClaimLine], ref_template=_REF + "{name}")
    for part in parts.values():
        part["required"] = list(part["properties"])
        for value in part["properties"].values():
            value.pop("default", None)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{SCHEMA.replace('.', ':').replace('/', ':')}",
        "title": SCHEMA,
        "description": "The report of one run. A line of the jsonl format is #/$defs/ClaimLine.",
        **root,
        "$defs": parts,
    }
    return json.dumps(schema, indent=1) + "\n"


def relax_ng() -> str:
    """Return the RELAX NG schema of the XML report, by the same rules as the XML writer."""
    _, parts = msgspec.json.schema_components([Report], ref_template=_REF + "{name}")
    grammar = etree.Element("grammar", xmlns=_NAMESPACE, datatypeLibrary=_TYPES)
    comment = f" {SCHEMA} in XML: names are those of the JSON; what is null there is left out here. "
    grammar.append(etree.Comment(comment))
    start = etree.SubElement(grammar, "start")
    etree.SubElement(start, "ref", name="Report")
    for name, part in parts.items():
        define = etree.SubElement(grammar, "define", name=name)
        if name == "Report":
            define = etree.SubElement(define, "element", name="report")
        define.extend(_content(part["properties"]))
    return etree.tostring(grammar, encoding="unicode", pretty_print=True)


def _content(properties: Mapping[str, Any]) -> Iterator[etree._Element]:
    """Yield the pattern of each property: attributes and elements, in their order."""
    for key, value in properties.items():
        options = value.get("anyOf", [value])
        pattern = _pattern(key, next(option for option in options if option.get("type") != "null"))
        if len(options) == 1:
            yield pattern
        else:
            optional = etree.Element("optional")
            optional.append(pattern)
            yield optional


def _pattern(key: str, value: Mapping[str, Any]) -> etree._Element:
    if value.get("type") == "array":
        pattern = etree.Element("element", name=key)
        entries = etree.SubElement(pattern, "zeroOrMore")
        entry = etree.SubElement(entries, "element", name=ITEMS[key])
        _fill(entry, value["items"])
        return pattern
    pattern = etree.Element("element" if "$ref" in value or key in ELEMENTS else "attribute", name=key)
    _fill(pattern, value)
    return pattern


def _fill(pattern: etree._Element, value: Mapping[str, Any]) -> None:
    """Put the type of a value into the pattern of its element or attribute."""
    if "$ref" in value:
        etree.SubElement(pattern, "ref", name=value["$ref"].removeprefix(_REF))
    elif "enum" in value:
        choice = etree.SubElement(pattern, "choice")
        for text in value["enum"]:
            etree.SubElement(choice, "value").text = str(text)
    elif value.get("format") == "date":
        etree.SubElement(pattern, "data", type="date")
    elif value["type"] in ("integer", "boolean"):
        etree.SubElement(pattern, "data", type=value["type"])
    else:
        etree.SubElement(pattern, "text")
