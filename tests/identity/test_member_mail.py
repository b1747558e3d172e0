"""What is on its way to a member who has another address by now, or none at all, opens nothing."""

from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from identity.models import Member, SmsCode
from tests.identity import post
from tests.identity.api import Api
from tests.identity.people import member, organization
from tests.identity.second_factors import NUMBER, on_the_way, text

ALICE, NEW = "alice@acme.example", "new@acme.example"
PATH = "/b2b/organizations/acme/members"


@pytest.fixture
def alice(api: Api, settings: Settings) -> Member:
    settings.PUBLIC_URL = "https://app.example"
    return member(organization(organization_slug="acme"), ALICE)


def by_code(api: Api, address: str, code: str) -> Any:
    body = {"organization_id": "acme", "email_address": address, "code": code}
    return api.post("/b2b/otps/email/authenticate", **body)


def ask(api: Api, address: str) -> tuple[str, str]:
    """A code and a link, mailed to `address`."""
    body = {"organization_id": "acme", "email_address": address}
    assert api.post("/b2b/otps/email/login_or_signup", **body).status_code == 200
    code = post.code(address)
    assert api.post("/b2b/magic_links/email/login_or_signup", **body).status_code == 200
    return code, post.token(address)


@pytest.mark.parametrize("unlink", [False, True])
def test_mail_to_the_address_before_opens_nothing(api: Api, alice: Member, unlink: bool) -> None:
    code, token = ask(api, ALICE)
    changed = api.put(f"{PATH}/{alice.pk}", email_address=NEW, unlink_email=unlink)
    assert changed.status_code == 200
    for address in (ALICE, NEW):
        assert by_code(api, address, code).status_code != 200
    answer = api.post("/b2b/magic_links/authenticate", magic_links_token=token)
    assert answer.status_code != 200
    code, token = ask(api, NEW)
    assert by_code(api, NEW, code).status_code == 200
    answer = api.post("/b2b/magic_links/authenticate", magic_links_token=token)
    assert answer.status_code == 200


def test_deleting_a_member_takes_texted_codes_along(api: Api, alice: Member) -> None:
    text(alice, on_the_way(alice, now=timezone.now()), number=NUMBER, now=timezone.now())
    assert SmsCode.objects.count() == 1
    api.delete(f"{PATH}/{alice.pk}")
    assert not SmsCode.objects.exists()
