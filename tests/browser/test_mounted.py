"""Foyer at a path of an origin that it shares, behind a proxy: whole, assets and all."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.factors import at_provider
from tests.browser.steps import enter_code, heading, row, sign_out, switch
from tests.browser.support import Complaints, Inbox
from tests.mounting import Proxy, proxy_to
from tests.servers import Server
from tests.signing_in import ADMIN, MEMBER

MOUNT, COOKIE_PATH = "/team/foyer", "/team"


@pytest.fixture(scope="session")
def mounted_server(start_server: Callable[..., Server]) -> Server:
    return start_server(SCRIPT_NAME=MOUNT, COOKIE_PATH=COOKIE_PATH, HEARTBEAT_SECONDS="3")


@pytest.fixture(params=[True, False], ids=["stripped", "whole"])
def proxy(request: pytest.FixtureRequest, mounted_server: Server) -> Iterator[Proxy]:
    """Asked for nothing beside the mount, whatever a journey did."""
    with proxy_to(mounted_server.url, mount=MOUNT, strips=request.param) as proxy:
        yield proxy
        assert proxy.strays == []


@pytest.fixture
def app(proxy: Proxy, mounted_server: Server) -> Server:
    return replace(mounted_server, url=proxy.url + MOUNT)


def ask_for(page: Page, app: Server, address: str, button: str) -> None:
    page.goto(app.url)
    page.get_by_label("Work email").fill(address)
    page.get_by_role("button", name=button, exact=True).click()


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_in_by_code_about_and_out(
    page: Page, context: BrowserContext, app: Server, inbox: Inbox
) -> None:
    ask_for(page, app, ADMIN, "Continue")
    expect(heading(page)).to_have_text("Check your email")
    enter_code(page, inbox.code(ADMIN))
    row(page, "Acme").click()
    expect(heading(page)).to_contain_text("You’re in Acme")
    for name in ("Security", "Documents", "Members", "Home"):
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    ours = [each for each in context.cookies() if each["name"].startswith("stytch_session")]
    assert {each["path"] for each in ours} == {COOKIE_PATH}
    switch(page, "Globex")
    expect(page).to_have_url(f"{app.url}/second-factor")
    page.goto(app.url)
    sign_out(page)
    expect(page).to_have_url(f"{app.url}/login")
    kept = {each["name"] for each in context.cookies()}
    assert not {"stytch_session", "stytch_session_jwt", "stytch_session_stamp"} & kept


def test_in_by_link_and_kept_fresh(
    page: Page, app: Server, inbox: Inbox, complaints: Complaints
) -> None:
    ask_for(page, app, MEMBER, "Email me a link")
    expect(page.get_by_text("We sent a sign-in link to")).to_be_visible()
    page.goto(inbox.link(MEMBER))
    expect(heading(page)).to_contain_text("You’re in Acme")
    with page.expect_response(f"{app.url}/session/refresh") as beat:
        pass
    assert beat.value.ok


@pytest.mark.parametrize("way", ["Continue with Google", "Continue with Initech SSO"])
def test_in_by_a_provider(page: Page, app: Server, way: str) -> None:
    page.goto(f"{app.url}/o/initech/login")
    page.get_by_role("button", name=way).click()
    at_provider(page, f"Continue as {ADMIN}")
    expect(heading(page)).to_have_text("You’re in Initech")


def test_the_probes_answer_by_bare_address(mounted_server: Server) -> None:
    assert mounted_server.get("/healthz").is_success
    assert mounted_server.get(f"{MOUNT}/readyz").is_success
