"""Somebody's account at a provider, as a factor tells of it (CONTRACT 3.5)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from identity.factors import Factor
from identity.oidc import Identity
from identity.provenance import Provenance

# Whose subjects are those of one workspace or tenant: elsewhere the same one is somebody else.
BY_TENANT = frozenset({"slack", "hubspot", "microsoft"})


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody at a connection, or at an OAuth provider."""

    subject: str
    connection_id: str = ""
    provider: str = ""
    tenant: str = ""

    @property
    def place(self) -> dict[str, Any]:
        if self.connection_id:
            return {"connection_id": self.connection_id}
        return {"connection": None, "provider": self.provider, "tenant": self.tenant}


def oauth_factor(identity: Identity, *, provider: str, now: datetime) -> Factor:
    """`email_id` is the member's, whoever that turns out to be (sign_in)."""
    detail = {"id": "", "provider_subject": identity.subject, "email_id": ""}
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
        email_address=identity.email_address,
    )


def sso_factor(identity: Identity, *, connection_id: str, now: datetime) -> Factor:
    """The organization's own provider vouches for the address (5.4), there and nowhere else."""
    detail = {"id": "", "provider_id": connection_id, "external_id": identity.subject}
    return Factor(
        "sso",
        "sso_oidc",
        now,
        "oidc_sso_factor",
        detail,
        email_verifying=True,
        provenance=Provenance.OWN_PROVIDER,
        email_address=identity.email_address,
    )


def account_of(factor: Factor) -> Account | None:
    """None for what is no account elsewhere, or came along from another organization (5.6).

    What came along isn't noted where it goes, but it still is some account's: `origin_of`.
    """
    detail = factor.detail or {}
    if factor.type == "sso" and "external_id" in detail:
        return Account(detail["external_id"], connection_id=detail["provider_id"])
    if factor.type == "oauth" and "provider_subject" in detail:
        provider = factor.delivery_method.removeprefix("oauth_")
        return _at(provider, detail["provider_subject"], detail.get("provider_tenant_id", ""))
    return None


def origin_of(factor: Factor) -> Account | None:
    """The account that a login began with, in whichever organization that was."""
    if not factor.subject:
        return account_of(factor)
    provider = factor.delivery_method.removeprefix("oauth_exchange_")
    return _at(provider, factor.subject, next(iter(factor.tenants), ""))


def _at(provider: str, subject: str, tenant: str) -> Account:
    return Account(subject, provider=provider, tenant=tenant if provider in BY_TENANT else "")


def _word(identity: Identity) -> Provenance:
    """What an OAuth provider's word for the address is worth."""
    if identity.email_doubted:
        return Provenance.DOUBTED
    return Provenance.VOUCHED if identity.email_verifying else Provenance.SEEN
