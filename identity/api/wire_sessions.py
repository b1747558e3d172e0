"""Sessions, sign-ins and discovered organizations as the contract's objects (CONTRACT 2, 3)."""

from typing import Any

from identity.api import wire
from identity.factors import wire_time
from identity.models import MemberSession
from identity.operations import roles
from identity.operations.discovered import BY_DOMAIN, BY_TENANT, Discovered
from identity.operations.sign_in import Finished, MfaNeed


def member_session(of: MemberSession) -> dict[str, Any]:
    return {
        "member_session_id": of.member_session_id,
        "member_id": of.member_id,
        "organization_id": of.member.organization_id,
        "organization_slug": of.member.organization.organization_slug,
        "started_at": wire_time(of.started_at),
        "last_accessed_at": wire_time(of.last_accessed_at),
        "expires_at": wire_time(of.expires_at),
        "authentication_factors": [factor.to_wire() for factor in of.factors],
        "roles": list(roles.ids(of.member)),
        "custom_claims": of.custom_claims or None,
    }


def finished(of: Finished) -> dict[str, Any]:
    """The AUTH block; a session and an intermediate token never come together (5.1)."""
    ends = of.intermediate_expires_at
    return {
        **wire.both(of.member),
        "member_authenticated": of.session is not None,
        "member_session": member_session(of.session) if of.session else None,
        "session_token": of.session_token,
        "session_jwt": of.session_jwt,
        "intermediate_session_token": of.intermediate_session_token,
        "intermediate_session_token_expires_at": wire_time(ends) if ends else None,
        "primary_required": _primary_required(of.primary_required),
        "mfa_required": _mfa_required(of.mfa_required),
        "member_device": None,
    }


def completed(of: Finished) -> dict[str, Any]:
    """After a second factor: always a session, so the block has no room for what is missing."""
    return {
        **wire.both(of.member),
        "member_session": member_session(of.session) if of.session else None,
        "session_token": of.session_token,
        "session_jwt": of.session_jwt,
        "member_device": None,
    }


def discovered(of: Discovered) -> dict[str, Any]:
    return {
        "organization": wire.organization(of.organization),
        "membership": {
            "type": of.kind,
            "details": _details(of),
            "member": wire.member(of.member) if of.member else None,
            # Ours: the contract doesn't tell who says that somebody is a member.
            "unconfirmed": of.is_unconfirmed,
        },
        "member_authenticated": of.member_authenticated,
        "primary_required": _primary_required(of.primary_required),
        "mfa_required": _mfa_required(of.mfa_required),
    }


def _primary_required(methods: tuple[str, ...] | None) -> dict[str, Any] | None:
    """An empty list is not nothing: no method would help (3.4)."""
    return None if methods is None else {"allowed_auth_methods": list(methods)}


def _mfa_required(need: MfaNeed | None) -> dict[str, Any] | None:
    if need is None:
        return None
    options = {
        "mfa_phone_number": need.phone,
        "totp_registration_id": need.totp_registration_id,
    }
    return {
        "member_options": options if need.has_options else None,
        "secondary_auth_initiated": "sms_otp" if need.sms_sent else None,
    }


def _details(of: Discovered) -> dict[str, str] | None:
    if of.kind == BY_DOMAIN:
        return {"domain": of.domain}
    if of.kind == BY_TENANT:
        return {"provider": of.provider, "tenant": of.tenant}
    return None
