"""What an id token has to be to be believed (OpenID Connect Core 3.1.3.7), and who is who."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from identity import oidc, provider_metadata, providers
from identity.oidc import Grant, Identity, RelyingParty
from identity.provider_http import ProviderFailed
from tests.identity import idp
from tests.identity.idp import OTHER_KEY, Told


@pytest.fixture
def provider(settings: Settings) -> Iterator[Told]:
    settings.DEBUG = True
    with idp.told() as told:
        told.publish()
        yield told


def party(provider: Told, **fields: Any) -> RelyingParty:
    known = {
        "client_id": "us",
        "client_secret": "secret",
        "authorization_url": f"{provider.url}/authorize",
        "token_url": f"{provider.url}/token",
        "userinfo_url": f"{provider.url}/userinfo",
        "scopes": "openid",
        "issuer": provider.url,
        "jwks_url": f"{provider.url}/jwks",
    }
    return RelyingParty(**{**known, **fields})


def grant(provider: Told, id_token: str = "", **fields: Any) -> Grant:
    tokens = {"access_token": "at", "id_token": id_token, "scope": fields.pop("scope", "")}
    return Grant(party(provider, **fields), tokens, "n")


def test_a_good_token_is_believed(provider: Told) -> None:
    assert oidc.claims(grant(provider, provider.id_token()))["sub"] == "s"


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another"},
        {"aud": ["another"]},
        {"aud": ["us", "another"]},
        {"aud": ["us", "another"], "azp": "another"},
        {"aud": None},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"iat": int(time.time()) + 3600},
        {"sub": ""},
        {"sub": None},
        {"key": OTHER_KEY},
        {"key": "0" * 64, "algorithm": "HS256"},
        {"key": None, "algorithm": "none"},
    ],
)
def test_a_bad_token_is_not(provider: Told, claims: dict[str, Any]) -> None:
    """QUALITY 22."""
    with pytest.raises(ProviderFailed, match="provider_error"):
        oidc.claims(grant(provider, provider.id_token(**claims)))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é"])
def test_nonsense_is_no_token(provider: Told, token: str) -> None:
    with pytest.raises(ProviderFailed, match="provider_error"):
        oidc.claims(grant(provider, token))


@pytest.mark.parametrize("keys", [[], {}, {"keys": []}, {"keys": [{"kty": "oct", "k": "eA"}]}, 1])
def test_nonsense_is_no_key(provider: Told, keys: Any) -> None:
    provider.answer("/jwks", keys)
    with pytest.raises(ProviderFailed, match="provider_error"):
        oidc.claims(grant(provider, provider.id_token()))


def test_several_audiences_are_fine_if_it_was_issued_to_us(provider: Told) -> None:
    token = provider.id_token(aud=["us", "another"], azp="us")
    assert oidc.claims(grant(provider, token))["azp"] == "us"


def test_an_address_that_is_missing_is_asked_for(provider: Told) -> None:
    provider.answer("/userinfo", {"sub": "s", "email": "alice@acme.example"})
    found = oidc.claims(grant(provider, provider.id_token(email=None)))
    assert found["email"] == "alice@acme.example"
    assert provider.asked[-1][2] == "Bearer at"


def test_the_address_of_somebody_else_is_not_taken(provider: Told) -> None:
    provider.answer("/userinfo", {"sub": "another", "email": "alice@acme.example"})
    with pytest.raises(ProviderFailed, match="provider_error"):
        oidc.claims(grant(provider, provider.id_token(email=None)))


@pytest.mark.parametrize("in_body", [True, False])
def test_the_secret_goes_where_it_is_read(provider: Told, in_body: bool) -> None:
    provider.answer("/token", {"access_token": "at"})
    us = party(provider, secret_in_body=in_body)
    oidc.redeem(us, code="c", redirect_uri="r", verifier="v", nonce="n")
    _, form, header = provider.asked[-1]
    assert (form.get("client_secret") == "secret") is in_body
    assert bool(header) is not in_body
    assert (form["code"], form["code_verifier"], form["redirect_uri"]) == ("c", "v", "r")


@pytest.mark.parametrize(
    "answer", [{}, [], {"error": "bad_verification_code"}, {"access_token": 1}]
)
def test_an_answer_without_a_token_grants_nothing(provider: Told, answer: Any) -> None:
    provider.answer("/token", answer)
    with pytest.raises(ProviderFailed, match="provider_error"):
        oidc.redeem(party(provider), code="c", redirect_uri="r", verifier="v", nonce="n")


def test_metadata_of_another_issuer_is_refused(provider: Told) -> None:
    provider.answer("/.well-known/openid-configuration", {"issuer": "https://another.example"})
    with pytest.raises(ProviderFailed, match="provider_error"):
        provider_metadata.read(provider.url)


def who(name: str, granted: Grant) -> Identity:
    return providers.PROVIDERS[name].who(granted)


def test_microsoft_proves_the_address_whatever_the_tenant(provider: Told) -> None:
    token = provider.id_token(
        iss=f"{provider.url}/t-1/v2.0", tid="t-1", email_verified=None, xms_edov=True
    )
    found = who("microsoft", grant(provider, token, issuer=provider.url + "/{tenantid}/v2.0"))
    assert (found.email_address, found.email_verifying) == ("alice@acme.example", True)
    assert found.tenants == ("t-1",)


@pytest.mark.parametrize("owned", [True, 1, "1", "true", "True", "TRUE"])
def test_microsoft_vouches_where_it_says_so(provider: Told, owned: Any) -> None:
    found = who("microsoft", grant(provider, provider.id_token(tid="t", xms_edov=owned)))
    assert (found.email_verifying, found.email_doubted) == (True, False)


@pytest.mark.parametrize(
    "owned",
    [None, False, 0, "0", "false", "False", "FALSE", "", "yes", 2, 1.5, [], [True], {"a": 1}],
)
def test_microsoft_does_not_vouch_for_an_address_its_tenant_made_up(
    provider: Told, owned: Any
) -> None:
    """None: the claim is missing, as with every app that didn't ask for it."""
    found = who("microsoft", grant(provider, provider.id_token(tid="t", xms_edov=owned)))
    assert (found.email_verifying, found.email_doubted) == (False, True)
    assert found.email_address == "alice@acme.example"


