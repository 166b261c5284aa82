"""The server: on this machine only, until it is told to stop."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterable

import uvicorn
from starlette.types import ASGIApp

from scrubber.errors import SpoolError

HOST = "127.0.0.1"
"""The only address that it can be bound to: there is no encryption, and no other machine has any business."""
_MOST_AT_ONCE = 64
_SECONDS_TO_STOP = 5


def bound(port: int) -> socket.socket:
    """Return a socket on this machine's own address; port 0 is any that is free. Raise SpoolError."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((HOST, port))
        found.listen()  # who follows a link at once waits, and is not refused
    except OSError as error:
        found.close()
        raise SpoolError(
            f"port {port} cannot be used: another program has it; --port names another"
        ) from error
    return found


def hosts_of(port: int) -> Iterable[str]:
    """Return the names by which the page may be called: no other site can make a browser use them."""
    return (f"{HOST}:{port}", f"localhost:{port}")


def run(app: ASGIApp, listener: socket.socket) -> None:
    """Answer requests until a signal asks to stop."""
    # Its own log lines would have addresses and, for errors, texts of exceptions.
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi"):
        logging.getLogger(name).disabled = True
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        loop="asyncio",
        http="h11",
        ws="none",
        proxy_headers=False,
        server_header=False,
        limit_concurrency=_MOST_AT_ONCE,
        timeout_graceful_shutdown=_SECONDS_TO_STOP,
    )
    uvicorn.Server(config).run(sockets=[listener])
