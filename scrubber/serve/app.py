"""The application: which page answers which address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from scrubber.serve import claim_page, claims_list, files, reasons
from scrubber.serve.forms import Form, posted
from scrubber.serve.frame import icon, plain_page, to
from scrubber.serve.guard import SIGN_IN, Guard, cookie_name
from scrubber.serve.query import Query
from scrubber.serve.sessions import Right, Session
from scrubber.serve.site import Site

_MOST_SEARCHED = 100
_MOST_FIELDS = 50
_USED = "This link was used, or is not one of this server. The terminal shows the one that works."


def make_app(site: Site, hosts: Iterable[str], on_sign_in: Callable[[Session], None]) -> ASGIApp:
    """Return the application. ``hosts`` are the names by which it may be called, with their ports."""
    _get, _post = partial(_shown, site), partial(_done, site)
    routes = [
        Route(SIGN_IN, partial(_sign_in, site, on_sign_in)),
        Route("/icon.svg", _icon),
        Route("/", _get(claims_list.show)),
        Route("/claims", _post(claims_list.act, Right.CHANGE), methods=["POST"]),
        Route("/claims/{claim:str}", _get(claim_page.show)),
        Route("/claims/{claim:str}", _post(claim_page.act, Right.CHANGE), methods=["POST"]),
        Route("/reasons", _get(reasons.show)),
        Route("/files", _get(files.show)),
        Route("/files", partial(files.drop, site), methods=["POST"]),
        Route("/files/arriving/{key:str}", _get(files.arriving)),
        Route("/files/{job:str}", _get(files.job)),
        Route("/files/{job:str}/report.{ending:str}", _get(files.report)),
        Route("/search", posted(_search), methods=["POST"]),
        Route("/patients", posted(_patients, Right.SEE), methods=["POST"]),
        Route("/sign-out", _post(_sign_out), methods=["POST"]),
    ]
    # Without what Starlette puts around it: the guard answers errors, and lets nothing of them out.
    nowhere = plain_page("Not found", "There is no such page.", 404)
    router = Router(routes, redirect_slashes=False, default=nowhere)
    return Guard(router, site.sessions, hosts, site.log)


def _shown(site: Site, show: Callable[[Site, Request], Response]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(show, site, request)

    return endpoint


def _done(
    site: Site, act: Callable[[Site, Request, Session, Form], Response], right: Right | None = None
) -> Callable[[Request], Awaitable[Response]]:
    return posted(partial(act, site), right)


async def _sign_in(site: Site, on_sign_in: Callable[[Session], None], request: Request) -> Response:
    """Turn a link into a session; the address that has the token is left at once."""
    found = site.sessions.sign_in(request.query_params.get("token", ""))
    if found is None:
        site.log.error("refused", status=403)
        return plain_page("Sign in", _USED, 403)
    secret, session = found
    on_sign_in(session)
    response = RedirectResponse(to("/"), 303)
    name = cookie_name(request.headers["host"])
    response.set_cookie(name, secret, httponly=True, samesite="strict", path="/")
    return response


def _sign_out(site: Site, request: Request, session: Session, _form: Form) -> Response:
    site.sessions.end(session)
    response = plain_page("Signed out", "The terminal shows a link to sign in again.", 200)
    response.delete_cookie(cookie_name(request.headers["host"]), httponly=True, samesite="strict", path="/")
    return response


def _search(_request: Request, session: Session, form: Form) -> Response:
    session.search = "" if form.get("action") == "clear" else form.get("search").strip()[:_MOST_SEARCHED]
    return _back(form)


def _patients(_request: Request, session: Session, form: Form) -> Response:
    session.shows_patients = not session.shows_patients
    return _back(form)


def _back(form: Form) -> Response:
    """Go back to the list from which a form was sent."""
    return RedirectResponse(to("/", **Query.of(dict(_pairs(form.get("list")))).address), 303)


def _pairs(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return []


async def _icon(_request: Request) -> Response:
    return Response(icon(), media_type="image/svg+xml")
