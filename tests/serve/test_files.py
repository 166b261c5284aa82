"""A file that is dropped: whole, under a harmless name, never in place of another; and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scrubber.html.page import digest_of
from scrubber.spool.jobs.dropping import Drop
from scrubber.spool.layout import Spool
from scrubber.spool.lock import owned
from scrubber.spool.work import worker
from tests.support.serving import ORIGIN, Server, Visitor, serving
from tests.support.spool import batch, light, make_spool, run_once
from tests.support.work import claim, decide_with

LARGEST = 5000
HTML = "<!DOCTYPE html><title>x</title><style>p{color:red}</style><p>LARKSPUR"


def with_html(job: Any, history: Any) -> Any:
    """Hold one claim, with a report for the browser."""
    verdict = decide_with(claim())(job, history)
    (job.reports / "march.report.html").write_text(HTML)
    return replace(verdict, files=tuple(worker._outputs(job, f"{job.id}_march")))


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    spool = make_spool(tmp_path)
    run_once(spool)
    return spool


@pytest.fixture
def server(spool: Spool) -> Iterator[Server]:
    with serving(spool, LARGEST) as found:
        yield found


def dropped(visitor: Visitor, name: str = "march.837", raw: bytes = b"ISA*", **more: Any) -> Any:
    files = {"file": (name, raw)}
    data = {"token": visitor.token}
    return visitor.client.post("/files", data=data, files=files, headers={"Origin": ORIGIN}, **more)


def inbox(spool: Spool) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in spool.inbox.iterdir()}


def nothing_remains(spool: Spool) -> bool:
    return not inbox(spool) and not list(spool.work.iterdir())


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("march.837", "march.837"),
        ("../../state/ledger.db", "ledger.837"),
        ("C:\\claims\\march.txt", "march.837"),
        ("/etc/passwd", "passwd.837"),
        (".hidden.part", "hidden.837"),
        ("..", "claims.837"),
        ("a;b c\u00e9.837", "a_b_c.837"),
        ("x" * 300 + ".837", "x" * 60 + ".837"),
        ("retry-20260101-000000-abcdef12_march.837", "march.837"),
        ("-rf.837", "rf.837"),
    ],
)
def test_a_name_is_made_harmless(server: Server, spool: Spool, name: str, kept: str) -> None:
    assert dropped(server.visitor(), name).status_code == 303
    assert inbox(spool) == {kept: b"ISA*"}
    assert list(spool.work.iterdir()) == []
    assert (spool.inbox / kept).stat().st_nlink == 1


def test_no_file_is_replaced(server: Server, spool: Spool) -> None:
    visitor = server.visitor()
    (spool.inbox / "march.837").write_bytes(b"of a sender")
    for raw in (b"1", b"2"):
        assert dropped(visitor, raw=raw).status_code == 303
    assert inbox(spool) == {"march.837": b"of a sender", "march-2.837": b"1", "march-3.837": b"2"}


def test_what_is_too_large_is_refused_and_nothing_remains(server: Server, spool: Spool) -> None:
    """By what the browser says of its size, and by what comes if it says nothing."""
    visitor = server.visitor()
    assert dropped(visitor, raw=b"x" * LARGEST).status_code == 303
    (spool.inbox / "march.837").unlink()
    assert dropped(visitor, raw=b"x" * (LARGEST + 1)).status_code == 413
    assert dropped(visitor, raw=b"x" * (LARGEST + 9000)).status_code == 413
    boundary = "b"
    parts = _form(boundary, ("token", None, visitor.token.encode()), ("file", "a", b"x" * (LARGEST * 3)))
    done = visitor.client.post(
        "/files",
        content=iter([parts[:100], parts[100:]]),
        headers={"Origin": ORIGIN, "Content-Type": f"multipart/form-data; boundary={boundary}"},
    )
    assert done.status_code == 413
    assert "larger than" in done.text
    assert nothing_remains(spool)


def _form(boundary: str, *parts: tuple[str, str | None, bytes]) -> bytes:
    raw = b""
    for name, filename, value in parts:
        more = f'; filename="{filename}"' if filename is not None else ""
        raw += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode()
        raw += value + b"\r\n"
    return raw + f"--{boundary}--\r\n".encode()


@pytest.mark.parametrize(
    "case", ["after", "without", "wrong", "two", "none", "empty", "cut", "unnamed", "nonsense"]
)
def test_a_form_that_is_not_as_it_should_be_is_refused(server: Server, spool: Spool, case: str) -> None:
    visitor = server.visitor()
    token, file = ("token", None, visitor.token.encode()), ("file", "march.837", b"ISA*")
    forms = {
        "after": _form("b", file, token),
        "without": _form("b", file),
        "wrong": _form("b", ("token", None, b"x" * 32), file),
        "two": _form("b", token, file, file),
        "none": _form("b", token),
        "empty": _form("b", token, ("file", "march.837", b"")),
        "cut": _form("b", token, file)[:-12],
        "unnamed": _form("b", token, ("file", "", b"")),
        "nonsense": b"--b\r\n" + b"\x00" * 50,
    }
    headers = {"Origin": ORIGIN, "Content-Type": "multipart/form-data; boundary=b"}
    done = visitor.client.post("/files", content=forms[case], headers=headers)
    assert done.status_code == (403 if case in ("after", "without", "wrong") else 400)
    assert nothing_remains(spool)


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded"]
)
def test_another_kind_of_form_is_refused(server: Server, spool: Spool, kind: str) -> None:
    visitor = server.visitor()
    headers = {"Origin": ORIGIN, "Content-Type": kind}
    assert visitor.client.post("/files", content=b"x", headers=headers).status_code == 400
    assert nothing_remains(spool)


def test_a_drop_that_is_not_finished_leaves_nothing(spool: Spool) -> None:
    with Drop(spool, "march.837") as drop:
        drop.write(b"ISA*")
    assert nothing_remains(spool)


def test_a_file_is_followed_to_its_page(server: Server, spool: Spool) -> None:
    """From in/ to its verdict, its reports, and its claims."""
    visitor = server.visitor()
    where = dropped(visitor, "march.837", batch(1, held=True)).headers["location"]
    page = visitor.page(where)
    assert "march.837: It is in in/ and waits for the watch." in page.text
    assert "No watch is running" in page.text
    assert page.find("//meta[@http-equiv='refresh']/@content") == ["2"]
    run_once(spool, with_html)
    done = visitor.get(where)
    assert done.status_code == 303
    page = visitor.page(done.headers["location"])
    assert page.texts("//dl[@class='tiles']//strong") == ["held", "0", "1"]
    (work,) = page.find("//a[contains(@class, 'main')]/@href")
    assert visitor.page(work).texts("//h1") == ["Claims of one file"]
    assert len(visitor.page(work).claims) == 1
    (report,) = page.find("//a[.='Report']/@href")
    shown = visitor.get(report)
    assert shown.status_code == 200
    assert shown.text == HTML
    assert f"style-src 'sha256-{digest_of('p{color:red}')}'" in shown.headers["content-security-policy"]
    assert "sandbox" in shown.headers["content-security-policy"]
    assert visitor.page("/files").texts("//table//tbody/tr/th") == ["march"]


def test_a_file_that_came_before_has_a_page_of_its_own(server: Server, spool: Spool) -> None:
    visitor = server.visitor()
    pages = []
    for _ in range(2):
        where = dropped(visitor, "march.837", batch(1)).headers["location"]
        assert visitor.get(where).status_code == 200
        run_once(spool)
        pages.append(visitor.get(where).headers["location"])
    assert pages[0] != pages[1]


def test_a_file_that_cannot_be_scrubbed_is_told(server: Server, spool: Spool) -> None:
    def fail(*_values: object) -> Any:
        raise ValueError

    visitor = server.visitor()
    where = dropped(visitor, "march.837", batch(1)).headers["location"]
    run_once(spool, fail)
    page = visitor.page(where)
    assert "It could not be scrubbed: tried 3 times: it failed with an error of its own." in page.text
    assert page.find("//meta[@http-equiv='refresh']") == []
    assert "it failed with an error of its own" in visitor.page("/files").text


def test_a_running_watch_is_seen_without_disturbing_it(server: Server, spool: Spool) -> None:
    visitor = server.visitor()
    with owned(spool):
        assert "The watch is running" in visitor.page("/files").text
    assert "No watch is running" in visitor.page("/files").text
    run_once(spool, light)  # it can be owned


def test_an_unknown_file_on_its_way_leads_to_the_files(server: Server) -> None:
    assert server.visitor().get("/files/arriving/0123").headers["location"] == "/files"
