"""Who is answered at all: hosts, origins, links, sessions, tokens, roles, and what no answer gives away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scrubber.html.page import digest_of
from scrubber.serve import claims_list
from scrubber.serve.server import HOST, bound
from scrubber.serve.sessions import Right
from scrubber.spool.layout import Spool
from tests.support.serving import IDLE, ORIGIN, WHOLE, Server, serving
from tests.support.spool import make_spool
from tests.support.work import claim, enter, receive, states, told

SECRETS = ("INJ-0001", "LARKSPUR", "ALDER", "1EG4TE5MK73", "SORREL")
PAGES = ("/", "/?state=all", "/reasons", "/files", "/claims/{id}", "/files/{job}", "/files/{job}/report.txt")
FORMS = ("/claims", "/claims/{id}", "/search", "/patients", "/sign-out", "/files")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Spool:
    """A spool with a held claim, a note on it, and a report."""
    spool = make_spool(tmp_path_factory.mktemp("serve"))
    receive(spool, claim())
    enter(spool, "INJ-0001", "noted", "Ida SORREL called")
    (folder,) = spool.reports.glob("*/*_f1")
    (folder / "f1.report.txt").write_text("LARKSPUR, ALDER")
    return spool


@pytest.fixture
def server(kept: Spool) -> Iterator[Server]:
    with serving(kept) as found:
        yield found


def filled(server: Server, path: str) -> str:
    with server.site.worklist() as work:
        row = work.items()[0].row
    return path.format(id=row.id, job=row.job)


def views(server: Server) -> list[str]:
    with server.site.worklist() as work:
        return [row.detail for row in work.ledger.audit() if row.event == "viewed"]


@pytest.mark.parametrize("path", PAGES)
def test_without_a_session_nothing_is_shown(server: Server, path: str) -> None:
    done = server.client().get(filled(server, path))
    assert done.status_code == 401
    assert not [secret for secret in SECRETS if secret in done.text]


@pytest.mark.parametrize("path", FORMS)
def test_without_a_session_nothing_is_done(server: Server, path: str) -> None:
    before = told(server.site.spool)
    done = server.client().post(filled(server, path), data={"action": "close"}, headers={"Origin": ORIGIN})
    assert done.status_code == 401
    assert told(server.site.spool) == before


def test_a_link_works_once_and_does_not_stay_in_the_address(server: Server) -> None:
    link = f"/sign-in?token={server.link()}"
    first = server.client().get(link)
    assert (first.status_code, first.headers["location"]) == (303, "/")
    cookie = first.headers["set-cookie"].lower()
    assert cookie.startswith("scrubber-8370=")
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert [person.name for person in server.signed_in] == ["ann"]
    second = server.client().get(link)
    assert (second.status_code, second.headers.get("set-cookie")) == (403, None)


def test_a_newer_link_takes_the_place_of_an_older_one(server: Server) -> None:
    first, second = server.link(), server.link()
    assert server.client().get(f"/sign-in?token={first}").status_code == 403
    assert server.client().get(f"/sign-in?token={second}").status_code == 303


@pytest.mark.parametrize("token", ["", "x", "\u00e9", "A" * 5000])
def test_a_wrong_link_is_refused(server: Server, token: str) -> None:
    server.link()
    assert server.client().get("/sign-in", params={"token": token}).status_code == 403


def test_a_cookie_of_somebody_elses_making_is_no_session(server: Server) -> None:
    server.visitor()
    for value in ("", "x", "scrubber", '"; a=b', "\x7f"):
        assert server.client().get("/", headers={"Cookie": f"scrubber-8370={value}"}).status_code == 401


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8370", "127.0.0.1", "127.0.0.1:1", "0.0.0.0:8370", "[::1]:8370", ""],
)
def test_another_host_is_refused(server: Server, host: str) -> None:
    """A site whose name leads to this machine gets nothing, session or not."""
    visitor = server.visitor()
    for path in ("/", f"/sign-in?token={server.link()}"):
        assert visitor.get(path, headers={"Host": host}).status_code == 421


def test_localhost_is_the_same_machine(server: Server) -> None:
    client = server.client("http://localhost:8370")
    assert client.get(f"/sign-in?token={server.link()}").status_code == 303
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "https://127.0.0.1:8370"},
        {"Origin": "http://localhost:8370"},
        {"Origin": "null"},
        {"Origin": ""},
        {},
        {"Referer": "http://127.0.0.1:9999/"},
        {"Referer": "http://127.0.0.1:83700/"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_form_of_another_origin_is_refused(server: Server, headers: dict[str, str]) -> None:
    visitor = server.visitor()
    token = visitor.token
    done = visitor.client.post("/patients", data={"token": token}, headers=headers)
    assert done.status_code == 403
    assert "Show patients" in visitor.get("/").text


def test_a_form_without_an_origin_needs_a_referer_of_this_page(server: Server) -> None:
    visitor = server.visitor()
    data = {"token": visitor.token}
    assert visitor.client.post("/patients", data=data, headers={"Referer": f"{ORIGIN}/"}).status_code == 303


@pytest.mark.parametrize("token", ["", "\u00e9"])
@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_its_token_is_refused(server: Server, path: str, token: str) -> None:
    visitor = server.visitor()
    before = told(server.site.spool)
    address = filled(server, path)
    data = {"token": token, "action": "close", "claim": visitor.stamped()}
    if path == "/files":
        done = visitor.client.post(
            address, data={"token": token}, files={"file": ("a.837", b"ISA")}, headers={"Origin": ORIGIN}
        )
    else:
        done = visitor.client.post(address, data=data, headers={"Origin": ORIGIN})
    assert done.status_code == 403
    assert told(server.site.spool) == before
    assert list(server.site.spool.inbox.iterdir()) == []
    assert visitor.get("/").status_code == 200  # still signed in


def test_the_token_of_another_session_is_refused(server: Server) -> None:
    ann, bob = server.visitor(), server.visitor("bob")
    assert (
        ann.client.post("/patients", data={"token": bob.token}, headers={"Origin": ORIGIN}).status_code == 403
    )


def test_a_session_ends_when_it_is_not_used(server: Server) -> None:
    visitor = server.visitor()
    server.clock.now += IDLE
    assert visitor.get("/").status_code == 200
    server.clock.now += IDLE + 1
    assert visitor.get("/").status_code == 401


def test_a_session_ends_even_if_it_is_used(server: Server) -> None:
    visitor = server.visitor()
    while server.clock.now <= 1000 + WHOLE:
        assert visitor.get("/nothing").status_code == 404
        server.clock.now += IDLE
    assert visitor.get("/nothing").status_code == 401


def test_signing_out_ends_the_session_for_good(server: Server) -> None:
    visitor = server.visitor()
    ((name, secret),) = visitor.client.cookies.items()
    assert visitor.post("/sign-out").status_code == 200
    assert server.client().get("/", headers={"Cookie": f"{name}={secret}"}).status_code == 401


def test_a_viewer_sees_patients_and_changes_nothing(server: Server) -> None:
    visitor = server.visitor("bea:viewer")
    page = visitor.page(filled(server, "/claims/{id}"))
    assert "LARKSPUR, ALDER" in page.text
    assert page.texts("//main//form") == []
    before = told(server.site.spool)
    with server.site.worklist() as work:
        row = work.items()[0].row
    for action in ("close", "take", "note", "assign", "write-off"):
        assert visitor.send(f"{row.id}.{row.stamp}", action, note="x", owner="x").status_code == 403
        fields = {"claim": f"{row.id}.{row.stamp}", "action": action, "note": "x", "owner": "x"}
        assert visitor.post("/claims", fields).status_code == 403
    files = {"file": ("a.837", b"ISA")}
    done = visitor.client.post(
        "/files", data={"token": visitor.token}, files=files, headers={"Origin": ORIGIN}
    )
    assert done.status_code == 403
    assert told(server.site.spool) == before
    assert list(server.site.spool.inbox.iterdir()) == []


@pytest.mark.parametrize(
    ("user", "without"), [("sam:sender", ()), ("ann:biller", (Right.SEE,)), ("bea:viewer", (Right.SEE,))]
)
def test_who_may_not_see_patients_sees_none(server: Server, user: str, without: tuple[Right, ...]) -> None:
    """On no page, whatever is searched for, and nothing of it is in the audit log."""
    visitor, before = server.visitor(user, without=without), views(server)
    assert visitor.post("/patients").status_code == 403
    assert visitor.post("/search", {"search": "larkspur"}).status_code == 303
    for path in PAGES:
        text = visitor.get(filled(server, path)).text.replace('value="larkspur"', "")
        assert not [secret for secret in SECRETS if secret in text]
    assert visitor.get(filled(server, "/files/{job}/report.txt")).status_code == 403
    assert views(server) == before


def test_reading_only_takes_the_right_to_change(server: Server) -> None:
    visitor = server.visitor("ann", without=(Right.CHANGE, Right.DROP))
    assert visitor.page("/files").texts("//form[@class='drop']") == []
    assert visitor.page("/").texts("//input[@type='checkbox']") == []


def test_an_unknown_method_is_refused(server: Server) -> None:
    visitor = server.visitor()
    for method in ("PUT", "DELETE", "OPTIONS", "PATCH"):
        assert visitor.client.request(method, "/").status_code == 405


@pytest.mark.parametrize(
    "path", [*PAGES, "/nothing", "/sign-in", "/icon.svg", "/claims/nothing", "/files/nothing"]
)
def test_every_answer_has_its_headers(server: Server, path: str) -> None:
    for client in (server.client(), server.visitor().client):
        headers = client.get(filled(server, path)).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_only_the_pages_own_style_and_script_may_run(server: Server) -> None:
    done = server.visitor().get("/")
    (style,), (script,) = (
        re.findall(f"<{name}>(.*?)</{name}>", done.text, re.DOTALL) for name in ("style", "script")
    )
    policy = done.headers["content-security-policy"]
    assert f"style-src 'sha256-{digest_of(style)}'" in policy
    assert f"script-src 'sha256-{digest_of(script)}'" in policy
    assert "unsafe" not in policy
    assert not re.search(
        r"\son[a-z]+=|javascript:|\sstyle=", done.text.partition("<body")[2].partition("<script")[0]
    )


@pytest.mark.parametrize(
    "path",
    [
        "/files/..%2f..%2fetc/report.txt", "/files/%2e%2e", "/files/../state/ledger.db",
        "/files/{job}/report.837", "/files/{job}/report.txt%2f..%2f..", "/files/{job}/..%2f..%2fsummary.csv",
        "/files/{job}/report.", "//etc/passwd", "/files/{job}%00/report.txt", "/claims/..%2f..",
        "/files/arriving/..%2f..",
    ],
)  # fmt: skip
def test_no_address_leads_out_of_the_reports(server: Server, path: str) -> None:
    done = server.visitor().get(filled(server, path))
    assert done.status_code in (303, 404)
    assert "LARKSPUR" not in done.text


def test_a_link_in_place_of_a_report_is_not_followed(tmp_path: Path) -> None:
    spool = make_spool(tmp_path)
    receive(spool, claim())
    (folder,) = spool.reports.glob("*/*_f1")
    (tmp_path / "secret").write_text("LARKSPUR")
    (folder / "f1.report.txt").symlink_to(tmp_path / "secret")
    with serving(spool) as server:
        assert server.visitor().get(filled(server, "/files/{job}/report.txt")).status_code == 404


def test_an_error_tells_its_kind_and_place_only(
    server: Server, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not what it says: that may be a patient."""

    def fail(*_values: object, **_more: object) -> None:
        raise ValueError("LARKSPUR, ALDER")

    visitor = server.visitor()
    monkeypatch.setattr(claims_list, "line_of", fail)
    done = visitor.get("/")
    assert done.status_code == 500
    assert server.log.lines == [
        ("a page failed", {"error": "ValueError", "why": server.log.lines[0][1]["why"]})
    ]
    assert str(server.log.lines[0][1]["why"]).startswith("test_security.py, line ")
    assert "LARKSPUR" not in done.text + "".join(capfd.readouterr())


def test_nothing_of_a_claim_is_logged(server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    visitor = server.visitor()
    visitor.show_patients()
    visitor.post("/search", {"search": "LARKSPUR"})
    for path in PAGES:
        visitor.get(filled(server, path))
    visitor.post("/claims", {"claim": "x.y", "action": "note", "note": "LARKSPUR"})
    visitor.post("/nowhere", {"note": "LARKSPUR"})
    assert not [secret for secret in SECRETS if secret in f"{server.log.lines}{capfd.readouterr()}"]


def test_only_this_machine_can_connect() -> None:
    with bound(0) as listener:
        assert listener.getsockname()[0] == HOST == "127.0.0.1"


def test_the_state_is_still_as_it_was(server: Server) -> None:
    """None of the tests above has changed the one claim."""
    assert states(server.site.spool) == ["open"]
