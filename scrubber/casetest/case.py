"""Read cases: one file ``cases/<edit id>.toml`` for each edit.

A case file says ``edit = "PAIR-01"`` and has three lists of tables:

``[[fires]]``
    The edit fires. ``severity``, ``line`` and ``element`` are what each of its findings must say (or
    lists, one entry for each finding); ``count`` is how many there are, otherwise one. Where a finding
    offers a safe fix, ``fixed`` (or ``fixed_replace``) must say what becomes of the claim.
``[[passes]]``
    A near miss: the edit does not fire, and neither does any other one but for information.
``[[unchecked]]``
    The edit cannot decide; ``why`` is part of the reason that it gives.

All of them take these keys; only ``name`` is required:

``name``
    The fact that the case shows.
``claim``
    The text of loop 2300, one segment a line; without it the base claim of ``base.toml``.
``replace``
    Pairs of texts: the old one, which occurs exactly once in the claim, and the new one.
``above``
    The same for what is above the claim.
``below``
    The same for the trailers.
``pack``
    Decides SBR09 and the member id: ``medicare-b``, ``medicaid``, ``commercial``.
``judged_by``
    The pack that decides, whatever the payer, as ``--pack`` does.
``also``
    Other edits that rightly fire too.
``as_of``
    The day that counts as today.
``fix``
    The fixes that give ``fixed``, instead of ``["safe"]``.
``loops``
    ``["subscriber"]`` or ``["patient"]`` where a case makes sense in one loop only.
``tables``
    ``true``: with imported tables in addition to the shipped ones. They are small and invented, in the
    layouts of the official files: ``_tables/<kind>/`` beside the case file holds those of a kind, the whole
    table from 2026-04-01 on.
``file``
    A whole input instead of a claim, for edits of envelopes: one segment a line, or as it is where it
    contains the terminator ``~``. Then ``fixed`` is the whole clean file.
``received``
    What of the input was in an earlier job: ``content``, ``interchange`` or ``group``. Claims of that job
    went out, unless ``sent = false``.

Texts may use ``{total}``: the sum of the line charges, and ``{long}``: more text than any claim can have.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from scrubber.engine.history import NO_HISTORY, Earlier, History
from scrubber.engine.loading.toml_file import line_of, read_toml
from scrubber.envelopes.scan import Identity
from scrubber.errors import ConfigurationError

CASES = "cases"
"""The subfolder of a folder of edits that has their case files."""
LOOPS = ("subscriber", "patient")
_SENT = date(2026, 6, 1)  # the day in the envelopes of the base claim
_LONG = "X" * 600_000

Kind = Literal["fires", "passes", "unchecked"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class _Form(NamedTuple):
    """What the value of a key must be, in words and as a test."""

    words: str
    fits: Callable[[Any], bool]


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _are_pairs(value: object) -> bool:
    return isinstance(value, list) and all(_are_texts(pair) and len(pair) == 2 for pair in value)


_TEXT = _Form("a text", lambda value: isinstance(value, str))
_FLAG = _Form("true or false", lambda value: isinstance(value, bool))
_IDS = _Form("a list of texts", _are_texts)
_PAIRS = _Form("a list of pairs of texts", _are_pairs)
_EACH = _Form(
    "a value, or a list with one for each finding", lambda value: isinstance(value, str | int | list)
)
_RECEIVED = ("content", "interchange", "group")
_KEYS = {
    **dict.fromkeys(("name", "claim", "pack", "judged_by", "file", "fixed", "why"), _TEXT),
    **dict.fromkeys(("replace", "above", "below", "fixed_replace"), _PAIRS),
    **dict.fromkeys(("also", "fix"), _IDS),
    **dict.fromkeys(("tables", "sent"), _FLAG),
    **dict.fromkeys(("severity", "line", "element"), _EACH),
    "as_of": _Form("a date", lambda value: type(value) is date),
    "count": _Form("a number from 1", lambda value: type(value) is int and value > 0),
    "received": _Form("content, interchange or group", lambda value: value in _RECEIVED),
    "loops": _Form(
        'a list of "subscriber" and "patient"',
        lambda value: _are_texts(value) and bool(value) and set(value) <= set(LOOPS),
    ),
}
_EXPECTED = ("severity", "line", "element", "count", "why")


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One case in one loop: the input, and what edits must say of it. It is equal to itself only.

    ``loop`` is empty for a whole input. ``fixed`` is the text of the claim (or of the whole input) after the
    fixes, or ``None``. ``invented`` is the folder of the tables to import, ``filing`` the pack that
    decided SBR09. ``path`` and ``line_number`` are where it is written.
    """

    edit: str
    kind: Kind
    name: str
    loop: str
    raw: bytes
    fixed: str | None
    as_of: date
    also: frozenset[str]
    fix: tuple[str, ...]
    expected: Mapping[str, Any]
    path: Path
    line_number: int = 1
    invented: Path | None = None
    judged_by: str = ""
    filing: str = ""
    history: History = NO_HISTORY

    @property
    def title(self) -> str:
        """The same for both loops."""
        return f"{self.edit} {self.kind}: {self.name}"

    def __str__(self) -> str:
        """Return what a test report calls it."""
        return f"{self.title} ({self.loop})" if self.loop else self.title


