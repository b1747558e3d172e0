"""Custom claims: what the team's hook gives a session at its sign-in."""

import json
import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.test import Client
from pytest_django import Settings

from accounts import claims, devices
from accounts.claims import InvalidClaims
from accounts.client.outcomes import Authenticated
from identity.models import MemberSession, Organization
from project.embedded import EmbeddedTransport
from tests.accounts.test_security import add_app
from tests.signing_in import ADMIN, MEMBER, ask_for_code, newest_code, sign_in, switch

MERGE = "/v1/b2b/sessions/authenticate"
given: dict[str, Any] = {}
seen: list[str] = []


def hook(outcome: Authenticated, request: HttpRequest) -> dict[str, Any]:
    """As a team would write it; what it gives is the test's to say."""
    assert outcome.organization
    assert outcome.member
    seen.append(f"{outcome.member.email_address} {outcome.organization.name} {request.path}")
    return given


@pytest.fixture
def hooked(demo: None, settings: Settings) -> dict[str, Any]:
    settings.SESSION_CLAIMS = "tests.accounts.test_claims.hook"
    given.clear()
    seen.clear()
    return given


class Merging(httpx.BaseTransport):
    """The embedded service, but for what is answered to a merge of claims."""

    def __init__(self, answer: httpx.Response | None = None) -> None:
        self.inner = EmbeddedTransport()
        self.answer = answer

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        merges = request.url.path == MERGE and "custom_claims" in request.read().decode()
        return self.answer if self.answer and merges else self.inner.handle_request(request)


