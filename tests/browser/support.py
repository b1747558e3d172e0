"""What the journeys share that is not a fixture: what a page complained of, and the inbox."""

import json
from dataclasses import dataclass, field

import httpx
import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, WebError

# The same journey with scripts and without; and against our own service or one over the network.
with_and_without_scripts = pytest.mark.parametrize(
    "javascript", [True, False], ids=["scripts", "no scripts"]
)
embedded_and_remote = pytest.mark.parametrize("backend", ["embedded", "remote"])
everywhere = pytest.mark.parametrize(
    ("backend", "javascript"),
    [("embedded", True), ("embedded", False), ("remote", True)],
    ids=["embedded", "no scripts", "remote"],
)
light_and_dark = pytest.mark.parametrize("color_scheme", ["light", "dark"])


@dataclass  # no slots: Playwright leaves a mark on whom it calls back
class Complaints:
    """Errors and warnings of the browser's console: scripts, requests, the CSP."""

    seen: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, *fragments: str) -> None:
        """Let a complaint pass that the test provokes, such as "status of 403"."""
        self.expected += fragments

    def listen(self, context: BrowserContext) -> None:
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)

    def unexpected(self) -> list[str]:
        return [line for line in self.seen if not any(part in line for part in self.expected)]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.seen.append(f"{message.type}: {message.text} ({message.location['url']})")

    def _on_error(self, error: WebError) -> None:
        self.seen.append(f"uncaught: {error.error}")


@dataclass(frozen=True, slots=True)
class Inbox:
    """The development inbox as a program reads it."""

    url: str

    def messages(self, to: str) -> list[dict[str, str]]:
        """What was sent to this address, newest first."""
        answer = httpx.get(f"{self.url}/dev/inbox/messages.json", params={"to": to})
        found: list[dict[str, str]] = json.loads(answer.raise_for_status().text)
        return found

    def code(self, to: str) -> str:
        return self._newest(to)["code"]

    def link(self, to: str) -> str:
        return self._newest(to)["link"]

    def _newest(self, to: str) -> dict[str, str]:
        messages = self.messages(to)
        assert messages, f"Nothing was sent to {to}."
        return messages[0]
