"""What a called endpoint asks of third parties ends before its caller gives up (CONTRACT 1.5)."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import Settings

from accounts.client._http import READ_TIMEOUT
from identity import breaches, sms
from identity.api import browser, edge
from identity.sms import Text
from outbound import deadline
from outbound.http import Terms
from tests.dawdlers import dawdling
from tests.identity.api import Api, refused
from tests.identity.people import member, organization
from tests.identity.second_factors import NUMBER, on_the_way

# For what the service does besides, and for the network between.
SPARE = 1.0
seen: list[float] = []


class Watching:
    """A provider of texts; says how long it might have taken."""

    def send(self, text: Text) -> None:
        seen.append(deadline.remaining())


def look(request: Any) -> HttpResponse:
    seen.append(deadline.remaining())
    return HttpResponse()


@pytest.fixture(autouse=True)
def _nothing_seen_yet() -> None:
    seen.clear()


def on_their_way() -> dict[str, str]:
    """Somebody before their second step, for a call that texts them."""
    alice = member(organization(mfa_policy="REQUIRED_FOR_ALL"))
    held = on_the_way(alice, now=timezone.now())
    return {
        "organization_id": alice.organization_id,
        "member_id": alice.member_id,
        "mfa_phone_number": NUMBER,
        "intermediate_session_token": held.intermediate_session_token,
    }


def test_all_of_a_call_ends_before_the_client_gives_up(rf: RequestFactory) -> None:
    """Else five silent texts look like five silences of the service: nobody signs in any more."""
    edge.guarded(look)(rf.get("/"))
    assert 0 < seen[0] <= READ_TIMEOUT - SPARE


def test_texts_as_well(api: Api, settings: Settings) -> None:
    settings.SMS_BACKEND = f"{__name__}.Watching"
    assert api.post("/b2b/otps/sms/send", **on_their_way()).status_code == 200
    assert 0 < seen[0] <= READ_TIMEOUT - SPARE


@pytest.mark.parametrize("terms", [sms.TERMS, breaches.TERMS])
def test_no_call_of_the_operator_s_has_longer(terms: Terms) -> None:
    """Not even where nobody set a deadline."""
    assert terms.seconds <= edge.OUTSIDE_SECONDS


def test_a_person_s_browser_waits_longer(rf: RequestFactory) -> None:
    """A callback makes four calls, and no client of ours waits for it."""
    edge.guarded(browser.for_people(look))(rf.get("/"))
    assert READ_TIMEOUT < seen[0] < 10


def test_a_silent_provider_of_texts_is_the_contract_s_error(
    api: Api, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "OUTSIDE_SECONDS", 0.3)
    whose = on_their_way()
    with dawdling() as silent:
        settings.SMS_BACKEND, settings.SMS_URL = "identity.sms.Http", silent.url
        refused(api.post("/b2b/otps/sms/send", **whose), 500, "internal_server_error")


def test_a_silent_mail_server_too(
    api: Api, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The deadline is the whole call's: time that went before a mail is gone."""
    monkeypatch.setattr(edge, "OUTSIDE_SECONDS", 0.3)
    with dawdling() as silent:
        settings.EMAIL_BACKEND = "outbound.smtp.Backend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", silent.port
        response = api.post("/b2b/otps/email/discovery/send", email_address="a@acme.example")
        refused(response, 500, "internal_server_error")
