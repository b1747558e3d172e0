"""Answers as CONTRACT 9.3 and the sources show them, for tests to bend."""

import copy
from datetime import UTC, datetime
from typing import Any

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
UUID = "11111111-1111-4111-8111-111111111111"
REQUEST_ID = f"request-id-test-{UUID}"
ORGANIZATION_ID = f"organization-test-{UUID}"
MEMBER_ID = f"member-test-{UUID}"
SESSION_ID = f"member-session-test-{UUID}"
SESSION_TOKEN = "s" * 44
SESSION_JWT = "header.claims.signature"
INTERMEDIATE_TOKEN = "i" * 44

MEMBER: dict[str, Any] = {
    "organization_id": ORGANIZATION_ID,
    "member_id": MEMBER_ID,
    "email_address": "admin@acme.example",
    "status": "active",
    "name": "Ada",
    "sso_registrations": [],
    "is_breakglass": False,
    "member_password_id": "",
    "oauth_registrations": [],
    "email_address_verified": True,
    "mfa_phone_number_verified": False,
    "is_admin": True,
    "totp_registration_id": "",
    "retired_email_addresses": [],
    "is_locked": False,
    "mfa_enrolled": False,
    "mfa_phone_number": "",
    "default_mfa_method": "",
    "roles": [
        {"role_id": "stytch_member", "sources": [{"type": "direct_assignment", "details": {}}]},
        {"role_id": "stytch_admin", "sources": [{"type": "direct_assignment", "details": {}}]},
    ],
}
ORGANIZATION: dict[str, Any] = {
    "organization_id": ORGANIZATION_ID,
    "organization_name": "Acme",
    "organization_logo_url": "",
    "organization_slug": "acme",
    "sso_jit_provisioning": "ALL_ALLOWED",
    "sso_jit_provisioning_allowed_connections": [],
    "sso_active_connections": [],
    "email_allowed_domains": ["acme.example"],
    "email_jit_provisioning": "RESTRICTED",
    "email_invites": "ALL_ALLOWED",
    "auth_methods": "RESTRICTED",
    "allowed_auth_methods": ["sso", "google_oauth"],
    "mfa_policy": "REQUIRED_FOR_ALL",
    "rbac_email_implicit_role_assignments": [],
    "mfa_methods": "RESTRICTED",
    "allowed_mfa_methods": ["totp"],
    "oauth_tenant_jit_provisioning": "NOT_ALLOWED",
    "claimed_email_domains": [],
    "custom_roles": [],
}
FACTOR: dict[str, Any] = {
    "type": "email_otp",
    "delivery_method": "email",
    "last_authenticated_at": "2026-11-20T11:59:00Z",
    "created_at": "2026-11-20T11:59:00Z",
    "email_factor": {
        "email_id": f"member-email-test-{UUID}",
        "email_address": "admin@acme.example",
    },
    "phone_number_factor": None,
    "sequence_order": "PRIMARY",
}
SESSION: dict[str, Any] = {
    "member_session_id": SESSION_ID,
    "member_id": MEMBER_ID,
    "started_at": "2026-11-20T11:59:00Z",
    "last_accessed_at": "2026-11-20T11:59:30Z",
    "expires_at": "2026-11-20T12:59:00Z",
    "authentication_factors": [FACTOR],
    "organization_id": ORGANIZATION_ID,
    "roles": ["stytch_member", "stytch_admin"],
    "organization_slug": "acme",
    "custom_claims": {"plan": "gold"},
}
ENVELOPE: dict[str, Any] = {"status_code": 200, "request_id": REQUEST_ID}
AUTHENTICATED: dict[str, Any] = {
    **ENVELOPE,
    "member_id": MEMBER_ID,
    "member": MEMBER,
    "organization": ORGANIZATION,
    "session_token": SESSION_TOKEN,
    "session_jwt": SESSION_JWT,
    "member_authenticated": True,
    "intermediate_session_token": "",
    "member_session": SESSION,
    "mfa_required": None,
    "primary_required": None,
}
STEP: dict[str, Any] = {
    **AUTHENTICATED,
    "session_token": "",
    "session_jwt": "",
    "member_authenticated": False,
    "intermediate_session_token": INTERMEDIATE_TOKEN,
    "intermediate_session_token_expires_at": "2026-11-20T12:07:00Z",
    "member_session": None,
}
MFA = {
    "member_options": {"mfa_phone_number": "XXXXXXX1234", "totp_registration_id": "totp-test-1"},
    "secondary_auth_initiated": "sms_otp",
}
PRIMARY = {"allowed_auth_methods": ["sso", "google_oauth"]}
MFA_REQUIRED = {**STEP, "mfa_required": MFA}
PRIMARY_REQUIRED = {**STEP, "primary_required": PRIMARY}
DISCOVERED_ORGANIZATION: dict[str, Any] = {
    "organization": ORGANIZATION,
    "membership": {"type": "active_member", "details": None, "member": MEMBER},
    "member_authenticated": True,
    "primary_required": None,
    "mfa_required": None,
}
DISCOVERED: dict[str, Any] = {
    **ENVELOPE,
    "intermediate_session_token": INTERMEDIATE_TOKEN,
    "email_address": "admin@acme.example",
    "discovered_organizations": [DISCOVERED_ORGANIZATION],
}


def bent(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A deep copy with some fields changed; the ellipsis takes a field out."""
    copied = copy.deepcopy(body) | changes
    return {name: value for name, value in copied.items() if value is not ...}
