"""Sessions through the SDK, its local check of our JWTs included."""

from typing import Any

import pytest
from stytch import B2BClient
from stytch.b2b.models.sessions import AuthorizationCheck
from stytch.core.response_base import StytchError
from stytch.shared.rbac_local import RBACPermissionError

from tests.contract.routes import calls


@calls("POST /v1/b2b/sessions/authenticate")
def test_authenticate(sdk: B2BClient, signed_in: Any) -> None:
    by_token = sdk.sessions.authenticate(
        session_token=signed_in.session_token,
        session_duration_minutes=30,
        session_custom_claims={"theme": "dark"},
    )
    assert by_token.member_session.custom_claims == {"theme": "dark"}
    by_jwt = sdk.sessions.authenticate(session_jwt=by_token.session_jwt)
    assert by_jwt.session_token == by_token.session_token == signed_in.session_token
    assert by_jwt.member == signed_in.member
    assert by_jwt.organization == signed_in.organization


@calls("POST /v1/b2b/sessions/authenticate")
def test_authorization_check(sdk: B2BClient, acme: Any, signed_in: Any) -> None:
    check = {
        "organization_id": acme.organization_id,
        "resource_id": "stytch.member",
        "action": "create",
    }
    response = sdk.sessions.authenticate(
        session_token=signed_in.session_token, authorization_check=check
    )
    assert response.verdict.granting_roles == ["stytch_admin"]


@calls("GET /v1/b2b/sessions")
def test_list(sdk: B2BClient, signed_in: Any) -> None:
    listed = sdk.sessions.get(signed_in.organization.organization_id, signed_in.member_id)
    assert [each.member_session_id for each in listed.member_sessions] == [
        signed_in.member_session.member_session_id
    ]


@pytest.mark.parametrize("selector", ["session_token", "session_jwt", "member_id", "session_id"])
@calls("POST /v1/b2b/sessions/revoke")
def test_revoke(sdk: B2BClient, signed_in: Any, selector: str) -> None:
    if selector == "session_id":
        sdk.sessions.revoke(member_session_id=signed_in.member_session.member_session_id)
    else:
        sdk.sessions.revoke(**{selector: getattr(signed_in, selector)})
    with pytest.raises(StytchError) as error:
        sdk.sessions.authenticate(session_token=signed_in.session_token)
    assert error.value.details.error_type == "session_not_found"


@calls("POST /v1/b2b/sessions/exchange")
def test_exchange(sdk: B2BClient, signed_in: Any) -> None:
    globex = sdk.organizations.create(organization_name="Globex").organization
    sdk.organizations.members.create(globex.organization_id, signed_in.member.email_address)
    response = sdk.sessions.exchange(globex.organization_id, session_jwt=signed_in.session_jwt)
    assert response.member_authenticated
    assert response.member_session.organization_slug == "globex"


@calls("POST /v1/b2b/sessions/exchange")
def test_exchange_that_asks_for_more(sdk: B2BClient, signed_in: Any) -> None:
    strict = sdk.organizations.create(
        organization_name="Strict", mfa_policy="REQUIRED_FOR_ALL"
    ).organization
    sdk.organizations.members.create(strict.organization_id, signed_in.member.email_address)
    response = sdk.sessions.exchange(strict.organization_id, session_token=signed_in.session_token)
    assert not response.member_authenticated
    assert (response.session_token, response.session_jwt) == ("", "")
    assert response.intermediate_session_token
    assert response.mfa_required is not None
    assert sdk.sessions.authenticate(session_token=signed_in.session_token)


@calls("GET /v1/b2b/sessions/jwks/{project_id}")
def test_keys(sdk: B2BClient, signed_in: Any) -> None:
    keys = sdk.sessions.get_jwks(sdk.sessions.project_id).keys
    assert [(key.kty, key.alg, key.use) for key in keys] == [("RSA", "RS256", "sig")] * len(keys)


def test_the_sdks_local_check_accepts_our_jwts(sdk: B2BClient, acme: Any, signed_in: Any) -> None:
    session = sdk.sessions.authenticate_jwt_local(signed_in.session_jwt)
    assert session is not None
    assert session.member_session_id == signed_in.member_session.member_session_id
    assert session.organization_slug == "acme"
    assert session.roles == ["stytch_member", "stytch_admin"]


def test_the_sdks_local_authorization_reads_our_policy(
    sdk: B2BClient, acme: Any, signed_in: Any
) -> None:
    def check(action: str, resource_id: str) -> Any:
        return AuthorizationCheck(
            organization_id=acme.organization_id, resource_id=resource_id, action=action
        )

    allowed = check("create", "stytch.member")
    assert sdk.sessions.authenticate_jwt_local(signed_in.session_jwt, authorization_check=allowed)
    with pytest.raises(RBACPermissionError):
        sdk.sessions.authenticate_jwt_local(
            signed_in.session_jwt, authorization_check=check("read", "reports")
        )
