"""Which error_type is which kind of no (CONTRACT 1.5, 7.4)."""

import re

from accounts.client import wire
from accounts.client.errors import (
    Forbidden,
    MemberLocked,
    PasswordResetRequired,
    RateLimited,
    Rejected,
    SessionExpired,
    StepExpired,
    TriedTooOften,
    Unavailable,
    WeakPassword,
    WrongCredentials,
)
from accounts.client.wire import Json

KINDS: dict[str, type[Rejected]] = {
    # the four of CONTRACT 7.4; unauthorized_credentials is one of them for sessions only
    "session_not_found": SessionExpired,
    "user_unauthenticated": SessionExpired,
    "invalid_secret_authentication": SessionExpired,
    "unauthorized_credentials": WrongCredentials,
    "intermediate_session_not_found": StepExpired,
    # codes
    "otp_code_not_found": WrongCredentials,
    "unable_to_auth_otp_code": WrongCredentials,
    "invalid_code": WrongCredentials,
    # links and other one-time tokens
    "magic_link_not_found": WrongCredentials,
    "unable_to_auth_magic_link": WrongCredentials,
    "oauth_token_not_found": WrongCredentials,
    "sso_token_not_found": WrongCredentials,
    "pkce_mismatch": WrongCredentials,
    "pkce_expected_code_verifier": WrongCredentials,
    "pkce_did_not_expect_code_verifier": WrongCredentials,
    "unable_to_auth_password_reset_token": WrongCredentials,
    # second factors
    "unable_to_authenticate_totp": WrongCredentials,
    "invalid_totp_code": WrongCredentials,
    "totp_code_already_authenticated": WrongCredentials,
    "expired_totp": WrongCredentials,
    "recovery_code_used_as_totp_code": WrongCredentials,
    "totp_code_used_as_recovery_code": WrongCredentials,
    "unable_to_authenticate_recovery_code": WrongCredentials,
    "totp_not_found": WrongCredentials,
    "recovery_codes_not_found": WrongCredentials,
    "no_active_recovery_code_backed_factor": WrongCredentials,
    # passwords
    "member_password_not_found": WrongCredentials,
    "member_reset_password": PasswordResetRequired,
    "weak_password": WeakPassword,
    "breached_password": WeakPassword,
    "user_lock_limit_reached": MemberLocked,
    "too_many_requests": RateLimited,
    # known, but not allowed to
    "session_authorization_error": Forbidden,
    "session_authorization_tenancy_error": Forbidden,
    "operation_restricted_by_organization_auth_methods": Forbidden,
    "operation_restricted_by_organization_mfa_methods": Forbidden,
    "email_jit_provisioning_not_allowed": Forbidden,
    "invalid_email_for_jit_provisioning": Forbidden,
    "oauth_tenant_jit_provisioning_not_allowed": Forbidden,
    "invalid_oauth_tenant_for_jit_provisioning": Forbidden,
    "invalid_connection_for_jit_provisioning": Forbidden,
    "invalid_email_for_invites": Forbidden,
    "action_not_allowed_email_domain_is_claimed": Forbidden,
    "insufficient_factors": Forbidden,
    "insufficient_factors_for_session_exchange": Forbidden,
    "action_available_only_once_primary_authentication_is_met": Forbidden,
    "invalid_intermediate_session_token_for_organization": Forbidden,
    "organization_suspended": Forbidden,
    "member_impersonation_not_allowed": Forbidden,
}
SESSION_PATHS = "/v1/b2b/sessions/"
RETRY_AFTER_DEFAULT = 60  # seconds; CONTRACT 8.2 does not promise a Retry-After
RETRY_AFTER_MOST = 86_400  # no page should tell a person to wait longer than a day
PLAIN = re.compile(r"[A-Za-z0-9_.:-]{1,128}")


def rejection(body: Json, *, status_code: int, path: str, retry_after: str) -> Rejected:
    """Build the error for a 4xx envelope (CONTRACT 1.4); raises Unavailable if it is none."""
    error_type = plain(wire.text(body, "error_type"))
    if not error_type:
        raise Unavailable("an error without a name", request_id=request_id(body))
    message = wire.text(body, "error_message", default="")
    seen = request_id(body)
    kind = _kind(error_type, status_code=status_code, path=path)
    kind = TriedTooOften if kind is WrongCredentials and _is_worn_out(body) else kind
    if kind is RateLimited:
        return RateLimited(
            error_type,
            status_code=status_code,
            message=message,
            request_id=seen,
            retry_after=seconds(retry_after),
        )
    no = kind(error_type, status_code=status_code, message=message, request_id=seen)
    if isinstance(no, SessionExpired):
        no.ended = _ended(body)
    return no


def _ended(body: Json) -> str:
    """Foyer's own service says why a session is over; none has to."""
    details = body.get("error_details")
    value = details.get("ended") if isinstance(details, dict) else None
    return plain(value) if isinstance(value, str) else ""


def request_id(body: Json) -> str:
    """Read the request id if it is fit for a log line, else ""."""
    value = body.get("request_id")
    return plain(value) if isinstance(value, str) else ""


def plain(value: str) -> str:
    return value if PLAIN.fullmatch(value) else ""


def seconds(retry_after: str) -> int:
    """Read a Retry-After header; a date or nonsense gives the default."""
    if not (retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 10):
        return RETRY_AFTER_DEFAULT
    return min(max(int(retry_after), 1), RETRY_AFTER_MOST)


def _is_worn_out(body: Json) -> bool:
    """As a Foyer says it beside the contract's error_type; of others it is just a wrong code."""
    details = body.get("error_details")
    return isinstance(details, dict) and details.get("reason") == "tried_too_often"


def _kind(error_type: str, *, status_code: int, path: str) -> type[Rejected]:
    kind = KINDS.get(error_type, Rejected)
    if status_code == 429 and kind is not MemberLocked:  # a lock may be a 429 too: CONTRACT 1.5
        return RateLimited
    if error_type == "unauthorized_credentials" and path.startswith(SESSION_PATHS):
        return SessionExpired
    return kind
