"""Single sign-on through npm's oidc-provider, a certified implementation that other people wrote.

PKCE is required, the address is at userinfo only, and its metadata names HS256 among the others.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from identity.models import AuditEvent, Member, OIDCConnection, Organization
from tests import certified
from tests.certified import AWKWARD, DENIED, Certified
from tests.identity.api import Api
from tests.identity.idp import LANDING, query, start
from tests.identity.people import ALICE, member, organization

PEOPLE = {
    "alice": {"email": "Alice@Acme.example", "email_verified": True, "name": "Alice"},
    "made": {"email": "alice@acme.example", "email_verified": False},
    "nameless": {},
}
# A connection's id is part of the address it is sent back to, so all of them are one client each.
CONNECTION = "oidc-connection-test-certified"
BACK = f"http://testserver/v1/b2b/sso/callback/{CONNECTION}"
SIGNS = "id_token_signed_response_alg"
CLIENTS: dict[str, dict[str, Any]] = {
    "rs256": {SIGNS: "RS256"},
    "ps256": {SIGNS: "PS256"},
    "es256": {SIGNS: "ES256"},
    "eddsa": {SIGNS: "EdDSA"},
    "hs256": {SIGNS: "HS256"},
    "form": {"token_endpoint_auth_method": "client_secret_post"},
    "pairwise": {"subject_type": "pairwise"},
    "signed-userinfo": {"userinfo_signed_response_alg": "ES256"},
    AWKWARD: {},
}
SECRET = "s3cret: with+signs/%&=?".ljust(32, "!")


@pytest.fixture(scope="module")
def provider() -> Iterator[Certified]:
    clients = [
        {"client_id": name, "client_secret": SECRET, **more} for name, more in CLIENTS.items()
    ]
    with certified.running(redirect=BACK, clients=clients, people=PEOPLE) as running:
        yield running


@pytest.fixture(autouse=True)
def _settings(settings: Settings) -> None:
    settings.DEBUG = True
    settings.REDIRECT_URLS = [LANDING]


@pytest.fixture
def acme(api: Api) -> Organization:
    acme = organization()
    OIDCConnection.objects.create(
        connection_id=CONNECTION,
        organization=acme,
        created_at=acme.created_at,
        updated_at=acme.created_at,
    )
    return acme


def save(api: Api, acme: Organization, **fields: Any) -> Any:
    answer = api.put(f"/b2b/sso/oidc/{acme.pk}/connections/{CONNECTION}", **fields)
    assert answer.status_code == 200, answer.content
    return answer.json()


def connect(
    api: Api, acme: Organization, provider: Certified, client_id: str, **more: Any
) -> dict[str, Any]:
    given = {"issuer": provider.issuer, "client_id": client_id, "client_secret": SECRET, **more}
    saved = save(api, acme, **given)
    assert (saved["connection"]["status"], saved["warning"]) == ("active", None)
    return dict(saved["connection"])


def sign_in(who: str = "alice") -> dict[str, str]:
    """As a browser goes; the query with which it lands at the app."""
    browser = Client()
    asked = {"connection_id": CONNECTION, "login_redirect_url": LANDING}
    begun = start(browser, "/public/sso/start", **asked, provider_login_hint=who)
    back = urlsplit(certified.walk(begun["Location"]))
    return query(browser.get(back.path, query(back.geturl()))["Location"])


def who_is_in(api: Api, landed: dict[str, str]) -> tuple[str, str]:
    answer = api.post("/b2b/sso/authenticate", sso_token=landed["token"])
    assert answer.status_code == 200, answer.content
    (factor,) = answer.json()["member_session"]["authentication_factors"]
    return answer.json()["member"]["email_address"], factor["oidc_sso_factor"]["external_id"]


@pytest.mark.parametrize(
    "client_id", ["rs256", "ps256", "es256", "eddsa", "form", "signed-userinfo", AWKWARD]
)
def test_a_member_signs_in(
    api: Api, acme: Organization, provider: Certified, client_id: str
) -> None:
    member(acme)
    connect(api, acme, provider, client_id)
    assert who_is_in(api, sign_in()) == (ALICE, "alice")


def test_what_an_admin_made_is_good_in_the_organization(
    api: Api, acme: Organization, provider: Certified
) -> None:
    """`email_verified: false`, as Keycloak and Cognito say it."""
    member(acme)
    connect(api, acme, provider, "rs256")
    assert who_is_in(api, sign_in("made")) == (ALICE, "made")


def test_pairwise_subjects_are_the_clients_own(
    api: Api, acme: Organization, provider: Certified
) -> None:
    member(acme)
    connect(api, acme, provider, "pairwise")
    assert who_is_in(api, sign_in()) == (ALICE, "alice-at-pairwise")


def test_keys_change_between_two_sign_ins(
    api: Api, acme: Organization, provider: Certified
) -> None:
    member(acme)
    connect(api, acme, provider, "es256")
    assert who_is_in(api, sign_in()) == (ALICE, "alice")
    provider.rotate()
    assert who_is_in(api, sign_in()) == (ALICE, "alice")


@pytest.mark.parametrize("spelling", ["{}/", "{}/.well-known/openid-configuration", " {}\n"])
def test_the_issuer_is_kept_as_it_spells_itself(
    api: Api, acme: Organization, provider: Certified, spelling: str
) -> None:
    member(acme)
    saved = connect(api, acme, provider, "rs256", issuer=spelling.format(provider.issuer))
    assert saved["issuer"] == provider.issuer
    assert who_is_in(api, sign_in()) == (ALICE, "alice")


def test_what_was_pasted_along_is_taken_off(
    api: Api, acme: Organization, provider: Certified
) -> None:
    member(acme)
    connect(api, acme, provider, " rs256\n", client_secret=f"{SECRET}\r\n")
    assert who_is_in(api, sign_in()) == (ALICE, "alice")


def test_a_shared_secret_signs_nothing(api: Api, acme: Organization, provider: Certified) -> None:
    """HS256 stands in its metadata, and our client asks for it: still no."""
    member(acme)
    connect(api, acme, provider, "hs256")
    assert sign_in()["error"] == "provider_error"


@pytest.mark.parametrize(
    ("who", "changes", "error", "cause"),
    [
        (DENIED, {}, "access_denied", "User is not assigned to the client application."),
        ("alice", {"client_secret": "wrong"}, "provider_misconfigured", "invalid_client"),
        ("nameless", {}, "provider_email_missing", "none is named"),
    ],
)
def test_a_refusal_says_whose_move_it_is(
    api: Api,
    acme: Organization,
    provider: Certified,
    who: str,
    changes: dict[str, str],
    error: str,
    cause: str,
) -> None:
    connect(api, acme, provider, "rs256", **changes)
    landed = sign_in(who)
    event = AuditEvent.objects.get(action="sso.callback")
    assert (landed["error"], event.outcome) == (error, error)
    assert event.request_id
    assert cause in event.details["cause"]
    assert not Member.objects.exists()
