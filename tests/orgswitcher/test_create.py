"""Creating an organization: the short name as one types, what is refused, and who may."""

import re

import pytest
from django.core import mail
from django.test import Client

from accounts.service import identity
from orgswitcher import forms
from project.embedded import EmbeddedTransport
from tests import transports
from tests.signing_in import ADMIN, MEMBER, STRANGER, here, newest_code, prove, sign_in

pytestmark = pytest.mark.usefixtures("demo")


def test_an_unknown_address_creates_its_organization(client: Client) -> None:
    prove(client, STRANGER)
    answer = client.post("/organizations/new", {"name": "Nowhere Labs", "slug": ""})
    assert answer["Location"] == "/"
    page = client.get("/").content.decode()
    assert "You’re in Nowhere Labs" in page
    assert "Admin" in page


def test_a_taken_short_name_keeps_what_was_typed(client: Client) -> None:
    prove(client, STRANGER)
    answer = client.post("/organizations/new", {"name": "Acme", "slug": ""})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "That short name is taken. Choose another one." in page
    assert 'value="Acme"' in page
    assert 'value="acme"' in page
    done = client.post("/organizations/new", {"name": "Acme", "slug": "acme-nowhere"})
    assert done["Location"] == "/"


def test_a_short_name_the_service_refuses_is_said_at_its_field(client: Client) -> None:
    prove(client, STRANGER)
    page = client.post("/organizations/new", {"name": "Acme", "slug": "!!"}).content.decode()
    assert "Use at least two letters or digits" in page


@pytest.mark.parametrize("slug", ["ACME", "Customer-1", "Organization-Test-1"])
def test_a_short_name_that_could_be_taken_for_another_is_refused_as_typed(
    client: Client, slug: str
) -> None:
    identity().organizations.update("globex", organization_external_id="customer-1")  # type: ignore[call-arg]
    victim = identity().organizations.get("globex").organization_id
    prove(client, STRANGER)
    for typed in (slug, victim):
        answer = client.post("/organizations/new", {"name": "Evil Inc", "slug": typed})
        page = answer.content.decode()
        assert answer.status_code == 200
        assert re.search(r'id="id_slug_error"|aria-describedby="[^"]*id_slug_error', page)
        assert f'value="{typed}"' in page
        assert 'value="Evil Inc"' in page


def test_a_name_is_needed(client: Client, through) -> None:
    prove(client, STRANGER)
    through(transports.Untouchable())
    page = client.post("/organizations/new", {"name": " ", "slug": ""}).content.decode()
    assert "Give the organization a name." in page


def test_a_name_without_letters_needs_a_short_name(client: Client) -> None:
    prove(client, STRANGER)
    page = client.post("/organizations/new", {"name": "株式会社", "slug": ""}).content.decode()
    assert "Choose a short name" in page
    assert 'value="株式会社"' in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"name": "Umbrella Labs"}, "umbrella-labs"),
        ({"name": "Umbrella Labs", "slug": "umbrella", "derived": "umbrella"}, "umbrella-labs"),
        ({"name": "Umbrella Labs", "slug": "mine", "derived": "umbrella"}, "mine"),
        ({"name": "Åäö & Söhne"}, "aao-sohne"),
    ],
)
def test_the_short_name_follows_until_it_is_typed(
    client: Client, query: dict[str, str], shown: str
) -> None:
    answer = client.get("/organizations/slug", query, headers={"HX-Request": "true"})
    part = answer.content.decode()
    assert part.strip().startswith('<div id="slug-field"')
    found = re.search(r'name="slug" value="([^"]*)"', part)
    assert found
    assert found[1] == shown


def test_short_names_are_cut_to_what_the_service_stores() -> None:
    assert len(forms.derive_slug("a" * 500)) == forms.SLUG_LENGTH
    assert forms.derive_slug("x") == ""


def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    assert client.get("/organizations/new")["Location"] == "/login"


