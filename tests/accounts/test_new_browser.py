"""A sign-in from a browser not seen before mails the member, who can disown it."""

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.core import mail
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings
from time_machine import TimeMachineFixture

from accounts import disowning, known_browsers, new_browser
from accounts.client.entities import Factor, MemberSession as ClientSession
from accounts.client.outcomes import Authenticated
from accounts.client.tokens import Tokens
from accounts.disowning import Disowned
from identity.models import Member, MemberSession
from tests import transports
from tests.accounts.conftest import NOON
from tests.accounts.test_security import add_app
from tests.signing_in import ADMIN, MEMBER, ask_for_code, newest_code, sign_in, switch

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
BROWSER, SESSION = "stytch_session_browser", "stytch_session"

pytestmark = pytest.mark.usefixtures("demo", "noon")


def firefox() -> Client:
    return Client(HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="203.0.113.7")


def told(address: str = MEMBER) -> list[Any]:
    return [each for each in mail.outbox if "New sign-in" in each.subject and address in each.to]


def link() -> str:
    """The newest mail's, without its origin."""
    found = re.search(r"http://testserver(/sessions/not-me\?token=\S+)", told()[-1].body)
    assert found
    return found[1]


def leave(client: Client) -> None:
    client.post("/logout")


def alive(address: str = MEMBER) -> int:
    return MemberSession.objects.filter(member__email_address=address, revoked_at=None).count()


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_mail_says_when_what_and_where() -> None:
    """(QUALITY 34)"""
    sign_in(firefox(), MEMBER)
    (message,) = told()
    html = message.alternatives[0][0]
    assert message.subject == "New sign-in to “Acme”"
    for text in (message.body, html):
        assert "20 November 2026, 12:00 UTC" in text
        assert "Firefox on Linux" in text
        assert "203.0.113.7" in text
        assert FIREFOX not in text
    assert "This wasn’t me" in html
    assert link().replace("&", "&amp;") in html


def test_it_comes_once_a_browser_and_person(noon: TimeMachineFixture) -> None:
    client = firefox()
    sign_in(client, MEMBER)
    leave(client)
    noon.move_to(NOON + timedelta(days=300), tick=False)
    sign_in(client, MEMBER)
    assert len(told()) == 1
    leave(client)
    sign_in(client, ADMIN)
    assert len(told(ADMIN)) == 1
    sign_in(firefox(), MEMBER)
    assert len(told()) == 2


