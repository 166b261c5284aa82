"""Measure the HTML report of a file with thousands of held claims: its size, and how long it takes.

    python bench/html.py [--held 5000] [--keep report.html]

Claims are generated with a fault each. Writing is the time spent in the writer alone. Where Chromium is
there, it opens the page several times: load is from the start of the navigation to the end of its load event,
picture until something was drawn, work the processor time of the page's thread for all of that, link the time
from following a link to the last card, which opens it, until that was drawn. Compare figures of one run only.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import generate  # noqa: E402 - the project is found only now
from scrubber.api import make_policy  # noqa: E402
from scrubber.engine.steps import FileDone  # noqa: E402
from scrubber.pipeline.scrub import scrub_source  # noqa: E402
from scrubber.report.fan_out import ReportSink  # noqa: E402
from scrubber.report.formats import FORMATS, Style  # noqa: E402
from scrubber.x12.source import source_of_bytes  # noqa: E402
from tests.support.browser import Browser, find_chromium  # noqa: E402

_BYTES_OF_CLAIM = 432
_PICTURES = """new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"""


class _Clock:
    """Seconds spent inside ``with`` blocks."""

    def __init__(self) -> None:
        self.seconds = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the time of the block."""
        started = time.perf_counter()
        yield
        self.seconds += time.perf_counter() - started


def main() -> None:
    """Write a page, measure it, and open it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held", type=int, default=5000, help="claims that are held, about")
    parser.add_argument("--keep", type=Path, help="where to keep the page")
    wanted = parser.parse_args()
    page, held, seconds = write_page(wanted.held)
    size = len(page)
    cards = page.count(b'<tr><th scope="row"><a href="#c')
    print(f"held claims {held}, with a card {cards}, page {size / 1e6:.2f} MB", end=" ")
    print(f"({size / max(held, 1):.0f} bytes a claim)")
    print(f"writing {seconds:.2f} s ({seconds / max(held, 1) * 1000:.2f} ms a claim)")
    with tempfile.TemporaryDirectory() as folder:
        path = wanted.keep or Path(folder) / "report.html"
        path.write_bytes(page)
        program = find_chromium()
        if program:
            print_load_times(program, path)
        else:
            print("no Chromium here: load time not measured")


def write_page(held: int) -> tuple[bytes, int, float]:
    """Return a page of about so many held claims, how many there are, and the seconds spent writing it."""
    policy = make_policy(fix=(), as_of=date(2026, 6, 30))
    claims = io.BytesIO()
    generate.generate(claims, size=held * _BYTES_OF_CLAIM, seed=1, fault_rate=1.0)
    out, style, clock = io.BytesIO(), Style(policy.rulebook.edits), _Clock()
    sink = ReportSink([FORMATS["html"].writer(out, style)], style, policy)
    held = 0
    for step in scrub_source(source_of_bytes(claims.getvalue()), policy):
        with clock.running():
            if isinstance(step, FileDone):
                held = step.result.counts.held
                sink.file(step)
                sink.finish()
            else:
                step.to(sink)
    return out.getvalue(), held, clock.seconds


def print_load_times(program: str, path: Path, times: int = 5) -> None:
    """Open the page several times and print what the browser says."""
    print(f"{'load s':>7} {'picture s':>10} {'work s':>7} {'link s':>7}")
    for _ in range(times):
        with Browser(program) as browser:
            browser.show(1200, 900)
            browser.call("Performance.enable", timeDomain="threadTicks")
            browser.open(path)
            browser.evaluate(_PICTURES)
            metrics = browser.call("Performance.getMetrics")["metrics"]
            work = next(entry["value"] for entry in metrics if entry["name"] == "TaskDuration")
            load = browser.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
            picture = browser.evaluate(
                "performance.getEntriesByType('paint').map(e => e.startTime).pop() ?? 0"
            )
            started = time.perf_counter()
            browser.evaluate("location.hash = [...document.querySelectorAll('.body')].pop().id")
            browser.evaluate(_PICTURES)
            linked = time.perf_counter() - started
            print(f"{load / 1000:7.2f} {picture / 1000:10.2f} {work:7.2f} {linked:7.2f}")


if __name__ == "__main__":
    main()