def case_files(folder: Path) -> list[Path]:
    """Return the case files of a folder of cases; those with a leading underscore are not."""
    return [path for path in sorted(folder.glob("*.toml")) if not path.name.startswith("_")]


def load_cases(path: Path) -> Iterator[Case]:
    """Yield the cases of one file, each for every loop in which it is run.

    Raise ConfigurationError naming file and line for anything not understood.
    """
    text, data = read_toml(path)

    def fail(message: str, kind: str = "", key: str = "", number: int = 0) -> ConfigurationError:
        return ConfigurationError(f"{path}:{line_of(text, kind, key, number)}: {message}")

    for key in data:
        if key not in ("edit", *KINDS):
            raise fail(f"unknown key {key!r}", "", key)
    if not isinstance(data.get("edit"), str):
        raise fail('a case file says of which edit it is: edit = "PAIR-01"', "", "edit")
    for kind in KINDS:
        entries = data.get(kind, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            table = kind if isinstance(entries, dict) else ""
            raise fail(f"cases are tables: [[{kind}]]", table, kind)
        for number, entry in enumerate(entries):
            key, problem = _problem_of(kind, entry)
            if problem:
                raise fail(problem, kind, key, number)
            try:
                yield from _in_loops(data["edit"], kind, entry, (path, line_of(text, kind, "", number)))
            except ValueError as error:
                raise fail(f"{entry['name']}: {error}", kind, "", number) from error


def by_title(cases: Iterator[Case]) -> list[tuple[Case, ...]]:
    """Return the cases with those of the same title together: one case in both loops."""
    found: dict[str, list[Case]] = {}
    for case in cases:
        found.setdefault(case.title, []).append(case)
    return [tuple(together) for together in found.values()]


def base_case(pack: str, loop: str, folder: Path | None = None) -> Case:
    """Return the base claim as it is, on which no edit fires; with the tables of a folder of cases."""
    entry = {"name": f"the base claim, {pack}", "pack": pack, "tables": folder is not None}
    return _case("", "passes", loop, entry, ((folder or Path()) / "base.toml", 1))


def packs() -> Sequence[str]:
    """Return the packs that ``pack`` of a case may name."""
    return tuple(_base()["packs"])


def loops_of(pack: str) -> Sequence[str]:
    """Return the loops in which a case of a pack is run unless it names them."""
    return tuple(_base()["packs"][pack].get("loops", LOOPS))


def claim_text(raw: bytes) -> str:
    """Return the claim's segments of a clean file, one a line; empty where there is no claim."""
    segments = raw.decode().replace("\n", "").split("~")
    starts = [at for at, segment in enumerate(segments) if segment.startswith("CLM*")]
    ends = [at for at, segment in enumerate(segments) if segment.startswith("SE*")]
    return "\n".join(segments[starts[0] : ends[0]]) if starts and ends else ""


@cache
def _base() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("base.toml").read_text(encoding="utf-8"))


def _problem_of(kind: Kind, entry: Mapping[str, Any]) -> tuple[str, str]:
    """Return the key that is wrong in a case and what is wrong with it, or two empty texts."""
    for key, value in entry.items():
        if key not in _KEYS:
            return key, f"a case has no key {key!r}"
        if not _KEYS[key].fits(value):
            return key, f"{key} must be {_KEYS[key].words}"
    if not entry.get("name"):
        return "", "a case needs a name: the fact that it shows"
    if entry.get("pack", "medicaid") not in packs():
        return "pack", f"pack must be one of {', '.join(packs())}; judged_by takes any pack"
    if kind == "unchecked" and not entry.get("why"):
        return "", "an unchecked case needs why: part of the reason that the edit gives"
    return "", ""


