"""The number that a backend has set is the one to prove: the mailbox alone chooses no other."""

import pytest
from django.test import Client
from pytest_django import Settings

from identity.models import Member
from identity.operations import members
from tests import phones
from tests.identity.people import NOW, member, organization
from tests.second_steps import newest_text
from tests.signing_in import here, prove

pytestmark = pytest.mark.usefixtures("demo")

PERSON, ON_FILE, OTHER = "person@corp.example", "+12015550123", "+12015550199"


def enrolled(policy: str) -> Member:
    who = member(organization("Only", mfa_policy=policy), PERSON)
    return members.update(member=who, changes={"mfa_phone_number": ON_FILE}, now=NOW)


def kept() -> str:
    return Member.objects.get(email_address=PERSON).mfa_phone_number


def test_the_sign_in_texts_it_and_asks_for_no_other(client: Client) -> None:
    enrolled("REQUIRED_FOR_ALL")
    assert prove(client, PERSON)["Location"] == "/second-factor"
    assert client.get("/second-factor")["Location"] == "/second-factor/sms"
    assert [each.to for each in phones.outbox] == [ON_FILE]
    page = client.get("/second-factor/sms").content.decode()
    assert "ending in <strong>0123</strong>" in page
    assert "Wrong number?" not in page
    assert "Ask Only’s administrator to change it" in page
    assert client.get("/second-factor/phone")["Location"] == "/second-factor"
    client.post("/second-factor/phone", {"phone_number": OTHER})
    assert client.post("/second-factor/app/registration")["Location"] == "/second-factor"
    assert kept() == ON_FILE
    assert client.post("/second-factor/sms", {"code": newest_text()})["Location"] == "/"


def test_a_text_that_did_not_go_out_can_be_asked_for(client: Client, settings: Settings) -> None:
    enrolled("REQUIRED_FOR_ALL")
    backend, settings.SMS_BACKEND = settings.SMS_BACKEND, "tests.phones.NoReception"
    prove(client, PERSON)
    settings.SMS_BACKEND = backend
    assert client.get("/second-factor")["Location"] == "/second-factor/sms"
    assert "Text me a code" in client.get("/second-factor/sms").content.decode()
    client.post("/second-factor/sms/send")
    assert client.post("/second-factor/sms", {"code": newest_text()})["Location"] == "/"


def test_a_number_typed_here_can_be_typed_again(client: Client) -> None:
    member(organization("Only", mfa_policy="REQUIRED_FOR_ALL"), PERSON)
    prove(client, PERSON)
    client.post("/second-factor/phone", {"phone_number": OTHER})
    assert "Wrong number?" in client.get("/second-factor/sms").content.decode()
    client.post("/second-factor/phone", {"phone_number": ON_FILE})
    assert kept() == ON_FILE
    assert client.post("/second-factor/sms", {"code": newest_text()})["Location"] == "/"


def test_on_the_security_page_it_can_be_proven_and_not_replaced_or_removed(client: Client) -> None:
    enrolled("OPTIONAL")
    assert prove(client, PERSON)["Location"] == "/"
    sent = {"organization_id": here(client)}
    page = client.post("/security/phone", {**sent, "phone_number": OTHER}).content.decode()
    assert "Another number is on file for you" in page
    client.post("/security/phone/removal", sent)
    assert kept() == ON_FILE
    assert "Ask your administrator to remove it" in client.get("/security").content.decode()
    client.post("/security/phone", {**sent, "phone_number": ON_FILE})
    client.post("/security/phone/code", {**sent, "code": newest_text()})
    assert Member.objects.get(email_address=PERSON).mfa_phone_number_verified
