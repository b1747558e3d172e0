"""What identity providers really send: spelling, keys, algorithms, claims, settings, refusals."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from identity.models import AuditEvent, Member, OIDCConnection
from outbound import places
from tests.identity import idp
from tests.identity.api import Api, refused
from tests.identity.idp import LANDING
from tests.identity.people import ALICE, member, organization
from tests.identity.told_sso import (
    ED,
    KEY,
    OTHER_KEY,
    P256,
    P384,
    SHORT,
    Sso,
    json_bytes,
    public,
    signed,
)  # fmt: skip


@pytest.fixture
def sso(api: Api, settings: Settings) -> Iterator[Sso]:
    settings.DEBUG = True
    settings.REDIRECT_URLS = [LANDING]
    acme = organization()
    member(acme)
    with idp.told() as told:
        sso = Sso(api, told, acme)
        sso.publish()
        yield sso


# The provider's own spelling


@pytest.mark.parametrize("typed", ["{}", "{}/", " {}\n", "{}/.well-known/openid-configuration"])
@pytest.mark.parametrize("own", ["{}", "{}/"])
def test_the_issuer_is_the_one_of_the_metadata(sso: Sso, typed: str, own: str) -> None:
    issuer = own.format(sso.told.url)
    sso.publish(issuer=issuer)
    saved = sso.save(issuer=typed.format(sso.told.url))
    assert (saved["connection"]["issuer"], saved["warning"]) == (issuer, None)
    assert sso.enter(sso.sign_in(iss=issuer)).status_code == 200


def test_the_other_spelling_is_not_believed(sso: Sso) -> None:
    """OpenID Connect Core 3.1.3.7: exactly."""
    sso.publish(issuer=f"{sso.told.url}/")
    sso.save()
    assert sso.sign_in()["error"] == "provider_error"


@pytest.mark.parametrize("own", ["{}//", "{}/tenant", "https://another.example", ""])
def test_metadata_of_another_issuer_is_not_taken(sso: Sso, own: str) -> None:
    sso.publish(issuer=own.format(sso.told.url))
    saved = sso.save()
    assert "another issuer" in saved["warning"]
    assert (saved["connection"]["status"], saved["connection"]["token_url"]) == ("pending", "")


def test_typing_the_issuer_again_changes_nothing(sso: Sso) -> None:
    sso.publish(issuer=f"{sso.told.url}/")
    before = sso.save(token_url=f"{sso.told.url}/mine")["connection"]
    assert sso.save(client_id=None, client_secret=None)["connection"] == before


# Which key verifies

UNUSABLE = {"kty": "RSA", "kid": "k", "n": "!", "e": "AQAB"}


@pytest.mark.parametrize(
    "keys",
    [
        [public(KEY, alg=alg) for alg in ("RS256", "RS384", "RS512", "PS256")],
        [public(KEY), public(KEY, use="sig"), public(KEY, alg="RS256")],
        [public(OTHER_KEY, use="enc"), public(KEY, use="sig")],
        [public(OTHER_KEY, use="sig"), public(KEY, use="sig")],
        [public(OTHER_KEY, key_ops=["encrypt"]), public(KEY, key_ops=["verify"])],
        [public(OTHER_KEY, alg="RSA-OAEP"), public(KEY)],
        [public(P256, alg="ES256"), public(KEY)],
        [public(KEY, kid=None)],
        [public(OTHER_KEY, kid=None), public(KEY, kid=None)],
        [public(OTHER_KEY, kid="other"), public(KEY)],
        [UNUSABLE, {"kty": "oct", "k": "eA", "kid": "k"}, {"kid": "k"}, public(KEY)],
        [public(SHORT), public(KEY)],
    ],
)
def test_the_key_that_fits_is_found(sso: Sso, keys: list[dict[str, Any]]) -> None:
    sso.publish(*keys)
    assert sso.save()["connection"]["status"] == "active"
    for kid in ("k", None):
        assert sso.enter(sso.sign_in(kid=kid)).status_code == 200


@pytest.mark.parametrize(
    "keys",
    [
        [public(KEY, use="enc")],
        [public(KEY, key_ops=["encrypt"])],
        [public(KEY, alg="RSA-OAEP")],
        [public(KEY, alg="PS256")],
        [public(KEY, kid="other")],
        [public(OTHER_KEY)],
    ],
)
def test_a_key_that_does_not_fit_verifies_nothing(sso: Sso, keys: list[dict[str, Any]]) -> None:
    sso.save()
    sso.publish(*keys)
    assert sso.sign_in()["error"] == "provider_error"


def test_keys_that_are_too_short_verify_nothing(sso: Sso) -> None:
    sso.save()
    sso.publish(public(SHORT))
    with pytest.warns(match="RSA key"):
        landed = sso.sign_in(key=SHORT)
    assert landed["error"] == "provider_error"


def test_keys_may_come_packed_unasked(sso: Sso) -> None:
    sso.told.packed = {"/jwks", "/.well-known/openid-configuration"}
    assert sso.save()["connection"]["status"] == "active"
    assert sso.enter(sso.sign_in()).status_code == 200


def test_what_is_packed_is_bounded_unpacked(sso: Sso) -> None:
    """A few kilobytes could be gigabytes."""
    sso.save()
    sso.told.answer("/jwks", {"keys": [public(KEY)], "more": " " * 2 * 1024 * 1024})
    sso.told.packed = {"/jwks"}
    assert sso.sign_in()["error"] == "provider_error"


# Algorithms


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (KEY, "RS512"), (KEY, "PS256"), (KEY, "PS384"),
        (P256, "ES256"), (P384, "ES384"), (ED, "EdDSA"),
    ],
)  # fmt: skip
def test_every_asymmetric_algorithm_of_the_metadata(sso: Sso, key: Any, algorithm: str) -> None:
    sso.publish(public(key), id_token_signing_alg_values_supported=["HS256", algorithm, "none"])
    saved = sso.save()
    assert (saved["connection"]["status"], saved["warning"]) == ("active", None)
    assert sso.enter(sso.sign_in(key=key, algorithm=algorithm)).status_code == 200


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(KEY, "PS256"), (KEY, "RS384"), ("hush" * 16, "HS256"), (None, "none")],
)
def test_what_the_metadata_does_not_name_is_refused(sso: Sso, key: Any, algorithm: str) -> None:
    sso.publish(id_token_signing_alg_values_supported=["RS256", "HS256", "none"])
    sso.save()
    assert sso.sign_in(key=key, algorithm=algorithm)["error"] == "provider_error"


def test_our_secret_as_a_key_is_refused_even_by_its_own_name(sso: Sso) -> None:
    """A set of keys can hold it; HS is no proof of the provider (RFC 8725 3.1)."""
    sso.publish(public(KEY), {"kty": "oct", "k": "aHVzaA", "kid": "k", "alg": "HS256"})
    sso.save()
    with pytest.warns(match="HMAC key"):
        assert sso.sign_in(key="hush", algorithm="HS256")["error"] == "provider_error"


# A connection that can't work


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}, "client secret"),
        ({"token_endpoint_auth_methods_supported": ["none"]}, "client secret"),
        ({"id_token_signing_alg_values_supported": ["HS256", "none"]}, "asymmetric"),
        ({"response_types_supported": ["id_token"]}, "authorization code"),
        ({"grant_types_supported": ["implicit"]}, "authorization code"),
        ({"require_pushed_authorization_requests": True}, "require_pushed"),
        ({"id_token_signing_alg_values_supported": ["ES256"]}, "no key"),
    ],
)
def test_saving_says_what_will_not_work(sso: Sso, changes: dict[str, Any], says: str) -> None:
    """And nobody is offered it (CONTRACT 2.7: `warning`; status pending)."""
    sso.publish(public(KEY), **changes)
    saved = sso.save()
    assert says in saved["warning"]
    assert saved["connection"]["status"] == "pending"
    sso.publish()
    saved = sso.save(issuer=None, client_id=None, client_secret=None, display_name="Again")
    assert (saved["connection"]["status"], saved["warning"]) == ("active", None)


@pytest.mark.parametrize("ways", [None, ["client_secret_post"], ["client_secret_basic", "none"]])
def test_the_secret_goes_as_the_metadata_says(sso: Sso, ways: list[str] | None) -> None:
    sso.publish(token_endpoint_auth_methods_supported=ways)
    assert sso.save()["warning"] is None
    assert sso.enter(sso.sign_in()).status_code == 200
    _, form, header = next(each for each in sso.told.asked if each[0] == "/token")
    in_form = ways == ["client_secret_post"]
    assert (form.get("client_secret") == "hush", bool(header)) == (in_form, not in_form)


@pytest.mark.parametrize("around", ["{} ", "{}\n", "\t{}\r\n", "\ufeff{}", "\xa0{}\u200b"])
def test_what_is_pasted_along_is_taken_off(sso: Sso, around: str) -> None:
    pasted = around.format
    saved = sso.save(
        issuer=pasted(sso.told.url).replace("\ufeff", "").replace("\u200b", ""),
        client_id=pasted("us"),
        client_secret=pasted("hush"),
        custom_scopes=" groups \n offline_access ",
    )["connection"]
    assert (saved["client_id"], saved["client_secret"]) == ("us", "hush")
    assert saved["custom_scopes"] == "groups offline_access"


@pytest.mark.parametrize("name", ["client_id", "client_secret"])
def test_what_cannot_be_seen_inside_is_refused(sso: Sso, name: str) -> None:
    sso.create()
    refused(sso.put(**{name: "a\x0bb"}), 400, "bad_request")


def test_saved_again_it_is_asked_again(sso: Sso) -> None:
    """It was down while saving: then it was pending for ever."""
    sso.told.answer("/.well-known/openid-configuration", {}, status=503)
    saved = sso.save()
    assert "could not be read" in saved["warning"]
    assert saved["connection"]["status"] == "pending"
    sso.publish()
    saved = sso.save(client_id=None, client_secret=None)
    assert (saved["connection"]["status"], saved["warning"]) == ("active", None)


def test_a_provider_that_is_down_does_not_stop_what_works(sso: Sso) -> None:
    sso.save()
    sso.told.answer("/.well-known/openid-configuration", {}, status=503)
    saved = sso.save(issuer=None, client_secret="rotated")
    assert "could not be read" in saved["warning"]
    assert saved["connection"]["status"] == "active"


@pytest.mark.parametrize("is_up", [True, False])
def test_nothing_is_kept_of_another_issuer(sso: Sso, is_up: bool) -> None:
    """The new secret went to the old provider's token_url."""
    sso.save(token_url=f"{sso.told.url}/token")
    assert sso.enter(sso.sign_in()).status_code == 200
    assert Member.objects.get().sso_registrations
    with idp.told() as other:
        if is_up:
            moved = Sso(sso.api, other, sso.organization)
            moved.publish()
        saved = sso.save(issuer=other.url, client_id=None, client_secret="new")["connection"]
    kept = [saved[name] for name in saved if name.endswith("_url") and name != "redirect_url"]
    assert not any(sso.told.url in each for each in kept)
    assert (saved["client_id"], saved["client_secret"]) == ("", "new")
    assert saved["token_url"] == (f"{other.url}/token" if is_up else "")
    # The same `sub` at another provider is somebody else.
    assert Member.objects.get().sso_registrations == []


