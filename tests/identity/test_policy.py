"""The rules of signing in, as a table: organization x person x factors -> what is missing."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st

from identity.factors import Factor, add, email_factor
from identity.policy import (
    ALL_METHODS,
    EMAIL_VERIFYING,
    Granted,
    PrimaryMissing,
    Rules,
    SecondMissing,
    Standing,
    decide,
    transferable,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def oauth(provider: str, *, verifying: bool = False) -> Factor:
    detail = {"id": "1", "provider_subject": "s", "email_id": "e", "provider_tenant_id": "t"}
    return Factor("oauth", f"oauth_{provider}", NOW, f"{provider}_oauth_factor", detail, verifying)


def mail(type: str) -> Factor:
    return email_factor(type=type, email_id="e", email_address="a@acme.example", now=NOW)


LINK = mail("magic_link")
CODE = mail("email_otp")
PASSWORD = Factor("password", "knowledge", NOW)
GOOGLE = oauth("google", verifying=True)
GOOGLE_NO_HD = oauth("google")
MICROSOFT = oauth("microsoft", verifying=True)
SLACK = oauth("slack")
GITHUB = oauth("github")
HUBSPOT = oauth("hubspot")
SSO = Factor("sso", "sso_saml", NOW, "saml_sso_factor", {"id": "1"}, email_verifying=True)
SMS = Factor("otp", "sms", NOW, "phone_number_factor", {"phone_id": "1"})
TOTP = Factor("totp", "authenticator_app", NOW)
RECOVERY = Factor("recovery_codes", "recovery_code", NOW)
IMPERSONATED = Factor("impersonated", "impersonation", NOW)
TRUSTED = Factor("trusted_auth_token", "trusted_token_exchange", NOW)
IMPORTED = Factor("imported", "imported_auth0", NOW)
CONNECTED_APP = Factor("oauth", "oauth_access_token_exchange", NOW)

OPEN = Rules()
MFA = Rules(mfa_policy="REQUIRED_FOR_ALL")


def only(*methods: str, **more: Any) -> Rules:
    return Rules(auth_methods="RESTRICTED", allowed_auth_methods=methods, **more)


def mfa_only(*methods: str) -> Rules:
    return Rules(
        mfa_policy="REQUIRED_FOR_ALL", mfa_methods="RESTRICTED", allowed_mfa_methods=methods
    )


KNOWN = Standing(email_verified=True)
ENROLLED = Standing(email_verified=True, mfa_enrolled=True)
UNVERIFIED = Standing()
JOINING = Standing(joining=True)
JOINING_VERIFIED = Standing(joining=True, email_verified=True)
BREAKGLASS = Standing(email_verified=True, is_breakglass=True)
BREAKGLASS_UNVERIFIED = Standing(is_breakglass=True)
BREAKGLASS_ENROLLED = Standing(email_verified=True, is_breakglass=True, mfa_enrolled=True)
IN_SESSION = Standing(email_verified=True, mfa_enrolled=True, has_session=True)

GRANTED = Granted()
SECOND = SecondMissing()


def missing(*methods: str) -> PrimaryMissing:
    return PrimaryMissing(methods)


TABLE = [
    # 5.4: everything is allowed, the address is known
    ("5.4", OPEN, KNOWN, (CODE,), GRANTED),
    ("5.4", OPEN, KNOWN, (PASSWORD,), GRANTED),
    ("5.4", OPEN, KNOWN, (SLACK,), GRANTED),
    ("5.4", OPEN, KNOWN, (SSO,), GRANTED),
    ("5.4", OPEN, KNOWN, (), missing(*ALL_METHODS)),
    ("5.4", OPEN, KNOWN, (SMS,), missing(*ALL_METHODS)),
    # the list is the organization's, whether or not anybody filled it in before restricting
    ("3.3", Rules(allowed_auth_methods=("sso",)), KNOWN, (CODE,), GRANTED),
    # 5.4: restricted
    ("5.4", only("email_otp"), KNOWN, (CODE,), GRANTED),
    ("5.4", only("email_otp"), KNOWN, (LINK,), missing("email_otp")),
    ("5.4", only("sso", "google_oauth"), KNOWN, (CODE,), missing("sso", "google_oauth")),
    ("5.4", only("sso", "google_oauth"), KNOWN, (CODE, GOOGLE), GRANTED),
    ("5.4", only("google_oauth"), KNOWN, (GOOGLE_NO_HD,), GRANTED),
    ("5.4", only("microsoft_oauth"), KNOWN, (MICROSOFT,), GRANTED),
    ("5.4", only("password"), KNOWN, (PASSWORD,), GRANTED),
    ("5.4", only("password"), KNOWN, (CODE,), missing("password")),
    ("5.6", only("slack_oauth"), KNOWN, transferable((SLACK,)), GRANTED),
    ("5.4", only("sso"), KNOWN, (CONNECTED_APP,), missing("sso")),
    ("5.4", only("sso"), KNOWN, (IMPERSONATED,), missing("sso")),
    ("5.4", only("sms_otp"), KNOWN, (SMS,), missing()),
    # 3.4: an empty list is a dead end
    ("3.4", only(), KNOWN, (CODE,), missing()),
    ("3.4", only("github_oauth", "password"), JOINING, (GITHUB,), missing()),
    # 3.2: breakglass gets past the restriction, not past the proof of the address
    ("3.2", only("sso"), BREAKGLASS, (CODE,), GRANTED),
    ("3.2", only("sso"), BREAKGLASS, (), missing(*ALL_METHODS)),
    ("3.2", only("sso"), BREAKGLASS_UNVERIFIED, (PASSWORD,), missing(*EMAIL_VERIFYING)),
    # 5.4: the address isn't proven by the method while joining, creating, or never before
    ("5.4", OPEN, JOINING, (CODE,), GRANTED),
    ("5.4", OPEN, JOINING, (LINK,), GRANTED),
    ("5.4", OPEN, JOINING, (GOOGLE,), GRANTED),
    ("5.4", OPEN, JOINING, (MICROSOFT,), GRANTED),
    ("5.4", OPEN, JOINING, (SSO,), GRANTED),
    ("5.4", OPEN, JOINING, (SLACK,), missing(*EMAIL_VERIFYING)),
    ("5.4", OPEN, JOINING, (GITHUB,), missing(*EMAIL_VERIFYING)),
    ("5.4", OPEN, JOINING, (HUBSPOT,), missing(*EMAIL_VERIFYING)),
    ("5.4", OPEN, JOINING, (GOOGLE_NO_HD,), missing(*EMAIL_VERIFYING)),
    ("5.4", OPEN, JOINING, (PASSWORD,), missing(*EMAIL_VERIFYING)),
    ("5.4", OPEN, JOINING_VERIFIED, (PASSWORD,), missing(*EMAIL_VERIFYING)),
    ("5.4", OPEN, JOINING, (), missing(*EMAIL_VERIFYING)),
    ("5.4", OPEN, UNVERIFIED, (GITHUB,), missing(*EMAIL_VERIFYING)),
    ("5.4", OPEN, UNVERIFIED, (GITHUB, CODE), GRANTED),
    ("5.3", OPEN, JOINING, (SLACK, LINK), GRANTED),
    ("5.4", only("github_oauth", "email_otp"), JOINING, (GITHUB,), missing("email_otp")),
    # ... the proof may come by a method that alone would not be allowed
    ("5.3", only("github_oauth"), JOINING, (CODE,), missing("github_oauth")),
    ("5.3", only("github_oauth"), JOINING, (CODE, GITHUB), GRANTED),
    # 5.5: who needs a second factor
    ("5.5", MFA, KNOWN, (CODE,), SECOND),
    ("5.5", OPEN, ENROLLED, (CODE,), SECOND),
    ("5.5", MFA, KNOWN, (CODE, SMS), GRANTED),
    ("5.5", MFA, KNOWN, (CODE, TOTP), GRANTED),
    ("5.5", MFA, KNOWN, (CODE, RECOVERY), GRANTED),
    ("5.5", OPEN, ENROLLED, (CODE, TOTP), GRANTED),
    ("5.5", MFA, KNOWN, (CODE, LINK), SECOND),
    ("5.5", MFA, JOINING, (CODE,), SECOND),
    # 5.5: mfa_methods restricted; a factor of another method doesn't count
    ("5.5", mfa_only("totp"), KNOWN, (CODE, SMS), SECOND),
    ("5.5", mfa_only("totp"), KNOWN, (CODE, TOTP), GRANTED),
    ("5.5", mfa_only("totp"), KNOWN, (CODE, RECOVERY), GRANTED),
    ("5.5", mfa_only("sms_otp"), KNOWN, (CODE, SMS), GRANTED),
    ("5.5", mfa_only("sms_otp"), KNOWN, (CODE, TOTP), SECOND),
    ("5.5", mfa_only("sms_otp"), KNOWN, (CODE, RECOVERY), SECOND),
    ("5.5", mfa_only(), KNOWN, (CODE, SMS, TOTP), SECOND),
    # 3.2: breakglass needs one, of any kind
    ("3.2", mfa_only("totp"), BREAKGLASS, (CODE, SMS), GRANTED),
    ("3.2", mfa_only("totp"), BREAKGLASS, (CODE,), SECOND),
    ("3.2", OPEN, BREAKGLASS_ENROLLED, (CODE,), SECOND),
    # 5.3: primary before MFA; a live session of the same member waives MFA
    ("5.3", only("sso", mfa_policy="REQUIRED_FOR_ALL"), KNOWN, (CODE,), missing("sso")),
    ("5.3", only("sso", mfa_policy="REQUIRED_FOR_ALL"), KNOWN, (CODE, TOTP), missing("sso")),
    ("5.3", MFA, IN_SESSION, (CODE,), GRANTED),
    ("5.3", only("sso"), IN_SESSION, (CODE,), missing("sso")),
]


@pytest.mark.parametrize(("section", "rules", "standing", "factors", "expected"), TABLE)
def test_what_is_missing_is_decided_by_the_contract(
    section: str, rules: Rules, standing: Standing, factors: tuple[Factor, ...], expected: Any
) -> None:
    assert decide(rules, standing, factors) == expected, f"CONTRACT {section}"


def test_the_list_of_a_slack_login_is_the_one_that_was_observed() -> None:
    """CONTRACT 5.4, [SEED 3]: same methods, same order."""
    observed = ("sso", "microsoft_oauth", "email_otp", "magic_link", "google_oauth")
    assert decide(OPEN, JOINING, (SLACK,)) == PrimaryMissing(observed)


@pytest.mark.parametrize("factor", [LINK, CODE, GOOGLE, MICROSOFT])
def test_factors_that_prove_the_address_transfer_as_they_are(factor: Factor) -> None:
    """CONTRACT 5.6."""
    assert transferable((factor,)) == (factor,)


@pytest.mark.parametrize("factor", [PASSWORD, SSO, SMS, TOTP, RECOVERY, TRUSTED, IMPORTED])
def test_factors_of_one_organization_or_member_stay_there(factor: Factor) -> None:
    """CONTRACT 5.6."""
    assert transferable((factor,)) == ()
    assert transferable((factor, CODE)) == (CODE,)


def test_a_connected_apps_token_stays_where_it_was() -> None:
    assert transferable((CONNECTED_APP,)) == ()


def test_an_impersonated_session_carries_nothing_away() -> None:
    """CONTRACT 5.6: not even the factors beside the impersonation."""
    assert transferable((IMPERSONATED, CODE)) == ()


@pytest.mark.parametrize("provider", ["google", "slack", "github", "hubspot"])
def test_logins_that_prove_no_address_are_rewritten(provider: str) -> None:
    """CONTRACT 5.6, 3.5: `oauth_exchange_*` with only `email_id`, still the provider's method."""
    (told,) = transferable((oauth(provider),))
    assert told.delivery_method == f"oauth_exchange_{provider}"
    assert told.to_wire()[f"{provider}_oauth_exchange_factor"] == {"email_id": "e"}
    assert told.method == f"{provider}_oauth"
    assert not told.email_verifying


