"""A session ends by the real clock: what its pages say, ask and keep."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.backoffice import Backoffice
from tests.browser.steps import arrive, session_id
from tests.browser.support import Complaints, Inbox
from tests.servers import Server
from tests.sign_in_as import sign_in_as
from tests.signing_in import ADMIN, MEMBER

SESSION, JWT = "stytch_session", "stytch_session_jwt"
REFRESH, STATE = "**/session/refresh", "**/session"


@pytest.fixture(scope="session")
def beating_server(start_server: Callable[..., Server]) -> Server:
    return start_server(HEARTBEAT_SECONDS="1")


@pytest.fixture
def app(beating_server: Server, complaints: Complaints) -> Server:
    complaints.expect("status of 401", "session/refresh")
    return beating_server


@pytest.fixture
def ends_in(app: Server) -> Callable[[str, float], None]:
    """Move a session's end at the service, which no person can do."""

    def move(session: str, seconds: float) -> None:
        ends = datetime.now(UTC) + timedelta(seconds=seconds)
        with closing(sqlite3.connect(app.log.parent / "foyer.sqlite3", timeout=30)) as database:
            database.execute(
                "update identity_membersession set expires_at = ? where member_session_id = ?",
                (f"{ends:%Y-%m-%d %H:%M:%S.%f}", session),
            )
            database.commit()

    return move


@pytest.mark.parametrize("within", [4, 4.5, 4.9])
def test_time_that_passes_is_told_as_time(
    page: Page, context: BrowserContext, inbox: Inbox, ends_in: Callable[..., None], within: float
) -> None:
    """The browser throws the cookies away by itself; nobody ended anything on another device."""
    beats: list[str] = []
    arrive(page, inbox, MEMBER)
    ends_in(session_id(page), within)
    page.on("request", lambda request: beats.append(request.url))
    over = page.get_by_role("dialog", name="You’ve been signed out")
    expect(over).to_contain_text("This session came to its end.")
    asked = [url for url in beats if url.endswith("/session/refresh")]
    assert len(asked) <= within + 4  # one a second, and no burst at the end
    over.get_by_role("button", name="Not now").click()
    page.get_by_role("link", name="Security").click()
    expect(page.get_by_text("Your session has ended: its time was up.")).to_be_visible()
    assert not {SESSION, JWT} & kept(context).keys()


def test_time_that_passes_is_told_to_forms_and_scripts(
    page: Page, context: BrowserContext, inbox: Inbox, ends_in: Callable[..., None]
) -> None:
    """What was typed stays on the page, and is there to be sent again."""
    arrive(page, inbox, ADMIN)
    page.goto("/documents/new")
    page.get_by_label("Title").fill("Plans for May")
    ends_in(session_id(page), 4)
    over = page.get_by_role("dialog", name="You’ve been signed out")
    expect(over).to_contain_text("This session came to its end.")
    told = page.evaluate(
        "fetch('/session', {headers: {Accept: 'application/json'}}).then((a) => a.json())"
    )
    assert told["reason"] == "expired"
    over.get_by_role("button", name="Not now").click()
    expect(page.get_by_label("Title")).to_have_value("Plans for May")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This session came to its end. Nothing was done yet")).to_be_visible()
    later = context.new_page()
    later.goto("/security")
    expect(later.get_by_text("Your session has ended: its time was up.")).to_be_visible()


def test_a_session_that_a_beat_finds_over_leaves_no_cookie_of_it(
    page: Page, context: BrowserContext, inbox: Inbox, backoffice: Backoffice
) -> None:
    """At once, not with the next page."""
    arrive(page, inbox, MEMBER)
    with page.expect_response(re.compile(r"/session\?clear=")):
        backoffice.revoke(session_id(page))
    expect(page.get_by_role("dialog", name="You’ve been signed out")).to_be_visible()
    assert not {SESSION, JWT} & kept(context).keys()


def test_a_late_beat_takes_nothing_from_the_next_session(
    page: Page, context: BrowserContext, inbox: Inbox, app: Server, backoffice: Backoffice
) -> None:
    """It is asked with the old session and heard in the new one."""
    late: list[tuple[Route, httpx.Response]] = []
    arrive(page, inbox, MEMBER)

    def delay(route: Route) -> None:
        """Asked aside, so that no cookie of the answer is in the browser before it."""
        if late:
            return route.continue_()
        sent = route.request
        headers = sent.all_headers()
        late.append((route, httpx.post(sent.url, content=sent.post_data, headers=headers)))
        return None

    backoffice.revoke(session_id(page))
    page.route(REFRESH, delay)
    with page.expect_request(REFRESH):
        pass
    other = context.new_page()
    sign_in_as(context, ADMIN, organization="acme", app=app.url, service=app.url)
    token = kept(context)[SESSION]
    route, answer = late[0]
    assert "You’ve been signed out" in answer.text
    cookies = "\n".join(answer.headers.get_list("set-cookie"))
    headers = {**answer.headers, "set-cookie": cookies}
    with page.expect_response(re.compile(r"/session\?clear=")):
        route.fulfill(status=answer.status_code, headers=headers, body=answer.content)
    assert kept(context)[SESSION] == token
    other.goto("/")
    expect(other.get_by_role("button", name="Member menu, Ada Archer")).to_be_visible()


def test_a_token_that_scripts_could_read_is_theirs_no_more(
    page: Page, context: BrowserContext, inbox: Inbox, app: Server
) -> None:
    """As another backend sets it."""
    arrive(page, inbox, MEMBER)
    token = kept(context)[SESSION]
    context.clear_cookies()
    ends = datetime.now(UTC).timestamp() + 300
    open_cookie = {"name": SESSION, "value": token, "url": app.url, "expires": ends}
    context.add_cookies([{**open_cookie, "httpOnly": False}])
    page.goto("/")
    (found,) = [each for each in context.cookies() if each["name"] == SESSION]
    assert (found["httpOnly"], found["value"]) == (True, token)
    assert found["expires"] - ends > 3_000  # the service's word for its end
    assert token not in page.evaluate("document.cookie")


def kept(context: BrowserContext) -> dict[str, str]:
    return {each["name"]: each["value"] for each in context.cookies()}
