"""A session made elsewhere in a real browser: taken over in one line, by a form, or refused."""

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.steps import arrive, heading, session_id, sign_out
from tests.browser.support import Complaints, Inbox, embedded_and_remote, with_and_without_scripts
from tests.servers import Server
from tests.sign_in_as import PROJECT_ID, SECRET, make_session, sign_in_as
from tests.signing_in import ADMIN, MEMBER

FETCH = """async tokens => {
    const offer = await fetch("/session/hydrate", { headers: { Accept: "application/json" } });
    const { csrf_token } = await offer.json();
    const answer = await fetch("/session/hydrate", {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrf_token },
        body: JSON.stringify(tokens),
    });
    return [answer.status, await answer.json()];
}"""


def make(inbox: Inbox, address: str) -> dict[str, str]:
    return make_session(address, "acme", inbox.url, (PROJECT_ID, SECRET))


@embedded_and_remote
def test_one_line_signs_a_browser_in(page: Page, context: BrowserContext, inbox: Inbox) -> None:
    sign_in_as(context, MEMBER, organization="acme", service=inbox.url)
    page.goto("/security")
    expect(heading(page)).to_have_text("Security")
    sign_out(page)
    page.goto("/")
    expect(page.get_by_label("Work email")).to_be_visible()


@with_and_without_scripts
@pytest.mark.both_checks
def test_a_form_takes_it_over(page: Page, context: BrowserContext, inbox: Inbox) -> None:
    tokens = make(inbox, MEMBER)
    page.goto("/session/hydrate?next=/session")
    page.get_by_label("Session token").fill(tokens["session_token"])
    page.get_by_label("Session JWT").fill(tokens["session_jwt"])
    page.get_by_role("button", name="Take it over").click()
    expect(heading(page)).to_have_text("Your session in Acme")
    kept = {each["name"]: each for each in context.cookies()}
    assert kept["stytch_session"]["value"] == tokens["session_token"]
    assert all(each["httpOnly"] for each in kept.values())


def test_what_is_wrong_is_said_and_never_shown(
    page: Page, inbox: Inbox, complaints: Complaints
) -> None:
    complaints.expect("status of 40")
    page.goto("/session/hydrate")
    field = page.get_by_label("Session token")
    field.fill("x" * 44)
    page.get_by_role("button", name="Take it over").click()
    expect(page.get_by_text("That session is over")).to_be_visible()
    expect(field).to_have_value("")
    expect(field).to_have_attribute("aria-invalid", "true")


def test_another_live_session_is_in_the_way(
    page: Page, inbox: Inbox, complaints: Complaints
) -> None:
    complaints.expect("status of 409")
    arrive(page, inbox, ADMIN)
    here, tokens = session_id(page), make(inbox, MEMBER)
    status, said = page.evaluate(FETCH, tokens)
    assert (status, said["error"]) == (409, "already_signed_in")
    assert session_id(page) == here
    page.goto("/session/hydrate")
    expect(heading(page)).to_have_text("You’re signed in already")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_text("You’re signed out.")).to_be_visible()
    status, said = page.evaluate(FETCH, tokens)
    assert (status, said["session"]["email_address"]) == (200, MEMBER)


def test_another_site_takes_nothing_over(
    page: Page, context: BrowserContext, server: Server, inbox: Inbox, complaints: Complaints
) -> None:
    """The form of a stranger's page, sent as a visitor's browser would (QUALITY 19)."""
    complaints.expect("status of 403")
    tokens = make(inbox, MEMBER)
    fields = "".join(f'<input name="{name}" value="{value}">' for name, value in tokens.items())
    form = f'<form method="post" action="{server.url}/session/hydrate">{fields}<button>Go</button>'
    page.goto("/login")  # the browser has a form token's cookie
    page.route(
        "http://evil.example/", lambda route: route.fulfill(body=form, content_type="text/html")
    )
    page.goto("http://evil.example/")
    page.get_by_role("button", name="Go").click()
    expect(heading(page)).to_have_text("This page was out of date")
    assert "stytch_session" not in {each["name"] for each in context.cookies()}


@embedded_and_remote
@pytest.mark.both_checks
def test_cookies_that_another_backend_has_set_are_picked_up(
    page: Page, context: BrowserContext, inbox: Inbox
) -> None:
    """As the SDK sets them: readable, without our stamp, and the session's own ones at that."""
    tokens = make(inbox, MEMBER)
    origin = httpx.URL(page.request.get("/login").url)
    for name, value in zip(("stytch_session", "stytch_session_jwt"), tokens.values(), strict=True):
        context.add_cookies([{"name": name, "value": value, "url": str(origin.join("/"))}])
    page.goto("/session")
    expect(heading(page)).to_have_text("Your session in Acme")
    sign_out(page)
    page.goto("/")
    expect(page.get_by_label("Work email")).to_be_visible()
