"""The guide's own example is an edit that works: what docs/writing-edits.md shows is run."""

from __future__ import annotations

import re
from pathlib import Path

from scrubber.casetest.case import _KEYS, base_case
from scrubber.casetest.folder_test import check_folder
from scrubber.casetest.workbench import Workbench
from scrubber.engine.edit import CLAIM_SUBJECTS
from tests.support.own_edits import write_folder

GUIDE = (Path(__file__).parents[2] / "docs" / "writing-edits.md").read_text(encoding="utf-8")


def test_the_example_of_the_guide(tmp_path: Path) -> None:
    """Its files, written where it says, are in order."""
    files = dict(re.findall(r"```\w+\n# our-edits/(\S+)\n(.*?)```", GUIDE, re.DOTALL))
    assert sorted(files) == [
        "cases/LHP-01.toml",
        "modifier/visit_modifier_on_an_injection.py",
        "packs/coastal.toml",
        "packs/laurel.toml",
    ]
    folder = write_folder(tmp_path / "our-edits", files)
    (folder / "cases" / "TEST-01.toml").unlink()
    (folder / "laboratory" / "laboratory_code.py").unlink()
    with Workbench.of([folder]) as bench:
        result = check_folder(folder, bench)
        assert bench.rulebook.edits["LHP-01"].title in GUIDE
    assert (result.problems, result.edits, result.cases) == ([], 1, 3)


def test_the_examples_of_subjects(tmp_path: Path) -> None:
    """There is one for each subject of a claim; each is run on the base claim, in which nothing is wrong."""
    example = re.search(r"```python\n# our-edits/\S+\n(.*?)\n@edit", GUIDE, re.DOTALL)
    assert example
    head = example[1].replace("import ServiceLine", "import Claim, Diagnosis, Party, ServiceLine")
    found = re.findall(r"```python\n(@edit\.(\w+)\n.*?)```", GUIDE, re.DOTALL)
    assert [subject for _, subject in found] == list(CLAIM_SUBJECTS)
    edits = {
        f"modifier/{subject}.py": f"{head}\n{check}".replace("LHP-01", f"LHP-{number:02}").replace(
            'needs=("modifiers", "injection"),', ""
        )
        for number, (check, subject) in enumerate(found, start=1)
    }
    with Workbench.of([write_folder(tmp_path / "our-edits", edits)]) as bench:
        run = bench.run(base_case("commercial", "subscriber"))
        own = [edit for edit in bench.rulebook.edits.values() if edit.family == "LHP"]
    assert [subject for edit in own for subject in edit.checks] == list(CLAIM_SUBJECTS)
    assert (run.findings, run.failures) == ((), ())


def test_the_guide_has_every_key_of_a_case() -> None:
    table = GUIDE.partition("| key | of a case |")[2].partition("\n\n")[0]
    cells = [line.split("|")[1] for line in table.splitlines()[2:]]
    assert sorted(re.findall(r"`(\w+)`", " ".join(cells))) == sorted(_KEYS)
