"""Under real Spark, in several worker processes: the outputs of one machine, whatever dies on the way."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import scrubber
from bench import lifelike
from scrubber.api import make_policy
from scrubber.engine.history import Earlier
from scrubber.engine.policy import Policy
from scrubber.engine.steps import FileDone, deliver
from scrubber.envelopes.scan import Identity
from scrubber.pipeline.to_folder import Wanted, scrub_to_folder
from scrubber.report.formats import Style
from scrubber.spark.bundle import Bundle, make_bundle
from scrubber.spark.inputs import inputs_of
from scrubber.x12.source import source_of_path
from tests.support.running import AS_OF, write_edits
from tests.support.spool import scrubber as command

pytestmark = pytest.mark.spark
pyspark = pytest.importorskip("pyspark", reason="PySpark is not installed (the extra spark)")
if shutil.which("java") is None:
    pytest.skip("there is no Java", allow_module_level=True)

from pyspark.sql import SparkSession  # noqa: E402

from scrubber.spark.job import Outcome, Plan, discard, require_new, run_job, staging_in  # noqa: E402
from scrubber.spark.session import context_of  # noqa: E402
from scrubber.spark.source import source_of, table_of  # noqa: E402

EXAMPLE = Path(__file__).resolve().parents[2] / "fixtures/837/broken/example.837"
CANARY = "KANARIENVOGEL"
"""The last name of a patient, in a file that is named so, too."""
SPLIT = 20_000
DEADLY = '''\
"""Claims that kill: C its own process, W the worker of Spark, E the executor; RAISE raises with a name."""

import ctypes
import os
import signal
from collections.abc import Iterator
from pathlib import Path

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit

edit = Edit(id="TEST-09", title="Deadly", snip=7, severity="warn", sources=("this test",))
MARKS = Path({marks!r})


def parents() -> list[tuple[int, str]]:
    """The processes above this one, each with its command line."""
    found, pid = [], os.getppid()
    while pid > 1:
        command = Path(f"/proc/{{pid}}/cmdline").read_bytes().decode(errors="replace")
        found.append((pid, command))
        pid = int(Path(f"/proc/{{pid}}/stat").read_text().rpartition(")")[2].split()[1])
    return found


def once(name: str) -> bool:
    try:
        (MARKS / name).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    number = str(claim.control_number)
    executors = [pid for pid, command in parents() if "CoarseGrainedExecutorBackend" in command]
    if number == "KILL-C" and executors:
        ctypes.string_at(0)
    if number == "KILL-W" and executors and once("worker"):
        os.kill(os.getppid(), signal.SIGKILL)
    if number == "KILL-E" and executors and once("executor"):
        os.kill(executors[0], signal.SIGKILL)
    if number == "RAISE":
        raise ValueError(claim.subscriber.party.name)
    yield from ()
'''


class Lake(NamedTuple):
    """The files of the tests, and what decides on them."""

    root: Path
    policy: Policy
    bundle: Bundle
    marks: Path
    logs: Path


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    folder = tmp_path_factory.mktemp("lake")
    root = folder / "in"
    (root / "below").mkdir(parents=True)
    raw = EXAMPLE.read_bytes()
    for number, kind in enumerate(("lifelike", "kind", "distinct")):
        out = io.BytesIO()
        lifelike.generate(out, size=12_000, seed=number, fault_rate=0.3, kind=kind)
        (root / f"{kind}.837").write_bytes(out.getvalue())
    out = io.BytesIO()
    lifelike.generate(out, size=35_000, seed=9, fault_rate=0.3)
    large = out.getvalue()
    (root / "large.837").write_bytes(large + large.replace(b"*", b"|"))
    (root / "below" / "example.837").write_bytes(raw)
    (root / "below" / "bad.837").write_bytes(b"no X12 at all")
    named = raw.replace(b"EX-1002", b"RAISE").replace(b"NM1*IL*1*", b"NM1*IL*1*" + CANARY.encode())
    (root / "below" / f"{CANARY}.837").write_bytes(named)
    for name in ("C", "W", "E"):
        (root / f"kill-{name}.837").write_bytes(raw.replace(b"EX-1001", b"KILL-" + name.encode()))
    (root / "same.txt").write_bytes(raw)
    (root / "same.837").write_bytes(raw)
    (folder / "marks").mkdir()
    edits = write_edits(folder / "edits", DEADLY.format(marks=str(folder / "marks")))
    policy = make_policy(as_of=AS_OF, edits=[edits])
    bundle = make_bundle(policy, folder, [edits], None)
    return Lake(root, policy, bundle, folder / "marks", folder / "logs")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home of Spark whose workers write into a folder of the tests."""
    home = tmp_path_factory.mktemp("home")
    for path in Path(pyspark.__file__).parent.iterdir():
        if path.name != "work":
            (home / path.name).symlink_to(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_HOME", str(home))
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
        yield home


@pytest.fixture(scope="module")
def context(lake: Lake, home: Path) -> Iterator[Any]:
    """Spark with two executors of a core each."""
    lake.logs.mkdir()
    settings = {
        "spark.executor.memory": "512m",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": lake.logs.as_uri(),
        "spark.eventLog.compress": "false",
        "spark.sql.python.filterPushdown.enabled": "true",
    }
    assert home.is_dir()
    with context_of("local-cluster[2,1,512]", settings) as context:
        yield context


def job(
    context: Any, lake: Lake, folder: Path, root: Path | None = None, *, repeats: bool = False
) -> Outcome:
    require_new(folder, force=False)
    staging = staging_in(folder)
    try:
        formats = ("json", "parquet")
        plan = Plan(lake.bundle, str(folder), str(staging), formats, diff=True, split=SPLIT, repeats=repeats)
        return run_job(context, root or lake.root, plan)
    finally:
        discard(staging)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def by_one_machine(lake: Lake, folder: Path, leave_out: set[str]) -> dict[str, bytes]:
    for file in inputs_of(lake.root):
        if file.below not in leave_out:
            target = (folder / file.below).parent
            target.mkdir(parents=True, exist_ok=True)
            wanted = Wanted(("json", "parquet"), Style(lake.policy.rulebook.edits, diff=True))
            deliver(scrub_to_folder(source_of_path(Path(file.path)), lake.policy, target, wanted))
    return contents(folder)


def test_every_byte_is_that_of_one_machine_whatever_is_killed(
    context: Any, lake: Lake, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """An executor and a worker are killed half-way; an edit that crashes costs its own file only."""
    outcome = job(context, lake, tmp_path / "out")
    rows = outcome.rows
    assert sorted(path.name for path in lake.marks.iterdir()) == ["executor", "worker"]
    failed = {name: row.error for name, row in rows.items() if row.error}
    assert failed.keys() == {"kill-C.837", "same.txt"}
    assert "SIGSEGV" in failed["kill-C.837"]
    assert "same name" in failed["same.txt"]
    assert rows["below/bad.837"].verdict == "unreadable"
    assert rows["large.837"].ranges > 2
    assert rows.keys() == {file.below for file in inputs_of(lake.root)}
    assert contents(tmp_path / "out") == by_one_machine(lake, tmp_path / "one", set(failed))
    assert [failure.error for failure in outcome.provenance.failures] == ["ValueError"]
    (error,) = rows[f"below/{CANARY}.837"].edit_errors
    assert error.startswith("TEST-09 failed: ValueError in test_edit_0.py, line ")
    assert CANARY not in "".join(capfd.readouterr())


class _Ledger:
    """What a ledger says of the files before; the job of a file is the beginning of its hash."""

    def __init__(self) -> None:
        self.content: Earlier | None = None
        self._known: dict[Identity, list[Earlier]] = {}

    def of(self, identity: Identity) -> Earlier | None:
        found = self._known.get(identity, [])
        return next((each for each in found if each.sent), found[0] if found else None)

    def add(self, done: FileDone) -> None:
        earlier = Earlier(done.result.sha256[:16], AS_OF, sent=done.result.counts.accepted > 0)
        for identity in (Identity("content", done.result.sha256), *done.result.identities):
            self._known.setdefault(identity, []).append(earlier)


def test_repeats_among_files_are_those_that_a_ledger_finds(context: Any, lake: Lake, tmp_path: Path) -> None:
    """A file again, a number again, and a number of which nothing was sent."""
    root, one, raw = tmp_path / "in", tmp_path / "one", EXAMPLE.read_bytes()
    held = raw.replace(b"*1300000019", b"*1300000018").replace(b"000000101", b"000000102")
    named = {"a": raw, "b": raw.replace(b"EX-1001", b"EX-9001"), "c": raw, "d": held, "e": held}
    root.mkdir()
    one.mkdir()
    ledger = _Ledger()
    for name, content in named.items():
        path = root / f"{name}.837"
        path.write_bytes(content)
        ledger.content = ledger.of(Identity("content", hashlib.sha256(content).hexdigest()))
        style = Style(lake.policy.rulebook.edits, diff=True)
        steps = scrub_to_folder(
            source_of_path(path), lake.policy, one, Wanted(("json", "parquet"), style), history=ledger
        )
        ledger.add([step for step in steps if isinstance(step, FileDone)][-1])
    outcome = job(context, lake, tmp_path / "out", root, repeats=True)
    assert contents(tmp_path / "out") == contents(one)
    assert outcome.rows["c.837"].counts.accepted == 0
    assert outcome.rows["a.837"].counts.accepted > 0
    told = {name: contents(one)[f"{name}.report.json"] for name in named}
    assert [edit in told[name] for name, edit in (("a", b"DUP-04"), ("b", b"DUP-04"))] == [False, True]
    assert [b"DUP-03" in told[name] for name in ("b", "c", "d", "e")] == [False, True, False, True]


def session_of(context: Any) -> Any:
    return SparkSession(context)


def described(rows: list[dict[str, Any]]) -> list[str]:
    """Rows in an order that does not matter, without what only a whole run knows."""
    return sorted(
        repr({name: value for name, value in row.items() if name not in ("packs", "tables")}) for row in rows
    )


@pytest.fixture(scope="module")
def expected(lake: Lake) -> dict[str, list[dict[str, Any]]]:
    """The tables of one machine, of the files that nothing kills."""
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in ("files", "claims", "lines", "findings")}
    for file in inputs_of(lake.root):
        if not file.below.startswith("kill-C"):
            with scrubber.to_arrow(file.path, policy=lake.policy) as found:
                for name, rows in tables.items():
                    more = found.reader(name).read_all().to_pylist()
                    rows += [{**row, "file": file.below} for row in more]
    return tables


@pytest.mark.parametrize("table", ["files", "findings"])
def test_the_data_source_has_the_tables_of_one_machine(
    table: str, context: Any, lake: Lake, expected: dict[str, list[dict[str, Any]]]
) -> None:
    session = session_of(context)
    context.addFile(lake.bundle.path)
    session.dataSource.register(source_of(lake.bundle))
    frame = (
        session.read.format("scrubber837").option("table", table).option("split", SPLIT).load(str(lake.root))
    )
    rows = frame.toArrow().to_pylist()
    failed = [row for row in rows if row["file"] == "kill-C.837"]
    assert described([row for row in rows if row not in failed]) == described(expected[table])
    assert [row["verdict"] for row in failed] == (["failed"] if table == "files" else [])
    assert frame.rdd.getNumPartitions() > (2 if table != "files" else 0)


def test_columns_and_files_are_pruned(context: Any, lake: Lake) -> None:
    session = session_of(context)
    context.addFile(lake.bundle.path)
    session.dataSource.register(source_of(lake.bundle))
    reading = (
        session.read.format("scrubber837").option("columns", "file,claim,verdict").option("mask", "false")
    )
    frame = reading.load(str(lake.root)).filter("file = 'same.837'")
    assert frame.columns == ["file", "claim", "verdict"]
    assert frame.rdd.getNumPartitions() == 1
    assert [row.verdict for row in frame.collect()] == ["accepted", "held", "accepted", "held"]
    # A schema of one's own is the other way to say which columns are wanted.
    named = session.read.format("scrubber837").schema("verdict string, claim int").load(str(lake.root))
    assert named.columns == ["verdict", "claim"]
    assert sorted({row.verdict for row in named.collect()}) == ["accepted", "held"]


def test_contents_of_a_column(context: Any, lake: Lake, expected: dict[str, list[dict[str, Any]]]) -> None:
    session = session_of(context)
    context.addFile(lake.bundle.path)
    files = session.read.format("binaryFile").option("pathGlobFilter", "same.*").load(str(lake.root))
    rows = table_of(files, lake.bundle, "lines", mask=True).toArrow().to_pylist()
    of_one = [row for row in expected["lines"] if row["file"] == "same.837"]
    assert len(rows) == 2 * len(of_one) > 0
    assert {row["procedure"] for row in rows} == {row["procedure"] for row in of_one}


def test_no_patient_is_in_logs_and_plans(context: Any, lake: Lake, home: Path) -> None:
    """Neither in Spark's event log nor in what the executors wrote, after all of the above."""
    session = session_of(context)
    session.read.format("scrubber837").option("table", "findings").load(str(lake.root)).count()
    logs = [path for folder in (lake.logs, home / "work") for path in folder.rglob("*") if path.is_file()]
    texts = {path: path.read_bytes() for path in logs if path.suffix not in (".bundle", ".jar", ".py")}
    assert any(b"SparkListenerTaskEnd" in text for text in texts.values())
    assert any(path.name == "stderr" and text for path, text in texts.items())
    for path, text in texts.items():
        assert CANARY.encode() not in text, path


def test_the_command(tmp_path: Path) -> None:
    """As a user runs it, with what its record says."""
    root = tmp_path / "in"
    root.mkdir()
    shutil.copy(EXAMPLE, root)
    arguments: list[str | Path] = [
        "spark",
        root,
        tmp_path / "out",
        "--master",
        "local[2]",
        "--as-of",
        "2026-06-30",
    ]
    done = command(*arguments)
    assert done.returncode == 1, done.stderr
    assert b"1 file: 1 partly held." in done.stdout
    record = json.loads((tmp_path / "out" / "run.json").read_bytes())
    assert record["as_of"] == date(2026, 6, 30).isoformat()
    assert [(row["file"], row["claims"], row["held"]) for row in record["files"]] == [("example.837", 4, 2)]
    assert not list((tmp_path / "out").glob(".*"))
    again = command(*arguments)
    assert again.returncode == 2
    assert b"--force" in again.stderr
