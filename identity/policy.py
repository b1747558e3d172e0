"""What a person still has to prove to enter an organization: pure rules (CONTRACT 5)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from identity.factors import SECONDARY_TYPES, Factor
from identity.provenance import Provenance, Use, is_good

Factors = tuple[Factor, ...]

# 5.4, in the order observed: methods that prove the address at the moment of use.
EMAIL_VERIFYING = ("sso", "microsoft_oauth", "email_otp", "magic_link", "google_oauth")
MAILED = ("email_otp", "magic_link")
# 3.3: everything `allowed_auth_methods` may name.
ALL_METHODS = (*EMAIL_VERIFYING, "password", "slack_oauth", "github_oauth", "hubspot_oauth")
# 5.5, 3.3: under which name `allowed_mfa_methods` lists a second factor. Recovery codes stand in
# for a lost authenticator, so they are allowed exactly when it is (INFERRED).
MFA_METHODS = {"otp": "sms_otp", "totp": "totp", "recovery_codes": "totp"}
# 5.6: providers whose logins don't prove the address, and what such a login becomes elsewhere.
EXCHANGED_AS = {
    "oauth_google": "oauth_exchange_google",
    "oauth_slack": "oauth_exchange_slack",
    "oauth_github": "oauth_exchange_github",
    "oauth_hubspot": "oauth_exchange_hubspot",
}
IMPERSONATED = "impersonated"


@dataclass(frozen=True, slots=True)
class Rules:
    """How an organization wants people to sign in (CONTRACT 3.3, same names)."""

    auth_methods: str = "ALL_ALLOWED"
    allowed_auth_methods: tuple[str, ...] = ()
    mfa_policy: str = "OPTIONAL"
    mfa_methods: str = "ALL_ALLOWED"
    allowed_mfa_methods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the person in that organization, apart from the factors held."""

    is_breakglass: bool = False
    mfa_enrolled: bool = False
    email_verified: bool = False
    # By invite, by domain, or as the creator: there is no trusted earlier proof of the address.
    joining: bool = False
    # A live session of the very same member is presented, so MFA is not asked again (5.3).
    has_session: bool = False


@dataclass(frozen=True, slots=True)
class Granted:
    """Nothing is missing: a session may be made."""


@dataclass(frozen=True, slots=True)
class PrimaryMissing:
    """One more primary factor, by any of these methods; none at all is a dead end (3.4)."""

    allowed_auth_methods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SecondMissing:
    """A second factor, and nothing else, is missing (5.5)."""


Decision = Granted | PrimaryMissing | SecondMissing


def decide(rules: Rules, standing: Standing, factors: Factors) -> Decision:
    """This will say what is missing, primary before MFA (CONTRACT 5.3, 5.4)."""
    if not _primary_is_met(rules, standing, factors):
        return PrimaryMissing(_usable_methods(rules, standing, factors))
    if _second_is_needed(rules, standing) and not _second_is_met(rules, standing, factors):
        return SecondMissing()
    return Granted()


def primary_is_allowed(rules: Rules, standing: Standing, method: str) -> bool:
    """5.4, and 3.2 for breakglass: the one who must get in when the allowed method is down."""
    if rules.auth_methods != "RESTRICTED" or standing.is_breakglass:
        return True
    return method in rules.allowed_auth_methods


def second_is_allowed(rules: Rules, standing: Standing, method: str) -> bool:
    """Whether `sms_otp` or `totp` may be the second factor (CONTRACT 5.5, 3.2 for breakglass)."""
    if rules.mfa_methods != "RESTRICTED" or standing.is_breakglass:
        return True
    return method in rules.allowed_mfa_methods


def leaves(factors: Factors) -> bool:
    """Whether they say anything outside of the organization: who may see where else one belongs.

    Passwords among them, by the proof they were set with: those lead to a step, not into a session.
    """
    if any(factor.type == IMPERSONATED for factor in factors):
        return False
    return any(is_good(factor.provenance, Use.LIST) for factor in factors)