def test_a_rewritten_factor_is_not_rewritten_again() -> None:
    once = transferable((SLACK,))
    assert transferable(once) == once


def test_a_login_without_detail_is_rewritten_too() -> None:
    (told,) = transferable((Factor("oauth", "oauth_slack", NOW),))
    assert told.detail == {"email_id": ""}


FACTORS = (
    LINK, CODE, PASSWORD, GOOGLE, GOOGLE_NO_HD, MICROSOFT, SLACK, GITHUB, HUBSPOT, SSO,
    SMS, TOTP, RECOVERY, TRUSTED, IMPORTED,
)  # fmt: skip
methods = st.lists(st.sampled_from(ALL_METHODS), unique=True).map(tuple)
restriction = st.sampled_from(["ALL_ALLOWED", "RESTRICTED"])
any_rules = st.builds(
    Rules,
    auth_methods=restriction,
    allowed_auth_methods=methods,
    mfa_policy=st.sampled_from(["OPTIONAL", "REQUIRED_FOR_ALL"]),
    mfa_methods=restriction,
    allowed_mfa_methods=st.lists(st.sampled_from(["sms_otp", "totp"]), unique=True).map(tuple),
)
any_standing = st.builds(Standing, *[st.booleans() for _ in range(5)])
any_factors = st.lists(st.sampled_from(FACTORS), unique_by=id, max_size=5).map(tuple)


