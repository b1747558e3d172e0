"""Which accounts elsewhere belong to a member: noted once they have signed in with them (3.2)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from identity.factors import Factor
from identity.models import Member
from identity.oidc import Identity
from identity.provenance import Provenance
from identity.providers import PROVIDERS
from identity.tokens import new_id


def oauth_factor(identity: Identity, *, provider: str, now: datetime) -> Factor:
    """`email_id` is the member's, whoever that turns out to be (sign_in)."""
    detail = {
        "id": new_id("member-oauth-registration"),
        "provider_subject": identity.subject,
        "email_id": "",
    }
    if identity.tenants:
        detail["provider_tenant_id"] = identity.tenants[0]
    return Factor(
        "oauth",
        f"oauth_{provider}",
        now,
        f"{provider}_oauth_factor",
        detail,
        email_verifying=identity.email_verifying,
        provenance=_word(identity),
        tenants=identity.tenants,
    )


def sso_factor(identity: Identity, *, connection_id: str, now: datetime) -> Factor:
    """The organization's own provider vouches for the address (5.4), there and nowhere else."""
    detail = {
        "id": new_id("member-sso-registration"),
        "provider_id": connection_id,
        "external_id": identity.subject,
    }
    return Factor(
        "sso",
        "sso_oidc",
        now,
        "oidc_sso_factor",
        detail,
        email_verifying=True,
        provenance=Provenance.OWN_PROVIDER,
    )


def keep(member: Member, factors: tuple[Factor, ...], *, now: datetime) -> tuple[Factor, ...]:
    """This will note new accounts with the member; the factors come back naming their notes.

    The member's row is locked by `sign_in`.
    """
    before = len(member.oauth_registrations), len(member.sso_registrations)
    named = tuple(_kept(member, factor) for factor in factors)
    if before != (len(member.oauth_registrations), len(member.sso_registrations)):
        member.updated_at = now
        member.save(update_fields=["oauth_registrations", "sso_registrations", "updated_at"])
    return named


def forget_connection(member: Member, *, connection_id: str) -> None:
    kept = [each for each in member.sso_registrations if each["connection_id"] != connection_id]
    member.sso_registrations = kept
    member.save(update_fields=["sso_registrations"])


def _word(identity: Identity) -> Provenance:
    """What an OAuth provider's word for the address is worth."""
    if identity.email_doubted:
        return Provenance.DOUBTED
    return Provenance.VOUCHED if identity.email_verifying else Provenance.SEEN


def _kept(member: Member, factor: Factor) -> Factor:
    detail = factor.detail or {}
    match factor.type, detail:
        case "oauth", {"id": own, "provider_subject": subject}:
            label = PROVIDERS[factor.delivery_method.removeprefix("oauth_")].label
            account = {"provider_type": label, "provider_subject": subject}
            new = {**account, "member_oauth_registration_id": own}
            held = _held(member.oauth_registrations, account, new=new)
            return replace(factor, detail={**detail, "id": held["member_oauth_registration_id"]})
        case "sso", {"id": own, "provider_id": connection_id, "external_id": subject}:
            account = {"connection_id": connection_id, "external_id": subject}
            new = {**account, "registration_id": own}
            held = _held(member.sso_registrations, account, new=new)
            return replace(factor, detail={**detail, "id": held["registration_id"]})
        case _:
            return factor


def _held(
    registrations: list[dict[str, Any]], account: dict[str, str], *, new: dict[str, Any]
) -> dict[str, Any]:
    known = _first(each for each in registrations if account.items() <= each.items())
    if known is None:
        registrations.append(new)
    return known or new


def _first(found: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    return next(iter(found), None)
