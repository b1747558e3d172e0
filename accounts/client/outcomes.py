"""How a sign-in call ended: optional fields become exactly one named outcome (CONTRACT 7.7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from accounts.client import entities, parse, wire
from accounts.client.entities import DiscoveredOrganization, Member, MemberSession, Organization
from accounts.client.errors import Unavailable
from accounts.client.tokens import Intermediate, Tokens

# CONTRACT 5.1: fixed, for services too old to send intermediate_session_token_expires_at
INTERMEDIATE_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Authenticated:
    """Signed in."""

    tokens: Tokens
    session: MemberSession
    member: Member | None = None
    organization: Organization | None = None


@dataclass(frozen=True, slots=True)
class MfaRequired:
    """A second step is missing; `phone` is masked, "" without one.

    An answer that leaves the member or organization out (CONTRACT 9.3) allows every method.
    """

    intermediate: Intermediate
    organization_id: str
    organization_name: str
    organization_slug: str
    member_id: str
    email_address: str
    phone: str = ""
    totp_enrolled: bool = False
    sms_sent: bool = False
    phone_verified: bool = True
    # Typed in this very sign-in, and to be typed again if it was wrong.
    phone_typed: bool = False
    default_method: str = ""
    allowed_methods: tuple[str, ...] = entities.MFA_METHODS


@dataclass(frozen=True, slots=True)
class PrimaryRequired:
    """The organization wants another first factor; with no method allowed there is no way in.

    `is_proof_wanted`: as far as the answer tells, it is the address that lacks a proof.
    """

    intermediate: Intermediate
    organization_id: str
    organization_name: str
    organization_slug: str
    member_id: str
    email_address: str
    allowed_auth_methods: tuple[str, ...] = ()
    is_proof_wanted: bool = False


@dataclass(frozen=True, slots=True)
class Discovered:
    """The address is proven, an organization not chosen yet."""

    intermediate: Intermediate
    email_address: str
    organizations: tuple[DiscoveredOrganization, ...] = ()


@dataclass(frozen=True, slots=True)
class SignedOut:
    """Nobody is signed in; `reason` says why: signed_out, ended, never."""

    reason: str


Pending: TypeAlias = Discovered | MfaRequired | PrimaryRequired
AuthOutcome: TypeAlias = Authenticated | Pending | SignedOut


def parse_outcome(body: Mapping[str, object], *, now: datetime) -> AuthOutcome:
    """Name the outcome of an AUTH or discovery answer (CONTRACT 2, 5); `now` is aware UTC.

    Raises Unavailable on every combination of fields the contract does not explain, so that
    nothing unknown is ever let through.
    """
    if "discovered_organizations" in body:
        return parse_discovered(body, now=now)
    if wire.flag(body, "member_authenticated"):
        return parse_authenticated(body)
    return _parse_step(body, now=now)


def parse_authenticated(body: Mapping[str, object]) -> Authenticated:
    """Read an answer that can only be a full session (sessions/authenticate, second factors)."""
    session = wire.child(body, "member_session")
    if session is None or body.get("member_authenticated", True) is not True:
        raise Unavailable("a session was promised and not sent")
    for name in ("mfa_required", "primary_required"):
        if body.get(name) is not None:
            raise Unavailable(f"a session and {name} at once")
    if wire.text(body, "intermediate_session_token", default=""):
        raise Unavailable("a session and an intermediate session at once")
    member_session = parse.member_session(session)
    return Authenticated(
        tokens=Tokens(
            session_token=wire.filled(body, "session_token"),
            session_jwt=wire.filled(body, "session_jwt"),
            expires_at=member_session.expires_at,
        ),
        session=member_session,
        member=parse.optional(parse.member, wire.child(body, "member")),
        organization=parse.optional(parse.organization, wire.child(body, "organization")),
    )


def parse_discovered(body: Mapping[str, object], *, now: datetime) -> Discovered:
    """Read the answer of a discovery authenticate call (CONTRACT 2.3, 2.4)."""
    if body.get("member_authenticated") is not None or _holds_session(body):
        raise Unavailable("a discovery answer that speaks of a session")
    return Discovered(
        intermediate=_intermediate(body, now=now),
        email_address=wire.filled(body, "email_address"),
        organizations=parse.discovered_organizations(body),
    )


def _parse_step(body: Mapping[str, object], *, now: datetime) -> MfaRequired | PrimaryRequired:
    if _holds_session(body):
        raise Unavailable("a session for someone not authenticated")
    primary, mfa = wire.child(body, "primary_required"), wire.child(body, "mfa_required")
    if primary is not None:  # comes first even when MFA is missing as well: CONTRACT 5.4
        return _primary_required(body, primary, now=now)
    if mfa is not None:
        return _mfa_required(body, mfa, now=now)
    raise Unavailable("not authenticated, and nothing said to be missing")


def _primary_required(
    body: Mapping[str, object], primary: Mapping[str, object], *, now: datetime
) -> PrimaryRequired:
    organization, member = parse.whose(body)
    asked = wire.texts(primary, "allowed_auth_methods")
    is_told = wire.child(body, "organization") is not None
    return PrimaryRequired(
        intermediate=_intermediate(body, now=now),
        organization_id=organization.organization_id,
        organization_name=organization.name,
        organization_slug=organization.slug,
        member_id=member.member_id,
        email_address=member.email_address,
        allowed_auth_methods=asked,
        is_proof_wanted=is_told and entities.is_proof_wanted(organization, asked),
    )


def _mfa_required(
    body: Mapping[str, object], mfa: Mapping[str, object], *, now: datetime
) -> MfaRequired:
    organization, member = parse.whose(body)
    options = parse.mfa_options(mfa)
    return MfaRequired(
        intermediate=_intermediate(body, now=now),
        organization_id=organization.organization_id,
        organization_name=organization.name,
        organization_slug=organization.slug,
        member_id=member.member_id,
        email_address=member.email_address,
        phone=options.phone,
        totp_enrolled=options.totp_enrolled,
        sms_sent=mfa.get("secondary_auth_initiated") == "sms_otp",
        phone_verified=member.mfa_phone_number_verified or wire.child(body, "member") is None,
        default_method=member.default_mfa_method,
        allowed_methods=entities.allowed_mfa_methods(organization, member),
    )


def _intermediate(body: Mapping[str, object], *, now: datetime) -> Intermediate:
    return Intermediate(
        token=wire.filled(body, "intermediate_session_token"),
        expires_at=wire.moment(
            body, "intermediate_session_token_expires_at", default=now + INTERMEDIATE_LIFETIME
        ),
    )


def _holds_session(body: Mapping[str, object]) -> bool:
    return any(body.get(name) for name in ("member_session", "session_token", "session_jwt"))
