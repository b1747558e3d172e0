"""What a row of the switcher says is what pressing it leads to, with something to press there."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from identity.factors import Factor, email_factor, password_factor
from identity.oidc import Identity
from identity.operations import discovery
from identity.operations.accounts import oauth_factor
from identity.provenance import Provenance
from tests.identity.people import begun, member, organization, signed_in
from tests.signing_in import here, newest_code, target

pytestmark = pytest.mark.django_db

PERSON = "person@corp.example"
RULES: dict[str, dict[str, Any]] = {
    "open": {},
    "code": {"auth_methods": "RESTRICTED", "allowed_auth_methods": ["email_otp"]},
    "password": {"auth_methods": "RESTRICTED", "allowed_auth_methods": ["password"]},
    "elsewhere": {"auth_methods": "RESTRICTED", "allowed_auth_methods": ["github_oauth"]},
    "second": {"mfa_policy": "REQUIRED_FOR_ALL"},
}
# By what a row says: where its press leads, and what that page says and offers.
LEADS: dict[str, tuple[str, str, str]] = {
    "": ("/", "", ""),
    "Confirm your address to go on": ("/step-up", "Confirm your address", "Email me a code"),
    "Will ask you to sign in there": ("/step-up", "wants another way in", "Email me a code"),
    "Signs in with an email code only": ("/step-up", "wants another way in", "Email me a code"),
    "Signs in with a password only": ("/step-up", "wants another way in", "Use a password"),
    "Signs in with GitHub only": ("/step-up", "none of that is set up here", "leave"),
    "No way in for you; ask its administrator": ("/step-up", "Ask its administrator", "leave"),
    "Will ask for a second step": ("/second-factor", "", ""),
}


def mailed() -> Factor:
    now = timezone.now()
    return email_factor(type="email_otp", email_id="", email_address=PERSON, now=now)


def slack() -> Factor:
    return oauth_factor(Identity("s", PERSON, False), provider="slack", now=timezone.now())


def password() -> Factor:
    word = Provenance.MAILBOX  # set by a mailed link, so it shows where else one is a member
    now = timezone.now()
    return password_factor(email_id="", email_address=PERSON, now=now, provenance=word)


WAYS = {"code": mailed, "slack": slack, "password": password}


def signed_in_by(client: Client, way: str) -> str:
    """In Home, and elsewhere a member, or invited; the session's token."""
    for rule, fields in RULES.items():
        member(organization(f"{rule} member", **fields), PERSON)
        member(organization(f"{rule} invited", **fields), PERSON, status="invited")
    home = member(organization("Home"), PERSON)
    token = signed_in(home, WAYS[way](), now=timezone.now()).session_token
    client.cookies["stytch_session"] = token
    return token


def rows(page: str) -> dict[str, str]:
    """What each row says that it asks for, by name."""
    listed = page.partition('id="switch-rows"')[2].partition("</ul>")[0]
    found = re.findall(r'row__title">([^<]+)</span>(.*?)</button>', listed, re.DOTALL)
    said = {
        name: re.search(r'class="requirement.*?<span>([^<]+)</span>', rest, re.DOTALL)
        for name, rest in found
    }
    return {name: match[1] if match else "" for name, match in said.items()}


@pytest.mark.parametrize("way", WAYS)
def test_each_row_leads_to_what_it_says(client: Client, way: str) -> None:
    signed_in_by(client, way)
    said = rows(client.get("/switch").content.decode())
    assert len(said) == 1 + 2 * len(RULES)
    asking = [name for name in said if said[name]]
    entered = [name for name in said if not said[name] and name != "Home"]
    for name in (*asking, *entered[:1]):  # which ends the session here, so it comes last
        place, heading, offer = LEADS[said[name]]
        other = Client()
        other.cookies["stytch_session"] = client.cookies["stytch_session"].value
        fields = {"target": target(other, name, page="/switch"), "organization_id": here(other)}
        assert (name, other.post("/switch", fields)["Location"]) == (name, place)
        page = other.get(place, follow=True).content.decode()
        assert heading in page, name
        assert offer in page or offer == "leave", name


@pytest.mark.parametrize("way", WAYS)
def test_the_service_promises_what_the_rows_say(client: Client, way: str) -> None:
    token = signed_in_by(client, way)
    listed = discovery.list_organizations(session_token=token, now=timezone.now()).organizations
    said = rows(client.get("/switch").content.decode())
    for each in listed:
        asks = said[each.organization.organization_name]
        assert bool(asks) == (not each.member_authenticated)
        assert (asks == "Will ask for a second step") == bool(each.mfa_required)


def test_who_lacks_a_proof_alone_confirms_the_address_and_is_in(client: Client) -> None:
    signed_in_by(client, "slack")
    fields = {"target": target(client, "open invited", page="/switch")}
    client.post("/switch", {**fields, "organization_id": here(client)})
    page = client.get("/step-up").content.decode()
    assert re.search(r"<h1[^>]*>\s*Confirm your address", page)
    assert "open invited lets you in once you have shown that" in page
    action = re.search(r'action="(/o/open-invited/login[^"]*)"', page)
    assert action
    sent = {"email_address": PERSON, "organization_id": here(client)}
    assert client.post(action[1], sent)["Location"] == "/login/code"
    answer = client.post("/login/code", {"code": newest_code(PERSON), **sent})
    assert answer["Location"] == "/"
    assert "You’re in open invited" in client.get("/").content.decode()


def test_from_a_sign_in_that_begins_too(client: Client) -> None:
    """Who came by Slack is asked to confirm the address where they were invited."""
    member(organization("Real"), PERSON, status="invited")
    member(organization("Other"), PERSON)
    token = begun(PERSON, slack(), now=timezone.now())
    listed = discovery.list_organizations(intermediate_session_token=token, now=timezone.now())
    asked = {each.organization.organization_name: each for each in listed.organizations}
    assert asked["Real"].primary_required
    assert asked["Other"].member_authenticated
