"""Who has only named a member's address locks nothing of what lies behind a proof of it."""

import pytest
from pytest_django import Settings

from identity.errors import ApiError
from identity.models import Member
from identity.operations import passwords
from identity.operations.mailbox import Held
from identity.operations.passwords import Claim
from identity.operations.sign_in import Terms
from tests.identity.arriving import by_oauth
from tests.identity.people import ALICE, NOW, begun, later, member, organization
from tests.identity.second_factors import (
    VISITOR,
    app_code,
    by_app,
    on_the_way,
    today,
    with_app,
)

pytestmark = pytest.mark.django_db
DOUBTED = {"provider": "microsoft", "email_verifying": False, "email_doubted": True}


@pytest.fixture
def alice() -> Member:
    return member(organization(mfa_policy="REQUIRED_FOR_ALL"))


def named(alice: Member) -> Held:
    """A sign-in that a stranger began at a provider, under the address of `alice`."""
    finished = by_oauth(alice.organization, "stranger", ALICE, **DOUBTED)
    assert finished.session is None
    return Held(intermediate_session_token=finished.intermediate_session_token)


def refusal_of_password(alice: Member, held: Held) -> str:
    claim = Claim(alice.organization.organization_id, ALICE, "wrong-password", VISITOR)
    with pytest.raises(ApiError) as error:
        passwords.authenticate(claim, held=held, terms=Terms(), now=NOW)
    return error.value.error_type


def test_wrong_passwords_under_a_named_address_lock_the_password_alone(alice: Member) -> None:
    held = named(alice)
    refusals = [refusal_of_password(alice, held) for _ in range(11)]
    assert refusals == ["unauthorized_credentials"] * 10 + ["user_lock_limit_reached"]
    assert (today(alice).lock_expires_at, today(alice).failed_attempts) == (None, 0)


def test_wrong_passwords_behind_a_proof_lock_the_member(alice: Member) -> None:
    held = Held(intermediate_session_token=begun(ALICE))
    assert {refusal_of_password(alice, held) for _ in range(10)} == {"unauthorized_credentials"}
    assert today(alice).lock_expires_at == later(hours=1)


def test_an_account_that_is_the_members_own_is_a_proof(alice: Member) -> None:
    """Also where the provider vouches for nothing: it is found by its subject."""
    _, registered = with_app(alice)
    proven = named_by_owner(alice, registered.secret)
    for _ in range(10):
        refusal_of_password(alice, proven)
    assert today(alice).lock_expires_at == later(hours=1)


def named_by_owner(alice: Member, secret: str) -> Held:
    """The account of before is noted by a sign-in that went through to the end."""
    finished = by_oauth(alice.organization, "own", ALICE, provider="microsoft")
    code = app_code(secret, now=later(seconds=60))
    held = Held(intermediate_session_token=finished.intermediate_session_token)
    assert by_app(alice, code, held, now=later(seconds=60)).session
    again = by_oauth(alice.organization, "own", ALICE, **DOUBTED)
    return Held(intermediate_session_token=again.intermediate_session_token)


def test_codes_without_a_proof_use_up_none_of_the_members_tries(
    alice: Member, settings: Settings
) -> None:
    settings.GUESSES_PER_ADDRESS = 1
    _, registered = with_app(alice)
    held = named(alice)
    for _ in range(10):
        with pytest.raises(ApiError, match="primary_authentication"):
            by_app(alice, "000000", held)
    after = later(seconds=60)
    code = app_code(registered.secret, now=after)
    assert by_app(alice, code, on_the_way(alice, now=after), now=after).session
