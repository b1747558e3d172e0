"""Two sign-ins through a provider at the same moment, on both databases."""

from collections.abc import Callable

import pytest

from identity.errors import ApiError
from identity.models import Member, Registration
from identity.operations.sign_in import Finished
from tests.identity.arriving import ANN, MARRIED, by_sso, connected
from tests.identity.people import member, organization
from tests.identity.threads import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def test_two_subjects_with_one_address_are_one_member_and_one_refusal() -> None:
    acme = organization(sso_jit_provisioning="ALL_ALLOWED")
    connection, numbers = connected(acme), iter("123")
    member(acme, ANN)
    answers = at_once(3, lambda: answer(lambda: by_sso(connection, next(numbers), ANN)))
    assert sorted(answers) == ["in", "provider_account_mismatch", "provider_account_mismatch"]
    assert Registration.objects.count() == 1


def test_one_subject_with_two_addresses_is_one_member() -> None:
    acme = organization(sso_jit_provisioning="ALL_ALLOWED")
    connection, addresses = connected(acme), iter((ANN, MARRIED))
    answers = at_once(2, lambda: answer(lambda: by_sso(connection, "1", next(addresses))))
    assert "in" in answers
    (row,) = Registration.objects.all()
    assert by_sso(connection, "1", ANN).member.pk == row.member_id


def test_one_newcomer_twice_is_one_member() -> None:
    acme = organization(sso_jit_provisioning="ALL_ALLOWED")
    connection = connected(acme)
    answers = at_once(3, lambda: answer(lambda: by_sso(connection, "1", ANN)))
    assert answers == ["in"] * 3
    assert (Member.objects.count(), Registration.objects.count()) == (1, 1)


def answer(call: Callable[[], Finished]) -> str:
    try:
        return "in" if call().session else "asked"
    except ApiError as refusal:
        return refusal.error_type
