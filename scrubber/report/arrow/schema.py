"""The schemas of the tables as Arrow has them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import pyarrow as pa

from scrubber.report.arrow.columns import SCHEMA, TABLES, Column, Kind, ListOf, Record
from scrubber.version import __version__

_SIMPLE = {
    "string": pa.string(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "bool": pa.bool_(),
    "date32": pa.date32(),
}
_DECIMAL = re.compile(r"decimal\(([0-9]+), ([0-9]+)\)")


@cache
def schema_of(table: str) -> pa.Schema:
    """Return the schema of one of the five tables."""
    return schema_with(TABLES[table], SCHEMA, table)


def schema_with(columns: Iterable[Column], version: str, table: str) -> pa.Schema:
    """Return a schema with these columns; its metadata say its version, and that of the scrubber."""
    fields = [pa.field(column.name, _type(column.kind)) for column in columns]
    metadata = {"scrubber.schema": version, "scrubber.table": table, "scrubber.version": __version__}
    return pa.schema(fields, metadata)


def _type(kind: Kind) -> pa.DataType:
    if isinstance(kind, ListOf):
        return pa.list_(_type(kind.item))
    if isinstance(kind, Record):
        return pa.struct([pa.field(name, _type(part)) for name, part in kind.fields])
    decimal = _DECIMAL.fullmatch(kind)
    return pa.decimal128(int(decimal[1]), int(decimal[2])) if decimal else _SIMPLE[kind]
