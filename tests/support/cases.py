"""Cases as data: one file ``fixtures/837/cases/<edit id>.toml`` for each edit.

A case file says ``edit = "PAIR-01"`` and holds three lists of tables:

``[[fires]]``
    The edit speaks. ``severity``, ``line`` and ``element`` are what each of its findings must say (or
    lists, one entry for each finding); ``count`` is how many there are, otherwise one. Where a finding
    offers a safe fix, ``repaired`` (or ``repaired_replace``) must say what becomes of the claim.
``[[passes]]``
    A near miss: the edit is silent, and so is every other one but for information.
``[[unchecked]]``
    The edit cannot decide; ``why`` is part of what it says.

All of them take these keys; only ``name`` is needed:

``name``
    The fact that the case shows.
``claim``
    The text of loop 2300, one segment a line; without it the shared claim of ``_base.toml``.
``replace``
    Pairs of texts: the old one, which occurs exactly once in the claim, and the new one.
``above``
    The same for what stands above the claim.
``below``
    The same for the trailers.
``pack``
    Decides SBR09 and the member id: ``medicare-b``, ``medicaid``, ``commercial``.
``judged_by``
    The pack that judges, whatever the payer, as ``--pack`` does.
``also``
    Other edits that rightly speak too.
``as_of``
    The day that counts as today.
``fix``
    What ``repaired`` is repaired with, instead of ``["safe"]``.
``loops``
    ``["subscriber"]`` or ``["patient"]`` where a case makes sense in one loop only.
``tables``
    ``true``: with imported tables, beside the shipped ones. They are small and invented, in the layouts of
    the official files: ``_tables/<kind>/`` holds those of a kind, the whole table from 2026-04-01 on.
``file``
    A whole input instead of a claim, for edits of envelopes: one segment a line, or as it stands where it
    holds the terminator ``~``. Then ``repaired`` is the whole cleaned file.
``received``
    What of the input was in an earlier job: ``content``, ``interchange`` or ``group``. Claims of that job
    went out, unless ``sent = false``.

Texts may use ``{total}``: the sum of the line charges, and ``{long}``: more text than any claim can have.
"""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

from scrubber.engine.history import NO_HISTORY, Earlier, History
from scrubber.envelopes.scan import Identity
from scrubber.tables.importing import files_of, import_files
from scrubber.tables.official import KINDS
from scrubber.tables.official.release import ImportOptions

FOLDER = Path(__file__).parents[2] / "fixtures" / "837" / "cases"
LOOPS = ("subscriber", "patient")
TABLES_FROM = date(2026, 4, 1)

_LONG = "X" * 600_000

Kind = Literal["fires", "passes", "unchecked"]
_KEYS = {
    "name", "claim", "replace", "above", "below", "pack", "judged_by", "also", "as_of", "fix", "loops",
    "tables", "file", "severity", "line", "element", "count", "repaired", "repaired_replace", "why",
    "received", "sent",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One case in one loop: the input, and what must be said of it. It is equal to itself only."""

    edit: str
    kind: Kind
    name: str
    loop: str
    raw: bytes
    repaired: str | None
    as_of: date
    also: frozenset[str]
    fix: tuple[str, ...]
    expected: Mapping[str, Any]
    tables: Path | None = None
    judged_by: str = ""
    filing: str = ""
    history: History = NO_HISTORY

    def __str__(self) -> str:
        """What a test report calls it."""
        return f"{self.edit} {self.kind}: {self.name}" + (f" ({self.loop})" if self.loop else "")


def case_files() -> list[Path]:
    """Every case file; those with a leading underscore are shared."""
    return [path for path in sorted(FOLDER.glob("*.toml")) if not path.name.startswith("_")]


def cases_of(path: Path) -> Iterator[Case]:
    """The cases of one file, each for every loop in which it is run."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    unknown = set(data) - {"edit", "fires", "passes", "unchecked"}
    assert not unknown, f"{path.name}: unknown keys {unknown}"
    kinds: tuple[Kind, ...] = ("fires", "passes", "unchecked")
    for kind in kinds:
        for entry in data.get(kind, []):
            assert set(entry) <= _KEYS, f"{path.name}: {entry['name']}: unknown keys {set(entry) - _KEYS}"
            for loop in ("",) if "file" in entry else entry.get("loops", LOOPS):
                yield _case(data["edit"], kind, loop, entry)


def base_case(pack: str, loop: str) -> Case:
    """The shared claim as it stands, which nothing may be said of."""
    return _case("", "passes", loop, {"name": f"the shared claim, {pack}", "pack": pack, "tables": True})


def shared_text(pack: str, loop: str) -> bytes:
    """The input with the shared claim alone."""
    return _framed({"pack": pack}, loop)[0]


def packs() -> Sequence[str]:
    """The packs that a case may name."""
    return tuple(_base()["packs"])


def claim_text(raw: bytes) -> str:
    """The claim's segments of a cleaned file, one a line."""
    segments = raw.decode().replace("\n", "").split("~")
    start = next(at for at, segment in enumerate(segments) if segment.startswith("CLM*"))
    end = next(at for at, segment in enumerate(segments) if segment.startswith("SE*"))
    return "\n".join(segments[start:end])


_imported = tempfile.TemporaryDirectory(prefix="scrubber-tables-")  # gone when the tests end


@cache
def imported_tables() -> Path:
    """The folder into which the invented tables are imported, once for all cases."""
    folder = Path(_imported.name)
    for place in sorted((FOLDER / "_tables").iterdir()):
        kind = KINDS[place.name]
        files = files_of(kind, sorted(place.iterdir()))
        import_files(kind, files, folder, ImportOptions(effective=TABLES_FROM), partial=False)
    return folder


@cache
def _base() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "_base.toml").read_text(encoding="utf-8"))


