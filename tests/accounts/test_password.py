"""Passwords of one organization: set through a mailed link, used, forgotten, locked."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.service import identity
from identity.models import Member
from identity.operations import work_allowances
from tests import transports
from tests.signing_in import (
    ADMIN,
    MEMBER,
    STRANGER,
    choose,
    newest_code,
    newest_link,
    newest_text,
    prove,
)

pytestmark = pytest.mark.usefixtures("demo")

GOOD, BETTER, WEAK = "tidal-lantern-cobbler-42", "quiet-harbor-mosaic-77", "password1"
WEAKNESS = "Not strong enough yet"
SIGN_IN, FORGOT = "/o/acme/login/password", "/o/acme/login/forgot"


def link_to_set(address: str) -> dict[str, str]:
    """The first of the two links: the other one signs in without a password."""
    found = re.search(r"/authenticate\?(\S*multi_tenant_passwords\S*)", newest_text(address))
    assert found, "no link to set a password"
    return dict(pair.split("=", 1) for pair in found[1].split("&"))


def set_password(client: Client, address: str = MEMBER, password: str = GOOD) -> Any:
    client.post(FORGOT, {"email_address": address})
    return client.post("/authenticate", {**link_to_set(address), "password": password})


def enter(client: Client, password: str = GOOD, address: str = MEMBER, **more: str) -> Any:
    return client.post(SIGN_IN, {"email_address": address, "password": password, **more})


@pytest.fixture
def member(client: Client) -> Iterator[Client]:
    """Milo has a password, and is signed out again."""
    set_password(client)
    client.post("/logout")
    return client


def test_the_first_one_is_set_through_a_mailed_link(client: Client) -> None:
    answer = client.post(FORGOT, {"email_address": MEMBER, "next": "/switch"})
    assert answer["Location"] == "/login/code"
    waiting = client.get("/login/code").content.decode()
    assert "works for 30 minutes" in waiting
    link = link_to_set(MEMBER)
    page = client.get("/authenticate", link).content.decode()
    assert 'autocomplete="new-password"' in page
    assert MEMBER in page
    assert "data-autosubmit" not in page
    assert client.post("/authenticate", {**link, "password": GOOD})["Location"] == "/switch"
    assert "You’re in Acme" in client.get("/").content.decode()


def test_it_signs_in_and_is_marked_as_last_used(member: Client) -> None:
    assert enter(member, next="/switch")["Location"] == "/switch"
    page = member.get("/").content.decode()
    assert MEMBER in page
    member.post("/logout")
    assert re.search(
        r"Use a password\s*<span class=\"badge\">", member.get("/o/acme/login").content.decode()
    )


def test_the_address_typed_before_is_kept_and_nothing_is_wrong_yet(client: Client) -> None:
    page = client.post(SIGN_IN, {"email_address": MEMBER, "next": "/switch"}).content.decode()
    assert f'value="{MEMBER}"' in page
    assert 'value="/switch"' in page
    assert 'autocomplete="current-password"' in page
    assert "aria-invalid" not in page


def shown(answer: Any) -> tuple[int, str]:
    page = answer.content.decode()
    page = re.sub(r'(value|id|aria-\w+)="[^"]*"', "", page)
    return answer.status_code, page


def test_wrong_unknown_and_unset_read_alike(member: Client) -> None:
    """(QUALITY 24)"""
    wrong = shown(enter(Client(), BETTER))
    assert "don’t match" in wrong[1]
    assert wrong == shown(enter(Client(), BETTER, address=STRANGER))
    assert wrong == shown(enter(Client(), BETTER, address=ADMIN))


@pytest.mark.parametrize("address", [MEMBER, STRANGER])
def test_the_seventh_reset_of_an_hour_waits_whoever_is_asked_for(
    client: Client, settings: Settings, address: str
) -> None:
    """(QUALITY 24, 25)"""
    settings.SENDS_PER_ADDRESS = 6
    with time_machine.travel("2026-05-01T12:20:00Z", tick=False):
        statuses = [client.post(FORGOT, {"email_address": address}).status_code for _ in range(7)]
    assert statuses == [302] * 6 + [429]
    assert len(mail.outbox) == 6


def test_a_reset_is_one_call_of_the_service_whoever_is_asked_for(
    client: Client, through: Callable[[httpx.BaseTransport], httpx.BaseTransport]
) -> None:
    """(QUALITY 24): time follows work."""
    calls = through(transports.Counting())
    asked = []
    for address in (MEMBER, STRANGER):
        client.post(FORGOT, {"email_address": address})
        asked.append(list(calls.paths))
        calls.paths.clear()
    assert asked[0] == asked[1]


def test_a_wrong_one_then_the_right_one(member: Client) -> None:
    assert "don’t match" in enter(member, BETTER).content.decode()
    assert enter(member)["Location"] == "/"


def test_a_password_is_never_sent_back(member: Client) -> None:
    """(QUALITY 4)"""
    for answer in (enter(member, BETTER), enter(member, BETTER, address="nobody")):
        assert BETTER not in answer.content.decode()


def test_ten_wrong_ones_lock_and_say_so(member: Client) -> None:
    for _ in range(10):
        enter(member, BETTER)
    answer = enter(member)
    assert answer.status_code == 429
    assert "passwords are locked here" in answer.content.decode()


def test_locked_out_of_the_password_one_still_gets_in(member: Client) -> None:
    """In a new browser, by the ways that the page names: a code, and a new password by mail."""
    for _ in range(10):
        enter(Client(), BETTER)
    member = Client()
    page = enter(member).content.decode()
    assert "Choose another way, such as a code by email, or set a new password." in page
    assert 'href="/o/acme/login"' in page
    assert f'formaction="{FORGOT}"' in page
    member.post("/o/acme/login", {"email_address": MEMBER})
    assert member.post("/login/code", {"code": newest_code(MEMBER)})["Location"] == "/"
    member.post("/logout")
    assert set_password(Client(), password=BETTER)["Location"] == "/"
    assert enter(Client(), BETTER)["Location"] == "/"


def test_one_that_is_not_safe_any_more_leads_to_a_new_one(client: Client, through: Any) -> None:
    """Right and yet refused (CONTRACT 2.6)."""
    through(Refusing("member_reset_password", 400))
    page = enter(client).content.decode()
    assert "Time for a new password" in page
    assert f'action="{FORGOT}"' in page
    assert f'value="{MEMBER}"' in page
    assert GOOD not in page


def test_strangers_get_the_same_page_and_a_mail() -> None:
    """(QUALITY 24)"""
    seen = []
    for address in (MEMBER, STRANGER):
        client, before = Client(), len(mail.outbox)
        client.post(FORGOT, {"email_address": address})
        page = client.get("/login/code").content.decode().replace(address, "someone")
        seen.append((re.sub(r'value="[^"]*"', "", page), len(mail.outbox) - before))
    assert seen[0] == seen[1]


def test_a_refusal_costs_no_more_calls_than_a_yes(client: Client, through: Any) -> None:
    """What differs in work differs in time (QUALITY 24)."""
    seen = []
    for address in (MEMBER, STRANGER):
        calls = through(transports.Counting())
        client.post(FORGOT, {"email_address": address})
        seen.append(len(calls.paths))
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    ("slug", "address"),
    [("acme", MEMBER), ("acme", STRANGER), ("umbrella", "newcomer@umbrella.example")],
    ids=["member", "refused", "may join"],
)
def test_everybody_is_mailed_as_often(
    client: Client, settings: Settings, slug: str, address: str
) -> None:
    """Who is refused gets another mail for it, and that is one mail all the same (QUALITY 24)."""
    settings.SENDS_PER_ADDRESS = 3
    ask = {"email_address": address}
    seen = [client.post(f"/o/{slug}/login/forgot", ask).status_code for _ in range(5)]
    assert seen == [302, 302, 302, 429, 429]
    assert len(mail.outbox) == 3


def test_without_an_address_it_is_asked_for(client: Client) -> None:
    page = client.post(FORGOT, {"email_address": "", "password": ""}).content.decode()
    assert "Enter your work email" in page
    assert "Enter your password." not in page


def test_a_new_link_can_be_sent(client: Client) -> None:
    client.post(FORGOT, {"email_address": MEMBER})
    first = link_to_set(MEMBER)
    assert client.post(FORGOT)["Location"] == "/login/code"
    assert link_to_set(MEMBER) != first


def test_a_weak_one_is_refused_with_advice_and_the_link_stays_good(client: Client) -> None:
    page = set_password(client, password=WEAK).content.decode()
    assert "too easy to guess" in page
    assert "meter--short" in page  # judged, not only refused
    assert WEAK not in page
    link = link_to_set(MEMBER)
    assert client.post("/authenticate", {**link, "password": GOOD})["Location"] == "/"


def test_a_link_works_once_and_offers_a_new_one(client: Client) -> None:
    """(QUALITY 27)"""
    client.post(FORGOT, {"email_address": MEMBER})
    link = link_to_set(MEMBER)
    client.post("/authenticate", {**link, "password": GOOD})
    client.post("/logout")
    client.post(FORGOT, {"email_address": MEMBER})
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        answer = client.post("/authenticate", {**link, "password": BETTER})
    assert answer.status_code == 410
    assert "Email me a new link" in answer.content.decode()
    assert enter(Client())["Location"] == "/"


def test_in_another_browser_it_says_so(client: Client) -> None:
    """(QUALITY 22)"""
    client.post(FORGOT, {"email_address": MEMBER})
    page = Client().get("/authenticate", link_to_set(MEMBER))
    assert "asked for in another browser" in page.content.decode()
    assert page["Referrer-Policy"] == "strict-origin"


def test_the_visit_uses_nothing_up(client: Client, through: Any) -> None:
    """(QUALITY 20)"""
    client.post(FORGOT, {"email_address": MEMBER})
    calls = through(transports.Counting())
    client.get("/authenticate", link_to_set(MEMBER))
    assert calls.paths == []


def test_the_mails_other_link_signs_in(client: Client) -> None:
    client.post(FORGOT, {"email_address": MEMBER})
    found = re.search(r"/authenticate\?(\S*multi_tenant_magic\S*)", newest_text(MEMBER))
    assert found
    link = dict(pair.split("=", 1) for pair in found[1].split("&"))
    assert "data-autosubmit" in client.get("/authenticate", link).content.decode()
    assert client.post("/authenticate", link)["Location"] == "/"


def test_strength_is_judged_while_typing(client: Client) -> None:
    client.post(FORGOT, {"email_address": MEMBER})
    answers = {
        password: client.post(
            "/password/strength", {"password": password}, headers={"HX-Request": "true"}
        ).content.decode()
        for password in ("", WEAK, GOOD)
    }
    assert "Long beats complicated" in answers[""]
    assert "Not strong enough yet" in answers[WEAK]
    assert "Strong enough" in answers[GOOD]
    assert all(page.strip().startswith('<div class="strength"') for page in answers.values())
    assert not [page for password, page in answers.items() if password and password in page]


def test_a_stranger_s_password_is_not_judged(client: Client, through: Any) -> None:
    """It is work, and anybody could have it done all day."""
    through(transports.Untouchable())
    page = client.post("/password/strength", {"password": WEAK}, headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert "Long beats complicated" in page.content.decode()


def test_judging_has_a_budget_and_ends_without_a_word(
    member: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_allowances, "STRENGTHS_PER_CLIENT", 3)
    member.post(FORGOT, {"email_address": MEMBER})
    pages = [
        member.post("/password/strength", {"password": WEAK}).content.decode() for _ in range(5)
    ]
    assert [WEAKNESS in page for page in pages] == [True] * 3 + [False] * 2


def test_the_own_address_is_no_password(client: Client) -> None:
    client.post(FORGOT, {"email_address": MEMBER})
    typed = {"password": "member@acme.example", "email_address": MEMBER}
    page = client.post("/password/strength", typed, headers={"HX-Request": "true"})
    assert "Not strong enough yet" in page.content.decode()


def test_it_finishes_a_step(client: Client) -> None:
    """Only passwords count there, and the member sets the first one on the way in."""
    rules: dict[str, Any] = {"auth_methods": "RESTRICTED", "allowed_auth_methods": ["password"]}
    identity().organizations.update("initech", **rules)
    prove(client, ADMIN)
    assert choose(client, "Initech")["Location"] == "/step-up"
    assert "Use a password" in client.get("/step-up").content.decode()
    page = client.post("/o/initech/login/password", {"email_address": ADMIN}).content.decode()
    assert 'href="/step-up"' in page
    client.post("/o/initech/login/forgot", {"email_address": ADMIN})
    answer = client.post("/authenticate", {**link_to_set(ADMIN), "password": GOOD})
    assert answer["Location"] == "/"
    assert "You’re in Initech" in client.get("/").content.decode()


def test_where_none_is_taken_that_is_said(client: Client) -> None:
    page = client.get("/o/initech/login/password").content.decode()
    assert "doesn’t take passwords" in page
    assert "Choose another way" in page


def test_the_newest_mail_for_a_stranger_signs_in_nowhere_new(client: Client) -> None:
    client.post(FORGOT, {"email_address": STRANGER})
    assert newest_link(STRANGER)["stytch_token_type"] == "discovery"


class Refusing(transports.Counting):
    """As the service, but for what it says to a password."""

    def __init__(self, error_type: str, status: int) -> None:
        super().__init__()
        self.refusal = transports.refusal(status, error_type)

    def handle_request(self, request: Any) -> Any:
        of_passwords = request.url.path == "/v1/b2b/passwords/authenticate"
        return (self.refusal if of_passwords else self.inner).handle_request(request)


@pytest.mark.parametrize(
    "path",
    [
        "/login",
        "/login/link",
        *(f"/o/umbrella/login{door}" for door in ("", "/link", "/forgot", "/password")),
    ],
)
def test_nothing_is_written_for_an_address_that_nobody_has_proven(path: str) -> None:
    """Else admins of an organization saw everybody whom a stranger made up."""
    before = Member.objects.count()
    for n in range(3):
        form = {"email_address": f"made-up-{n}@umbrella.example", "password": GOOD}
        assert Client().post(path, form).status_code in {200, 302}
    assert Member.objects.count() == before


def test_who_may_join_comes_in_by_the_mail_that_they_asked_for(client: Client) -> None:
    """By the link that was mailed in place of one to set a password."""
    client.post("/o/umbrella/login/forgot", {"email_address": "newcomer@umbrella.example"})
    link = newest_link("newcomer@umbrella.example")
    assert link["stytch_token_type"] == "discovery"
    assert client.post("/authenticate", link)["Location"] == "/"
    assert "Umbrella" in client.get("/").content.decode()
