"""The claims of a session JWT (CONTRACT 4.2) into a MemberSession."""

from datetime import datetime
from types import MappingProxyType

from accounts.client import parse, wire
from accounts.client.entities import MemberSession
from accounts.client.errors import JwtInvalid, Unavailable
from accounts.client.wire import Json

SESSION = "https://stytch.com/session"
ORGANIZATION = "https://stytch.com/organization"
RESERVED = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti"})
RESERVED_PREFIX = "https://stytch.com/"


def read(claims: Json, *, issued_at: datetime, jwt_expires_at: datetime) -> MemberSession:
    """Read verified claims; raises JwtInvalid for a JWT that is not a member session's.

    The same keys sign M2M tokens (CONTRACT 4.4), so a good signature alone proves no session.
    """
    try:
        return _session(claims, issued_at=issued_at, jwt_expires_at=jwt_expires_at)
    except Unavailable:
        raise JwtInvalid("not a member session's JWT") from None


def _session(claims: Json, *, issued_at: datetime, jwt_expires_at: datetime) -> MemberSession:
    session, organization = wire.parent(claims, SESSION), wire.parent(claims, ORGANIZATION)
    started_at = wire.moment(session, "started_at")
    return MemberSession(
        member_session_id=wire.filled(session, "id"),
        member_id=wire.filled(claims, "sub"),
        organization_id=wire.filled(organization, "organization_id"),
        organization_slug=wire.text(organization, "slug", default=""),
        started_at=started_at,
        last_accessed_at=wire.moment(session, "last_accessed_at", default=started_at),
        expires_at=wire.moment(session, "expires_at", default=jwt_expires_at),
        factors=parse.factors(session, since=started_at),
        roles=wire.texts(session, "roles"),
        custom_claims=MappingProxyType(
            {name: value for name, value in claims.items() if _is_custom(name)}
        ),
        issued_at=issued_at,
        jwt_expires_at=jwt_expires_at,
    )


def _is_custom(name: str) -> bool:
    return name not in RESERVED and not name.startswith(RESERVED_PREFIX)
