"""A member is told by mail of what somebody changed about their way in (QUALITY 34)."""

from typing import Any

import pytest
from django.core import mail

from tests.identity.api import Api
from tests.identity.people import ALICE, later, member, organization
from tests.identity.second_factors import (
    app_code,
    by_app,
    in_session,
    on_the_way,
    register,
    with_phone,
)

pytestmark = pytest.mark.django_db

MEMBERS = "/b2b/organizations/acme/members"


@pytest.fixture
def path(api: Api) -> str:
    """Where Alice, who has a phone and an app, is changed."""
    acme = api.organization(organization_slug="acme")
    alice = api.member(acme, ALICE, mfa_phone_number="+15555550100")["member_id"]
    whose = {"organization_id": acme["organization_id"], "member_id": alice}
    api.post("/b2b/totp/migrate", **whose, secret="JBSWY3DPEHPK3PXP", recovery_codes=[])
    api.put(f"{MEMBERS}/{alice}", default_mfa_method="sms_otp")
    mail.outbox.clear()
    return f"{MEMBERS}/{alice}"


def told() -> list[tuple[list[str], str]]:
    return [(each.to, each.subject) for each in mail.outbox]


@pytest.mark.parametrize(
    ("changes", "subject"),
    [
        ({"default_mfa_method": "totp"}, "Your second step was changed"),
        ({"mfa_enrolled": True}, "Your second step was turned on"),
        ({"email_address": "new@acme.example"}, "Your email address was changed"),
    ],
)
def test_a_change_is_one_mail_to_the_address_that_was(
    api: Api, path: str, changes: dict[str, Any], subject: str
) -> None:
    assert api.put(path, **changes).status_code == 200
    assert told() == [([ALICE], f"{subject} at “Acme”")]
    api.put(path, **changes)
    assert len(mail.outbox) == 1  # once more, nothing changes


def test_a_second_step_turned_off_is_told(api: Api, path: str) -> None:
    api.put(path, mfa_enrolled=True)
    api.put(path, mfa_enrolled=False)
    assert told()[1:] == [([ALICE], "Your second step was turned off at “Acme”")]


def test_a_phone_given_by_an_admin_is_told(api: Api) -> None:
    alice = api.member(api.organization(organization_slug="acme"), ALICE)["member_id"]
    api.put(f"{MEMBERS}/{alice}", mfa_phone_number="+15555550100")
    assert told() == [([ALICE], "Your phone number was added at “Acme”")]


def test_what_is_no_way_in_is_no_mail(api: Api, path: str) -> None:
    api.put(path, name="Alice", external_id="crm-1")
    assert told() == []


def test_where_everybody_is_asked_a_choice_of_ones_own_is_no_change(api: Api, path: str) -> None:
    api.put("/b2b/organizations/acme", mfa_policy="REQUIRED_FOR_ALL")
    api.put(path, mfa_enrolled=True)
    assert told() == []


def test_who_has_not_come_yet_is_told_nothing(api: Api) -> None:
    acme = api.organization(organization_slug="acme")
    alice = api.member(acme, ALICE, create_member_as_pending=True)["member_id"]
    api.put(f"{MEMBERS}/{alice}", email_address="new@acme.example")
    assert told() == []


def test_a_default_chosen_while_signing_in_is_told() -> None:
    alice = member(organization(mfa_policy="REQUIRED_FOR_ALL"))
    session = in_session(with_phone(alice))
    registered = register(alice, session)
    by_app(alice, app_code(registered.secret), session)
    mail.outbox.clear()
    soon = later(minutes=2)
    code = app_code(registered.secret, now=soon)
    by_app(alice, code, on_the_way(alice, now=soon), now=soon, make_default=True)
    assert told() == [([ALICE], "Your second step was changed at “Acme”")]
