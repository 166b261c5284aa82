"""The files in deploy/: the configuration loads, the mail is what it says."""

from __future__ import annotations

import importlib.util
import socketserver
import threading
from pathlib import Path
from types import ModuleType

import pytest

from scrubber.engine.loading.config import load_configuration

DEPLOY = Path(__file__).parents[2] / "deploy"


@pytest.fixture
def mailing() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mail_hook", DEPLOY / "mail.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_shipped_configuration_loads(tmp_path: Path) -> None:
    """As it is, and with its hooks."""
    text = (DEPLOY / "scrubber.toml").read_text(encoding="utf-8")
    assert set(load_configuration(DEPLOY / "scrubber.toml").watch.groups) == {
        "senders",
        "billers",
        "uploader",
    }
    with_hooks = tmp_path / "scrubber.toml"
    with_hooks.write_text(text.replace("# [watch.hooks]", "[watch.hooks]").replace("# held", "held"))
    assert load_configuration(with_hooks).watch.hooks["held"][1:] == ("billing@localhost", "{event}", "{job}")


class _MailServer(socketserver.StreamRequestHandler):
    """Takes one mail."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        inside = False
        for line in self.rfile:
            _RECEIVED.append(line)
            if inside:
                inside = line != b".\r\n"
                if inside:
                    continue
            elif line.upper().startswith(b"DATA"):
                inside = True
                self.wfile.write(b"354 go on\r\n")
                continue
            if line.upper().startswith(b"QUIT"):
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"250 fine\r\n")


_RECEIVED: list[bytes] = []


def test_the_mail_names_the_job_and_nothing_else(mailing: ModuleType) -> None:
    _RECEIVED.clear()
    with socketserver.TCPServer(("localhost", 0), _MailServer) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        mail = mailing.message("billing@localhost", "held", "20261123-021500-7f3a9c21")
        mailing.send(mail, server.server_address[1])
        thread.join()
    text = b"".join(_RECEIVED).decode("ascii")
    assert "RCPT TO:<billing@localhost>" in text.replace("rcpt", "RCPT")
    assert "Subject: scrubber: held: 20261123-021500-7f3a9c21" in text
    assert "Job 20261123-021500-7f3a9c21" in text


@pytest.mark.parametrize("event", ["held", "failed", "out"])
def test_every_event_has_a_text(mailing: ModuleType, event: str) -> None:
    assert mailing.TEXTS[event] in mailing.message("root", event, "J").get_content()
