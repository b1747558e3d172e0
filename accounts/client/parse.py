"""Wire objects (CONTRACT 3) into entities; what this app does not use is not read."""

from collections.abc import Callable
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar

from accounts.client import wire
from accounts.client.entities import (
    MEMBERSHIPS,
    NO_CLAIMS,
    DiscoveredOrganization,
    Factor,
    Member,
    MemberSession,
    MfaOptions,
    Organization,
    SsoConnection,
)
from accounts.client.wire import Json

T = TypeVar("T")


def optional(read: Callable[[Json], T], body: Json | None) -> T | None:
    return None if body is None else read(body)


def organization(body: Json) -> Organization:
    return Organization(
        organization_id=wire.filled(body, "organization_id"),
        name=wire.text(body, "organization_name", default=""),
        slug=wire.text(body, "organization_slug", default=""),
        logo_url=wire.text(body, "organization_logo_url", default=""),
        email_allowed_domains=wire.texts(body, "email_allowed_domains"),
        email_jit_provisioning=wire.text(body, "email_jit_provisioning", default="NOT_ALLOWED"),
        email_invites=wire.text(body, "email_invites", default="NOT_ALLOWED"),
        auth_methods=wire.text(body, "auth_methods", default="ALL_ALLOWED"),
        allowed_auth_methods=wire.texts(body, "allowed_auth_methods"),
        mfa_policy=wire.text(body, "mfa_policy", default="OPTIONAL"),
        mfa_methods=wire.text(body, "mfa_methods", default="ALL_ALLOWED"),
        allowed_mfa_methods=wire.texts(body, "allowed_mfa_methods"),
        sso_active_connections=tuple(
            map(sso_connection, wire.children(body, "sso_active_connections"))
        ),
        sso_default_connection_id=wire.text(body, "sso_default_connection_id", default=""),
    )


def sso_connection(body: Json, *, kind: str = "") -> SsoConnection:
    return SsoConnection(
        connection_id=wire.filled(body, "connection_id"),
        display_name=wire.text(body, "display_name", default=""),
        identity_provider=wire.text(body, "identity_provider", default=""),
        status=wire.text(body, "status", default="active"),
        kind=kind,
    )


def member(body: Json) -> Member:
    return Member(
        member_id=wire.filled(body, "member_id"),
        organization_id=wire.text(body, "organization_id", default=""),
        email_address=wire.text(body, "email_address", default=""),
        name=wire.text(body, "name", default=""),
        status=wire.text(body, "status", default=""),
        roles=tuple(wire.filled(role, "role_id") for role in wire.children(body, "roles")),
        is_admin=wire.flag(body, "is_admin", default=False),
        is_breakglass=wire.flag(body, "is_breakglass", default=False),
        is_locked=wire.flag(body, "is_locked", default=False),
        email_address_verified=wire.flag(body, "email_address_verified", default=False),
        mfa_enrolled=wire.flag(body, "mfa_enrolled", default=False),
        mfa_phone_number=wire.text(body, "mfa_phone_number", default=""),
        mfa_phone_number_verified=wire.flag(body, "mfa_phone_number_verified", default=False),
        totp_registration_id=wire.text(body, "totp_registration_id", default=""),
        default_mfa_method=wire.text(body, "default_mfa_method", default=""),
        password_id=wire.text(body, "member_password_id", default=""),
        created_at=wire.moment(body, "created_at") if body.get("created_at") else None,
        untrusted_metadata=dict(wire.child(body, "untrusted_metadata") or {}),
        trusted_metadata=dict(wire.child(body, "trusted_metadata") or {}),
    )


