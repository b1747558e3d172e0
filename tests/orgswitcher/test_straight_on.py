"""Where there is nothing to choose nobody is asked: one organization, or none at all."""

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from identity.models import Member, Organization
from identity.provenance import Provenance
from tests import transports
from tests.identity.people import member, organization
from tests.signing_in import ADMIN, MEMBER, STRANGER, here, newest_code, prove, sign_in

pytestmark = pytest.mark.usefixtures("demo")

PERSON = "person@corp.example"
NEW = "/organizations/new"


@pytest.mark.parametrize(
    ("rules", "place"),
    [
        ({}, "/"),
        ({"mfa_policy": "REQUIRED_FOR_ALL"}, "/second-factor"),
        ({"auth_methods": "RESTRICTED", "allowed_auth_methods": ["password"]}, "/step-up"),
    ],
)
def test_the_one_organization_is_entered_or_its_step_begun(
    client: Client, rules: dict[str, Any], place: str
) -> None:
    member(organization("Only", **rules), PERSON)
    assert prove(client, PERSON)["Location"] == place
    assert "Only" in client.get(place, follow=True).content.decode()


def test_where_one_was_going_is_kept_through_the_step(client: Client) -> None:
    rules = {"auth_methods": "RESTRICTED", "allowed_auth_methods": ["sso"]}
    member(organization("Only", **rules), PERSON)
    assert prove(client, PERSON, next="/sessions")["Location"] == "/step-up"


@pytest.mark.parametrize(
    "standing",
    [
        {"status": "invited"},
        {"status": "pending", "verified": False},
        {"provenance": Provenance.ADMIN},
        {"verified": False},
    ],
)
@pytest.mark.parametrize("policy", ["OPTIONAL", "REQUIRED_FOR_ALL"])
def test_nobody_begins_what_they_have_not_joined_themselves(
    client: Client, standing: dict[str, Any], policy: str
) -> None:
    member(organization("Only", mfa_policy=policy), PERSON, **standing)
    assert prove(client, PERSON)["Location"] == "/organizations"
    assert Member.objects.get(email_address=PERSON).status == standing.get("status", "active")


def test_nor_what_is_open_to_the_domain(client: Client) -> None:
    rules = {"email_jit_provisioning": "RESTRICTED", "email_allowed_domains": ["corp.example"]}
    member(organization("Only", mfa_policy="REQUIRED_FOR_ALL", **rules), "boss@corp.example")
    assert prove(client, PERSON)["Location"] == "/organizations"


def test_a_living_session_is_not_left_for_a_step(client: Client) -> None:
    sign_in(client, MEMBER)
    member(organization("Only", mfa_policy="REQUIRED_FOR_ALL"), PERSON)
    client.post("/login/resend", {"email_address": PERSON})
    answer = client.post("/login/code", {"code": newest_code(PERSON)})
    assert answer["Location"] == "/organizations"


def test_a_closed_door_is_said_where_another_can_be_chosen(client: Client) -> None:
    closed = organization("Only")
    member(closed, PERSON)
    closed_rules = {"auth_methods": "RESTRICTED", "allowed_auth_methods": []}
    Organization.objects.filter(pk=closed.pk).update(**closed_rules)
    assert prove(client, PERSON)["Location"] == "/organizations"
    assert "No way in for you" in client.get("/organizations").content.decode()


# Who is in none.


@pytest.mark.parametrize(
    ("address", "name", "slug"),
    [
        ("jo@hooli.example", "Hooli", "hooli"),
        ("jo.doe+list@gmail.com", "Jo Doe", "jo-doe"),
        ("jo@acme.test", "Acme", "acme"),  # whose short name is taken
    ],
)
def test_the_form_is_filled_in_and_one_press_is_enough(
    client: Client, address: str, name: str, slug: str
) -> None:
    prove(client, address)
    page = client.get(NEW).content.decode()
    assert value_of("name", page) == name
    assert value_of("slug", page) == value_of("derived", page) == slug
    fields = {field: value_of(field, page) for field in ("name", "slug", "derived")}
    assert client.post(NEW, fields)["Location"] == "/"
    made = Member.objects.get(email_address=address).organization
    assert made.organization_name == name
    assert made.organization_slug.startswith(slug)


