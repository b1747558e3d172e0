"""Every combination of rule, membership and factors, beside the contract said in other words."""

from collections import Counter
from collections.abc import Iterator
from itertools import product

from identity.factors import Factor
from identity.policy import ALL_METHODS, PrimaryMissing, Rules, SecondMissing, Standing, decide
from tests.identity import factor_samples as sample

# A first factor: what an organization's list calls it, and whether it proves the address (5.4).
FIRST = [
    (None, "", False),
    (sample.CODE, "email_otp", True),
    (sample.LINK, "magic_link", True),
    (sample.SSO, "sso", True),
    (sample.GOOGLE, "google_oauth", True),
    (sample.GOOGLE_NO_HD, "google_oauth", False),
    (sample.MICROSOFT, "microsoft_oauth", True),
    (sample.GITHUB, "github_oauth", False),
    (sample.SLACK, "slack_oauth", False),
    (sample.HUBSPOT, "hubspot_oauth", False),
    (sample.PASSWORD, "password", False),
    (sample.NEW_PASSWORD, "password", True),
]
# A second one, and what the list of those calls it (5.5).
SECOND = [
    (None, ""),
    (sample.SMS, "sms_otp"),
    (sample.TOTP, "totp"),
    (sample.RECOVERY, "totp"),
]
PRIMARY_RULES = [
    ("ALL_ALLOWED", ()),
    ("RESTRICTED", ()),
    *(("RESTRICTED", (m,)) for m in ALL_METHODS),
]
MFA_RULES = [("ALL_ALLOWED", ()), *(("RESTRICTED", each) for each in ((), ("totp",), ("sms_otp",)))]
BOTH = (False, True)

# The first row that fits: the section, the outcome, and what is (not) so; None fits either.
#          allowed, proven, asked, met
OUTCOMES = [
    ("5.4", "primary", (False, None, None, None)),  # no method that the organization allows
    ("5.4", "primary", (None, False, None, None)),  # nothing that proves the address
    ("5.3", "granted", (True, True, False, None)),  # optional and not enrolled, or in a session
    ("5.5", "second", (True, True, True, False)),
    ("5.5", "granted", (True, True, True, True)),
]
NAMES = {PrimaryMissing: "primary", SecondMissing: "second"}


def rules() -> Iterator[Rules]:
    for (methods, allowed), policy, (mfa, second) in product(
        PRIMARY_RULES, ("OPTIONAL", "REQUIRED_FOR_ALL"), MFA_RULES
    ):
        yield Rules(methods, allowed, policy, mfa, second)


def test_every_combination_ends_as_the_contract_says() -> None:
    seen: Counter[str] = Counter()
    people = [Standing(*facts) for facts in product(BOTH, repeat=5)]
    for rule, person, first, second in product(rules(), people, FIRST, SECOND):
        section, expected = outcome(rule, person, first, second)
        held = tuple(factor for factor in (first[0], second[0]) if factor)
        decided = NAMES.get(type(decide(rule, person, held)), "granted")
        assert decided == expected, f"CONTRACT {section}: {rule} {person} {held}"
        seen[f"{section} {expected}"] += 1
    assert len(seen) == len(OUTCOMES) - 1  # two rows are of one section and outcome


def outcome(
    rule: Rules,
    person: Standing,
    first: tuple[Factor | None, str, bool],
    second: tuple[Factor | None, str],
) -> tuple[str, str]:
    factor, method, proves = first
    facts = (
        factor is not None
        and (is_free(rule.auth_methods, person) or method in rule.allowed_auth_methods),
        proves or (person.email_verified and not person.joining),
        not person.has_session and (rule.mfa_policy != "OPTIONAL" or person.mfa_enrolled),
        second[0] is not None
        and (is_free(rule.mfa_methods, person) or second[1] in rule.allowed_mfa_methods),
    )
    for section, expected, wanted in OUTCOMES:
        if all(want in {None, fact} for want, fact in zip(wanted, facts, strict=True)):
            return section, expected
    raise AssertionError(facts)


def is_free(restriction: str, person: Standing) -> bool:
    """3.2: the one who must get in when nothing else works may do it by any method."""
    return restriction == "ALL_ALLOWED" or person.is_breakglass