def test_a_member_proves_the_address_first_and_keeps_the_session(client: Client) -> None:
    sign_in(client, MEMBER)
    session = client.cookies["stytch_session"].value
    page = client.get("/organizations/new").content.decode()
    assert "we email a code to" in page
    mail.outbox.clear()
    answer = client.post("/organizations/proof", {"organization_id": here(client)})
    assert answer["Location"] == "/login/code"
    assert client.post("/login/code", {"code": newest_code(MEMBER)})["Location"] == "/organizations"
    assert client.get("/organizations")["Location"] == "/organizations/new"
    assert client.cookies["stytch_session"].value == session
    fields = {"name": "Side Project", "slug": "", "organization_id": here(client)}
    assert client.post("/organizations/new", fields)["Location"] == "/"
    assert "You’re in Side Project" in client.get("/").content.decode()


def test_proof_refused_says_when_to_come_back(client: Client, through) -> None:
    sign_in(client, MEMBER)
    organization_id = here(client)
    no = transports.refusal(429, "too_many_requests", retry_after="90")
    no.keys = EmbeddedTransport()
    through(no)
    answer = client.post("/organizations/proof", {"organization_id": organization_id})
    assert (answer.status_code, answer["Retry-After"]) == (429, "90")
    assert "Try again in 2 minutes" in answer.content.decode()


def test_proof_of_another_organizations_page_is_refused(client: Client) -> None:
    """(QUALITY 54)"""
    sign_in(client, MEMBER)
    mail.outbox.clear()
    answer = client.post("/organizations/proof", {"organization_id": "organization-test-other"})
    assert answer.status_code == 409
    assert mail.outbox == []


def test_a_step_that_is_over_begins_anew_with_the_address(client: Client, through) -> None:
    prove(client, STRANGER)
    through(transports.refusal(404, "intermediate_session_not_found"))
    answer = client.post("/organizations/new", {"name": "Nowhere", "slug": ""})
    page = answer.content.decode()
    assert f'value="{STRANGER}"' in page
    assert "took longer than ten minutes" in page


def test_a_step_that_is_over_is_noticed_before_typing(client: Client, through) -> None:
    prove(client, STRANGER)
    through(transports.refusal(404, "intermediate_session_not_found"))
    page = client.get("/organizations/new").content.decode()
    assert f'value="{STRANGER}"' in page


def test_an_open_step_of_a_chooser_may_create_too(client: Client) -> None:
    prove(client, ADMIN)
    page = client.get("/organizations/new").content.decode()
    assert f"as <strong>{ADMIN}</strong>" in page
    assert "Back to your organizations" in page


def test_the_proof_goes_to_ones_own_address_whatever_is_posted(client: Client) -> None:
    """Else whoever can fill in a form mails codes to anybody, and signs in as them."""
    sign_in(client, MEMBER)
    mail.outbox.clear()
    fields = {"organization_id": here(client), "email_address": ADMIN, "email": ADMIN}
    client.post(f"/organizations/proof?email_address={ADMIN}", fields)
    assert [message.to for message in mail.outbox] == [[MEMBER]]
    assert MEMBER in client.get("/login/code").content.decode()


def test_too_many_creations_keep_what_was_typed_and_say_a_time(client: Client, through) -> None:
    prove(client, STRANGER)
    no = transports.refusal(429, "too_many_requests", retry_after="90")
    through(transports.Except("/v1/b2b/discovery/organizations/create", no))
    answer = client.post("/organizations/new", {"name": "Nowhere Labs", "slug": ""})
    assert (answer.status_code, answer["Retry-After"]) == (429, "90")
    assert 'value="Nowhere Labs"' in answer.content.decode()


def test_too_many_looks_keep_the_step(client: Client, through) -> None:
    prove(client, STRANGER)
    no = transports.refusal(429, "too_many_requests", retry_after="90")
    through(transports.Except("/v1/b2b/discovery/organizations", no))
    answer = client.get("/organizations/new")
    assert (answer.status_code, answer["Retry-After"]) == (429, "90")
    through(EmbeddedTransport())
    assert client.get("/organizations/new").status_code == 200
