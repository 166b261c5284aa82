"""The map of public rule lists: every edit that it names exists, and the counts of its page add up."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from scrubber.engine.loading.discovery import load_rulebook
from tools.generate_rule_lists import PAGE, STANDINGS, Rule, page, problems, read_rules

RULES = read_rules()
BOOK = load_rulebook()


def test_the_table_is_right() -> None:
    """Edits exist, standings are known, and what is not covered says why where it must."""
    assert list(problems(RULES, list(BOOK.edits))) == []


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        (Rule("A", "1", "x", "covered", ("STR-99",), ""), "there is no edit STR-99"),
        (Rule("A", "1", "x", "covered", (), ""), "covered, with 0 edits"),
        (Rule("A", "1", "x", "gap", ("STR-01",), ""), "gap, with 1 edits"),
        (Rule("A", "1", "x", "not ours", (), ""), "without a reason"),
        (Rule("A", "1", "x", "maybe", (), ""), "is not one of"),
    ],
)
def test_a_wrong_row_is_noticed(rule: Rule, problem: str) -> None:
    """A row may not name what does not exist, nor contradict itself; nor may it be there twice."""
    assert any(problem in found for found in problems([rule], ["STR-01"]))
    assert "A: 1 is listed 2 times" in problems([rule, rule], ["STR-01", "STR-99"])


def test_the_counts_of_the_page_add_up() -> None:
    """The counts of the lists are those of their rows, and their sums those of all."""
    text = "\n".join(page(RULES, BOOK))
    rows = re.findall(r"^\| (?:\[(.+?)\]\(.+?\)|\*\*all\*\*) \| ([0-9 |]+) \|$", text, re.MULTILINE)
    counts = {name: [int(number) for number in numbers.split(" | ")] for name, numbers in rows}
    everything = counts.pop("")
    assert [sum(column) for column in zip(*counts.values(), strict=True)] == everything
    assert everything[0] == len(RULES) == sum(everything[1:])
    by_list = Counter((entry.list, entry.standing) for entry in RULES)
    for name, (_, *numbers) in counts.items():
        assert numbers == [by_list[name, standing] for standing in STANDINGS]


def test_links_lead_to_the_pages_of_edits() -> None:
    """Each link of the page is a heading of an edit's page."""
    for folder, anchor in re.findall(r"\]\((\w+)\.md#([a-z0-9-]+)\)", "\n".join(page(RULES, BOOK))):
        family = (PAGE.parent / f"{folder}.md").read_text(encoding="utf-8")
        assert f"\n## {anchor.upper()}\n" in family