def state(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/session", headers={"Accept": "application/json"}).json()
    return found


def claims_of(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = state(client)["session"]["custom_claims"]
    return found


def test_they_are_the_members_from_the_first_page_on(
    client: Client, hooked: dict[str, Any]
) -> None:
    """Read from the verified JWT, without a call."""
    hooked.update(plan="gold", limits={"seats": 5})
    sign_in(client, MEMBER)
    assert state(client)["from_cache"] is True
    assert claims_of(client) == {"plan": "gold", "limits": {"seats": 5}}
    assert seen == [f"{MEMBER} Acme /login/code"]


def test_a_hook_may_take_a_claim_away(client: Client, hooked: dict[str, Any]) -> None:
    """None deletes, by the service's rule (CONTRACT 6.3)."""
    hooked.update(plan="gold", trial=None)
    sign_in(client, MEMBER)
    assert claims_of(client) == {"plan": "gold"}


def test_templates_have_them(
    client: Client, hooked: dict[str, Any], settings: Settings, tmp_path: Any
) -> None:
    (tmp_path / "accounts").mkdir()
    page = "Plan {{ member.custom_claims.plan }}."
    (tmp_path / "accounts/home.html").write_text(page)
    engine = {**settings.TEMPLATES[0]}
    engine["DIRS"] = [tmp_path, *engine["DIRS"]]
    settings.TEMPLATES = [engine]
    hooked.update(plan="gold")
    sign_in(client, MEMBER)
    assert "Plan gold." in client.get("/").content.decode()


def test_the_session_of_a_switch_has_claims_of_its_own(
    client: Client, hooked: dict[str, Any]
) -> None:
    Organization.objects.filter(organization_slug="globex").update(mfa_policy="OPTIONAL")
    hooked.update(plan="gold")
    sign_in(client, ADMIN)
    hooked.update(plan="silver")
    switch(client, "Globex")
    assert [line.split()[1] for line in seen] == ["Acme", "Globex"]
    assert claims_of(client) == {"plan": "silver"}


def test_a_step_that_is_missing_gets_none(client: Client, hooked: dict[str, Any]) -> None:
    """Globex wants a second step first; nothing is asked of the hook before that is taken."""
    sign_in(client, ADMIN)
    switch(client, "Globex")
    assert len(seen) == 1


def test_one_more_factor_in_the_same_session_leaves_them_alone(
    client: Client, hooked: dict[str, Any]
) -> None:
    hooked.update(plan="gold")
    sign_in(client, MEMBER)
    add_app(client)
    assert claims_of(client) == {"plan": "gold"}
    assert len(seen) == 1


def test_a_hook_that_gives_nothing_gives_nothing(client: Client, hooked: dict[str, Any]) -> None:
    sign_in(client, MEMBER)
    assert claims_of(client) == {}


def test_one_that_leads_nowhere_refuses_to_start(settings: Settings) -> None:
    settings.SESSION_CLAIMS = "tests.accounts.test_claims.no_such_hook"
    with pytest.raises(ImproperlyConfigured, match="SESSION_CLAIMS"):
        apps.get_app_config("accounts").ready()


BAD: list[tuple[dict[Any, Any], str]] = [
    *(({name: 1}, name) for name in ("iss", "sub", "aud", "exp", "nbf", "iat", "jti")),
    ({"https://stytch.com/session": {}}, "https://stytch.com/session"),
    ({devices.CLAIM: "x"}, devices.CLAIM),
    ({"large": "ä" * 2040}, "4096 bytes"),
    ({"odd": object()}, "JSON"),
    ({"odd": float("nan")}, "JSON"),
    ({1: "x"}, "string"),
    ({"": "x"}, "string"),
]


@pytest.mark.parametrize(("bad", "says"), BAD, ids=[says[-20:] for _, says in BAD])
def test_what_cannot_be_a_claim_is_refused_by_name_and_never_by_value(
    bad: dict[Any, Any], says: str
) -> None:
    with pytest.raises(InvalidClaims, match=says) as refused:
        claims.checked(bad, beside={devices.CLAIM: "d" * 200})
    assert "ää" not in str(refused.value)


def test_just_fitting_claims_get_through_the_service_too(
    client: Client, hooked: dict[str, Any]
) -> None:
    """The JWT is then too large for a cookie: each request asks, and finds them all the same."""
    hooked.update(large="x" * 3700)
    sign_in(client, MEMBER)
    assert client.cookies["stytch_session_jwt"].value == ""
    assert claims_of(client) == {"large": "x" * 3700}
    assert state(client)["from_cache"] is False


def test_a_bug_in_the_hook_lets_nobody_in_by_half(client: Client, hooked: dict[str, Any]) -> None:
    hooked.update(iss="me")
    ask_for_code(client, MEMBER)
    client.raise_request_exception = False
    answer = client.post("/login/code", {"code": newest_code(MEMBER)})
    assert answer.status_code == 500
    assert "stytch_session" not in answer.cookies
    assert client.get("/")["Location"] == "/login"


def test_while_the_service_is_silent_nobody_is_in_without_claims(
    client: Client, hooked: dict[str, Any], through: Callable[[Any], Any]
) -> None:
    """Nothing is lost: the same code, sent again, goes on."""
    hooked.update(plan="gold")
    silent = through(Merging(httpx.Response(503)))
    ask_for_code(client, MEMBER)
    code = newest_code(MEMBER)
    answer = client.post("/login/code", {"code": code})
    assert answer.status_code == 503
    assert not answer.cookies.get("stytch_session")
    silent.answer = None
    assert client.post("/login/code", {"code": code})["Location"] == "/"
    assert claims_of(client) == {"plan": "gold"}


def test_claims_the_service_refuses_are_a_bug_too(
    client: Client, hooked: dict[str, Any], through: Callable[[Any], Any]
) -> None:
    hooked.update(plan="gold")
    body = {"status_code": 400, "error_type": "custom_claims_too_large", "error_message": "No."}
    through(Merging(httpx.Response(400, json=body)))
    ask_for_code(client, MEMBER)
    with pytest.raises(InvalidClaims, match="custom_claims_too_large"):
        client.post("/login/code", {"code": newest_code(MEMBER)})


def test_without_a_hook_nobody_waits_for_the_device_to_be_noted(
    client: Client, demo: None, through: Callable[[Any], Any], caplog: pytest.LogCaptureFixture
) -> None:
    through(Merging(httpx.Response(503)))
    with caplog.at_level(logging.WARNING):
        assert sign_in(client, MEMBER)["Location"] == "/"
    assert "the device of a session is not noted" in caplog.text
    assert "Unknown browser" in client.get("/sessions").content.decode()


def test_the_device_is_sealed_and_small(client: Client, demo: None) -> None:
    """(QUALITY 8): in the JWT, and at the service, stands no address of anybody's."""
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    client.defaults |= {"HTTP_USER_AGENT": firefox, "REMOTE_ADDR": "203.0.113.7"}
    sign_in(client, MEMBER)
    (session,) = MemberSession.objects.filter(member__email_address=MEMBER)
    kept = json.dumps(session.custom_claims)
    assert set(session.custom_claims) == {devices.CLAIM}
    assert "203.0" not in kept
    assert "Firefox" not in kept
    assert len(kept) < 300
    assert claims_of(client) == {}  # the team's own; this one is Foyer's