@given(any_rules, any_standing, any_factors, st.sampled_from(FACTORS))
def test_proving_more_never_loses_what_was_granted(
    rules: Rules, standing: Standing, factors: tuple[Factor, ...], more: Factor
) -> None:
    if decide(rules, standing, factors) == GRANTED:
        held = add(factors, more)
        replaced = [factor for factor in factors if factor not in held]
        assert replaced or decide(rules, standing, held) == GRANTED


@given(any_rules, any_standing, any_factors)
def test_nobody_gets_in_without_a_primary_factor_that_counts(
    rules: Rules, standing: Standing, factors: tuple[Factor, ...]
) -> None:
    if decide(rules, standing, factors) != GRANTED:
        return
    primary = [factor for factor in factors if not factor.is_secondary]
    assert primary
    if rules.auth_methods == "RESTRICTED" and not standing.is_breakglass:
        assert {factor.method for factor in primary} & set(rules.allowed_auth_methods)
    if standing.joining or not standing.email_verified:
        assert any(factor.email_verifying for factor in primary)
    if rules.mfa_policy == "REQUIRED_FOR_ALL" and not standing.has_session:
        assert any(factor.is_secondary for factor in factors)


@given(any_rules, any_standing, any_factors)
def test_what_is_offered_is_allowed_and_would_help(
    rules: Rules, standing: Standing, factors: tuple[Factor, ...]
) -> None:
    decision = decide(rules, standing, factors)
    if not isinstance(decision, PrimaryMissing):
        return
    by_method = {factor.method: factor for factor in FACTORS if factor is not GOOGLE_NO_HD}
    for method in decision.allowed_auth_methods:
        after = decide(rules, standing, (*factors, by_method[method]))
        assert not isinstance(after, PrimaryMissing), method


@given(any_factors)
def test_transferring_twice_is_transferring_once(factors: tuple[Factor, ...]) -> None:
    once = transferable(factors)
    assert transferable(once) == once
