"""Codes by e-mail in a discovery: sent to anyone, good once, for ten minutes, in their own flow."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from identity import tokens
from identity.models import EmailCode
from tests.identity import post
from tests.identity.api import Api, refused

SEND = "/b2b/otps/email/discovery/send"
AUTHENTICATE = "/b2b/otps/email/discovery/authenticate"
ADA = "ada@acme.example"
NOBODY = "nobody@nowhere.example"


def send(api: Api, address: str = ADA, **fields: object) -> str:
    response = api.post(SEND, email_address=address, **fields)
    assert response.status_code == 200, response.content
    return post.code(address.lower())


def test_a_code_proves_the_address_and_lists_where_it_may_go(api: Api) -> None:
    acme = api.organization("Acme")
    api.member(acme, ADA)
    body = api.post(AUTHENTICATE, email_address=ADA, code=send(api)).json()
    assert body["email_address"] == ADA
    assert len(body["intermediate_session_token"]) == 44
    assert body["intermediate_session_token_expires_at"].endswith("Z")
    (found,) = body["discovered_organizations"]
    assert found["organization"]["organization_id"] == acme["organization_id"]
    assert found["membership"]["type"] == "active_member"


def test_the_case_of_an_address_does_not_matter(api: Api) -> None:
    code = send(api, "Ada@ACME.example")
    assert api.post(AUTHENTICATE, email_address="aDa@acme.example", code=code).status_code == 200


def test_a_mail_has_the_code_in_text_and_html_but_not_in_its_subject(api: Api) -> None:
    code = send(api)
    message = post.newest(ADA)
    ((html, kind),) = message.alternatives
    assert kind == "text/html"
    assert code in str(html)
    assert code not in message.subject
    assert "10 minutes" in str(message.body)


def test_the_database_does_not_hold_the_code(api: Api, settings: Settings) -> None:
    """(QUALITY 7): nor can it be found by trying all of them without the secret."""
    code = send(api)
    row = EmailCode.objects.get()
    assert code not in f"{row.code_hash} {row.salt}"
    assert row.code_hash == tokens.hash_code(code, salt=row.salt)
    settings.SECRET_KEY = "another secret key, long enough to be one"
    assert row.code_hash != tokens.hash_code(code, salt=row.salt)


def test_sending_answers_the_same_for_known_and_unknown_addresses(api: Api) -> None:
    """(QUALITY 24)"""
    api.member(api.organization("Acme"), ADA)
    answers = [api.post(SEND, email_address=each) for each in (ADA, NOBODY)]
    assert [each.status_code for each in answers] == [200, 200]
    assert [set(each.json()) for each in answers] == [{"status_code", "request_id"}] * 2
    known, unknown = (post.newest(each) for each in (ADA, NOBODY))
    assert known.subject == unknown.subject
    words = [str(known.body).replace(ADA, ""), str(unknown.body).replace(NOBODY, "")]
    assert len(words[0]) == len(words[1])


def test_sending_does_the_same_work_for_known_and_unknown_addresses(api: Api) -> None:
    """(QUALITY 24): time follows work, so the statements are the same."""
    api.member(api.organization("Acme"), ADA)
    send(api, "first@acme.example")  # which is who opens the client's window
    statements = []
    for address in (ADA, NOBODY):
        with CaptureQueriesContext(connection) as queries:
            send(api, address)
        statements.append([each["sql"].split()[0] for each in queries])
    assert statements[0] == statements[1]


@pytest.mark.parametrize("minutes", [1, 16, 0, -5])
def test_lifetimes_are_two_to_fifteen_minutes(api: Api, minutes: int) -> None:
    response = api.post(SEND, email_address=ADA, discovery_expiration_minutes=minutes)
    refused(response, 400, "invalid_expiration_otp")
    assert not mail.outbox


@pytest.mark.parametrize(("minutes", "lifetime"), [(None, 10), (2, 2), (15, 15)])
def test_a_code_ends_with_its_lifetime(api: Api, minutes: int | None, lifetime: int) -> None:
    """(QUALITY 26)"""
    with time_machine.travel("2026-05-01T12:00:00Z", tick=False) as clock:
        code = send(api, discovery_expiration_minutes=minutes)
        clock.shift(timedelta(minutes=lifetime))
        refused(
            api.post(AUTHENTICATE, email_address=ADA, code=code), 401, "unable_to_auth_otp_code"
        )
        code = send(api, discovery_expiration_minutes=minutes)
        clock.shift(timedelta(minutes=lifetime, seconds=-1))
        assert api.post(AUTHENTICATE, email_address=ADA, code=code).status_code == 200


def test_only_the_newest_code_is_good(api: Api) -> None:
    """(QUALITY 26)"""
    older, newer = send(api), send(api)
    refused(api.post(AUTHENTICATE, email_address=ADA, code=older), 404, "otp_code_not_found")
    assert api.post(AUTHENTICATE, email_address=ADA, code=newer).status_code == 200


def test_a_code_is_of_its_address_alone(api: Api) -> None:
    code = send(api)
    response = api.post(AUTHENTICATE, email_address="eve@acme.example", code=code)
    refused(response, 404, "otp_code_not_found")


def test_a_code_of_a_discovery_opens_no_organization_and_the_other_way_round(api: Api) -> None:
    """(QUALITY 26)"""
    acme = api.organization("Acme")["organization_id"]
    api.member({"organization_id": acme}, ADA)
    inside = "/b2b/otps/email/authenticate"
    response = api.post(inside, organization_id=acme, email_address=ADA, code=send(api))
    refused(response, 404, "otp_code_not_found")
    api.post("/b2b/otps/email/login_or_signup", organization_id=acme, email_address=ADA)
    response = api.post(AUTHENTICATE, email_address=ADA, code=post.code(ADA))
    refused(response, 404, "otp_code_not_found")


@pytest.mark.parametrize("code", ["12345", "1234567", "12345a", "", "١٢٣٤٥٦", " 12345", 123456])
def test_what_is_not_six_digits_is_no_code(api: Api, code: object) -> None:
    send(api)
    refused(api.post(AUTHENTICATE, email_address=ADA, code=code), 400, "invalid_code")
    assert EmailCode.objects.get().tries == 0


@pytest.mark.parametrize("path", [SEND, AUTHENTICATE])
def test_nothing_answers_get(api: Api, path: str) -> None:
    """(QUALITY 20)"""
    response = api.get(path)
    refused(response, 405, "method_not_allowed")


def test_a_mail_that_is_not_taken_leaves_nothing_and_the_code_before_is_good(
    api: Api, settings: Settings
) -> None:
    code = send(api)
    settings.EMAIL_BACKEND = "tests.identity.backends.Unreachable"
    refused(api.post(SEND, email_address=ADA), 500, "internal_server_error")
    assert EmailCode.objects.count() == 1
    assert api.post(AUTHENTICATE, email_address=ADA, code=code).status_code == 200