def _case(edit: str, kind: Kind, loop: str, entry: Mapping[str, Any]) -> Case:
    raw, repaired = _whole(entry) if "file" in entry else _framed(entry, loop)
    return Case(
        edit=edit,
        kind=kind,
        name=entry["name"],
        loop=loop,
        raw=raw,
        repaired=repaired,
        as_of=entry.get("as_of", _base()["as_of"]),
        also=frozenset(entry.get("also", ())),
        fix=tuple(entry.get("fix", ("safe",))),
        expected={key: entry[key] for key in ("severity", "line", "element", "count", "why") if key in entry},
        tables=imported_tables() if entry.get("tables") else None,
        judged_by=entry.get("judged_by", ""),
        filing=entry.get("pack", _base()["pack"]),
        history=_Received(entry["received"], entry.get("sent", True)) if "received" in entry else NO_HISTORY,
    )


class _Received:
    """One earlier job, in which everything of one kind was seen."""

    def __init__(self, kind: str, sent: bool) -> None:
        self._kind = kind
        self._earlier = Earlier("20260501-070000-00c0ffee", date(2026, 5, 1), sent=sent)

    @property
    def content(self) -> Earlier | None:
        return self._earlier if self._kind == "content" else None

    def of(self, identity: Identity) -> Earlier | None:
        return self._earlier if self._kind == identity.kind else None


def _whole(entry: Mapping[str, Any]) -> tuple[bytes, str | None]:
    repaired = entry.get("repaired")
    return _bytes(entry["file"]), None if repaired is None else _bytes(repaired).decode()


def _framed(entry: Mapping[str, Any], loop: str) -> tuple[bytes, str | None]:
    """A file with the one claim in this loop, and the claim's text after the repair."""
    text = _base()["text"]
    claim = _replaced(entry.get("claim", text["claim"]), entry.get("replace", ()))
    above = _replaced(_lines(text["head"], text[loop]), entry.get("above", ()))
    for key, value in _base()["packs"][entry.get("pack", _base()["pack"])].items():
        above = above.replace(f"{{{key}}}", value)
    whole = _lines(above, _totalled(claim))
    count = len(whole.splitlines()) - 1  # without ISA and GS, with SE
    below = _replaced(text["tail"], entry.get("below", ())).replace("{count}", str(count))
    raw = _bytes(_lines(whole, below).replace("{long}", _LONG))
    if "repaired" in entry:
        return raw, _lines(_totalled(entry["repaired"]))
    if "repaired_replace" in entry:
        return raw, _lines(_totalled(_replaced(claim, entry["repaired_replace"])))
    return raw, None


def _replaced(text: str, pairs: Sequence[Sequence[str]]) -> str:
    for old, new in pairs:
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in the claim, not once"
        text = text.replace(old, new)
    return text


def _totalled(claim: str) -> str:
    """The claim with ``{total}`` filled in: the charges (SV102) added up."""
    if "{total}" not in claim:
        return claim
    charges = [line.split("*")[2] for line in claim.splitlines() if line.startswith("SV1*")]
    total = f"{sum(map(Decimal, charges)):f}"
    return claim.replace("{total}", total.rstrip("0").rstrip(".") if "." in total else total)


def _lines(*texts: str) -> str:
    """Texts below each other, without empty lines."""
    return "\n".join(line for text in texts for line in text.splitlines() if line)


def _bytes(text: str) -> bytes:
    if "~" in text:
        return text.encode()
    return "".join(f"{line}~\n" for line in _lines(text).splitlines()).encode()
