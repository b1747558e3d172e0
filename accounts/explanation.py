"""A session in terms a person can follow, and its state as JSON; never with a token."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts import devices
from accounts.client.entities import Factor, MemberSession
from accounts.lifetime import Lifetime


@dataclass(frozen=True, slots=True)
class Explained:
    started_at: datetime
    expires_at: datetime
    last_seen_at: datetime
    renewed_at: datetime
    next_renewal_at: datetime
    minutes: int
    minutes_left: int
    factors: tuple[Factor, ...]
    roles: tuple[str, ...]


def explain(member: MemberSession, *, now: datetime, heartbeat: timedelta) -> Explained:
    return Explained(
        started_at=member.started_at,
        expires_at=member.expires_at,
        last_seen_at=member.last_accessed_at,
        renewed_at=renewed_at(member),
        next_renewal_at=next_renewal(member, heartbeat=heartbeat),
        minutes=max(1, whole_minutes(member.expires_at - member.started_at)),
        minutes_left=max(0, whole_minutes(member.expires_at - now)),
        factors=member.factors,
        # the more telling role first: what every member has comes last
        roles=tuple(sorted(member.roles, key=lambda role: role == "stytch_member")),
    )


def renewed_at(member: MemberSession) -> datetime:
    return member.issued_at or member.last_accessed_at


def next_renewal(member: MemberSession, *, heartbeat: timedelta) -> datetime:
    return min(renewed_at(member) + heartbeat, member.expires_at)


def describe(member: MemberSession) -> dict[str, object]:
    """What a script or another service may know of a session."""
    return {
        "member_session_id": member.member_session_id,
        "member_id": member.member_id,
        "email_address": member.email_address,
        "organization_id": member.organization_id,
        "organization_slug": member.organization_slug,
        "roles": list(member.roles),
        "started_at": member.started_at,
        "last_accessed_at": member.last_accessed_at,
        "expires_at": member.expires_at,
        "authentication_factors": [describe_factor(factor) for factor in member.factors],
        "custom_claims": own_claims(member),
    }


def describe_member(member: MemberSession) -> dict[str, object]:
    """Who it is, as far as a session tells."""
    return {
        "member_id": member.member_id,
        "organization_id": member.organization_id,
        "email_address": member.email_address,
        "name": member.name,
        "roles": list(member.roles),
    }


def describe_organization(member: MemberSession, *, name: str) -> dict[str, object]:
    return {
        "organization_id": member.organization_id,
        "organization_slug": member.organization_slug,
        "organization_name": name,
    }


def version(member: MemberSession, organization_name: str = "") -> str:
    """Says in a few letters whether anything has changed but when the session was last seen.

    Pages compare it with what other tabs know; times count in seconds, as a JWT has no more.
    """
    names = {"organization_name": organization_name, "name": member.name}
    said = describe(member) | {"last_accessed_at": None, **names}
    text = json.dumps(said, sort_keys=True, default=lambda moment: int(moment.timestamp()))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def describe_lifetime(life: Lifetime | None) -> dict[str, object] | None:
    """In seconds from now as well, for whoever's clock is wrong."""
    if life is None:
        return None
    return {
        "ends_at": life.ends_at,
        "idle_ends_at": life.idle_at,
        "seconds": life.seconds,
        "may_extend": life.may_extend,
    }


def own_claims(member: MemberSession) -> dict[str, object]:
    """The team's; which device it is, is Foyer's to know."""
    return {name: value for name, value in member.custom_claims.items() if name != devices.CLAIM}


def describe_factor(factor: Factor) -> dict[str, object]:
    return {
        "type": factor.type,
        "delivery_method": factor.delivery_method,
        "last_authenticated_at": factor.last_authenticated_at,
    }


def whole_minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