def member_session(body: Json) -> MemberSession:
    started_at = wire.moment(body, "started_at")
    return MemberSession(
        member_session_id=wire.filled(body, "member_session_id"),
        member_id=wire.filled(body, "member_id"),
        organization_id=wire.filled(body, "organization_id"),
        organization_slug=wire.text(body, "organization_slug", default=""),
        started_at=started_at,
        last_accessed_at=wire.moment(body, "last_accessed_at", default=started_at),
        expires_at=wire.moment(body, "expires_at"),
        factors=factors(body, since=started_at),
        roles=wire.texts(body, "roles"),
        custom_claims=MappingProxyType(dict(wire.child(body, "custom_claims") or NO_CLAIMS)),
    )


def factors(body: Json, *, since: datetime) -> tuple[Factor, ...]:
    """Read authentication_factors; one without a time counts from `since`, never as recent."""
    return tuple(
        _factor(factor, since=since) for factor in wire.children(body, "authentication_factors")
    )


def _factor(body: Json, *, since: datetime) -> Factor:
    return Factor(
        type=wire.filled(body, "type"),
        delivery_method=wire.text(body, "delivery_method", default=""),
        last_authenticated_at=wire.moment(body, "last_authenticated_at", default=since),
        detail=_detail(body),
    )


def _detail(body: Json) -> str:
    if email := wire.child(body, "email_factor"):
        return wire.text(email, "email_address", default="")
    if phone := wire.child(body, "phone_number_factor"):
        return masked(wire.text(phone, "phone_number", default=""))
    if impersonator := wire.child(body, "impersonated_factor"):
        return wire.text(impersonator, "impersonator_email_address", default="")
    return ""


def masked(phone: str) -> str:
    """Keep the last four digits, as CONTRACT 1.6 does; "" stays "", the masked stays as it is."""
    return "X" * (len(phone.removeprefix("+")) - 4) + phone[-4:]


def mfa_options(mfa_required: Json) -> MfaOptions:
    """Read an MfaRequired object; without member_options nothing is enrolled (CONTRACT 3.4)."""
    options = wire.child(mfa_required, "member_options") or {}
    return MfaOptions(
        phone=masked(wire.text(options, "mfa_phone_number", default="")),
        totp_enrolled=bool(wire.text(options, "totp_registration_id", default="")),
    )


def discovered_organizations(body: Json) -> tuple[DiscoveredOrganization, ...]:
    """Read the list; an entry of a kind this app does not know is left out of it."""
    entries = wire.children(body, "discovered_organizations", required=True)
    return tuple(entry for entry in map(_discovered, entries) if entry is not None)


def _discovered(body: Json) -> DiscoveredOrganization | None:
    found, membership = wire.child(body, "organization"), wire.child(body, "membership")
    kind = wire.text(membership, "type", default="") if membership else ""
    if found is None or membership is None or kind not in MEMBERSHIPS:
        return None
    primary = wire.child(body, "primary_required")
    known = optional(member, wire.child(membership, "member"))
    return DiscoveredOrganization(
        organization=organization(found),
        membership=kind,
        member=known,
        is_unconfirmed=kind == "active_member" and _is_unconfirmed(membership, known),
        member_authenticated=wire.flag(body, "member_authenticated", default=False),
        allowed_auth_methods=None
        if primary is None
        else wire.texts(primary, "allowed_auth_methods"),
        mfa=optional(mfa_options, wire.child(body, "mfa_required")),
    )


def _is_unconfirmed(membership: Json, known: Member | None) -> bool:
    """Told by the embedded service. Of another one: whether the address was never verified there.

    Stytch's answer has no such field (CONTRACT 3.4), so this is what it does say (CHOICE).
    """
    verified = known is not None and known.email_address_verified
    return wire.flag(membership, "unconfirmed", default=not verified)


def whose(body: Json) -> tuple[Organization, Member]:
    """Who a step is for; an answer may leave out both objects (CONTRACT 9.3) but not the ids."""
    of, who = wire.child(body, "organization"), wire.child(body, "member")
    return (
        organization(of)
        if of is not None
        else Organization(wire.text(body, "organization_id", default=""), name="", slug=""),
        member(who)
        if who is not None
        else Member(wire.filled(body, "member_id"), organization_id="", email_address=""),
    )
