"""A folder of edits as a user writes it: one edit whose answer depends on what the first line bills."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

EDIT = '''\
"""The first line bills a laboratory code.

What is wrong
    The first line of the claim bills a laboratory code.

Why it is refused
    A test refuses it, so that there is something to test.

How to correct it
    Bill the visit that the chart supports in its place.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked, safe

edit = Edit(
    id="TEST-01",
    title="Laboratory code on the first line",
    to_do="Replace the laboratory code of the first line (SV101-2) with the visit.",
    snip=7,
    severity="warn",
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    line = claim.lines[0]
    code = line.procedure
    hit = Hit(at=code, message=f"Line 1 bills {code}.", line=line)
    if code in ("85025", "85027"):
        yield hit
    if code == "85027":
        yield hit
    if code == "80053":
        yield Unchecked("nobody knows the code")
    if code == "80076":
        raise TypeError("no such thing")
    if code == "82607" and claim.in_patient_loop:
        yield hit
    fixed = {"80048": "80061", "84443": "84439", "84439": "84443"}.get(code)
    if fixed:
        yield Hit(at=code, message=f"Line 1 bills {code}.", line=line, fix=safe((code, fixed)))
'''
FIRES = """\
[[fires]]
name = "a laboratory code"
severity = "warn"
line = 1
element = "SV101-2"
replace = [["HC:99213:25", "HC:85025"]]
"""
PASSES = """\
[[passes]]
name = "a visit"
"""
CASES = f'edit = "TEST-01"\n\n{FIRES}\n{PASSES}'


def write_folder(folder: Path, files: Mapping[str, str] | None = None) -> Path:
    """Write a folder of edits that only the owner can write to: the edit, its cases, and other files."""
    texts = {"laboratory/laboratory_code.py": EDIT, "cases/TEST-01.toml": CASES, **(files or {})}
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
    return folder