def transferable(factors: Factors) -> Factors:
    """The factors that count in another organization, told as they count there (CONTRACT 5.6).

    An impersonated session carries nothing anywhere: it is somebody else's (INFERRED).
    """
    if any(factor.type == IMPERSONATED for factor in factors):
        return ()
    return tuple(_exchanged(factor) for factor in factors if _is_transferable(factor))


def _primary_is_met(rules: Rules, standing: Standing, factors: Factors) -> bool:
    """5.4: a method the organization allows, and the address proven if that is called for."""
    return _has_allowed_method(rules, standing, factors) and not _needs_proof_of_address(
        standing, factors
    )


def _has_allowed_method(rules: Rules, standing: Standing, factors: Factors) -> bool:
    held = [factor for factor in factors if factor.type not in SECONDARY_TYPES]
    return any(primary_is_allowed(rules, standing, each.method) for each in held)


def _needs_proof_of_address(standing: Standing, factors: Factors) -> bool:
    """5.4, 2.2: any proof among the factors will do, breakglass or not.

    A provider's account that isn't known here, under an address which that provider itself doubts,
    is nobody's until the mailbox says whose.
    """
    doubted = any(factor.provenance == Provenance.DOUBTED for factor in factors)
    trusted = standing.email_verified and not standing.joining and not doubted
    return not trusted and not any(factor.email_verifying for factor in factors)


def _usable_methods(rules: Rules, standing: Standing, factors: Factors) -> tuple[str, ...]:
    """5.4: of the methods that are allowed, those that would help this person now."""
    doubted = {factor.method for factor in factors if factor.provenance == Provenance.DOUBTED}
    if doubted:
        proofs = _instead_of(doubted, rules, standing)
        # A proof may come by a method that alone would not be allowed, beside one that is (5.3).
        return proofs or (MAILED if _has_allowed_method(rules, standing, factors) else ())
    proof = _needs_proof_of_address(standing, factors)
    if rules.auth_methods != "RESTRICTED" or standing.is_breakglass:
        return EMAIL_VERIFYING if proof else ALL_METHODS
    return _only(rules.allowed_auth_methods, EMAIL_VERIFYING if proof else ALL_METHODS)


def _instead_of(doubted: set[str], rules: Rules, standing: Standing) -> tuple[str, ...]:
    """Other proofs of the address that the organization allows."""
    methods = tuple(each for each in EMAIL_VERIFYING if each not in doubted)
    return tuple(each for each in methods if primary_is_allowed(rules, standing, each))


def _second_is_needed(rules: Rules, standing: Standing) -> bool:
    """5.5, and 5.3 for the session that waives it."""
    if standing.has_session:
        return False
    return rules.mfa_policy == "REQUIRED_FOR_ALL" or standing.mfa_enrolled


def _second_is_met(rules: Rules, standing: Standing, factors: Factors) -> bool:
    """5.5: a factor of a method that isn't allowed doesn't count."""
    held = {MFA_METHODS[factor.type] for factor in factors if factor.type in MFA_METHODS}
    return any(second_is_allowed(rules, standing, method) for method in held)


def _is_transferable(factor: Factor) -> bool:
    """5.6: passwords and SSO belong to one organization, second factors to one member.

    So does an account whose provider says nothing of the address: it was found by its subject.
    """
    transfers = factor.type in {"magic_link", "email_otp", "oauth"} and bool(factor.method)
    return transfers and is_good(factor.provenance, Use.EXCHANGE)


def _exchanged(factor: Factor) -> Factor:
    """5.6: on the wire, a login that doesn't prove the address keeps its provider's name alone."""
    delivery_method = EXCHANGED_AS.get(factor.delivery_method)
    if delivery_method is None or factor.email_verifying:
        return factor
    held = factor.detail or {}
    provider = delivery_method.removeprefix("oauth_exchange_")
    return replace(
        factor,
        delivery_method=delivery_method,
        detail_name=f"{provider}_oauth_exchange_factor",
        detail={"email_id": held.get("email_id", "")},
        subject=held.get("provider_subject", ""),
    )


def _only(names: Iterable[str], those: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name in those)
