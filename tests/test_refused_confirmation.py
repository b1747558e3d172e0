"""The service won't say whether a session is alive: one answer to each refusal, by every route."""

import ast
import json
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from time_machine import TimeMachineFixture

from project.environment import BASE_DIR
from tests import transports
from tests.accounts.conftest import noon as noon
from tests.signing_in import ADMIN, here, sign_in
from tests.test_stale_tabs import MEMBERS_ONLY

STALE = 6 * 60  # seconds: a JWT lives for five minutes
SESSION, JWT, STAMP = "stytch_session", "stytch_session_jwt", "stytch_session_stamp"
# Open to strangers, but they ask who is there.
ASKING = {
    name: reverse(f"accounts:{name}")
    for name in ("login", "session", "session_refresh", "session_extend", "session_hydrate")
}
HTMX = {"HX-Request": "true"}
JSON = {"Accept": "application/json"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the service says, and what of it reaches the person: status, words, a header."""

    answer: httpx.BaseTransport
    status: int
    said: str
    error: str
    retry_after: str | None = None


REFUSALS = {
    "ip_not_allowed": Refusal(
        transports.refusal(403, "ip_not_allowed"), 403, "the network you’re on", "not_allowed_here"
    ),
    "nonsense asked": Refusal(
        transports.refusal(400, "bad_domain_for_stytch_sdk"),
        500,
        "Something broke on our side",
        "internal_error",
    ),
    "a name nobody knows": Refusal(
        transports.refusal(422, "brand_new_error"),
        500,
        "Something broke on our side",
        "internal_error",
    ),
    "busy": Refusal(
        transports.refusal(429, "too_many_requests", retry_after="20"),
        429,
        "Try again in 20 seconds",
        "too_many_requests",
        "20",
    ),
    "out of reach": Refusal(
        transports.Down(), 503, "We can’t reach sign-in right now", "unavailable", "5"
    ),
}
refused = pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)


class Refusing(transports.Counting):
    """The service as it is, but it doesn't judge sessions; the question can be narrowed."""

    def __init__(self, refusal: Refusal, *, only: str = "") -> None:
        super().__init__()
        self.refusal, self.only = refusal, only

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/sessions/authenticate"):
            return super().handle_request(request)
        if self.only and self.only not in json.loads(request.read()):
            return super().handle_request(request)
        return self.refusal.answer.handle_request(request)


@pytest.fixture
def admin(demo: None, noon: object, client: Client) -> Client:
    sign_in(client, ADMIN)
    return client


def jar(client: Client) -> dict[str, str]:
    return {name: client.cookies[name].value for name in (SESSION, JWT, STAMP)}


def assert_is_the_one_answer(answer: Any, refusal: Refusal, route: str) -> None:
    assert answer.status_code == refusal.status, route
    assert refusal.said in answer.content.decode(), route
    assert answer.get("Retry-After") == refusal.retry_after, route
    assert not {SESSION, JWT, STAMP} & answer.cookies.keys(), route
    assert "no-store" in answer["Cache-Control"], route


@refused
def test_every_route_says_the_same_once_the_jwt_is_stale(
    admin: Client, noon: TimeMachineFixture, through: Any, refusal: Refusal
) -> None:
    """Read or written, whole or under htmx; the session is kept."""
    before, organization = jar(admin), here(admin)
    noon.shift(STALE)
    through(Refusing(refusal))
    for route, path in MEMBERS_ONLY.items():
        for headers in ({}, HTMX):
            assert_is_the_one_answer(admin.get(path, headers=headers), refusal, route)
            sent = admin.post(path, {"organization_id": organization}, headers=headers)
            assert_is_the_one_answer(sent, refusal, route)
    assert jar(admin) == before


@refused
def test_pages_open_to_strangers_say_it_as_well(
    admin: Client, noon: TimeMachineFixture, through: Any, refusal: Refusal
) -> None:
    before = jar(admin)
    noon.shift(STALE)
    through(Refusing(refusal))
    for name, path in ASKING.items():
        method = admin.post if name in {"session_refresh", "session_extend"} else admin.get
        assert_is_the_one_answer(method(path), refusal, name)
        assert_is_the_one_answer(method(path, headers=HTMX), refusal, name)
    assert jar(admin) == before


@pytest.mark.parametrize("kind", ["ip_not_allowed", "busy", "out of reach"])
def test_what_was_typed_can_be_sent_again(
    admin: Client, noon: TimeMachineFixture, through: Any, kind: str
) -> None:
    """Whoever is told to try again doesn't type it all anew."""
    sent = {"organization_id": here(admin), "title": "Half a word"}
    noon.shift(STALE)
    through(Refusing(REFUSALS[kind]))
    page = admin.post("/documents/new", sent).content.decode()
    assert 'name="title" value="Half a word"' in page
    assert 'action="/documents/new"' in page
    assert "Send it again" in page


@refused
def test_whoever_asks_while_the_jwt_is_good_gets_the_same(
    admin: Client, through: Any, refusal: Refusal
) -> None:
    """Views that want the service's word of this moment; the others work on without it."""
    before, organization = jar(admin), here(admin)
    through(Refusing(refusal))
    asked = set()
    for route, path in MEMBERS_ONLY.items():
        answer = admin.get(path)
        if answer.status_code == refusal.status and refusal.said in answer.content.decode():
            assert_is_the_one_answer(answer, refusal, route)
            asked.add(route)
        sent = admin.post(path, {"organization_id": organization})
        if sent.status_code == refusal.status and refusal.said in sent.content.decode():
            assert_is_the_one_answer(sent, refusal, route)
        for each in (answer, sent):
            assert each.status_code in {200, 302, 404, 405, refusal.status}, route
    assert {"orgswitcher:members", "accounts:security", "accounts:sessions"} <= asked
    assert jar(admin) == before


@refused
def test_a_write_that_has_to_be_confirmed_is_the_same(
    admin: Client, settings: Settings, through: Any, refusal: Refusal
) -> None:
    settings.STRICT_WRITES = True
    organization = here(admin)
    through(Refusing(refusal))
    for route, path in MEMBERS_ONLY.items():
        sent = admin.post(path, {"organization_id": organization})
        assert_is_the_one_answer(sent, refusal, route)


@refused
def test_staying_signed_in_is_the_same(
    admin: Client, noon: TimeMachineFixture, through: Any, refusal: Refusal
) -> None:
    """By a press right after the JWT was renewed, so that only the extension is refused."""
    noon.shift(50 * 60)
    admin.get("/")
    before = jar(admin)
    through(Refusing(refusal, only="session_duration_minutes"))
    for headers in ({}, HTMX):
        assert_is_the_one_answer(admin.post("/session/extend", headers=headers), refusal, "extend")
    assert jar(admin) == before


@refused
def test_scripts_are_told_in_json(
    admin: Client, noon: TimeMachineFixture, through: Any, refusal: Refusal
) -> None:
    noon.shift(STALE)
    through(Refusing(refusal))
    for path in ("/session", "/members"):
        answer = admin.get(path, headers=JSON)
        assert answer.status_code == refusal.status
        assert answer.get("Retry-After") == refusal.retry_after
        told = answer.json()
        assert (told["state"], told["error"]) == ("refused", refusal.error)
        assert "Accept" in answer["Vary"]


@refused
def test_it_passes(admin: Client, noon: TimeMachineFixture, through: Any, refusal: Refusal) -> None:
    noon.shift(STALE)
    through(Refusing(refusal))
    assert admin.get("/members").status_code == refusal.status
    through(transports.Counting())
    noon.shift(31)  # as long as a 429 is heeded
    assert admin.get("/members").status_code == 200


def test_a_no_to_the_question_is_another_matter(admin: Client, through: Any) -> None:
    """The role doesn't reach that far: that is the 403 of roles, and asks nobody to move."""
    verdict = Refusal(transports.refusal(403, "session_authorization_error"), 403, "role", "")
    through(Refusing(verdict, only="authorization_check"))
    page = admin.get("/members")
    assert page.status_code == 403
    assert "Your role here doesn’t reach this far" in page.content.decode()


def test_only_one_place_asks() -> None:
    """Whoever calls the service about a session past `inquiry` would treat refusals by itself."""
    found = set()
    for room in ("accounts", "orgswitcher", "documents", "project"):
        for path in (BASE_DIR / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Attribute) and node.attr == "authenticate":
                    owner = node.value
                    if getattr(owner, "attr", getattr(owner, "id", "")) == "sessions":
                        found.add(str(path.relative_to(BASE_DIR)))
    assert found == {"accounts/inquiry.py"}
