"""Signing out: at the service, in this browser, and when the service is silent."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests import transports
from tests.signing_in import ADMIN, MEMBER, ask_for_code, here, sign_in

pytestmark = pytest.mark.usefixtures("demo")


def test_a_visit_only_asks(client: Client) -> None:
    """(QUALITY 20)"""
    sign_in(client, MEMBER)
    page = client.get("/logout")
    assert MEMBER in page.content.decode()
    assert client.get("/").status_code == 200


def test_asking_without_a_session_says_so(client: Client) -> None:
    assert "not signed in" in client.get("/logout").content.decode()


def test_ends_the_session_at_the_service(client: Client, through) -> None:
    """A copy of the cookies is worth nothing afterwards (QUALITY 39)."""
    sign_in(client, MEMBER)
    copy = Client()
    copy.cookies.load({name: morsel.value for name, morsel in client.cookies.items()})
    calls = through(transports.Counting())
    client.get("/")  # the service's keys are known from here on
    calls.paths.clear()
    answer = client.post("/logout")
    assert calls.paths == ["/v1/b2b/sessions/revoke"]
    assert answer["Location"].startswith("/login")
    assert copy.get("/switch")["Location"].startswith("/login")


def test_a_copy_of_the_cookies_reads_for_minutes_and_changes_nothing(client: Client) -> None:
    """The bound of SECURITY.md: five minutes, and the clocks' ten seconds (QUALITY 39)."""
    sign_in(client, MEMBER)
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    client.post("/logout")
    signed_out = timezone.now()
    for seconds, lets_in in ((295, True), (312, False)):
        copy = Client()
        copy.cookies.load(cookies)
        with time_machine.travel(signed_out + timedelta(seconds=seconds), tick=False):
            assert (copy.get("/").status_code == 200) is lets_in


def test_clears_this_browser(client: Client) -> None:
    """(QUALITY 16)"""
    sign_in(client, MEMBER)
    answer = client.post("/logout")
    assert answer["Clear-Site-Data"]
    assert "You’re signed out." in client.get(answer["Location"]).content.decode()
    assert client.get("/")["Location"].startswith("/login")


def test_an_outage_still_signs_this_browser_out_and_says_what_is_open(
    client: Client, through
) -> None:
    sign_in(client, MEMBER)
    through(transports.Down())
    answer = client.post("/logout")
    page = client.get(answer["Location"]).content.decode()
    assert "the session itself may last until its end" in page
    assert client.get("/")["Location"].startswith("/login")


def test_a_session_already_over_is_signed_out_all_the_same(client: Client) -> None:
    sign_in(client, MEMBER)
    copy = Client()
    copy.cookies.load({name: morsel.value for name, morsel in client.cookies.items()})
    client.post("/logout")
    answer = copy.post("/logout")
    assert answer["Location"].startswith("/login")
    assert "may last" not in copy.get(answer["Location"]).content.decode()


def test_works_without_a_session(client: Client) -> None:
    assert client.post("/logout")["Location"].startswith("/login")


def test_drops_an_unfinished_step_too(client: Client) -> None:
    ask_for_code(client, ADMIN)
    client.post("/logout")
    assert ADMIN not in client.get("/login").content.decode()


def test_a_page_of_another_organization_may_sign_out_too(client: Client) -> None:
    sign_in(client, MEMBER)
    assert here(client)
    answer = client.post("/logout", {"organization_id": "organization-test-elsewhere"})
    assert answer["Location"].startswith("/login")
