"""How fast answers are read and imported, and how much memory it takes.

    python bench/feedback.py --megabytes 10           read an 835 of this size, and import it
    python bench/feedback.py --claims 10000           import so many claims with their answers, and report

Prints seconds of CPU time, megabytes a second and the peak of memory. `--claims` also prints the confusion
table next to the truth, and whether the money balances to the cent.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scrubber.answers import ClaimPayment, PaymentDone, Trouble, read_answers
from scrubber.feedback.build import feedback_report
from scrubber.feedback.importing import import_answers, import_claims
from scrubber.feedback.store import Store
from scrubber.feedback.text import text_lines
from scrubber.x12.source import source_of_path
from tests.support import answers

_MEGABYTE = 1_000_000
_MIX = {
    "paid": 700, "deductible": 60, "caught": 30, "caught, bundled into another code": 5, "false alarm": 10,
    "held, denied for coverage": 5, "warned": 41, "warned, paid": 2, "overridden": 7, "off": 9,
    "unchecked": 12, "no edit": 30, "coverage": 40, "unclassified": 4, "denied, reversed, paid": 15,
    "taken back": 5, "rejected": 25,
}  # fmt: skip
"""Scenarios of 1,000 claims."""


@contextmanager
def measured(what: str, size: int = 0) -> Iterator[None]:
    """Print the CPU time of a step, and the peak of memory up to its end."""
    begun = time.process_time()
    yield
    seconds = time.process_time() - begun
    speed = f", {size / _MEGABYTE / seconds:.1f} MB/s" if size else ""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what}: {seconds:.1f} s of CPU{speed}; peak of memory {peak:.0f} MB")


def write_era(path: Path, size: int) -> None:
    """Write an 835 of about this size, with the same thousand claims again and again."""
    payer = answers.PAYERS[0]
    made = answers.cases([("paid", 500), ("caught", 300), ("denied, reversed, paid", 200)])
    told = [answer for case in made for answer in answers.answers_to(case)]
    segments = [segment for _, part in told for segment in part]
    text = "".join(f"{segment}~\n" for segment in segments).encode()
    times = max(1, size // len(text))
    head = answers.head_of_payment(payer, times * sum(paid for paid, _ in told))
    around = answers.enveloped("835", "005010X221A1", [[*head, "HERE"]])
    count = len(head) + 2
    around = around.replace(b"SE*%d*" % (count + 1), b"SE*%d*" % (count + times * len(segments)))
    before, _, after = around.partition(b"HERE~\n")
    with path.open("wb") as out:
        out.write(before)
        for _ in range(times):
            out.write(text)
        out.write(after)


def read_large(folder: Path, megabytes: int) -> None:
    """Read an 835 of a size, then import it."""
    path = folder / "large.835"
    write_era(path, megabytes * _MEGABYTE)
    size = path.stat().st_size
    claims = troubles = 0
    balances = False
    with measured("read", size), path.open("rb") as stream:
        for answer in read_answers(stream):
            claims += isinstance(answer, ClaimPayment)
            troubles += isinstance(answer, Trouble)
            balances |= isinstance(answer, PaymentDone) and answer.balances
    print(f"{claims:,} claims, {troubles} troubles, {'balances' if balances else 'does not balance'}")
    with closing(Store.open(folder / "large.db", create=True)) as store, measured("import", size):
        import_answers(source_of_path(path), store)


def confuse(folder: Path, claims: int) -> None:
    """Import claims and their answers, and print what the feedback makes of it next to the truth."""
    made = answers.cases([(name, max(1, count * claims // 1000)) for name, count in _MIX.items()])
    files = {
        "sent.837": answers.sent(made),
        "era.835": answers.remittances(made, takeback=123_45),
        "batch.277": answers.acknowledged(made),
        "batch.999": answers.received(),
    }
    for name, raw in files.items():
        (folder / name).write_bytes(raw)
    policy = answers.policy(folder)
    with closing(Store.open(folder / "feedback.db", create=True)) as store:
        with measured("import claims", len(files["sent.837"])):
            import_claims(source_of_path(folder / "sent.837"), store, policy)
        with measured("import answers", sum(map(len, files.values())) - len(files["sent.837"])):
            for name in list(files)[1:]:
                import_answers(source_of_path(folder / name), store)
        with measured("report"):
            report = feedback_report(store)
    for line in text_lines(report):
        print(line)
    print("\nThe truth, claims by scenario:")
    for name in _MIX:
        mine = [case for case in made if case.name == name]
        first = sum(case.charges[0] for case in mine)
        print(f"  {name:40} {len(mine):>7,}  first lines ${first / 100:,.2f}")


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description="How fast answers are read and imported.")
    parser.add_argument("--megabytes", type=int, default=0)
    parser.add_argument("--claims", type=int, default=0)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        if wanted.megabytes:
            read_large(Path(name), wanted.megabytes)
        if wanted.claims:
            confuse(Path(name), wanted.claims)


if __name__ == "__main__":
    main()
