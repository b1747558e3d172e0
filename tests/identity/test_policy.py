"""The rules of signing in, as a table: organization x person x factors -> what is missing."""

from typing import Any

import pytest

from identity.factors import Factor
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
from tests.identity.factor_samples import (
    CODE,
    CONNECTED_APP,
    DOUBTED,
    FOUND,
    GITHUB,
    GOOGLE,
    GOOGLE_NO_HD,
    HUBSPOT,
    IMPERSONATED,
    LINK,
    MICROSOFT,
    NEW_PASSWORD,
    PASSWORD,
    RECOVERY,
    SLACK,
    SMS,
    SSO,
    TOTP,
)

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

WITHOUT_MICROSOFT = ("sso", "email_otp", "magic_link", "google_oauth")
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
    ("5.4", OPEN, UNVERIFIED, (PASSWORD,), missing(*EMAIL_VERIFYING)),
    ("5.4", only("password"), UNVERIFIED, (PASSWORD,), missing()),
    # ... but a password just set through the mailed link does prove it
    ("5.4", OPEN, JOINING, (NEW_PASSWORD,), GRANTED),
    ("5.4", OPEN, UNVERIFIED, (NEW_PASSWORD,), GRANTED),
    ("5.4", only("password"), JOINING, (NEW_PASSWORD,), GRANTED),
    ("5.4", only("sso"), KNOWN, (NEW_PASSWORD,), missing("sso")),
    ("5.3", only("password"), JOINING, (PASSWORD, CODE), GRANTED),
    ("5.4", OPEN, JOINING, (), missing(*EMAIL_VERIFYING)),
    ("5.4", OPEN, UNVERIFIED, (GITHUB,), missing(*EMAIL_VERIFYING)),
    ("5.4", OPEN, UNVERIFIED, (GITHUB, CODE), GRANTED),
    ("5.3", OPEN, JOINING, (SLACK, LINK), GRANTED),
    ("5.4", only("github_oauth", "email_otp"), JOINING, (GITHUB,), missing("email_otp")),
    # ... the proof may come by a method that alone would not be allowed
    ("5.3", only("github_oauth"), JOINING, (CODE,), missing("github_oauth")),
    ("5.3", only("github_oauth"), JOINING, (CODE, GITHUB), GRANTED),
    # ... nor by an account that isn't known, under an address which its provider doubts
    ("5.4", OPEN, KNOWN, (DOUBTED,), missing(*WITHOUT_MICROSOFT)),
    ("5.4", OPEN, JOINING, (DOUBTED,), missing(*WITHOUT_MICROSOFT)),
    ("5.4", OPEN, KNOWN, (PASSWORD, DOUBTED), missing(*WITHOUT_MICROSOFT)),
    ("5.4", only("microsoft_oauth", "sso"), KNOWN, (DOUBTED,), missing("sso")),
    ("5.4", only("microsoft_oauth"), KNOWN, (DOUBTED,), missing("email_otp", "magic_link")),
    ("5.3", only("microsoft_oauth"), KNOWN, (DOUBTED, CODE), GRANTED),
    ("5.4", OPEN, BREAKGLASS, (DOUBTED,), missing(*WITHOUT_MICROSOFT)),
    ("5.4", only("microsoft_oauth"), KNOWN, (FOUND,), GRANTED),
    ("5.4", OPEN, JOINING, (FOUND,), missing(*EMAIL_VERIFYING)),
    # 5.5: who needs a second factor
    ("5.5", MFA, KNOWN, (CODE,), SECOND),
    ("5.5", OPEN, ENROLLED, (CODE,), SECOND),
    ("5.5", MFA, KNOWN, (PASSWORD,), SECOND),
    ("5.5", MFA, JOINING, (NEW_PASSWORD,), SECOND),
    ("5.5", MFA, KNOWN, (PASSWORD, CODE), SECOND),
    ("5.5", MFA, KNOWN, (PASSWORD, TOTP), GRANTED),
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
    ("5.3", MFA, IN_SESSION, (PASSWORD,), GRANTED),
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
