"""Each method sends what CONTRACT 2 asks for, and reads what it answers."""

import json

import httpx
import pytest

from accounts.client.entities import Page
from accounts.client.errors import Unavailable
from accounts.client.outcomes import Authenticated, Discovered
from accounts.client.tokens import Intermediate, Tokens
from tests.client import samples
from tests.client.conftest import make_client

B2B = "/v1/b2b"
ONE = f"{B2B}/organizations/o-1"
STEP = Intermediate("ist", samples.NOW)
TOKENS = Tokens("token", "jwt", samples.NOW)
DISCOVERED = samples.DISCOVERED
AUTHENTICATED = samples.AUTHENTICATED
MEMBER = {**samples.ENVELOPE, "member_id": samples.MEMBER_ID, "member": samples.MEMBER}
ORGANIZATION = {**samples.ENVELOPE, "organization": samples.ORGANIZATION}
SESSIONS = {**samples.ENVELOPE, "member_sessions": [samples.SESSION]}
PAGE = {"total": 7, "next_cursor": "more"}

CALLS = {
    "send_discovery_code": (
        lambda c: c.factors.send_discovery_code("a@b.example"),
        ("POST", f"{B2B}/otps/email/discovery/send", {"email_address": "a@b.example"}),
        samples.ENVELOPE,
    ),
    "authenticate_discovery_code": (
        lambda c: c.factors.authenticate_discovery_code(email_address="a@b.example", code="123456"),
        (
            "POST",
            f"{B2B}/otps/email/discovery/authenticate",
            {"email_address": "a@b.example", "code": "123456"},
        ),
        DISCOVERED,
    ),
    "send_discovery_link": (
        lambda c: c.factors.send_discovery_link("a@b.example", redirect_url="http://x/back"),
        (
            "POST",
            f"{B2B}/magic_links/email/discovery/send",
            {"email_address": "a@b.example", "discovery_redirect_url": "http://x/back"},
        ),
        samples.ENVELOPE,
    ),
    "authenticate_discovery_link": (
        lambda c: c.factors.authenticate_discovery_link("link"),
        (
            "POST",
            f"{B2B}/magic_links/discovery/authenticate",
            {"discovery_magic_links_token": "link"},
        ),
        DISCOVERED,
    ),
    "send_code": (
        lambda c: c.factors.send_code(organization_id="o-1", email_address="a@b.example"),
        (
            "POST",
            f"{B2B}/otps/email/login_or_signup",
            {"organization_id": "o-1", "email_address": "a@b.example"},
        ),
        MEMBER,
    ),
    "authenticate_code": (
        lambda c: c.factors.authenticate_code(
            organization_id="o-1",
            email_address="a@b.example",
            code="123456",
            intermediate_token="ist",
            session_duration_minutes=30,
        ),
        (
            "POST",
            f"{B2B}/otps/email/authenticate",
            {
                "organization_id": "o-1",
                "email_address": "a@b.example",
                "code": "123456",
                "intermediate_session_token": "ist",
                "session_duration_minutes": 30,
            },
        ),
        AUTHENTICATED,
    ),
    "send_link": (
        lambda c: c.factors.send_link(
            organization_id="o-1", email_address="a@b.example", redirect_url="http://x/back"
        ),
        (
            "POST",
            f"{B2B}/magic_links/email/login_or_signup",
            {
                "organization_id": "o-1",
                "email_address": "a@b.example",
                "login_redirect_url": "http://x/back",
                "signup_redirect_url": "http://x/back",
            },
        ),
        MEMBER,
    ),
    "authenticate_link": (
        lambda c: c.factors.authenticate_link("link", session_token="token"),
        (
            "POST",
            f"{B2B}/magic_links/authenticate",
            {"magic_links_token": "link", "session_token": "token"},
        ),
        AUTHENTICATED,
    ),
    "invite": (
        lambda c: c.factors.invite(
            organization_id="o-1", email_address="a@b.example", roles=["stytch_admin"]
        ),
        (
            "POST",
            f"{B2B}/magic_links/email/invite",
            {"organization_id": "o-1", "email_address": "a@b.example", "roles": ["stytch_admin"]},
        ),
        MEMBER,
    ),
    "discovery.organizations by step": (
        lambda c: c.discovery.organizations(intermediate=STEP),
        ("POST", f"{B2B}/discovery/organizations", {"intermediate_session_token": "ist"}),
        DISCOVERED,
    ),
    "discovery.organizations by session": (
        lambda c: c.discovery.organizations(session_token="token"),
        ("POST", f"{B2B}/discovery/organizations", {"session_token": "token"}),
        DISCOVERED,
    ),
    "discovery.rediscover": (
        lambda c: c.discovery.rediscover(STEP),
        ("POST", f"{B2B}/discovery/organizations", {"intermediate_session_token": "ist"}),
        DISCOVERED,
    ),
    "discovery.exchange": (
        lambda c: c.discovery.exchange("ist", organization_id="o-1", session_duration_minutes=30),
        (
            "POST",
            f"{B2B}/discovery/intermediate_sessions/exchange",
            {
                "intermediate_session_token": "ist",
                "organization_id": "o-1",
                "session_duration_minutes": 30,
            },
        ),
        AUTHENTICATED,
    ),
    "discovery.create_organization": (
        lambda c: c.discovery.create_organization("ist", name="Acme"),
        (
            "POST",
            f"{B2B}/discovery/organizations/create",
            {"intermediate_session_token": "ist", "organization_name": "Acme"},
        ),
        AUTHENTICATED,
    ),
    "sessions.authenticate": (
        lambda c: c.sessions.authenticate(TOKENS),
        ("POST", f"{B2B}/sessions/authenticate", {"session_token": "token"}),
        AUTHENTICATED,
    ),
    "sessions.authenticate with claims": (
        lambda c: c.sessions.authenticate(
            TOKENS, session_duration_minutes=5, custom_claims={"plan": None}
        ),
        (
            "POST",
            f"{B2B}/sessions/authenticate",
            {
                "session_token": "token",
                "session_duration_minutes": 5,
                "session_custom_claims": {"plan": None},
            },
        ),
        AUTHENTICATED,
    ),
    "sessions.exchange": (
        lambda c: c.sessions.exchange("token", organization_id="o-1"),
        (
            "POST",
            f"{B2B}/sessions/exchange",
            {"session_token": "token", "organization_id": "o-1"},
        ),
        AUTHENTICATED,
    ),
    "sessions.revoke": (
        lambda c: c.sessions.revoke(member_session_id="session-1"),
        ("POST", f"{B2B}/sessions/revoke", {"member_session_id": "session-1"}),
        samples.ENVELOPE,
    ),
    "sessions.list": (
        lambda c: c.sessions.list(organization_id="o-1", member_id="m-1"),
        ("GET", f"{B2B}/sessions?organization_id=o-1&member_id=m-1", None),
        SESSIONS,
    ),
    "organizations.create": (
        lambda c: c.organizations.create("Acme", mfa_policy="OPTIONAL"),
        (
            "POST",
            f"{B2B}/organizations",
            {"organization_name": "Acme", "mfa_policy": "OPTIONAL"},
        ),
        ORGANIZATION,
    ),
    "organizations.get": (
        lambda c: c.organizations.get("o-1"),
        ("GET", ONE, None),
        ORGANIZATION,
    ),
    "organizations.update": (
        lambda c: c.organizations.update("o-1", organization_logo_url="", allowed_mfa_methods=[]),
        ("PUT", ONE, {"organization_logo_url": "", "allowed_mfa_methods": []}),
        ORGANIZATION,
    ),
    "organizations.delete": (
        lambda c: c.organizations.delete("o-1"),
        ("DELETE", ONE, None),
        {**samples.ENVELOPE, "organization_id": "o-1"},
    ),
    "sessions.authenticate_jwt": (
        lambda c: c.sessions.authenticate_jwt("jwt"),
        ("POST", f"{B2B}/sessions/authenticate", {"session_jwt": "jwt"}),
        AUTHENTICATED,
    ),
    "organizations.search": (
        lambda c: c.organizations.search({"organization_slugs": ["acme"]}, cursor="next"),
        (
            "POST",
            f"{B2B}/organizations/search",
            {
                "query": {
                    "operator": "AND",
                    "operands": [
                        {"filter_name": "organization_slugs", "filter_value": ["acme"]},
                    ],
                },
                "limit": 100,
                "cursor": "next",
            },
        ),
        {**samples.ENVELOPE, "organizations": [samples.ORGANIZATION], "results_metadata": PAGE},
    ),
    "members.create": (
        lambda c: c.organizations.members.create(
            organization_id="o-1", email_address="a@b.example", name="Ada"
        ),
        (
            "POST",
            f"{ONE}/members",
            {"email_address": "a@b.example", "create_member_as_pending": False, "name": "Ada"},
        ),
        MEMBER,
    ),
    "members.get by id": (
        lambda c: c.organizations.members.get(organization_id="o-1", member_id="m-1"),
        ("GET", f"{ONE}/member?member_id=m-1", None),
        MEMBER,
    ),
    "members.get by address": (
        lambda c: c.organizations.members.get(organization_id="o-1", email_address="a+1@b.example"),
        ("GET", f"{ONE}/member?email_address=a%2B1%40b.example", None),
        MEMBER,
    ),
    "members.update": (
        lambda c: c.organizations.members.update(
            organization_id="o-1", member_id="m-1", mfa_enrolled=False
        ),
        ("PUT", f"{ONE}/members/m-1", {"mfa_enrolled": False}),
        MEMBER,
    ),
    "members.delete": (
        lambda c: c.organizations.members.delete(organization_id="o-1", member_id="m-1"),
        ("DELETE", f"{ONE}/members/m-1", None),
        {**samples.ENVELOPE, "member_id": "m-1"},
    ),
    "members.search": (
        lambda c: c.organizations.members.search(["o-1"], limit=5),
        ("POST", f"{B2B}/organizations/members/search", {"organization_ids": ["o-1"], "limit": 5}),
        {**samples.ENVELOPE, "members": [samples.MEMBER], "results_metadata": {"total": -1}},
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_method_sends_what_the_contract_asks_for(name):
    call, (method, target, body), answer = CALLS[name]
    requests = []

    def answering(request):
        requests.append(request)
        return httpx.Response(200, json=answer)

    call(make_client(answering))
    (request,) = requests
    assert (request.method, request.url.raw_path.decode()) == (method, target)
    assert (json.loads(request.content) if request.content else None) == body


@pytest.mark.parametrize("name", CALLS)
def test_a_method_whose_answer_lacks_everything_is_not_believed(name):
    """Only the calls whose answer says nothing anyway may pass."""
    call, _, answer = CALLS[name]
    client = make_client(lambda request: httpx.Response(200, json=samples.ENVELOPE))
    if answer.keys() <= {*samples.ENVELOPE, "organization_id", "member_id"}:
        assert call(client) is None
        return
    with pytest.raises(Unavailable):
        call(client)


ACTING = {
    "invite": lambda c, **acting: c.factors.invite(
        organization_id="o-1", email_address="a@b.example", **acting
    ),
    "sessions.revoke": lambda c, **acting: c.sessions.revoke(member_id="m-1", **acting),
    "organizations.update": lambda c, **acting: c.organizations.update("o-1", **acting),
    "organizations.delete": lambda c, **acting: c.organizations.delete("o-1", **acting),
    "members.create": lambda c, **acting: c.organizations.members.create(
        organization_id="o-1", email_address="a@b.example", **acting
    ),
    "members.update": lambda c, **acting: c.organizations.members.update(
        organization_id="o-1", member_id="m-1", **acting
    ),
    "members.delete": lambda c, **acting: c.organizations.members.delete(
        organization_id="o-1", member_id="m-1", **acting
    ),
}


@pytest.mark.parametrize("name", ACTING)
def test_acting_as_a_member_is_a_header(name):
    """So that the service checks the member's roles (CONTRACT 1.2)."""
    said = []

    def answering(request):
        said.append(request.headers.get("X-Stytch-Member-Session"))
        return httpx.Response(200, json={**MEMBER, **ORGANIZATION})

    client = make_client(answering)
    ACTING[name](client, acting_session_token="token")
    ACTING[name](client)
    assert said == ["token", None]


def answered(name):
    call, _, answer = CALLS[name]
    return call(make_client(lambda request: httpx.Response(200, json=answer)))


def test_what_the_methods_return():
    assert isinstance(answered("authenticate_discovery_code"), Discovered)
    assert isinstance(answered("discovery.exchange"), Authenticated)
    assert answered("members.get by id").member_id == samples.MEMBER_ID
    assert answered("organizations.get").slug == "acme"
    assert [s.member_session_id for s in answered("sessions.list")] == [samples.SESSION_ID]
    assert [o.membership for o in answered("discovery.organizations by session")] == [
        "active_member"
    ]


def test_listing_anew_keeps_the_step_and_its_end():
    discovered = answered("discovery.rediscover")
    assert discovered.intermediate is STEP
    assert discovered.email_address == "admin@acme.example"


def test_a_page_says_how_many_and_where_to_go_on():
    page = answered("organizations.search")
    assert (page.total, page.next_cursor, len(page.items)) == (7, "more", 1)
    uncounted = answered("members.search")
    assert uncounted == Page(items=uncounted.items, total=None, next_cursor="")


@pytest.mark.parametrize("metadata", [{"total": "7"}, {"total": True}, {"next_cursor": 7}, []])
def test_a_page_of_the_wrong_shape_is_not_believed(metadata):
    body = {**samples.ENVELOPE, "organizations": [], "results_metadata": metadata}
    client = make_client(lambda request: httpx.Response(200, json=body))
    with pytest.raises(Unavailable):
        client.organizations.search()


def test_a_step_without_objects_still_knows_its_organization():
    """CONTRACT 9.3: the exchange may answer with ids alone, and we know what we asked for."""
    body = samples.bent(samples.MFA_REQUIRED, member=..., organization=...)
    client = make_client(lambda request: httpx.Response(200, json=body))
    for outcome in (
        client.discovery.exchange("ist", organization_id="o-1"),
        client.sessions.exchange("token", organization_id="o-1"),
        client.factors.authenticate_code(
            organization_id="o-1", email_address="a@b.example", code="123456"
        ),
    ):
        assert outcome.organization_id == "o-1"
