"""Codes are good once and for few tries, however fast they are posted."""

import pytest
import time_machine

from identity.models import EmailCode, IntermediateSession
from tests.identity import post
from tests.identity.api import Api, refused

SEND = "/b2b/otps/email/discovery/send"
AUTHENTICATE = "/b2b/otps/email/discovery/authenticate"
ADA = "ada@acme.example"


def send(api: Api, address: str = ADA, **fields: object) -> str:
    response = api.post(SEND, email_address=address, **fields)
    assert response.status_code == 200, response.content
    return post.code(address.lower())


def test_five_wrong_tries_kill_a_code(api: Api) -> None:
    """(QUALITY 26)"""
    code = send(api)
    for _ in range(5):
        response = api.post(AUTHENTICATE, email_address=ADA, code=post.wrong(code))
        refused(response, 404, "otp_code_not_found")
    refused(api.post(AUTHENTICATE, email_address=ADA, code=code), 401, "unable_to_auth_otp_code")


def test_the_right_code_at_the_fifth_try_is_good(api: Api) -> None:
    code = send(api)
    for _ in range(4):
        api.post(AUTHENTICATE, email_address=ADA, code=post.wrong(code))
    assert api.post(AUTHENTICATE, email_address=ADA, code=code).status_code == 200


def test_posted_twice_within_seconds_the_answer_is_the_same(api: Api) -> None:
    """(QUALITY 28)"""
    with time_machine.travel("2026-05-01T12:00:00Z", tick=False) as clock:
        code = send(api)
        first = api.post(AUTHENTICATE, email_address=ADA, code=code).json()
        clock.shift(10)
        again = api.post(AUTHENTICATE, email_address=ADA, code=code).json()
    assert first | {"request_id": ""} == again | {"request_id": ""}
    assert IntermediateSession.objects.count() == 1


def test_posted_again_later_it_is_used(api: Api) -> None:
    """(QUALITY 26)"""
    with time_machine.travel("2026-05-01T12:00:00Z", tick=False) as clock:
        code = send(api)
        api.post(AUTHENTICATE, email_address=ADA, code=code)
        clock.shift(11)
        response = api.post(AUTHENTICATE, email_address=ADA, code=code)
    refused(response, 401, "unable_to_auth_otp_code")


def test_a_wrong_code_gets_no_replay(api: Api) -> None:
    code = send(api)
    api.post(AUTHENTICATE, email_address=ADA, code=code)
    response = api.post(AUTHENTICATE, email_address=ADA, code=post.wrong(code))
    refused(response, 404, "otp_code_not_found")


@pytest.mark.django_db(transaction=True)
def test_two_posts_at_once_get_one_intermediate_session(api: Api) -> None:
    """(QUALITY 28)"""
    code = send(api)
    answers = post.at_once(lambda: api.post(AUTHENTICATE, email_address=ADA, code=code))
    assert [each.status_code for each in answers] == [200, 200]
    assert len({each.json()["intermediate_session_token"] for each in answers}) == 1
    assert IntermediateSession.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_do_not_get_more_than_five_tries(api: Api) -> None:
    """(QUALITY 26)"""
    code = send(api)
    guess = post.wrong(code)
    post.at_once(lambda: api.post(AUTHENTICATE, email_address=ADA, code=guess), times=8)
    assert EmailCode.objects.get().tries == 5
    refused(api.post(AUTHENTICATE, email_address=ADA, code=code), 401, "unable_to_auth_otp_code")
