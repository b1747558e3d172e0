"""What a factor is worth in another organization (CONTRACT 5.6)."""

import pytest

from identity.factors import Factor
from identity.policy import leaves, transferable
from identity.provenance import Provenance
from tests.identity.factor_samples import (
    CODE,
    CONNECTED_APP,
    DOUBTED,
    FOUND,
    GOOGLE,
    IMPERSONATED,
    IMPORTED,
    LINK,
    MICROSOFT,
    NEW_PASSWORD,
    NOW,
    PASSWORD,
    RECOVERY,
    SLACK,
    SMS,
    SSO,
    TOTP,
    TRUSTED,
    oauth,
)


@pytest.mark.parametrize("factor", [LINK, CODE, GOOGLE, MICROSOFT])
def test_factors_that_prove_the_address_transfer_as_they_are(factor: Factor) -> None:
    """CONTRACT 5.6."""
    assert transferable((factor,)) == (factor,)


@pytest.mark.parametrize(
    "factor", [PASSWORD, NEW_PASSWORD, SSO, FOUND, DOUBTED, SMS, TOTP, RECOVERY, TRUSTED, IMPORTED]
)
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
    (told,) = transferable((Factor("oauth", "oauth_slack", NOW, provenance=Provenance.SEEN),))
    assert told.detail == {"email_id": ""}


@pytest.mark.parametrize("factor", [LINK, CODE, GOOGLE, MICROSOFT, SLACK, NEW_PASSWORD])
def test_what_rests_on_a_proof_for_everybody_shows_where_else_one_belongs(factor: Factor) -> None:
    """A password as well, which transfers nowhere: it leads to the step that is missing."""
    assert leaves((factor,))
    assert not leaves((IMPERSONATED, factor))


@pytest.mark.parametrize("factor", [SSO, PASSWORD, FOUND, DOUBTED, SMS, TOTP, RECOVERY, IMPORTED])
def test_what_rests_on_the_organizations_word_shows_nothing(factor: Factor) -> None:
    assert not leaves((factor, SSO))
