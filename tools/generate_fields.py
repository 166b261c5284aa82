"""Write docs/edits/fields.md: what an edit can read and say, from the classes themselves.

``--check`` writes nothing and fails where the page is not what it would be.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from scrubber.claim import (
    Adjudication,
    Adjustment,
    Administration,
    Amount,
    Attachment,
    Claim,
    Condition,
    ContactNumber,
    Diagnosis,
    DrugIdentification,
    Field,
    Measurement,
    NteSegment,
    OtherPayer,
    Party,
    Period,
    ProcedureSets,
    Reference,
    ServiceLine,
    Subscriber,
)
from scrubber.claim.parts import CommonSegments
from scrubber.engine import Context, Edit, Hit, Parameter, Unchecked, safe, unsafe
from scrubber.engine.history import Earlier, History
from scrubber.engine.traits import TRAITS
from scrubber.envelopes.scan import Envelope
from scrubber.guide.fault import Fault
from scrubber.tables import Answer, Lookups
from scrubber.x12 import Segment

PAGE = Path(__file__).resolve().parent.parent / "docs" / "edits" / "fields.md"
HEAD = """# What an edit can read and say
Made by `tools/generate_fields.py` from the classes themselves. [Writing edits](../writing-edits.md) shows how
they are used. An X12 location such as SV101-2 is segment SV1, element 01, component 2. What a claim does not
have is an empty field, an empty tuple or `None`.
"""
SECTIONS: dict[str, tuple[type | Callable[..., object], ...]] = {
    "The claim": (
        Claim, ServiceLine, Diagnosis, DrugIdentification, Party, Subscriber, OtherPayer, Adjudication,
        Adjustment, Period, Reference, Amount, NteSegment, Attachment, Condition, Measurement,
        ContactNumber, Field, Segment,
    ),
    "What a check is given besides the claim": (
        Context, Administration, ProcedureSets, Lookups, Answer, Fault, Envelope, History, Earlier,
    ),
    "What an edit is and says": (Edit, Parameter, Hit, Unchecked, safe, unsafe),
}  # fmt: skip


class Attribute(NamedTuple):
    """One attribute or method of a class, as the page shows it."""

    name: str
    type: str
    about: str


def main() -> int:
    """Write the page, or with ``--check`` compare it; the exit status."""
    text = "\n".join(page()) + "\n"
    if "--check" not in sys.argv[1:]:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    print(f"{PAGE.name} is stale: run `make docs`", file=sys.stderr)
    return 1


def page() -> Iterator[str]:
    """Yield the lines of the page: an index, then a section for each class or function."""
    yield HEAD
    for title, things in SECTIONS.items():
        yield f"- {title}: " + ", ".join(f"[{thing.__name__}](#{thing.__name__.lower()})" for thing in things)
    yield "- [Traits](#traits), which `needs` may name"
    for title, things in SECTIONS.items():
        yield f"\n## {title}"
        for thing in things:
            yield f"\n### {thing.__name__}"
            yield from section(thing)
    yield "\n## Traits"
    yield "Every set of procedure codes is one too, of a claim with a line whose code is in it.\n"
    yield "| trait | a claim has it where |\n|---|---|"
    yield from (f"| `{name}` | {about} |" for name, about in TRAITS.items())


def section(thing: type | Callable[..., object]) -> Iterator[str]:
    """Yield what is said of a class or of a function."""
    if not isinstance(thing, type):
        (function,) = ast.parse(inspect.getsource(thing)).body
        assert isinstance(function, ast.FunctionDef)
        yield f"`{signature(function)}`. {prose(ast.get_docstring(function))}"
        return
    node = class_of(thing)
    yield from (prose(paragraph) + "\n" for paragraph in (ast.get_docstring(node) or "").split("\n\n"))
    found = [*attributes(node)]
    if issubclass(thing, CommonSegments):
        found += attributes(class_of(CommonSegments))
    if any(isinstance(base, ast.Name) and base.id == "LazyPart" for base in node.bases):
        found.append(Attribute("loop", "str", "The id of its loop, such as 2010AA."))
    yield "| name | type | what it is |\n|---|---|---|"
    yield from (f"| `{cell(entry.name)}` | `{cell(entry.type)}` | {cell(entry.about)} |" for entry in found)


def class_of(thing: type) -> ast.ClassDef:
    """Return the definition of a class."""
    (node,) = ast.parse(inspect.getsource(thing)).body
    assert isinstance(node, ast.ClassDef)
    return node


def attributes(node: ast.ClassDef) -> Iterator[Attribute]:
    """Yield the public attributes, then the methods of a class, as they are defined."""
    methods: list[Attribute] = []
    for entry in node.body:
        match entry:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id="field")) as call):
                yield Attribute(name, "Field", location(call))
            case ast.AnnAssign(target=ast.Name(id=name), annotation=kind) if not name.startswith("_"):
                yield Attribute(name, ast.unparse(kind), default(entry.value))
            case ast.FunctionDef(name="__init__"):
                yield from made_in(entry)
            case ast.FunctionDef(name="__getitem__"):
                key = signature(entry).partition("(")[2].rstrip(")")
                methods.append(Attribute(f"[{key}]", returned(entry), prose(ast.get_docstring(entry))))
            case ast.FunctionDef(name=name) if not name.startswith("_"):
                about = prose(ast.get_docstring(entry))
                decorators = {ast.unparse(decorator) for decorator in entry.decorator_list}
                if decorators & {"lazy", "property"}:
                    yield Attribute(name, returned(entry), about)
                elif "classmethod" not in decorators:
                    methods.append(Attribute(signature(entry), returned(entry), about))
    yield from methods


def made_in(init: ast.FunctionDef) -> Iterator[Attribute]:
    """Yield the public attributes that `__init__` sets from its arguments or with a type."""
    types = {argument.arg: argument.annotation for argument in init.args.args}
    for entry in init.body:
        match entry:
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=ast.Name(id=argument)):
                kind = types.get(argument)
            case ast.AnnAssign(target=ast.Attribute(attr=name), annotation=kind):
                pass
            case _:
                continue
        if not name.startswith("_") and kind is not None:
            yield Attribute(name, ast.unparse(kind), "")


def location(call: ast.Call) -> str:
    """Return the X12 location that a `field(…)` names: ``CLM05-1``."""
    segment, element, *component = (ast.literal_eval(argument) for argument in call.args)
    return f"{segment}{element:02}" + "".join(f"-{number}" for number in component)


def signature(function: ast.FunctionDef) -> str:
    """Return a function as it is called, without `self`."""
    arguments = ast.unparse(function.args).removeprefix("self").removeprefix(", ")
    return f"{function.name}({arguments})"


def returned(function: ast.FunctionDef) -> str:
    """Return the type of what a function returns."""
    return ast.unparse(function.returns) if function.returns else ""


def default(value: ast.expr | None) -> str:
    """Return the default of an attribute where it says something."""
    if value is None or isinstance(value, ast.Call):
        return ""
    text = ast.unparse(value)
    return "" if text in ("None", "''", "()") else f"{text} unless given."


def prose(docstring: str | None) -> str:
    """Return a docstring in one line, with the code in it as Markdown has it."""
    text = " ".join((docstring or "").split()).replace(":meth:", "")
    return re.sub(r"``([^`]*)``", r"`\1`", text)


def cell(text: str) -> str:
    """Return a text as a cell of a table."""
    return text.replace("|", r"\|")


if __name__ == "__main__":
    sys.exit(main())
