"""Organizations and members as the policy sees them, and what a second step would look like."""

from dataclasses import dataclass

from identity.errors import forbidden
from identity.factors import Factor, without_word
from identity.models import Member, Organization
from identity.operations import accounts
from identity.policy import Rules, Standing, primary_is_allowed

# CONTRACT 1.6: seven signs whatever the length, so that it doesn't tell the country either.
PHONE_MASK = "XXXXXXX"
PHONE_DIGITS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class MfaNeed:
    """`phone` is masked (XXXXXXX1234) or ""; `totp_registration_id` may be "" (CONTRACT 3.4)."""

    phone: str
    totp_registration_id: str
    sms_sent: bool = False

    @property
    def has_options(self) -> bool:
        """Whether anything is enrolled; otherwise member_options is null (3.4, INFERRED)."""
        return bool(self.phone or self.totp_registration_id)


def rules_of(organization: Organization) -> Rules:
    return Rules(
        auth_methods=organization.auth_methods,
        allowed_auth_methods=tuple(organization.allowed_auth_methods),
        mfa_policy=organization.mfa_policy,
        mfa_methods=organization.mfa_methods,
        allowed_mfa_methods=tuple(organization.allowed_mfa_methods),
    )


def standing_of(member: Member, *, joining: bool = False, has_session: bool = False) -> Standing:
    return Standing(
        is_breakglass=member.is_breakglass,
        mfa_enrolled=member.mfa_enrolled,
        email_verified=member.email_address_verified,
        joining=joining,
        has_session=has_session,
    )


def is_joining(member: Member) -> bool:
    """Invited and pending people: there is no earlier sign-in to rely on."""
    return member.status != Member.Status.ACTIVE


def may_use(method: str, *, organization: Organization, member: Member | None) -> bool:
    """Whether signing in by `method` counts there; for nobody in particular as for a newcomer."""
    standing = standing_of(member) if member else Standing()
    return primary_is_allowed(rules_of(organization), standing, method)


def check_may_use(method: str, *, organization: Organization, member: Member | None) -> None:
    if not may_use(method, organization=organization, member=member):
        raise forbidden(
            "operation_restricted_by_organization_auth_methods",
            "The organization does not allow this way of signing in.",
        )


def current_factors(member: Member, factors: tuple[Factor, ...]) -> tuple[Factor, ...]:
    """Those of a session of `member` that still say something about them.

    An address gets a new `email_id` when it changes. Without this, whoever may change a member's
    address could carry that member's session into other people's organizations, or have the new
    one taken for proven. An account elsewhere stays theirs: of the new address it says nothing.
    """
    told = (each if _is_current(each, member) else _account_alone(each) for each in factors)
    return tuple(filter(None, told))


def _is_current(factor: Factor, member: Member) -> bool:
    """By the address where the contract has no `email_id`, as for single sign-on (3.5)."""
    detail = factor.detail or {}
    if "email_id" in detail:
        return detail["email_id"] == member.email_id
    return factor.is_silent_or_of(member.email_address)


def _account_alone(factor: Factor) -> Factor | None:
    return without_word(factor) if accounts.account_of(factor) else None


def mfa_need(member: Member | None) -> MfaNeed:
    """What `mfa_required` offers; somebody about to join has nothing enrolled yet."""
    if member is None:
        return MfaNeed(phone="", totp_registration_id="")
    shown = member.mfa_phone_number[-PHONE_DIGITS_SHOWN:]
    phone = PHONE_MASK + shown if shown else ""
    return MfaNeed(phone=phone, totp_registration_id=member.totp_registration_id)
