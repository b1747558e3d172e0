"""Turns what went wrong on the way to an operation into the contract's errors."""

import logging
import traceback
from collections.abc import Mapping
from typing import Any

from ninja.errors import HttpError, ValidationError

from identity import addresses, names
from identity.errors import ApiError, bad_request

logger = logging.getLogger(__name__)

# Whatever is wrong with the field's type or value has this error type (CONTRACT 1.5).
# All other fields: `bad_request`, with the field named in message and `error_details`.
OF_FIELD: Mapping[str, tuple[str, str]] = {
    "email_address": ("invalid_email", "Email format is invalid."),
    "mfa_phone_number": (
        "invalid_phone_number",
        "Phone numbers are in E.164 format: + and the country code first.",
    ),
    "member_emails": ("invalid_email", "Email format is invalid."),
    "session_duration_minutes": (
        "invalid_session_duration_minutes",
        "session_duration_minutes should be between 5 to 527040 minutes.",
    ),
    "session_custom_claims": (
        "unable_to_represent_custom_claims_json",
        "session_custom_claims must be a JSON object.",
    ),
    "session_token": ("invalid_session_token", "session_token format is invalid."),
    "session_jwt": ("unable_to_parse_session_jwt", "session_jwt could not be parsed."),
    "member_session_id": ("invalid_session_id", "member_session_id format is invalid."),
    "code": ("invalid_code", "Code format is invalid."),
    "expiration_minutes": ("invalid_expiration", "expiration_minutes is out of range."),
    "locale": ("invalid_locale", "The locale is not supported."),
    "pkce_code_challenge": ("invalid_pkce_code_challenge", "The PKCE code challenge is invalid."),
    "code_challenge": ("invalid_pkce_code_challenge", "The PKCE code challenge is invalid."),
    "code_verifier": ("invalid_pkce_code_verifier", "The PKCE code verifier is invalid."),
    "pkce_code_verifier": ("invalid_pkce_code_verifier", "The PKCE code verifier is invalid."),
    "organization_slug": (
        "invalid_organization_slug",
        "The organization slug must be 2 to 128 characters: letters, digits and -._~,"
        " at least one of them a letter or digit.",
    ),
}


def of_validation(error: ValidationError) -> ApiError:
    """The first complaint is the answer; values are never repeated."""
    first = error.errors[0]
    name = _field(first)
    error_type, message = _type_and_message(name, first)
    return bad_request(error_type, message, details={"field": name, "reason": str(first["type"])})


def of_http(error: HttpError) -> ApiError:
    """Ninja wraps what a body parser raises."""
    cause = error.__cause__
    if isinstance(cause, ApiError):
        return cause
    return ApiError(error.status_code, "bad_request", "The request could not be understood.")


def of_bug(error: Exception, *, request_id: str) -> ApiError:
    """Type and stack are logged, the exception's own words aren't: they may quote a secret."""
    stack = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s: unhandled %s\n%s", request_id, type(error).__name__, stack)
    return ApiError(500, "internal_server_error", "Oops, something went wrong on our end.")


def _type_and_message(name: str, complaint: Mapping[str, Any]) -> tuple[str, str]:
    if complaint["type"] == "missing":
        return "bad_request", f"{name} is required."
    if name.endswith("_expiration_minutes"):
        return "invalid_expiration", f"{name} is out of range."
    if addresses.NOT_ASCII in complaint["msg"]:
        return "invalid_email", f"An e-mail address: {addresses.NOT_ASCII}."
    if names.HOLDS_ADDRESS in complaint["msg"]:
        kind = "invalid_organization_name" if name == "organization_name" else "invalid_name"
        return kind, f"{name}: {names.HOLDS_ADDRESS}."
    return OF_FIELD.get(name, ("bad_request", f"{name}: {complaint['msg']}."))


def _field(complaint: Mapping[str, Any]) -> str:
    """`("body", <parameter>, "roles", 2)` is about `roles`; `("query", "limit")` about `limit`."""
    location = complaint["loc"]
    inside = location[2:] if location[0] == "body" else location[1:]
    return next((part for part in inside if isinstance(part, str)), "body")
