"""A gated route: the proof first; what was pressed is done after it, once, for who pressed it."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from time_machine import TimeMachineFixture

from accounts import held
from accounts.gates import Gate
from identity.models import Member, MemberSession, Organization
from project.embedded import EmbeddedTransport
from tests.accounts.test_security import LATER, add_app, text
from tests.second_steps import codes_on
from tests.signing_in import ADMIN, MEMBER, here, newest_code, sign_in, switch
from tests.transports import Answering, OnlyKeys

pytestmark = pytest.mark.usefixtures("demo", "noon")

PASSWORD = "seven herons over the canal"
CHANGE = "/security/password"
# A change with nothing to fill in, and where it leads.
END_OTHERS, ENDED = "/sessions/others", "/sessions"
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/security/password"}
SESSION_COOKIES = ("stytch_session", "stytch_session_jwt", "stytch_intermediate_session_token")


def hidden(page: HttpResponse) -> dict[str, str]:
    """What the form with the code, or the one that sends it, carries."""
    form = re.split(r'id="proof"', page.content.decode())[-1].partition("</form>")[0]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def press(client: Client, page: str = CHANGE, **more: Any) -> Any:
    """Send the form of a change, as from its own page."""
    fields = {"password": PASSWORD} if page == CHANGE else {}
    headers = {"Referer": f"http://testserver{page}", **more.pop("headers", {})}
    fields |= {"organization_id": here(client), **more}
    return client.post(page, fields, headers=headers)


@pytest.fixture
def late(client: Client, noon: TimeMachineFixture) -> Client:
    """Signed in, long enough ago to be asked again."""
    sign_in(client, MEMBER)
    noon.move_to(LATER, tick=False)
    return client


def ask_for_code(client: Client, blocked: Any, **headers: str) -> Any:
    return client.post("/verify/code", hidden(blocked), headers=headers)


def give(client: Client, page: Any, code: str = "", **headers: str) -> Any:
    """Enter the code of the newest mail, or this one."""
    fields = {**hidden(page), "code": code or newest_code(MEMBER)}
    return client.post("/verify", fields, headers=headers)


def has_password(email_address: str = MEMBER) -> bool:
    members = Member.objects.filter(email_address=email_address)
    return any(member.member_password_id for member in members)


def sign_in_anew(client: Client, email_address: str) -> None:
    client.post("/logout", {"organization_id": here(client)})
    sign_in(client, email_address)


def other_code() -> str:
    return f"{(int(newest_code(MEMBER)) + 1) % 1_000_000:06}"


def test_what_was_pressed_is_done_once_it_is_proven(late: Client) -> None:
    """(QUALITY 50): with its own answer and its own notice."""
    blocked = press(late)
    assert "Prove that it’s you" in blocked.content.decode()
    assert PASSWORD not in blocked.content.decode()
    assert not has_password()
    done = give(late, ask_for_code(late, blocked))
    assert done["Location"] == "/security"
    assert has_password()
    assert "Your password is set." in text(late)


def test_it_is_done_once(late: Client) -> None:
    """(QUALITY 50)"""
    waiting = ask_for_code(late, press(late, END_OTHERS))
    assert give(late, waiting)["Location"] == ENDED
    other = Client()
    sign_in(other, MEMBER)
    ask_for_code(late, waiting)
    again = give(late, waiting)
    assert again.status_code == 409
    assert "That was sent already" in again.content.decode()
    assert "1 other session" in text(late)


def test_a_wrong_code_leaves_it_held(late: Client) -> None:
    """(QUALITY 50)"""
    waiting = ask_for_code(late, press(late))
    wrong = give(late, waiting, other_code())
    assert "That code doesn’t match" in wrong.content.decode()
    assert not has_password()
    assert give(late, wrong)["Location"] == "/security"
    assert has_password()


def test_another_way_leaves_it_held(client: Client, noon: TimeMachineFixture) -> None:
    """(QUALITY 50)"""
    sign_in(client, MEMBER)
    add_app(client)
    recovery_code = codes_on(client)[0]
    noon.move_to(LATER, tick=False)
    blocked = press(client)
    assert "authenticator app shows" in blocked.content.decode()
    other = client.post("/verify/way", {**hidden(blocked), "by": "recovery"})
    assert "one of your recovery codes" in other.content.decode()
    assert give(client, other, recovery_code)["Location"] == "/security"
    assert has_password()


def test_unrelated_requests_do_not_lose_it(late: Client) -> None:
    """(QUALITY 52)"""
    waiting = ask_for_code(late, press(late))
    late.get("/favicon.ico")
    late.post("/session/refresh")
    late.get("/security")
    late.get("/verify?next=/security/app")
    assert give(late, waiting)["Location"] == "/security"
    assert has_password()


def test_abandoned_it_is_never_done_and_the_session_is_what_it_was(late: Client) -> None:
    """(QUALITY 51)"""
    before = late.cookies["stytch_session"].value
    waiting = ask_for_code(late, press(late))
    assert f'href="{CHANGE}">Not now' in waiting.content.decode()
    assert late.get("/security").status_code == 200
    assert late.cookies["stytch_session"].value == before
    assert late.cookies["stytch_intermediate_session_token"].value == ""
    assert not has_password()


def test_somebody_else_who_signs_in_meanwhile_does_not_finish_it(late: Client) -> None:
    """(QUALITY 50): Kratos tells of it as "reauth is another person"."""
    waiting = ask_for_code(late, press(late))
    sign_in_anew(late, ADMIN)
    refused = give(late, waiting)
    assert refused.status_code == 409
    assert "Nothing was done" in refused.content.decode()
    assert not has_password(MEMBER)
    assert not has_password(ADMIN)


def test_nor_does_the_same_member_in_another_session(late: Client) -> None:
    """(QUALITY 50)"""
    waiting = ask_for_code(late, press(late))
    sign_in_anew(late, MEMBER)
    assert give(late, waiting).status_code == 409
    assert not has_password()


def test_after_a_switch_in_another_tab_nothing_is_written(
    client: Client, noon: TimeMachineFixture
) -> None:
    """(QUALITY 50, 54): neither as the page stands, nor with its organization corrected."""
    globex = Organization.objects.get(organization_slug="globex")
    globex.mfa_policy = "OPTIONAL"
    globex.save()
    sign_in(client, ADMIN)
    noon.move_to(LATER, tick=False)
    waiting = ask_for_code(client, press(client))
    code = newest_code(ADMIN)
    switch(client, "Globex")
    stale = give(client, waiting, code)
    assert stale.status_code == 409
    assert "You’re in Globex now" in stale.content.decode()
    corrected = {**hidden(waiting), "organization_id": here(client), "code": code}
    refused = client.post("/verify", corrected)
    assert refused.status_code == 409
    assert "Nothing was done" in refused.content.decode()
    assert not has_password(ADMIN)


def restrict_acme_to_google() -> None:
    acme = Organization.objects.get(organization_slug="acme")
    acme.auth_methods, acme.allowed_auth_methods = "RESTRICTED", ["google_oauth"]
    acme.save()


def test_who_came_by_a_provider_proves_it_by_mail(late: Client) -> None:
    """Where mail alone lets nobody in, it does prove that somebody who is in is still there."""
    restrict_acme_to_google()
    for session in MemberSession.objects.filter(member__email_address=MEMBER):
        (first,) = session.factors
        session.factors = (replace(first, type="oauth", delivery_method="oauth_google"),)
        session.save()
    waiting = ask_for_code(late, press(late, END_OTHERS))
    assert give(late, waiting)["Location"] == ENDED


def test_a_step_that_turns_out_to_be_due_goes_first(late: Client) -> None:
    """The organization has changed its rules meanwhile: nothing is done before they are met.

    And the session is what it was (QUALITY 51).
    """
    waiting = ask_for_code(late, press(late))
    restrict_acme_to_google()
    assert give(late, waiting)["Location"] == "/step-up"
    assert "Google" in text(late, "/step-up")
    assert late.get("/").status_code == 200
    assert not has_password()


def test_too_late_it_is_not_done(late: Client, noon: TimeMachineFixture) -> None:
    """(QUALITY 50)"""
    blocked = press(late)
    noon.move_to(LATER + held.HELD_FOR + timedelta(seconds=1), tick=False)
    refused = ask_for_code(late, blocked)
    assert refused.status_code == 410
    assert "longer than ten minutes" in refused.content.decode()
    assert give(late, blocked, "123456").status_code == 410
    assert not has_password()


def test_garbage_is_not_done(late: Client) -> None:
    """(QUALITY 50)"""
    waiting = ask_for_code(late, press(late))
    fields = {**hidden(waiting), "held": "x", "code": newest_code(MEMBER)}
    assert late.post("/verify", fields).status_code == 409
    assert not has_password()


def test_what_no_gate_held_is_not_done_either(
    late: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """(QUALITY 50): even sealed, an address without a gate is not for this."""
    waiting = ask_for_code(late, press(late))
    monkeypatch.setattr("accounts.views.security.finish.gates.of", lambda view: None)
    assert give(late, waiting).status_code == 409
    assert not has_password()


def test_it_has_its_own_protection_against_forgery(late: Client) -> None:
    """(QUALITY 19, 50)"""
    waiting = ask_for_code(late, press(late))
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = late.cookies
    fields = {**hidden(waiting), "code": newest_code(MEMBER)}
    token = fields.pop("csrfmiddlewaretoken")
    assert strict.post("/verify", fields).status_code == 403
    foreign = {"Origin": "https://evil.example"}
    fields["csrfmiddlewaretoken"] = token
    assert strict.post("/verify", fields, headers=foreign).status_code == 403
    assert not has_password()
    assert strict.post("/verify", fields).status_code == 302
    assert has_password()


def age(email_address: str, *, minutes: int) -> None:
    """Let the service think that this member proved everything so long ago."""
    for session in MemberSession.objects.filter(member__email_address=email_address):
        then = timezone.now() - timedelta(minutes=minutes)
        session.factors = tuple(replace(each, authenticated_at=then) for each in session.factors)
        session.save()


def test_a_jwt_that_says_just_now_opens_nothing(client: Client) -> None:
    """(QUALITY 49): of something that the service itself asks no fresh proof for."""
    sign_in(Client(), MEMBER)
    sign_in(client, MEMBER)
    age(MEMBER, minutes=6)
    assert "Prove that it’s you" in press(client, END_OTHERS).content.decode()
    assert "1 other session" in text(client)


def test_a_jwt_that_says_long_ago_closes_nothing(late: Client, noon: TimeMachineFixture) -> None:
    """(QUALITY 49)"""
    age(MEMBER, minutes=0)
    assert press(late)["Location"] == "/security"
    assert has_password()


def test_in_an_outage_nothing_is_done_and_nobody_signed_out(late: Client, through: Any) -> None:
    """(QUALITY 49, 63)"""
    waiting = ask_for_code(late, press(late))
    before = {name: late.cookies[name].value for name in SESSION_COOKIES}
    through(OnlyKeys())
    assert press(late).status_code == 503
    assert give(late, waiting).status_code == 503
    assert {name: late.cookies[name].value for name in SESSION_COOKIES} == before


def test_an_odd_refusal_is_a_fault_of_ours(client: Client, through: Any) -> None:
    """(QUALITY 49, 63): only a clear no about the session says anything about it."""
    sign_in(client, MEMBER)
    fields = {"organization_id": here(client), "password": PASSWORD}
    odd = {"status_code": 400, "error_type": "odd", "error_message": "", "request_id": "r"}
    through(Answering(400, odd, keys=EmbeddedTransport()))
    assert client.post(CHANGE, fields).status_code == 500
    assert client.cookies["stytch_session"].value


def test_after_the_outage_what_was_held_is_done(late: Client, through: Any, settings: Any) -> None:
    embedded = settings.IDENTITY_TRANSPORT
    waiting = ask_for_code(late, press(late))
    through(OnlyKeys())
    assert give(late, waiting).status_code == 503
    settings.IDENTITY_TRANSPORT = embedded
    assert give(late, waiting)["Location"] == "/security"
    assert has_password()


def test_what_cannot_wait_is_sent_again(late: Client) -> None:
    """A file, or more than a page of text."""
    upload = SimpleUploadedFile("a.txt", b"a")
    blocked = press(late, file=upload)
    assert "then send it again" in blocked.content.decode()
    assert "held" not in hidden(blocked)
    done = give(late, late.get(ask_for_code(late, blocked)["Location"]))
    assert done["Location"] == CHANGE
    assert not has_password()
    assert press(late)["Location"] == "/security"


def test_under_htmx_the_gate_is_a_dialog_over_the_page(late: Client) -> None:
    blocked = press(late, headers={**HTMX, "HX-Target": "form#the-form"})
    html = blocked.content.decode()
    assert blocked["HX-Reswap"] == "none"
    assert '<hx-partial hx-target="#gate"' in html
    assert "<dialog" in html
    assert "<!doctype" not in html
    assert hidden(blocked)["in_dialog"] == "1"
    waiting = ask_for_code(late, blocked, **HTMX)
    assert "<dialog" not in waiting.content.decode()
    done = give(late, waiting, **HTMX)
    assert done["HX-Redirect"] == "/security"
    assert has_password()


def test_under_htmx_the_answer_goes_where_it_would_have_gone(late: Client) -> None:
    """A form that comes back with a mistake takes the place of the one that was sent."""
    blocked = press(late, password="password", headers={**HTMX, "HX-Target": "form#the-form"})
    done = give(late, ask_for_code(late, blocked, **HTMX), **HTMX)
    html = done.content.decode()
    assert done["HX-Retarget"] == "#the-form"
    assert done["HX-Reswap"] == "outerHTML"
    assert 'aria-invalid="true"' in html
    assert '<hx-partial hx-target="#gate" hx-swap="innerHTML"></hx-partial>' in html
    assert not has_password()


def test_under_htmx_what_cannot_wait_is_still_in_its_form(late: Client) -> None:
    upload = SimpleUploadedFile("a.txt", b"a")
    blocked = press(late, file=upload, headers=HTMX)
    assert "Then send it again" in blocked.content.decode()
    done = give(late, ask_for_code(late, blocked, **HTMX), **HTMX)
    assert done["HX-Reswap"] == "none"
    assert "You’ve proven that it’s you" in done.content.decode()


def test_under_htmx_what_is_not_yours_is_said_in_the_dialog(late: Client) -> None:
    waiting = ask_for_code(late, press(late, headers=HTMX), **HTMX)
    sign_in_anew(late, MEMBER)
    refused = give(late, waiting, **HTMX)
    assert refused.status_code == 409
    assert 'id="proof"' in refused.content.decode()
    assert "<!doctype" not in refused.content.decode()


def test_a_page_from_elsewhere_is_none_to_go_back_to(late: Client) -> None:
    """(QUALITY 33)"""
    blocked = press(late, headers={"Referer": "https://evil.example/security"})
    assert hidden(blocked)["next"] == "/"


def test_who_has_no_such_factor_is_told_so(late: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """And is let in nowhere: there is nothing to enter."""
    monkeypatch.setattr("accounts.gates.at", lambda path: Gate(factor="password"))
    for answer in (late.get("/verify?next=/security/app"), late.post("/verify/code", org(late))):
        html = answer.content.decode()
        assert "This takes a password" in html
        assert "<input" not in html.partition('id="proof"')[2].partition("<noscript>")[0]


def test_only_ways_that_open_the_gate_are_offered(
    client: Client, noon: TimeMachineFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, MEMBER)
    add_app(client)
    noon.move_to(LATER, tick=False)
    assert "Use a code by email" not in text(client, "/verify")
    monkeypatch.setattr("accounts.gates.at", lambda path: Gate(factor="any"))
    assert "Use a code by email" in text(client, "/verify")
    monkeypatch.setattr("accounts.gates.at", lambda path: Gate(factor="recovery_codes"))
    assert "one of your recovery codes" in text(client, "/verify")


def org(client: Client) -> dict[str, str]:
    return {"organization_id": here(client)}
