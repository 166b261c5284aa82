"""The report as JSON, JSON lines and XML: each valid by its schema, and all three say the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from lxml import etree

from scrubber.api import make_policy
from scrubber.engine.finding import AppliedFix, Finding, Where
from tests.support.mutations import mutated_files
from tests.support.reporting import reports
from tests.support.running import AS_OF, shipped

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "837"
PATHS = sorted(FIXTURES.glob("*/*.837"))
EXAMPLE = (FIXTURES / "broken" / "example.837").read_bytes()
SCHEMAS = resources("scrubber.report") / "schemas"
JSON_SCHEMA = json.loads(SCHEMAS.joinpath("report.schema.json").read_text(encoding="utf-8"))
REPORT = Draft202012Validator(JSON_SCHEMA)
LINE = Draft202012Validator({**JSON_SCHEMA["$defs"]["ClaimLine"], "$defs": JSON_SCHEMA["$defs"]})
RELAX_NG = etree.RelaxNG(etree.fromstring(SCHEMAS.joinpath("report.rng").read_bytes()))
FORMATS = ("json", "jsonl", "xml")
LISTS = frozenset(
    {
        "files", "claims", "findings", "suppressed", "unchecked", "administrations", "diagnoses", "drugs",
        "packs", "tables", "suppressions", "denials", "claim_status", "sources", "select", "ignore",
        "edit_errors", "held_by", "shared", "not_checked", "edits", "first_claims",
    }
)  # fmt: skip


def _plain(element: etree._Element) -> Any:
    """An element of the report as the record that it was made of, all values as text, null left out."""
    if element.tag in LISTS:
        return [_plain(child) for child in element]
    if not element.attrib and not len(element) and element.tag != "where":
        return element.text or ""
    record: dict[str, Any] = {str(name): value for name, value in element.attrib.items()}
    return record | {str(child.tag): _plain(child) for child in element}


def _as_text(value: Any) -> Any:
    """A JSON value with all that is no container as XML writes it, null left out."""
    if isinstance(value, dict):
        return {key: _as_text(entry) for key, entry in value.items() if entry is not None}
    if isinstance(value, list):
        return [_as_text(entry) for entry in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _valid(*raw: bytes, **style: Any) -> dict[str, bytes]:
    found = reports(*raw, policy=shipped("safe"), formats=FORMATS, **style)
    REPORT.validate(json.loads(found["json"]))
    for line in found["jsonl"].splitlines():
        LINE.validate(json.loads(line))
    RELAX_NG.assertValid(etree.fromstring(found["xml"]))
    return found


def test_the_schemas_are_schemas() -> None:
    """The JSON schema is one by its own draft and has the contract's name."""
    Draft202012Validator.check_schema(JSON_SCHEMA)
    assert JSON_SCHEMA["title"] == "scrubber.report/2"


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_reports_are_valid(path: Path) -> None:
    """The report of every fixture is valid in all three forms, masked too, and XML says what JSON says."""
    _valid(path.read_bytes(), masked=True)
    found = _valid(path.read_bytes())
    assert _plain(etree.fromstring(found["xml"])) == _as_text(json.loads(found["json"]))


@given(mutated_files())
@settings(max_examples=40)
def test_reports_of_broken_files_are_valid(raw: bytes) -> None:
    """Whatever is in a file, its report is valid; XML has no character that XML cannot hold."""
    _valid(raw, EXAMPLE)


def test_suppressions_are_valid(tmp_path: Path) -> None:
    """What was suppressed, and the suppressions of the configuration, are parts of the contract."""
    config = tmp_path / "scrubber.toml"
    entry = '[[suppressions]]\nedit = "{}"\nreason = "it\'s <agreed>"\nowner = "desk & co"\n'
    config.write_text(entry.format("DX-02") + entry.format("BILL-01") + "expires = 2026-01-01\n")
    found = reports(EXAMPLE, policy=make_policy(as_of=AS_OF, config=config), formats=FORMATS)
    record, document = json.loads(found["json"]), etree.fromstring(found["xml"])
    REPORT.validate(record)
    RELAX_NG.assertValid(document)
    assert _plain(document) == _as_text(record)
    assert document.findtext(".//suppressed/suppressed_finding/reason") == "it's <agreed>"


def test_control_characters_are_harmless() -> None:
    """What XML cannot hold is replaced; no form has a character that a terminal obeys, and JSON keeps all."""
    raw = EXAMPLE.replace(b"EX-1003", b"E\x1b[31m\x07\xc2\x9b\xef\xbf\xbe<&>")
    found = _valid(raw)
    for name, text in found.items():
        controls = [c for c in text.decode() if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160)]
        assert controls == [], name
    number = "E\x1b[31m\x07\x9b\ufffe<&>"
    claims = json.loads(found["json"])["files"][0]["claims"]
    assert number in [claim["control_number"] for claim in claims]
    numbers = [claim.get("control_number") for claim in etree.fromstring(found["xml"]).iter("claim")]
    assert "E\ufffd[31m\ufffd\ufffd\ufffd<&>" in numbers


