"""What a browser and a log get to see of a complete journey: never what could sign anybody in."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, expect

from accounts import sealing
from tests.browser.steps import (
    ask_for_code,
    ask_for_link,
    enter_code,
    heading,
    row,
    sign_out,
    switch,
)
from tests.browser.support import Inbox, embedded_and_remote
from tests.servers import Server
from tests.signing_in import ADMIN

SESSION, JWT = "stytch_session", "stytch_session_jwt"
PENDING = "stytch_intermediate_session_token"
WHERE_THEY_BELONG = {"set-cookie", "cookie"}


@embedded_and_remote
@pytest.mark.both_checks
def test_no_secret_leaves_its_cookie(
    new_context: Callable[..., BrowserContext],
    tmp_path: Path,
    inbox: Inbox,
    app: Server,
    identity_server: Server,
) -> None:
    """Session, JWT, intermediate, code, link: in no body, address, header or log (QUALITY 4)."""
    context = new_context(record_har_path=tmp_path / "all.har", record_har_content="embed")
    page, secrets = context.new_page(), Secrets(context)
    ask_for_code(page, ADMIN)
    code = inbox.code(ADMIN)
    enter_code(page, code)
    expect(heading(page)).to_have_text("Choose an organization")
    secrets.note()
    row(page, "Acme").click()
    expect(heading(page)).to_have_text("You’re in Acme")
    secrets.note()
    switch(page, "Globex")
    expect(heading(page)).to_have_text("Globex asks for a second step")
    secrets.note()
    page.goto("/session")
    page.goto("/switch")
    sign_out(page)
    ask_for_link(page, ADMIN)
    link = inbox.link(ADMIN).partition("token=")[2].partition("&")[0]
    secrets.note()
    context.close()

    seen = list(traffic(tmp_path / "all.har"))
    logs = app.log.read_text() + identity_server.log.read_text()
    jwt = {"jwt", "signature"} if settings.SESSION_CHECK == "jwt" else set()
    assert {"session", "intermediate", *jwt} == secrets.found.keys()
    assert any("You’re in Acme" in text for text in seen)
    for kind, values in {**secrets.found, "link": {link}}.items():
        for text in [*seen, logs]:
            assert not [value for value in values if value in unquote(text)], kind
    alone = re.compile(rf"(?<![\w-]){code}(?![\w-])")
    assert not [text for text in [*seen, logs] if alone.search(text)]


def traffic(har: Path) -> Iterator[str]:
    """Addresses, headers and bodies of all there was; forms sent hold what a person typed."""
    for entry in json.loads(har.read_text())["log"]["entries"]:
        request, response = entry["request"], entry["response"]
        yield request["url"]
        for header in request["headers"] + response["headers"]:
            if header["name"].lower() not in WHERE_THEY_BELONG:
                yield f"{header['name']}: {header['value']}"
        yield response["content"].get("text", "")


@dataclass
class Secrets:
    """What the browser's cookies held along the way, unsealed."""

    context: BrowserContext
    found: dict[str, set[str]] = field(default_factory=dict)

    def note(self) -> None:
        cookies = {each["name"]: each["value"] for each in self.context.cookies()}
        self._keep("session", cookies.get(SESSION, ""))
        self._keep("jwt", cookies.get(JWT, ""))
        self._keep("signature", cookies.get(JWT, "").rpartition(".")[2])
        step = (sealing.unseal(cookies.get(PENDING, ""), purpose="pending") or {}).get("step", {})
        self._keep("intermediate", step.get("intermediate", [""])[0])

    def _keep(self, kind: str, value: str) -> None:
        if value:
            self.found.setdefault(kind, set()).add(value)