def _in_loops(edit: str, kind: Kind, entry: Mapping[str, Any], at: tuple[Path, int]) -> tuple[Case, ...]:
    loops = ("",) if "file" in entry else entry.get("loops", loops_of(entry.get("pack", _base()["pack"])))
    return tuple(_case(edit, kind, loop, entry, at) for loop in loops)


def _case(edit: str, kind: Kind, loop: str, entry: Mapping[str, Any], at: tuple[Path, int]) -> Case:
    raw, fixed = _whole(entry) if "file" in entry else _framed(entry, loop)
    path, line = at
    return Case(
        edit=edit,
        kind=kind,
        name=entry["name"],
        loop=loop,
        raw=raw,
        fixed=fixed,
        as_of=entry.get("as_of", _base()["as_of"]),
        also=frozenset(entry.get("also", ())),
        fix=tuple(entry.get("fix", ("safe",))),
        expected={key: entry[key] for key in _EXPECTED if key in entry},
        path=path,
        line_number=line,
        invented=path.parent / "_tables" if entry.get("tables") else None,
        judged_by=entry.get("judged_by", ""),
        filing=entry.get("pack", _base()["pack"]),
        history=_ReceivedBefore(entry["received"], entry.get("sent", True))
        if "received" in entry
        else NO_HISTORY,
    )


class _ReceivedBefore:
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
    fixed = entry.get("fixed")
    return _bytes(entry["file"]), None if fixed is None else _bytes(fixed).decode()


def _framed(entry: Mapping[str, Any], loop: str) -> tuple[bytes, str | None]:
    """Return a file with the one claim in this loop, and the claim's text after the fixes."""
    text = _base()["text"]
    claim = _replaced(entry.get("claim", text["claim"]), entry.get("replace", ()))
    sent = min(entry.get("as_of", _base()["as_of"]), _SENT)
    head = text["head"].replace(f"{_SENT:*%y%m%d*}", f"{sent:*%y%m%d*}")
    head = head.replace(f"{_SENT:*%Y%m%d*}", f"{sent:*%Y%m%d*}")
    above = _replaced(_lines(head, text[loop]), entry.get("above", ()))
    payer = _base()["packs"][entry.get("pack", _base()["pack"])]
    for key in ("filing", "member"):
        above = above.replace(f"{{{key}}}", payer[key])
    whole = _lines(above, _totalled(claim))
    count = len(whole.splitlines()) - 1  # without ISA and GS, with SE
    below = _replaced(text["tail"], entry.get("below", ())).replace("{count}", str(count))
    raw = _bytes(_lines(whole, below).replace("{long}", _LONG))
    if "fixed" in entry:
        return raw, _lines(_totalled(entry["fixed"]))
    if "fixed_replace" in entry:
        return raw, _lines(_totalled(_replaced(claim, entry["fixed_replace"])))
    return raw, None


def _replaced(text: str, pairs: Sequence[Sequence[str]]) -> str:
    """Return a text with replacements made. Raise ValueError where an old text does not occur once."""
    for old, new in pairs:
        if text.count(old) != 1:
            raise ValueError(f"{old!r} occurs {text.count(old)} times in the claim, not once")
        text = text.replace(old, new)
    return text


def _totalled(claim: str) -> str:
    """Return the claim with ``{total}`` filled in: the charges (SV102) added up."""
    if "{total}" not in claim:
        return claim
    charges = [line.split("*")[2] for line in claim.splitlines() if line.startswith("SV1*")]
    try:
        total = f"{sum(map(Decimal, charges)):f}"
    except InvalidOperation:
        raise ValueError("{total} cannot be computed: a charge (SV102) is not a number") from None
    return claim.replace("{total}", total.rstrip("0").rstrip(".") if "." in total else total)


def _lines(*texts: str) -> str:
    """Return texts below each other, without empty lines."""
    return "\n".join(line for text in texts for line in text.splitlines() if line)


def _bytes(text: str) -> bytes:
    if "~" in text:
        return text.encode()
    return "".join(f"{line}~\n" for line in _lines(text).splitlines()).encode()