def test_it_is_known_for_a_year_after_the_last_sign_in(noon: TimeMachineFixture) -> None:
    client = firefox()
    sign_in(client, MEMBER)
    leave(client)
    noon.move_to(NOON + timedelta(days=300), tick=False)
    sign_in(client, MEMBER)
    cookie = client.cookies[BROWSER]
    assert "Sep 2028" in cookie["expires"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_its_cookie_names_nobody_and_stays_small() -> None:
    """(QUALITY 3, 8)"""
    client = firefox()
    sign_in(client, MEMBER)
    assert MEMBER not in client.cookies[BROWSER].value
    known = known_browsers.Known()
    for number in range(50):
        known = known.including(f"p{number}@acme.example", organization_id="o", today=NOON.date())
    assert len(known_browsers.seal(known)) < 1024
    assert known.knows("P49@acme.example", "o")
    assert not known.knows("p0@acme.example", "o")


@pytest.mark.parametrize("forged", ["", "x", "gAAAAAB"])
def test_a_cookie_that_is_not_ours_knows_nobody(forged: str) -> None:
    client = firefox()
    client.cookies[BROWSER] = forged
    sign_in(client, MEMBER)
    assert len(told()) == 1


def test_another_organization_or_factor_is_no_other_browser() -> None:
    client = firefox()
    sign_in(client, ADMIN)
    switch(client, "Globex")
    add_app(client)
    assert len(told(ADMIN)) == 1


def test_a_code_posted_twice_tells_once() -> None:
    client, second = firefox(), firefox()
    ask_for_code(client, MEMBER)
    code = newest_code(MEMBER)
    second.cookies.load(client.cookies.output(header="", sep=";"))
    for each in (client, second):
        assert each.post("/login/code", {"code": code})["Location"] == "/"
    assert client.cookies[SESSION].value == second.cookies[SESSION].value
    assert len(told()) == 1
    assert second.cookies[BROWSER].value


def test_whoever_has_just_joined_knows_of_it() -> None:
    """Made by the very call that signs them in; whom an admin made is told from the first on."""
    sign_in(firefox(), "somebody@umbrella.example", "Umbrella")
    assert told("somebody@umbrella.example") == []
    Member.objects.filter(email_address=MEMBER).update(created_at=NOON - timedelta(seconds=1))
    sign_in(firefox(), MEMBER)
    assert len(told()) == 1


def test_a_mail_server_that_is_down_stops_nobody(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """The log gets the kind of failure, and no address."""
    client = firefox()
    ask_for_code(client, MEMBER)
    code = newest_code(MEMBER)
    settings.EMAIL_BACKEND = "tests.identity.backends.Unreachable"
    with caplog.at_level(logging.ERROR):
        assert client.post("/login/code", {"code": code})["Location"] == "/"
    ours = [each.getMessage() for each in caplog.records if each.name == "accounts.new_browser"]
    assert len(ours) == 1
    assert "no mail about a new browser" in ours[0]
    assert MEMBER not in ours[0]


def test_a_name_with_line_ends_is_no_header(client: Client) -> None:
    Member.objects.get(email_address=MEMBER)
    organization = Member.objects.get(email_address=MEMBER).organization
    organization.organization_name = "Acme\r\nBcc: everyone@acme.example"
    organization.save()
    sign_in(client, MEMBER)
    assert told()[0].subject == "New sign-in to “your organization”"


def test_looking_at_the_link_ends_nothing() -> None:
    """(QUALITY 20): previews and scanners look, only a press acts."""
    sign_in(firefox(), MEMBER)
    stranger = Client()
    for method in (stranger.get, stranger.head, stranger.options):
        assert method(link()).status_code < 500
    page = words(stranger.get(link()))
    assert "This wasn’t you?" in page
    assert stranger.get(link())["Referrer-Policy"] == "strict-origin"
    assert "Firefox on Linux" in page
    assert "203.0.113.7" in page
    assert alive() == 1


def press(client: Client) -> Any:
    return client.post("/sessions/not-me", {"token": unquote(link().partition("token=")[2])})


def test_a_press_ends_that_session_and_leads_to_the_review() -> None:
    """By the organization's sign-in, as nobody is in there; and a second press is harmless."""
    thief, owner = firefox(), Client()
    sign_in(thief, MEMBER)
    onward = press(owner)["Location"]
    assert onward == f"/o/{organization_id()}/login?next=%2Fsecurity%2Freview"
    assert "That session is ended" in words(owner.get(onward, follow=True))
    thief.cookies["stytch_session_jwt"] = ""
    assert thief.get("/")["Location"] == "/login"
    assert "That session is over" in words(owner.get(link()))
    assert press(owner)["Location"] == onward
    assert "over already" in words(owner.get(onward, follow=True))


def test_after_signing_in_there_the_review_begins() -> None:
    sign_in(firefox(), MEMBER)
    thiefs_link = link()
    owner = Client()
    onward = press(owner)["Location"]
    owner.post("/o/acme/login", {"email_address": MEMBER, "next": "/security/review"})
    answer = owner.post("/login/code", {"code": newest_code(MEMBER)})
    assert onward.endswith("review")
    assert answer["Location"] == "/security/review"
    page = words(owner.get("/security/review"))
    assert "Look over what protects your account" in page
    assert "Only this one." in page
    assert thiefs_link != link()  # of the owner's own new browser


def test_whoever_is_in_goes_straight_to_the_review() -> None:
    owner = Client()
    sign_in(owner, MEMBER)
    sign_in(firefox(), MEMBER)
    assert owner.get(press(owner)["Location"], follow=True).redirect_chain[-1][0] == (
        "/security/review"
    )
    assert alive() == 1


def test_pressed_in_the_browser_it_is_about_it_signs_out() -> None:
    client = firefox()
    sign_in(client, MEMBER)
    answer = press(client)
    assert answer.cookies[SESSION]["max-age"] == 0
    assert client.get("/")["Location"] == "/login"


def test_other_sessions_of_the_member_stay() -> None:
    owner = Client()
    sign_in(owner, MEMBER)
    sign_in(firefox(), MEMBER)
    press(Client())
    owner.cookies["stytch_session_jwt"] = ""
    assert owner.get("/").status_code == 200


def token(*, days: int = 0) -> str:
    session = MemberSession.objects.get(member__email_address=MEMBER)
    whose = session.member
    disowned = Disowned(session.member_session_id, whose.member_id, whose.organization_id)
    return disowning.seal(disowned, now=timezone.now() - timedelta(days=days))


def test_a_bad_token_ends_nothing_and_learns_nothing() -> None:
    """Cut, forged, sealed for something else or too old: one and the same page."""
    client = firefox()
    sign_in(client, MEMBER)
    good = token()
    bad = ["", "x", good[:-2], good[::-1], client.cookies[BROWSER].value, token(days=7), "é" * 9]
    pages = set()
    for each in bad:
        for answer in (
            Client().get("/sessions/not-me", {"token": each}),
            Client().post("/sessions/not-me", {"token": each}),
        ):
            assert answer.status_code == 404
            pages.add(words(answer))
    assert len(pages) == 1
    assert MEMBER not in pages.pop()
    assert alive() == 1


def test_a_member_who_is_no_more_has_no_session_either() -> None:
    sign_in(firefox(), MEMBER)
    good = link()
    Member.objects.get(email_address=MEMBER).delete()
    assert "That session is over" in words(Client().get(good))


def test_an_outage_is_said_and_the_link_stays_good(through: Callable[[Any], Any]) -> None:
    sign_in(firefox(), MEMBER)
    through(transports.Down())
    assert Client().get(link()).status_code == 503
    assert press(Client()).status_code == 503


def test_neither_its_token_nor_the_address_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """(QUALITY 4)"""
    caplog.set_level(logging.DEBUG)
    sign_in(firefox(), MEMBER)
    Client().get(link())
    press(Client())
    statements = ("django.db.backends",)
    logged = "\n".join(each.getMessage() for each in caplog.records if each.name not in statements)
    assert link().partition("token=")[2] not in logged
    assert "203.0.113.7" not in logged


def test_the_tenth_of_an_hour_is_the_last_and_says_so() -> None:
    """Whoever signs in again and again from new browsers can't fill a mailbox."""
    for _ in range(14):
        sign_in(firefox(), MEMBER)
    assert len(told()) == 10
    assert "this is the last mail for now" in told()[-1].body
    assert "this is the last mail for now" not in told()[-2].body


@pytest.mark.parametrize(
    "name",
    [
        "Payroll: confirm at http://evil.example/login",
        "evil.example",
        "eve@evil",
        "evil[.]com",
        "evil\uff0ecom",
        "evil +1 900 555 0100",
    ],
)
def test_no_address_stands_in_its_subject(client: Client, name: str) -> None:
    """A service that isn't ours may let an organization be called so."""
    Member.objects.get(email_address=MEMBER).organization.__class__.objects.update(
        organization_name=name
    )
    sign_in(client, MEMBER)
    assert told()[0].subject == "New sign-in to “your organization”"
    assert "evil" not in told()[0].body


def kept(whom: known_browsers.Known) -> Client:
    client = firefox()
    client.cookies[BROWSER] = known_browsers.seal(whom)
    return client


@pytest.mark.parametrize(
    ("organization", "count"), [("organization-test-of-strangers", 1), ("acme", 0)]
)
def test_an_organization_makes_a_browser_known_for_itself_alone(
    organization: str, count: int
) -> None:
    """By a provider of its own it signs in whom it likes, under anybody's address, and no mail
    tells of who has just joined."""
    here = organization_id() if organization == "acme" else organization
    known = known_browsers.Known().including(MEMBER, organization_id=here, today=NOON.date())
    sign_in(kept(known), MEMBER)
    assert len(told()) == count


def test_a_proven_mailbox_makes_it_known_everywhere() -> None:
    known = known_browsers.Known().including(
        MEMBER, organization_id="organization-test-x", has_proven=True, today=NOON.date()
    )
    sign_in(kept(known), MEMBER)
    assert told() == []


def organization_id() -> str:
    return Member.objects.get(email_address=MEMBER).organization_id


def outcome(number: int = 1, *, at: str = "evil", by: str = "sso_oidc", address: str = "") -> Any:
    address = address or f"person{number}@company{number}.example"
    mailed = address if by == "email" else ""
    factors = (Factor("magic_link" if mailed else "sso", by, timezone.now(), mailed),)
    now = timezone.now()
    session = ClientSession(
        "member-session-test-1", "member-test-1", f"organization-test-{at}", at, now, now, now,
        factors=factors, known_address=address,
    )  # fmt: skip
    return Authenticated(Tokens("t", "j", now), session)


def tell(*outcomes: Any) -> int:
    mail.outbox.clear()
    for each in outcomes:
        request = RequestFactory().get("/")
        new_browser.tell(request, each, new_browser.address_of(each))
    return len(mail.outbox)


def test_an_address_that_is_not_proven_gets_a_few_a_day() -> None:
    many = [outcome(by="sso_oidc") for _ in range(20)]
    assert tell(*many) == 4
    assert "the last mail for now" in mail.outbox[-1].body


def test_nor_more_in_other_spellings() -> None:
    assert tell(*[outcome(address=f"victim+{n}@company.example") for n in range(20)]) == 4


def test_and_that_silences_no_other_organization() -> None:
    tell(*[outcome(by="sso_oidc") for _ in range(20)])
    assert tell(outcome(at="corp", by="knowledge")) == 1
    assert tell(outcome(at="corp", by="email")) == 1


def test_an_organization_mails_so_many_people_whom_nobody_has_proven() -> None:
    assert tell(*[outcome(n) for n in range(120)]) == 100
    assert tell(outcome(at="corp")) == 1


def test_they_stop_with_the_mails_of_the_project(settings: Settings) -> None:
    settings.MAILS_PER_PROJECT = 5
    assert tell(*[outcome(n) for n in range(20)]) == 5
    assert tell(outcome(at="corp", by="email")) == 1


def test_the_link_of_a_mail_leads_by_the_id() -> None:
    """Its slug may have been given up within the week, and taken by strangers."""
    sign_in(firefox(), MEMBER)
    Member.objects.get(email_address=MEMBER).organization.__class__.objects.filter(
        pk=organization_id()
    ).update(organization_slug="acme-inc")
    assert press(Client())["Location"].startswith(f"/o/{organization_id()}/login?next=")
