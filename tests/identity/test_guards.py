"""Guards that something else would have hidden the loss of."""

from typing import Any

import pytest
from pytest_django import Settings

from identity.errors import ApiError
from identity.factors import Factor
from identity.models import AuditEvent
from identity.operations import passwords
from identity.operations.mailbox import Held
from identity.operations.sign_in import Terms
from tests.identity import post
from tests.identity.api import Api, refused
from tests.identity.password_calls import ADA, GOOD, START
from tests.identity.people import NOW, member, organization, signed_in


@pytest.mark.django_db
def test_an_impersonation_sets_no_password_however_fresh() -> None:
    alice = member(organization())
    finished = signed_in(alice, Factor("impersonated", "impersonation", NOW))
    with pytest.raises(ApiError) as error:
        passwords.reset_by_session(
            organization_id=alice.organization_id,
            password=GOOD,
            held=Held(session_token=finished.session_token),
            terms=Terms(),
            now=NOW,
        )
    assert error.value.error_type == "session_too_old_to_reset_password"


def test_a_reset_s_limit_comes_before_any_look_up(api: Api, settings: Settings) -> None:
    """Who has used it up learns nothing more of an organization or of who is in it."""
    settings.SENDS_PER_ADDRESS = 1
    api.post("/b2b/otps/email/discovery/send", email_address=ADA)
    nowhere = {"organization_id": "organization-test-none", "email_address": ADA}
    refused(api.post(START, **nowhere), 429, "too_many_requests")


@pytest.fixture
def acme(api: Api, settings: Settings) -> dict[str, Any]:
    settings.PUBLIC_URL = "https://app.example"
    return api.organization()


def test_a_changed_member_is_on_record(api: Api, acme: dict[str, Any]) -> None:
    ada = api.member(acme, ADA)
    path = f"/b2b/organizations/{acme['organization_id']}/members/{ada['member_id']}"
    assert api.put(path, name="Ada").status_code == 200
    event = AuditEvent.objects.get(action="member.update")
    assert (event.member_id, event.outcome) == (ada["member_id"], "success")


def test_mail_to_the_old_address_opens_nothing_any_more(api: Api, acme: dict[str, Any]) -> None:
    ada = api.member(acme, ADA)
    who = {"organization_id": acme["organization_id"], "email_address": ADA}
    api.post("/b2b/otps/email/login_or_signup", **who)
    code = post.code(ADA)
    api.post("/b2b/magic_links/email/login_or_signup", **who)
    link = post.token(ADA)
    path = f"/b2b/organizations/{acme['organization_id']}/members/{ada['member_id']}"
    assert api.put(path, email_address="ada.l@acme.example").status_code == 200
    assert api.post("/b2b/magic_links/authenticate", magic_links_token=link).status_code >= 400
    for address in (ADA, "ada.l@acme.example"):
        asked = {**who, "email_address": address}
        assert api.post("/b2b/otps/email/authenticate", **asked, code=code).status_code >= 400
