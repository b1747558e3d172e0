"""The demo accounts: one for each path of signing in."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from identity.management.commands import demo
from identity.models import Member, Organization
from identity.operations import roles
from tests.identity import post
from tests.identity.api import Api

ADMIN = "admin@acme.example"


@pytest.fixture(autouse=True)
def _debug(settings: Settings) -> None:
    settings.DEBUG = True


def seed(**options: Any) -> None:
    call_command("demo", verbosity=0, **options)


def found(api: Api, address: str) -> dict[str, dict[str, Any]]:
    """What a discovery lists, by slug."""
    api.post("/b2b/otps/email/discovery/send", email_address=address)
    body = api.post(
        "/b2b/otps/email/discovery/authenticate", email_address=address, code=post.code(address)
    ).json()
    return {
        each["organization"]["organization_slug"]: each for each in body["discovered_organizations"]
    }


def test_every_account_shows_what_it_is_named_for(api: Api) -> None:
    seed()
    admin = found(api, ADMIN)
    assert set(admin) == {"acme", "globex", "initech"}
    assert admin["acme"]["member_authenticated"] is True
    assert admin["globex"]["mfa_required"]
    assert set(admin["initech"]["primary_required"]["allowed_auth_methods"]) == {
        "sso",
        "google_oauth",
    }
    assert set(found(api, "member@acme.example")) == {"acme"}
    (umbrella,) = found(api, "newcomer@umbrella.example").values()
    assert umbrella["membership"]["type"] == "eligible_to_join_by_email_domain"
    (invited,) = found(api, "invited@acme.example").values()
    assert invited["membership"]["type"] == "invited_member"
    assert found(api, "anyone@else.example") == {}


def test_admin_is_admin_of_acme_alone(api: Api) -> None:
    seed()
    members = Member.objects.filter(email_address=ADMIN).select_related("organization")
    admins = [each.organization.organization_slug for each in members if roles.is_admin(each)]
    assert admins == ["acme"]


@pytest.mark.django_db
def test_seeding_again_changes_nothing() -> None:
    seed()
    Organization.objects.filter(organization_slug="acme").update(organization_name="Renamed")
    before = list(Organization.objects.values()), list(Member.objects.values())
    seed()
    assert (list(Organization.objects.values()), list(Member.objects.values())) == before


@pytest.mark.django_db
def test_many_organizations_for_the_switcher() -> None:
    seed(organizations=4)
    seed(organizations=5)
    assert Member.objects.filter(email_address=ADMIN).count() == 3 + 5


def test_their_names_differ() -> None:
    names = [demo.another_name(number) for number in range(250)]
    assert len(set(names)) == 250
    assert (names[0], names[100]) == ("Amber Works", "Amber Works 2")


@pytest.mark.django_db
def test_it_refuses_to_run_without_debug(settings: Settings) -> None:
    """(QUALITY 73)"""
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG"):
        seed()
    assert not Organization.objects.exists()


@pytest.mark.django_db
def test_it_prints_nothing_secret(capsys: pytest.CaptureFixture[str], settings: Settings) -> None:
    call_command("demo")
    printed = "".join(capsys.readouterr())
    assert ADMIN in printed
    assert settings.IDENTITY_SECRET not in printed
    assert "identity.audit" not in printed
