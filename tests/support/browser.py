"""A Chromium without a window, told what to do over its debugging pipe: pages as people see them."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_READ, _WRITE = 3, 4  # where Chromium expects its debugging pipe
_OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-pipe",
    "--no-first-run", "--disable-extensions", "--disable-background-networking",
)  # fmt: skip


def find_chromium() -> str | None:
    """The program, or ``None`` where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class Browser:
    """One page in one browser. ``program`` is its path."""

    def __init__(self, program: str) -> None:
        self._profile = tempfile.TemporaryDirectory(prefix="scrubber-browser-", ignore_cleanup_errors=True)
        commands, self._commands = os.pipe()
        self._answers, answers = os.pipe()
        quoted = " ".join((*_OPTIONS, f"--user-data-dir={self._profile.name}"))
        # The shell moves the two ends to where Chromium looks for them, without running Python in the fork.
        script = f'exec "$0" {quoted} {_READ}<&{commands} {_WRITE}>&{answers}'
        self._process = subprocess.Popen(
            ["bash", "-c", script, program],
            pass_fds=(commands, answers),
            env={**os.environ, "TMPDIR": self._profile.name},  # what it leaves behind goes with the profile
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(commands)
        os.close(answers)
        self._buffer = b""
        self._seen: list[dict[str, Any]] = []  # what happened while an answer was waited for
        self._number = 0
        self._session = ""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._commands)
        os.close(self._answers)
        self._profile.cleanup()

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Do something and give what Chromium answers; RuntimeError where it refuses."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if "method" in answer:
                self._seen.append(answer)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result

    def open(self, path: Path | str) -> list[dict[str, Any]]:
        """Open a file or an address, wait until it is loaded, and give all that happened meanwhile."""
        url = path if isinstance(path, str) else path.resolve().as_uri()
        self._seen.clear()
        self._number += 1
        message = {"id": self._number, "method": "Page.navigate", "params": {"url": url}}
        os.write(self._commands, json.dumps({**message, "sessionId": self._session}).encode() + b"\0")
        return self._loaded()

    def leave(self, act: Callable[[], object]) -> list[dict[str, Any]]:
        """Do what leads to another page, and wait until that is loaded."""
        self._seen.clear()
        act()
        return self._loaded()

    def _loaded(self) -> list[dict[str, Any]]:
        events = self._seen.copy()
        self._seen.clear()
        while not any(event["method"] == "Page.loadEventFired" for event in events):
            event = self._next()
            if "method" in event:
                events.append(event)
        return events

    def asked_and_logged(self, path: Path) -> tuple[list[str], list[str]]:
        """Open a file and give the addresses it has asked for, and what the browser complained about."""
        asked, logged = [], []
        for event in self.open(path):
            if event["method"] == "Network.requestWillBeSent":
                asked.append(event["params"]["request"]["url"])
            elif event["method"] == "Log.entryAdded":
                logged.append(event["params"]["entry"]["text"])
        return asked, logged

    def evaluate(self, script: str) -> Any:
        """The value of a script in the page, waited for."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            raise RuntimeError(found["exceptionDetails"]["text"])
        return found["result"].get("value")

    def press(self, key: str, code: int) -> None:
        """Press a key and let it go: its name and its number (``Tab``, 9)."""
        text = {"text": "\r"} if key == "Enter" else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def accessible(self) -> list[tuple[str, str, int]]:
        """What a screen reader is told of the page: role, name and level of each thing, in order."""
        self.call("Accessibility.enable")
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        return [
            (
                str(node["role"]["value"]),
                str(node.get("name", {}).get("value", "")),
                next(
                    (int(p["value"]["value"]) for p in node.get("properties", ()) if p["name"] == "level"), 0
                ),
            )
            for node in nodes
            if not node.get("ignored")
        ]

    def show(self, width: int, height: int, *, dark: bool = False, media: str = "") -> None:
        """Set the size of the window in CSS pixels, the colour scheme and the medium."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **metrics)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media=media, features=[scheme])

    def picture(self, *, whole: bool = False) -> bytes:
        """A PNG of the window, or of the whole page."""
        found = self.call("Page.captureScreenshot", captureBeyondViewport=whole)
        return base64.b64decode(found["data"])

    def paper(self) -> bytes:
        """The page as a PDF."""
        found = self.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
        return base64.b64decode(found["data"])

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            more = os.read(self._answers, 1 << 20)
            if not more:
                raise RuntimeError("Chromium has gone away")
            self._buffer += more
        line, _, self._buffer = self._buffer.partition(b"\0")
        found: dict[str, Any] = json.loads(line)
        return found