def test_a_short_name_that_somebody_typed_is_theirs_to_change(client: Client) -> None:
    prove(client, "jo@hooli.example")
    page = client.post(NEW, {"name": "Hooli", "slug": "acme", "derived": "hooli"}).content.decode()
    assert "That short name is taken" in page


def test_by_setting_it_is_created_unasked(client: Client, settings: Settings) -> None:
    settings.CREATE_FIRST_ORGANIZATION = True
    assert prove(client, "jo@hooli.example")["Location"] == "/"
    assert "You’re in Hooli" in client.get("/").content.decode()
    again = Client()
    assert prove(again, "jo@hooli.example")["Location"] == "/"
    assert Organization.objects.filter(organization_name="Hooli").count() == 1


def test_not_for_who_may_join_another(client: Client, settings: Settings) -> None:
    settings.CREATE_FIRST_ORGANIZATION = True
    before = Organization.objects.count()
    assert prove(client, "newcomer@umbrella.example")["Location"] == "/organizations"
    assert Organization.objects.count() == before


def test_when_the_service_refuses_the_form_asks(
    client: Client, settings: Settings, through: Any
) -> None:
    settings.CREATE_FIRST_ORGANIZATION = True
    no = transports.refusal(429, "too_many_requests", retry_after="90")
    through(transports.Except("/v1/b2b/discovery/organizations/create", no))
    assert prove(client, STRANGER)["Location"] == "/organizations"
    assert client.get("/organizations")["Location"] == NEW


# Where backends alone create organizations.


@pytest.fixture
def closed(settings: Settings) -> None:
    settings.CREATE_ORGANIZATIONS = False
    settings.CREATE_FIRST_ORGANIZATION = True


@pytest.mark.usefixtures("closed")
def test_who_is_in_none_is_told_what_to_do(client: Client) -> None:
    before = Organization.objects.count()
    prove(client, STRANGER)
    page = client.get("/organizations", follow=True).content.decode()
    assert "Ask a colleague or your administrator to invite that address" in page
    assert STRANGER in page
    assert 'name="slug"' not in page
    client.post(NEW, {"name": "Mine", "slug": "mine", "derived": ""})
    assert Organization.objects.count() == before
    member(organization("Invites"), STRANGER, status="invited")
    assert "Invites" in client.get("/organizations", follow=True).content.decode()
    assert client.get(NEW)["Location"] == "/organizations"


@pytest.mark.usefixtures("closed")
def test_nothing_offers_it_to_anybody(client: Client) -> None:
    prove(client, ADMIN)
    assert "Create an organization" not in client.get("/organizations").content.decode()
    client.post("/pending/abandon")
    sign_in(client, ADMIN)
    for headers in ({}, {"HX-Request": "true"}):
        page = client.get("/switch", headers=headers).content.decode()
        assert "Acme" in page
        assert "Create an organization" not in page
    page = client.get(NEW).content.decode()
    assert "Organizations aren’t created on this site." in page
    assert "Go on in Acme" in page


def test_a_remote_service_that_refuses_is_believed(client: Client, through: Any) -> None:
    prove(client, STRANGER)
    no = transports.refusal(401, "endpoint_not_authorized_for_sdk")
    through(transports.Except("/v1/b2b/discovery/organizations/create", no))
    answer = client.post(NEW, {"name": "Mine", "slug": "mine", "derived": ""})
    assert answer.status_code == 403
    assert "Ask a colleague or your administrator" in answer.content.decode()


def value_of(field: str, page: str) -> str:
    found = re.search(rf'<input[^>]*name="{field}"[^>]*>', page)
    assert found, field
    value = re.search(r'value="([^"]*)"', found[0])
    return value[1] if value else ""


def test_a_member_who_may_not_is_still_here(client: Client, settings: Settings) -> None:
    settings.CREATE_ORGANIZATIONS = False
    sign_in(client, MEMBER)
    assert client.get(NEW).status_code == 200
    assert here(client)
