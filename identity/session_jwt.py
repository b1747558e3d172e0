"""The session's JWT: minted at every success, read back when a caller presents it (CONTRACT 4)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt
from django.conf import settings

from identity.errors import ApiError, bad_request, unauthorized
from identity.factors import wire_time
from identity.keys import Ring
from identity.models import MemberSession

ALGORITHM = "RS256"
SESSION_CLAIM = "https://stytch.com/session"
ORGANIZATION_CLAIM = "https://stytch.com/organization"
# CONTRACT 4.2: five minutes; a copy outlives a revocation by no more than this (4.3).
LIFETIME_SECONDS = 300
REQUIRED = ("iss", "aud", "sub", "exp", "iat", "nbf")
# Servers' clocks differ by seconds.
LEEWAY_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Reading:
    """What a verified JWT names; it may have expired."""

    member_session_id: str
    issued_at: datetime


def mint(session: MemberSession, *, roles: tuple[str, ...], ring: Ring, now: datetime) -> str:
    """This will sign a JWT of 300 seconds, less if the session ends sooner (4.3, INFERRED)."""
    issued_at = int(now.timestamp())
    claims = {
        **session.custom_claims,
        "iss": issuer(),
        "aud": [settings.IDENTITY_PROJECT_ID],
        "sub": session.member_id,
        "iat": issued_at,
        "nbf": issued_at,
        "exp": min(issued_at + LIFETIME_SECONDS, int(session.expires_at.timestamp())),
        SESSION_CLAIM: _session_claim(session, roles),
        ORGANIZATION_CLAIM: {
            "organization_id": session.member.organization_id,
            "slug": session.member.organization.organization_slug,
        },
    }
    kid, private_key = ring.signing_key
    return jwt.encode(claims, private_key, algorithm=ALGORITHM, headers={"kid": kid, "typ": "JWT"})


def read(token: str, *, ring: Ring) -> Reading:
    """This will verify signature, audience, issuer and shape; an expired one is fine (2.1).

    Raises unable_to_parse_session_jwt 400, unauthorized_credentials 401 (not signed by us),
    jwt_invalid_audience, jwt_invalid_issuer, jwt_invalid_claims 400 (statuses INFERRED).
    """
    claims = _verified(token, key=_key_of(token, ring=ring))
    session = claims.get(SESSION_CLAIM)
    named = session.get("id") if isinstance(session, dict) else None
    if not isinstance(named, str):
        raise _refusal("jwt_invalid_claims", "session_jwt names no session.")
    return Reading(named, datetime.fromtimestamp(claims["iat"], tz=UTC))


def issuer() -> str:
    return f"stytch.com/{settings.IDENTITY_PROJECT_ID}"


def _session_claim(session: MemberSession, roles: tuple[str, ...]) -> dict[str, Any]:
    return {
        "id": session.member_session_id,
        "started_at": wire_time(session.started_at),
        "last_accessed_at": wire_time(session.last_accessed_at),
        "expires_at": wire_time(session.expires_at),
        # Of the consumer API, but readers expect the two names (4.2).
        "attributes": {"ip_address": "", "user_agent": ""},
        "authentication_factors": [factor.to_wire() for factor in session.factors],
        "roles": list(roles),
    }


def _key_of(token: str, *, ring: Ring) -> Any:
    """Only our own keys, found by kid; keys the token brings along (jwk, jku, x5c) are ignored."""
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError as error:
        raise _refusal("unable_to_parse_session_jwt", "session_jwt could not be parsed.") from error
    key = ring.public_key(str(header.get("kid", "")))
    if key is None:
        raise _not_ours()
    return key


def _verified(token: str, *, key: Any) -> dict[str, Any]:
    try:
        return jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=settings.IDENTITY_PROJECT_ID,
            issuer=issuer(),
            leeway=LEEWAY_SECONDS,
            options={"require": list(REQUIRED), "verify_exp": False},
        )
    except jwt.InvalidAudienceError as error:
        raise _refusal("jwt_invalid_audience", "session_jwt is for somebody else.") from error
    except jwt.InvalidIssuerError as error:
        raise _refusal("jwt_invalid_issuer", "session_jwt was issued by somebody else.") from error
    except (jwt.InvalidSignatureError, jwt.InvalidAlgorithmError) as error:
        raise _not_ours() from error
    except (jwt.InvalidTokenError, ValueError, OverflowError) as error:
        raise _refusal("jwt_invalid_claims", "session_jwt has invalid claims.") from error


def _refusal(error_type: str, message: str) -> ApiError:
    return bad_request(error_type, message)


def _not_ours() -> ApiError:
    """One of the four types upon which clients end a session (7.4): it will never verify."""
    return unauthorized("unauthorized_credentials", "session_jwt was not signed by this service.")
