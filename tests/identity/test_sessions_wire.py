"""Sessions over HTTP: fields, refusals, who may call (CONTRACT 1.5, 2.1, 3.1)."""

from typing import Any

import pytest
from django.utils import timezone

from identity.operations.sign_in import Finished
from tests.identity.api import Api, refused
from tests.identity.people import member, organization, signed_in

SESSION_FIELDS = {
    "member_session_id", "member_id", "organization_id", "organization_slug", "started_at",
    "last_accessed_at", "expires_at", "authentication_factors", "roles", "custom_claims",
}  # fmt: skip


@pytest.fixture
def alice(db: None) -> Finished:
    return signed_in(member(organization(), roles=["stytch_admin"]), now=timezone.now())


def authenticate(api: Api, **body: Any) -> Any:
    return api.post("/b2b/sessions/authenticate", **body)


def test_authenticate_answers_every_field(api: Api, alice: Finished) -> None:
    body = authenticate(api, session_token=alice.session_token).json()
    assert set(body) == {
        "status_code", "request_id", "member_session", "session_token", "session_jwt",
        "member", "organization", "verdict",
    }  # fmt: skip
    assert set(body["member_session"]) == SESSION_FIELDS
    assert body["member_session"]["custom_claims"] is None
    assert body["verdict"] is None


@pytest.mark.parametrize("minutes", [4, 527_041, -5, 0, 5.5, "60", True])
def test_durations_are_whole_minutes_within_bounds(
    api: Api, alice: Finished, minutes: object
) -> None:
    """CONTRACT 6.1."""
    for path, more in (("authenticate", {}), ("exchange", {"organization_id": "acme"})):
        response = api.post(
            f"/b2b/sessions/{path}",
            session_token=alice.session_token,
            session_duration_minutes=minutes,
            **more,
        )
        refused(response, 400, "invalid_session_duration_minutes")


def test_claims_are_an_object(api: Api, alice: Finished) -> None:
    response = authenticate(api, session_token=alice.session_token, session_custom_claims=[1])
    refused(response, 400, "unable_to_represent_custom_claims_json")
    large = {"a": "x" * 5000}
    response = authenticate(api, session_token=alice.session_token, session_custom_claims=large)
    refused(response, 400, "custom_claims_too_large")


def test_a_check_is_answered_or_forbidden(api: Api, alice: Finished) -> None:
    check = {"organization_id": "acme", "resource_id": "stytch.member", "action": "create"}
    body = authenticate(api, session_token=alice.session_token, authorization_check=check).json()
    assert body["verdict"] == {"authorized": True, "granting_roles": ["stytch_admin"]}
    unknown = check | {"resource_id": "reports"}
    response = authenticate(api, session_token=alice.session_token, authorization_check=unknown)
    refused(response, 403, "session_authorization_error")
    incomplete = {"organization_id": "acme"}
    response = authenticate(api, session_token=alice.session_token, authorization_check=incomplete)
    refused(response, 400, "bad_request")


def test_dead_and_unreadable_tokens_have_their_errors(api: Api, alice: Finished) -> None:
    refused(authenticate(api), 400, "no_session_arguments")
    refused(authenticate(api, session_token="x"), 404, "session_not_found")
    refused(authenticate(api, session_jwt="x"), 400, "unable_to_parse_session_jwt")
    forged = alice.session_jwt[:-8] + "AAAAAAAA"
    refused(authenticate(api, session_jwt=forged), 401, "unauthorized_credentials")


def test_the_list_names_the_members_live_sessions(api: Api, alice: Finished) -> None:
    query = {"organization_id": "acme", "member_id": alice.member.member_id}
    body = api.get("/b2b/sessions", **query).json()
    (session,) = body["member_sessions"]
    assert set(session) == SESSION_FIELDS
    refused(api.get("/b2b/sessions", organization_id="acme"), 400, "bad_request")
    refused(
        api.get("/b2b/sessions", **(query | {"member_id": "member-x"})), 404, "member_not_found"
    )


def test_revoking_answers_with_the_bare_envelope(api: Api, alice: Finished) -> None:
    """QUALITY 39: the old token and JWT are refused from now on."""
    body = api.post("/b2b/sessions/revoke", session_token=alice.session_token).json()
    assert set(body) == {"status_code", "request_id"}
    refused(authenticate(api, session_token=alice.session_token), 404, "session_not_found")
    refused(authenticate(api, session_jwt=alice.session_jwt), 404, "session_not_found")


def test_on_behalf_of_a_member_only_an_admin_of_the_place_revokes_others(
    api: Api, alice: Finished
) -> None:
    """CONTRACT 2.1, QUALITY 53."""
    now = timezone.now()
    bob = signed_in(member(alice.organization, "bob@acme.example"), now=now)
    carol = signed_in(member(alice.organization, "carol@acme.example"), now=now)
    eve = signed_in(member(organization("Globex"), roles=["stytch_admin"]), now=now)
    body = {"session_token": bob.session_token}
    for caller, error_type in (
        (carol, "session_authorization_error"),
        (eve, "session_authorization_tenancy_error"),
    ):
        headers = {"X-Stytch-Member-Session": caller.session_token}
        response = api.call("POST", "/b2b/sessions/revoke", body, headers=headers)
        refused(response, 403, error_type)
    headers = {"X-Stytch-Member-Session": alice.session_token}
    assert api.call("POST", "/b2b/sessions/revoke", body, headers=headers).status_code == 200
    refused(authenticate(api, session_token=bob.session_token), 404, "session_not_found")
    assert authenticate(api, session_token=alice.session_token).status_code == 200


def test_members_revoke_their_own_sessions(api: Api, alice: Finished) -> None:
    """CONTRACT 3.9: `stytch.self` is asked as well when the target is the caller."""
    bob = signed_in(member(alice.organization, "bob@acme.example"), now=timezone.now())
    headers = {"X-Stytch-Member-Session": bob.session_token}
    own = {"member_id": bob.member.member_id}
    assert api.call("POST", "/b2b/sessions/revoke", own, headers=headers).status_code == 200
    refused(authenticate(api, session_token=bob.session_token), 404, "session_not_found")


def test_exchanging_answers_as_signing_in_does(api: Api, alice: Finished) -> None:
    member(organization("Globex"))
    body = {"organization_id": "globex", "session_token": alice.session_token, "locale": "zh-Hans"}
    answer = api.post("/b2b/sessions/exchange", **body).json()
    assert answer["member_authenticated"] is True
    assert answer["member_session"]["organization_slug"] == "globex"
    refused(api.post("/b2b/sessions/exchange", **body | {"locale": "xx"}), 400, "invalid_locale")
    refused(api.post("/b2b/sessions/exchange", organization_id="acme"), 400, "no_session_arguments")
