"""What a page's script does with organizations, as with the SDK: list them, go into one."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from identity.models import Member, Organization
from identity.operations import members, organizations
from tests import transports
from tests.signing_in import ADMIN, here, sign_in

pytestmark = pytest.mark.usefixtures("demo")

JSON = {"Accept": "application/json"}


@pytest.fixture
def admin(client: Client) -> Client:
    sign_in(client, ADMIN)
    return client


@pytest.fixture
def second(admin: Client) -> Organization:
    """A second organization that asks for nothing more."""
    founded = organizations.create(fields={"organization_name": "Easy"}, now=timezone.now())
    members.create(organization=founded, fields={"email_address": ADMIN}, now=timezone.now())
    Member.objects.filter(organization=founded).update(
        email_address_verified=True, email_provenance="mailbox"
    )
    return founded


def move(client: Client, target: str, **headers: str) -> Any:
    sent = {"X-Organization-Id": here(client), **JSON, **headers}
    return client.post("/switch", {"target": target}, content_type="application/json", headers=sent)


def globex() -> str:
    return str(Organization.objects.get(organization_slug="globex").pk)


def test_the_list_is_told_as_the_api_tells_it(admin: Client, second: Organization) -> None:
    told = admin.get("/switch", headers=JSON).json()
    assert told["email_address"] == ADMIN
    by_slug = {
        each["organization"]["organization_slug"]: each for each in told["discovered_organizations"]
    }
    assert set(by_slug) == {"acme", "easy", "globex", "initech"}
    assert by_slug["easy"] == {
        "organization": {
            "organization_id": second.pk,
            "organization_name": "Easy",
            "organization_slug": "easy",
        },
        "membership": {"type": "active_member"},
        "member_authenticated": True,
        "mfa_required": None,
        "primary_required": None,
    }
    assert by_slug["globex"]["mfa_required"] == {
        "member_options": {"mfa_phone_number": "", "totp_enrolled": False}
    }
    assert by_slug["initech"]["primary_required"] == {
        "allowed_auth_methods": ["sso", "google_oauth"]
    }


def test_the_list_is_filtered_as_for_people(admin: Client) -> None:
    told = admin.get("/switch?q=glob", headers=JSON).json()
    assert len(told["discovered_organizations"]) == 1


def test_an_exchange_tells_the_new_session(admin: Client, second: Organization) -> None:
    answer = move(admin, second.pk)
    told = answer.json()
    assert answer.status_code == 200
    assert (told["state"], told["step"], told["next"]) == ("signed_in", None, "/")
    assert told["session"]["organization_slug"] == "easy"
    assert told["organization_name"] == "Easy"
    assert admin.get("/session", headers=JSON).json()["session"] == told["session"]


def test_a_step_that_is_due_is_named_and_the_session_lives_on(admin: Client) -> None:
    told = move(admin, globex()).json()
    assert (told["step"], told["next"]) == ("mfa_required", "/second-factor")
    assert told["session"]["organization_slug"] == "acme"
    initech = Organization.objects.get(organization_slug="initech").pk
    told = move(admin, initech).json()
    assert (told["step"], told["next"]) == ("primary_required", "/step-up")


def test_where_one_is_already_nothing_happens(admin: Client) -> None:
    told = move(admin, here(admin)).json()
    assert (told["state"], told["step"], told["next"]) == ("signed_in", None, "/")


@pytest.mark.parametrize("target", ["", "acme", "organization-test-1 or 1=1"])
def test_what_names_no_organization_is_refused(admin: Client, target: str) -> None:
    answer = move(admin, target)
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_request")


def test_what_the_service_refuses_is_said(admin: Client) -> None:
    answer = move(admin, "organization-test-00000000-0000-4000-8000-000000000000")
    told = answer.json()
    assert (answer.status_code, told["state"]) == (400, "refused")
    assert told["error"] == "organization_not_found"
    assert told["error_message"]
    assert admin.get("/session", headers=JSON).json()["state"] == "signed_in"


def test_a_page_of_another_organization_moves_nobody(admin: Client, second: Organization) -> None:
    answer = move(admin, second.pk, **{"X-Organization-Id": globex()})
    assert (answer.status_code, answer.json()["error"]) == (409, "organization_mismatch")


def test_an_outage_is_a_503(admin: Client, second: Organization, through: Any) -> None:
    place = here(admin)
    through(transports.OnlyKeys())
    sent = {"X-Organization-Id": place, **JSON}
    answer = admin.post("/switch", {"target": second.pk}, headers=sent)
    assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")
    assert admin.get("/switch", headers=JSON).status_code == 503


def test_no_token_is_told(admin: Client, second: Organization) -> None:
    """(QUALITY 4)"""
    said = admin.get("/switch", headers=JSON).content + move(admin, globex()).content
    said += move(admin, second.pk).content
    tokens = [each.value for each in admin.cookies.values() if len(each.value) > 20]
    assert not [token for token in tokens if token.encode() in said]