def test_who_just_came_back_from_the_old_issuer_begins_again(sso: Sso) -> None:
    """Else the old one's `sub` would be noted as the new one's."""
    sso.save()
    landed = sso.sign_in()
    with idp.told() as other:
        Sso(sso.api, other, sso.organization).publish()
        sso.save(issuer=other.url)
        refused(sso.enter(landed), 404, "sso_token_not_found")
    assert Member.objects.get().sso_registrations == []


def test_the_old_secret_does_not_go_to_the_new_issuer(sso: Sso) -> None:
    sso.save()
    with idp.told() as other:
        Sso(sso.api, other, sso.organization).publish()
        saved = sso.put(issuer=other.url).json()["connection"]
    assert (saved["client_secret"], saved["status"]) == ("", "pending")


def test_of_two_who_save_at_once_the_later_looks_again(
    sso: Sso, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else one's secret would stand beside the other's token_url."""
    from identity.operations import connection_settings

    sso.save()
    completed = connection_settings.completed

    def meanwhile(*args: Any) -> Any:
        found = completed(*args)
        OIDCConnection.objects.update(issuer="https://other.example", token_url="")
        return found

    monkeypatch.setattr(connection_settings, "completed", meanwhile)
    refused(sso.put(client_secret="new"), 409, "sso_connection_changed")


@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri", "userinfo_endpoint"])
@pytest.mark.parametrize("url", ["https://x.example/" + "a" * 500, "https://x.example/\x00", 5])
def test_addresses_of_the_metadata_that_cannot_be_kept(sso: Sso, name: str, url: Any) -> None:
    """Longer than the column is an error of the database on PostgreSQL."""
    sso.publish(**{name: url})
    saved = sso.save()
    assert saved["warning"]
    assert saved["connection"]["status"] == "pending"


# Claims of other shapes


@pytest.mark.parametrize(
    "email", ["alice@acme.example", ["alice@acme.example"], " Alice@Acme.example "]
)
def test_an_address_in_any_shape_of_an_organizations_own_provider(sso: Sso, email: Any) -> None:
    """What Keycloak and Cognito doubt, an admin or LDAP has made."""
    sso.save()
    for verified in (True, False, "True", "false", None, [], "maybe"):
        answer = sso.enter(sso.sign_in(email=email, email_verified=verified))
        assert answer.json()["member"]["email_address"] == ALICE


def test_mapped_claims_come_in_lists_too(sso: Sso) -> None:
    mapping = {"email": "emails", "first_name": "given", "last_name": "family"}
    sso.save(attribute_mapping=mapping)
    Member.objects.update(name="")
    landed = sso.sign_in(email=None, emails=[ALICE], given=["Al"], family=["Ice"])
    assert sso.enter(landed).json()["member"]["name"] == "Al Ice"


@pytest.mark.parametrize(
    "email", [None, "", [], [None], ["a@b.example", "c@d.example"], {}, 5, "x"]
)
def test_no_address_is_said(sso: Sso, email: Any) -> None:
    sso.save()
    landed = sso.sign_in(email=email, userinfo={"sub": "s"})
    assert landed["error"] == "provider_email_missing"


@pytest.mark.parametrize("absent", [None, "", []])
def test_what_is_null_is_asked_of_userinfo(sso: Sso, absent: Any) -> None:
    sso.save()
    landed = sso.sign_in(email=absent, userinfo={"sub": "s", "email": [ALICE]})
    assert sso.enter(landed).status_code == 200


def test_userinfo_overrides_nothing_of_the_id_token(sso: Sso) -> None:
    """It is signed by nobody: it may add what is missing."""
    sso.save()
    Member.objects.update(name="")
    told = {"sub": "s", "email": ALICE, "name": "Mallory"}
    landed = sso.sign_in(email=None, name="Alice", userinfo=told)
    assert sso.enter(landed).json()["member"]["name"] == "Alice"


@pytest.mark.parametrize(
    ("key", "algorithm", "claims", "is_good"),
    [
        (KEY, "RS256", {}, True),
        (P256, "ES256", {}, True),
        (KEY, "RS256", {"iss": "{}", "aud": "us"}, True),
        (KEY, "RS256", {"aud": ["other", "us"]}, True),
        (KEY, "RS256", {"iss": "https://another.example"}, False),
        (KEY, "RS256", {"aud": "another"}, False),
        (KEY, "RS256", {"sub": "another"}, False),
        (KEY, "RS256", {"exp": 1}, False),
        (OTHER_KEY, "RS256", {}, False),
        ("hush" * 16, "HS256", {}, False),
        (None, "none", {}, False),
    ],
)
def test_userinfo_may_be_a_signed_jwt(
    sso: Sso, key: Any, algorithm: str, claims: dict[str, Any], is_good: bool
) -> None:
    """OpenID Connect Core 5.3.2: verified with the same keys."""
    sso.publish(public(KEY), public(P256))
    sso.save()
    given = {"sub": "s", "email": ALICE, **claims}
    if given.get("iss") == "{}":
        given["iss"] = sso.told.url
    landed = sso.sign_in(email=None, userinfo=signed(key, algorithm, **given))
    assert ("token" in landed) is is_good, landed


def test_userinfo_of_somebody_else_is_not_taken(sso: Sso) -> None:
    sso.save()
    landed = sso.sign_in(email=None, userinfo={"sub": "another", "email": ALICE})
    assert landed["error"] == "provider_error"


# Text from outside


@pytest.mark.parametrize(
    "sub", ["", " ", "a\x00b", "a\nb", "\ud83d", "a\u200b", "x" * 256, [], True]
)
def test_a_strange_subject_is_nobody(sso: Sso, sub: Any) -> None:
    """NUL was a 500 on PostgreSQL, half an emoji on SQLite too."""
    sso.save()
    assert sso.sign_in(sub=sub)["error"] == "provider_error"


@pytest.mark.parametrize("sub", ["x" * 255, "auth0|5f7c8ec7c33c6c004bbafe82", "Zoë Müller", 12345])
def test_a_subject_is_taken_as_it_is(sso: Sso, sub: Any) -> None:
    sso.save()
    answer = sso.enter(sso.sign_in(sub=sub)).json()
    assert answer["member"]["sso_registrations"][0]["external_id"] == str(sub)


@pytest.mark.parametrize(
    ("name", "kept"),
    [("Al\x00ice", "Al ice"), ("Alice \ud83d", "Alice"), ("A\r\nBcc: x", "A Bcc: x")],
)
@pytest.mark.parametrize("by_userinfo", [True, False])
def test_a_strange_name_is_cleaned(sso: Sso, name: str, kept: str, by_userinfo: bool) -> None:
    sso.save()
    Member.objects.update(name="")
    if by_userinfo:
        landed = sso.sign_in(email=None, userinfo={"sub": "s", "email": ALICE, "name": name})
    else:
        landed = sso.sign_in(name=name)
    assert sso.enter(landed).json()["member"]["name"] == kept


@pytest.mark.parametrize("token", ["a\nb", "a\x00", "ä", "", 5, None])
def test_a_strange_access_token_is_none(sso: Sso, token: Any) -> None:
    """It goes into a header."""
    sso.save()
    browser_answer = {"access_token": token, "id_token": "x"}
    sso._tell_token = lambda *args, **more: sso.told.answer("/token", browser_answer)  # type: ignore[method-assign]
    assert sso.sign_in()["error"] == "provider_error"


def test_an_escaped_half_emoji_is_no_error_of_ours(sso: Sso) -> None:
    sso.save()
    strange = json_bytes(r'{"sub": "\ud83d", "email": "alice@acme.example", "name": "\u0000"}')
    assert sso.sign_in(email=None, userinfo=strange)["error"] == "provider_error"


# A refusal says whose move it is

CORRELATION = "8f7e0c52-3b0e-4c5f-9d0a-1d2e3f405162"


@pytest.mark.parametrize(
    ("error", "description", "told", "cause"),
    [
        (
            "access_denied",
            "User is not assigned to the client application.",
            "access_denied",
            "access_denied: User is not assigned to the client application.",
        ),
        ("access_denied", "", "access_denied", "access_denied"),
        ("login_required", "", "access_denied", "login_required"),
        ("unauthorized_client", "no", "provider_misconfigured", "unauthorized_client: no"),
        ("invalid_scope", "a\r\nb", "provider_misconfigured", "invalid_scope: a b"),
        ("temporarily_unavailable", "", "provider_unavailable", "temporarily_unavailable"),
        ("<script>", f"Trace {CORRELATION}", "provider_error", f"<script>: Trace {CORRELATION}"),
        ("x", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "provider_error", "x: …"),
        ("x", "y " * 5000, "provider_error", ("x: " + "y " * 100)[:180].strip()),
    ],
)
def test_the_providers_own_refusal(
    sso: Sso, error: str, description: str, told: str, cause: str
) -> None:
    sso.save()
    landed = sso.come_back(error=error, error_description=description)
    event = AuditEvent.objects.get(action="sso.callback")
    assert (landed["error"], event.outcome) == (told, told)
    assert event.details["cause"] == cause
    assert event.request_id.startswith("request-id-")


@pytest.mark.parametrize(
    ("status", "answer", "told", "cause"),
    [
        (401, {"error": "invalid_client"}, "provider_misconfigured", "invalid_client"),
        (401, "nope", "provider_misconfigured", "status 401"),
        (400, {"error": "invalid_client"}, "provider_misconfigured", "invalid_client"),
        (200, {"error": "incorrect_client_credentials"}, "provider_misconfigured", "incorrect"),
        (400, {"error": "invalid_grant"}, "provider_error", "invalid_grant"),
        (503, {}, "provider_unavailable", "status 503"),
        (429, {}, "provider_unavailable", "status 429"),
        (200, {}, "provider_error", "no access token"),
    ],
)
def test_a_refusal_of_the_token_endpoint(
    sso: Sso, status: int, answer: Any, told: str, cause: str
) -> None:
    sso.save()
    sso._tell_token = lambda *args, **more: sso.told.answer("/token", answer, status=status)  # type: ignore[method-assign]
    landed = sso.sign_in()
    event = AuditEvent.objects.get(action="sso.callback")
    assert (landed["error"], event.outcome) == (told, told)
    assert cause in event.details["cause"]


def test_no_secret_is_in_log_or_audit(sso: Sso, caplog: pytest.LogCaptureFixture) -> None:
    """Some providers repeat what they were sent."""
    caplog.set_level(logging.DEBUG)
    sso.save(client_secret="hush hush")

    def repeat(asked: dict[str, str], **more: Any) -> None:
        what = f"secret hush hush hush%20hush, code c0de, nonce {asked['nonce']}"
        sso.told.answer(
            "/token", {"error": "invalid_client", "error_description": what}, status=401
        )

    sso._tell_token = repeat  # type: ignore[method-assign]
    sso.sign_in()
    cause = AuditEvent.objects.get(action="sso.callback").details["cause"]
    assert cause == "invalid_client: secret … …, code …, nonce …"
    for secret in ("hush", "c0de", sso._asked["nonce"], sso._asked["state"]):
        assert secret not in caplog.text.replace("/token", "")


def test_an_organization_is_known_by_how_its_provider_answers(sso: Sso) -> None:
    """From the moment its connection is saved."""
    places._known.clear()
    sso.save()
    assert places._known == {sso.organization.pk: places.PROMPT}
    places._known.clear()
    sso.enter(sso.sign_in())
    assert places._known == {sso.organization.pk: places.PROMPT}
    places._known.clear()


def test_a_strangers_no_fills_no_record(sso: Sso) -> None:
    """Whoever sets out and comes back with an error is nobody yet."""
    sso.save()
    for _ in range(25):
        sso.come_back(error="access_denied")
    assert AuditEvent.objects.filter(action="sso.callback").count() == 20