@pytest.mark.parametrize("name", ["google", "slack", "microsoft"])
def test_letters_that_look_like_somebody_elses_are_not_folded(provider: Told, name: str) -> None:
    """`lower()` makes kim@acme.example of a KELVIN SIGN."""
    token = provider.id_token(email="\u212aim@acme.example", tid="t", xms_edov=True)
    with pytest.raises(ProviderFailed, match="provider_email_not_ascii"):
        who(name, grant(provider, token))


def test_slack_names_the_workspace_and_proves_nothing(provider: Told) -> None:
    token = provider.id_token(**{"https://slack.com/team_id": "T1"})
    found = who("slack", grant(provider, token))
    assert (found.email_verifying, found.tenants) == (False, ("T1",))


@pytest.mark.parametrize("name", ["google", "slack"])
@pytest.mark.parametrize("verified", [False, None, "no", [], 2])
def test_what_the_provider_doubts_is_refused(provider: Told, name: str, verified: Any) -> None:
    with pytest.raises(ProviderFailed, match="provider_email_not_verified"):
        who(name, grant(provider, provider.id_token(email_verified=verified)))


def github(provider: Told, emails: Any, **fields: Any) -> Identity:
    provider.answer("/user", {"id": 7, "name": "Al"})
    provider.answer("/user/emails", emails)
    provider.answer("/user/orgs", [{"id": 1}, {"id": 2}])
    return who("github", grant(provider, userinfo_url=f"{provider.url}/user", **fields))


def test_github_shows_its_primary_address(provider: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "GITHUB_API", provider.url)
    emails = [
        {"email": "other@acme.example", "primary": False, "verified": True},
        {"email": "alice@acme.example", "primary": True, "verified": True},
    ]
    found = github(provider, emails)
    assert found == Identity("7", "alice@acme.example", False, "Al")
    assert github(provider, emails, scope="user:email,read:org").tenants == ("1", "2")


@pytest.mark.parametrize(
    ("emails", "error"),
    [
        ([], "provider_email_missing"),
        ({}, "provider_email_missing"),
        (["x"], "provider_email_missing"),
        (
            [{"email": "alice@acme.example", "primary": True, "verified": False}],
            "provider_email_not_verified",
        ),
    ],
)
def test_github_without_a_proven_address_is_nobody(
    provider: Told, monkeypatch: pytest.MonkeyPatch, emails: Any, error: str
) -> None:
    monkeypatch.setattr(providers, "GITHUB_API", provider.url)
    with pytest.raises(ProviderFailed, match=error):
        github(provider, emails)


def test_hubspot_is_asked_without_the_token_in_the_address(provider: Told) -> None:
    """QUALITY 4."""
    provider.answer("/userinfo", {"user": "alice@acme.example", "user_id": 5, "hub_id": 9})
    found = who("hubspot", grant(provider))
    assert found == Identity("5", "alice@acme.example", False, tenants=("9",), email_doubted=True)
    path, form, _ = provider.asked[-1]
    assert (path, form["token"]) == ("/userinfo", "at")


@pytest.mark.parametrize("answer", [{}, [], {"active": False, "user": "a@b.example"}])
def test_hubspot_that_says_nothing_is_nobody(provider: Told, answer: Any) -> None:
    provider.answer("/userinfo", answer)
    with pytest.raises(ProviderFailed):
        who("hubspot", grant(provider))
