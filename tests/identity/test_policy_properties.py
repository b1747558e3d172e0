"""What holds for every organization, person and set of factors (CONTRACT 5.4 to 5.6)."""

from hypothesis import example, given, strategies as st

from identity.factors import Factor, add
from identity.policy import (
    ALL_METHODS,
    Granted,
    PrimaryMissing,
    Rules,
    Standing,
    decide,
    transferable,
)
from tests.identity.factor_samples import (
    DOUBTED,
    FACTORS,
    FOUND,
    GOOGLE_NO_HD,
)

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
# Of the two or three that a method may come as, the one that proves least.
WEAKER = (GOOGLE_NO_HD, FOUND, DOUBTED)
any_factors = st.lists(st.sampled_from(FACTORS), unique_by=id, max_size=5).map(tuple)


@given(any_rules, any_standing, any_factors, st.sampled_from(FACTORS))
def test_proving_more_never_loses_what_was_granted(
    rules: Rules, standing: Standing, factors: tuple[Factor, ...], more: Factor
) -> None:
    if decide(rules, standing, factors) == Granted():
        if more is DOUBTED:
            return  # another account, under an address nobody has proven: that asks for a proof
        held = add(factors, more)
        replaced = [factor for factor in factors if factor not in held]
        assert replaced or decide(rules, standing, held) == Granted()


@given(any_rules, any_standing, any_factors)
def test_nobody_gets_in_without_a_primary_factor_that_counts(
    rules: Rules, standing: Standing, factors: tuple[Factor, ...]
) -> None:
    if decide(rules, standing, factors) != Granted():
        return
    primary = [factor for factor in factors if not factor.is_secondary]
    assert primary
    if rules.auth_methods == "RESTRICTED" and not standing.is_breakglass:
        assert {factor.method for factor in primary} & set(rules.allowed_auth_methods)
    if standing.joining or not standing.email_verified or DOUBTED in factors:
        assert any(factor.email_verifying for factor in primary)
    if rules.mfa_policy == "REQUIRED_FOR_ALL" and not standing.has_session:
        assert any(factor.is_secondary for factor in factors)


@given(any_rules, any_standing, any_factors)
@example(
    Rules(auth_methods="RESTRICTED", allowed_auth_methods=("password",)), Standing(), (DOUBTED,)
)
def test_what_is_offered_is_allowed_and_would_help(
    rules: Rules, standing: Standing, factors: tuple[Factor, ...]
) -> None:
    decision = decide(rules, standing, factors)
    if not isinstance(decision, PrimaryMissing):
        return
    by_method = {factor.method: factor for factor in FACTORS if factor not in WEAKER}
    for method in decision.allowed_auth_methods:
        after = decide(rules, standing, (*factors, by_method[method]))
        assert not isinstance(after, PrimaryMissing), method


@given(any_factors)
def test_transferring_twice_is_transferring_once(factors: tuple[Factor, ...]) -> None:
    once = transferable(factors)
    assert transferable(once) == once
