"""Labeled fields and buttons, which all pages make alike."""

from __future__ import annotations

from collections.abc import Iterable

from scrubber.html.tags import Element, add, clipped, tag
from scrubber.serve.frame import valued
from scrubber.text import plain

_LONGEST_OPTION = 60


def labeled(label: str, control: Element, *, is_hidden: bool = False) -> Element:
    """Return a control with its label before it; a hidden one is still read aloud."""
    name = tag("span", label, cls="away") if is_hidden else tag("span", label)
    return tag("label", name, " ", control, cls="field")


def text_field(name: str, value: str = "", *, kind: str = "text", longest: int = 100) -> Element:
    """Return a field of one line."""
    field = tag("input", type="text", name=name, maxlength=longest, autocomplete="off")
    if kind == "number":
        field.set("inputmode", "numeric")
    return valued(field, value)


def text_area(name: str, value: str, *, longest: int) -> Element:
    """Return a field of several lines."""
    field = tag("textarea", name=name, rows=3, maxlength=longest)
    field.text = plain(value)
    return field


def choice(name: str, options: Iterable[tuple[str, str]], chosen: str) -> Element:
    """Return a list of values and their texts, of which one is chosen; one that is not there is added."""
    found = tag("select", name=name)
    known = list(options)
    if chosen not in (value for value, _ in known):
        known.append((chosen, chosen))
    for value, text in known:
        option = valued(tag("option", clipped(text, _LONGEST_OPTION)), value)
        if value == chosen:
            option.set("selected", "selected")
        found.append(option)
    return found


def button(text: str, action: str = "", cls: str = "") -> Element:
    """Return a button that sends its form, with an action if there are several."""
    found = tag("button", text, type="submit")
    if action:
        found.set("name", "action")
        found.set("value", action)
    if cls:
        found.set("class", cls)
    return found


def no_default() -> Element:
    """Return what keeps the Enter key in a field from pressing the first of several buttons."""
    return tag("button", type="submit", disabled="disabled", hidden="hidden", aria_hidden="true")


def copy_button(text: str, target: str) -> Element:
    """Return a button that copies what is in an element; without a script it is not shown."""
    return tag("button", text, type="button", cls="quiet copy", hidden="hidden", data_copy=target)


def folded(name: str, content: Element, *, is_open: bool) -> Element:
    """Return what is always shown on a wide screen, and opens on a narrow one."""
    found = tag("details", tag("summary", name), content, cls="fold")
    if is_open:
        found.set("open", "open")
    return found


def pairs(terms: Iterable[tuple[str, str | Element]], cls: str) -> Element:
    """Return a list of terms, without those that have no value."""
    found = tag("dl", cls=cls)
    for name, value in terms:
        if not isinstance(value, str) or value:
            add(found, tag("dt", name), tag("dd", value))
    return found
