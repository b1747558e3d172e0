"""What somebody has proven, how and when: pure values shared by the policy and the models."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from identity.provenance import Provenance

# Methods by which organizations restrict sign-in (CONTRACT 3.3 allowed_auth_methods).
METHOD_OF_OAUTH = {
    "oauth_google": "google_oauth",
    "oauth_microsoft": "microsoft_oauth",
    "oauth_slack": "slack_oauth",
    "oauth_github": "github_oauth",
    "oauth_hubspot": "hubspot_oauth",
    "oauth_exchange_google": "google_oauth",
    "oauth_exchange_slack": "slack_oauth",
    "oauth_exchange_github": "github_oauth",
    "oauth_exchange_hubspot": "hubspot_oauth",
}
SECONDARY_TYPES = frozenset({"otp", "totp", "recovery_codes"})
EMAIL_TYPES = frozenset({"magic_link", "email_otp"})


@dataclass(frozen=True, slots=True)
class Factor:
    """One authentication factor; `detail` is the wire's sub-object under `detail_name` (3.5)."""

    type: str
    delivery_method: str
    authenticated_at: datetime
    detail_name: str = ""
    detail: Mapping[str, str] | None = None
    # Whether the method itself proved the address in real time (CONTRACT 5.4).
    email_verifying: bool = False
    # By whose word the address is the person's. Not the same as above: a password proves nothing
    # in real time, and leads as far as the proof that it was set with.
    provenance: Provenance = Provenance.NOBODY
    # The workspaces or accounts the person belongs to there, by which organizations let people in.
    tenants: tuple[str, ...] = ()
    # Of a login that came along from another organization: who it was at the provider. The wire
    # tells no more of it than its name (CONTRACT 5.6), but it stays that person's on every way.
    subject: str = ""
    # The address that all of this is said of; "" for what says nothing of any.
    email_address: str = ""

    @property
    def is_secondary(self) -> bool:
        return self.type in SECONDARY_TYPES

    @property
    def method(self) -> str:
        """The name under which `allowed_auth_methods` lists it; "" for second factors."""
        if self.is_secondary:
            return ""
        if self.type == "oauth":
            return METHOD_OF_OAUTH.get(self.delivery_method, "")
        return self.type

    def is_silent_or_of(self, email_address: str) -> bool:
        """Whether it may count for who has this address: it speaks of no other one."""
        is_silent = self.provenance == Provenance.NOBODY and not self.email_verifying
        return is_silent or self.email_address == email_address

    def to_wire(self) -> dict[str, Any]:
        """The contract's AuthenticationFactor."""
        moment = wire_time(self.authenticated_at)
        body: dict[str, Any] = {
            "type": self.type,
            "delivery_method": self.delivery_method,
            "last_authenticated_at": moment,
            "created_at": moment,
            "updated_at": moment,
            "sequence_order": "SECONDARY" if self.is_secondary else "PRIMARY",
        }
        if self.detail_name:
            body[self.detail_name] = dict(self.detail or {})
        return body

    def to_json(self) -> dict[str, Any]:
        """How it is stored; the wire has no more of it than `detail` and the moment."""
        return {
            "type": self.type,
            "delivery_method": self.delivery_method,
            "authenticated_at": self.authenticated_at.isoformat(),
            "detail_name": self.detail_name,
            "detail": dict(self.detail or {}),
            "email_verifying": self.email_verifying,
            "provenance": self.provenance.value,
            "tenants": list(self.tenants),
            "subject": self.subject,
            "email_address": self.email_address,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        moment = datetime.fromisoformat(stored["authenticated_at"])
        tenants = tuple(stored.get("tenants", ()))
        provenance = Provenance(stored.get("provenance", ""))
        read = {"authenticated_at": moment, "tenants": tenants, "provenance": provenance}
        return cls(**{**stored, **read})


def email_factor(*, type: str, email_id: str, email_address: str, now: datetime) -> Factor:
    """A proven mailbox; `type` is magic_link or email_otp."""
    detail = {"email_id": email_id, "email_address": email_address}
    return Factor(
        type,
        "email",
        now,
        "email_factor",
        detail,
        email_verifying=True,
        provenance=Provenance.MAILBOX,
        email_address=email_address,
    )


def password_factor(
    *,
    email_id: str,
    email_address: str,
    now: datetime,
    email_verifying: bool = False,
    provenance: Provenance = Provenance.NOBODY,
) -> Factor:
    """A known password; it was set for this address, which the wire doesn't say (CONTRACT 3.5).

    `email_verifying` when it was set through a link mailed there, in this very moment (5.4).
    `provenance` is that of the proof it was set with, whenever that was.
    """
    return Factor(
        "password",
        "knowledge",
        now,
        detail={"email_id": email_id},
        email_verifying=email_verifying,
        provenance=provenance,
        email_address=email_address,
    )


def add(held: tuple[Factor, ...], new: Factor) -> tuple[Factor, ...]:
    """The newest proof of a method replaces the older proof of the same method and subject."""
    rest = tuple(factor for factor in held if _identity(factor) != _identity(new))
    return (*rest, new)


def renamed_for_email(factor: Factor, *, email_id: str) -> Factor:
    """The same proof of a mailbox, told with another member's `email_id`."""
    return replace(factor, detail={**(factor.detail or {}), "email_id": email_id})


def without_word(factor: Factor) -> Factor:
    """The same login, saying nothing of any address."""
    return replace(factor, email_verifying=False, provenance=Provenance.NOBODY)


def is_doubted(factors: tuple[Factor, ...]) -> bool:
    """Whether the provider itself doubts the address, and no other factor proves it."""
    doubted = any(factor.provenance == Provenance.DOUBTED for factor in factors)
    return doubted and not any(factor.email_verifying for factor in factors)


def wire_time(moment: datetime) -> str:
    """RFC 3339, UTC, whole seconds (CONTRACT 1.6)."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _identity(factor: Factor) -> tuple[str, str, str]:
    detail = factor.detail or {}
    return (factor.type, factor.delivery_method, detail.get("email_address", ""))