def test_a_line_of_jsonl_is_a_claim() -> None:
    """The lines are the claims of the JSON report, whatever a reader takes for a line end."""
    raw = EXAMPLE.replace(b"EX-1003", "E\u2028X\u2029\u0085\x0b\x0c\x1c\x1e1003".encode())
    found = _valid(raw, EXAMPLE)
    lines = [json.loads(line) for line in found["jsonl"].decode().splitlines()]
    files = json.loads(found["json"])["files"]
    of_run = ("schema", "file", "partial", "report_only")
    assert [{key: line[key] for key in line if key not in of_run} for line in lines] == [
        claim for file in files for claim in file["claims"]
    ]
    assert lines[2]["control_number"] == "E\u2028X\u2029\u0085\x0b\x0c\x1c\x1e1003"


def test_xml_is_in_the_order_of_the_json() -> None:
    """Two files with claims and findings: elements and their texts follow each other as in the JSON."""
    found = _valid(EXAMPLE, (FIXTURES / "broken" / "wrong-se-count.837").read_bytes())
    record, document = json.loads(found["json"]), etree.fromstring(found["xml"])
    assert _plain(document) == _as_text(record)
    listed = [finding["message"] for file in record["files"] for finding in _findings(file)]
    assert [element.text for element in document.iter("message")] == listed


def _findings(file: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from file["findings"]
    for claim in file["claims"]:
        yield from claim["findings"]


def test_a_finding_as_a_record() -> None:
    """All that is known of a finding is in its record, under the names of the contract."""
    where = Where("2400", "SV1", "SV101-2", 3, 41, 1200)
    fix = AppliedFix("unsafe", applied=False, before="1", after="2")
    finding = Finding(
        edit="DX-01", title="a title", severity="warn", message="text", to_do="Do.", where=where, fix=fix,
        denials=("CO-16",), claim_status=("A7:477",), snip=7, pack="base", sources=("S-1",), about="drug",
    )  # fmt: skip
    assert msgspec.json.decode(msgspec.json.encode(finding)) == {
        "edit": "DX-01", "title": "a title", "severity": "warn", "message": "text", "to_do": "Do.",
        "where": {
            "loop": "2400", "segment": "SV1", "element": "SV101-2", "line": 3, "segment_number": 41,
            "byte": 1200,
        },
        "fix": {"safety": "unsafe", "applied": False, "before": "1", "after": "2"},
        "denials": ["CO-16"], "claim_status": ["A7:477"], "snip": 7, "pack": "base", "sources": ["S-1"],
        "about": "drug", "claims": None,
    }  # fmt: skip


def _every(record: Any) -> Iterator[dict[str, Any]]:
    for value in record.values() if isinstance(record, dict) else record:
        if isinstance(value, dict | list):
            yield from _every(value)
    if isinstance(record, dict):
        yield record


@pytest.mark.parametrize(
    "spoil",
    [
        lambda record: record.update(more="more"),
        lambda record: record.pop(next(iter(record))),
    ],
    ids=["more", "less"],
)
def test_the_json_schema_refuses_other_records(spoil: Callable[[dict[str, Any]], Any]) -> None:
    """A record anywhere in the report with a key too many or too few is refused."""
    raw = reports(EXAMPLE, policy=shipped(), formats=("json",))["json"]
    for at in range(len([*_every(json.loads(raw))])):
        record = json.loads(raw)
        spoil([*_every(record)][at])
        assert not REPORT.is_valid(record)


def test_the_relax_ng_schema_refuses_other_documents() -> None:
    """An element anywhere in the document with an attribute too many is refused, and so is a missing one."""
    raw = reports(EXAMPLE, policy=shipped(), formats=("xml",))["xml"]
    for at in range(len([*etree.fromstring(raw).iter()])):
        document = etree.fromstring(raw)
        element = [*document.iter()][at]
        element.set("more", "more")
        assert not RELAX_NG.validate(document)
        del element.attrib["more"]
        if element.attrib and element.tag != "where":
            del element.attrib[element.keys()[0]]
            assert not RELAX_NG.validate(document)


def test_several_files_and_none_with_claims() -> None:
    """Files follow each other with their own claims only, also where one has none."""
    found = _valid(EXAMPLE, b"nothing", EXAMPLE)
    document = etree.fromstring(found["xml"])
    assert [len(file.findall("claims/claim")) for file in document.iter("file")] == [4, 0, 4]
