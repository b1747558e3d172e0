"""The cookies that outlive the session: what they say afterwards, and for how long."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import Settings
from time_machine import TimeMachineFixture

from accounts import cookies, endings, generations, known_browsers
from accounts.client.tokens import Tokens
from accounts.credentials import Credentials
from accounts.known_browsers import Known
from tests.accounts.browser import is_expired

pytestmark = pytest.mark.usefixtures("noon")

HOUR = timedelta(hours=1)
LAST, SEEN, BROWSER = "stytch_session_last", "stytch_session_seen", "stytch_session_browser"


def tokens(letter: str = "t") -> Tokens:
    return Tokens(letter * 44, "a.b.c", timezone.now() + HOUR)


def write(before: Credentials, after: Credentials, *, background: bool = False) -> HttpResponse:
    response = HttpResponse()
    cookies.write(response, before, after, background=background)
    return response


def read(response: HttpResponse, *names: str) -> Credentials:
    """What a browser brings that has kept these."""
    line = "; ".join(f"{name}={response.cookies[name].value}" for name in names)
    return cookies.read(RequestFactory().get("/", HTTP_COOKIE=line))


def lasts(response: HttpResponse, name: str) -> timedelta:
    return timedelta(seconds=response.cookies[name]["max-age"] - 1)  # Django rounds up


def test_a_session_whose_time_was_up_is_told_of_for_an_hour(noon: TimeMachineFixture) -> None:
    signed_in = write(Credentials(), Credentials(tokens()))
    assert lasts(signed_in, LAST) == HOUR + endings.LINGERS
    assert read(signed_in, LAST).ended == ""
    noon.shift(HOUR)
    assert read(signed_in, LAST).ended == "expired"


def test_the_end_that_was_moved_is_the_one_told_of(noon: TimeMachineFixture) -> None:
    later = replace(tokens(), expires_at=timezone.now() + 3 * HOUR)
    moved = write(Credentials(tokens()), Credentials(later))
    assert lasts(moved, LAST) == 3 * HOUR + endings.LINGERS
    noon.shift(HOUR)
    assert read(moved, LAST).ended == ""
    noon.shift(2 * HOUR)
    assert read(moved, LAST).ended == "expired"


@pytest.mark.parametrize("reason", endings.SAID)
def test_how_a_session_ended_is_told_for_an_hour(reason: str) -> None:
    over = write(Credentials(tokens()), Credentials(ended=reason))
    assert lasts(over, LAST) == endings.LINGERS
    assert read(over, LAST).ended == reason


def test_beside_a_token_the_end_of_another_session_says_nothing() -> None:
    """Another backend's session, that came after ours: it has no stamp."""
    over = write(Credentials(tokens()), Credentials(ended="idle"))
    ours, theirs = (write(Credentials(), Credentials(tokens(each))) for each in "tu")
    over.cookies["stytch_session"] = theirs.cookies["stytch_session"].value
    assert read(over, LAST, "stytch_session").ended == ""
    theirs.cookies[LAST] = ours.cookies[LAST].value
    assert read(theirs, LAST, "stytch_session").ended == ""


def test_of_an_end_without_a_reason_nothing_stays() -> None:
    assert is_expired(write(Credentials(tokens()), Credentials()).cookies[LAST])


def test_in_the_background_nothing_is_said_of_an_end() -> None:
    over = write(Credentials(tokens()), Credentials(ended="idle"), background=True)
    assert LAST not in over.cookies


def test_an_answer_after_a_sign_out_is_told_of_as_a_sign_out() -> None:
    """A session of an earlier generation: its cookies go, but not in the background."""
    arrived = write(Credentials(), Credentials(tokens(), generation=generations.begin()))
    out = write(Credentials(), Credentials(generation=generations.begin()))
    arrived.cookies.update(out.cookies)
    found = read(arrived, *arrived.cookies)
    assert (found.session, found.late, found.ended) == (None, tokens(), "signed_out")
    cleared = {name for name, each in write(found, found).cookies.items() if is_expired(each)}
    assert cleared == {"stytch_session", "stytch_session_jwt", "stytch_session_stamp"}
    assert not write(found, found, background=True).cookies


def test_a_sign_out_is_remembered_as_long_as_an_answer_can_be_late() -> None:
    out = write(Credentials(), Credentials(generation=generations.begin()))
    assert lasts(out, "stytch_session_generation") == generations.KEPT


def test_when_somebody_was_seen_is_kept_and_goes_with_the_session() -> None:
    held = Credentials(tokens(), seen_at=timezone.now())
    seen = write(Credentials(), held)
    assert lasts(seen, SEEN) == cookies.KEPT
    assert read(seen, SEEN, "stytch_session").seen_at == held.seen_at
    assert SEEN not in write(held, held).cookies
    assert is_expired(write(held, Credentials()).cookies[SEEN])
    assert SEEN not in write(Credentials(tokens()), Credentials()).cookies
    alone = read(seen, SEEN)
    assert is_expired(write(alone, alone).cookies[SEEN])


def test_the_address_of_a_step_that_is_over_is_kept_for_an_hour() -> None:
    held = write(Credentials(), Credentials(email_address="a@b.example"))
    assert lasts(held, "stytch_intermediate_session_token") == HOUR


def test_a_known_browser_comes_back_for_a_year(settings: Settings) -> None:
    settings.COOKIE_DOMAIN = "example.com"
    known = Known(browser="b").including(
        "a@b.example", organization_id="o-1", today=timezone.now().date()
    )
    response = HttpResponse()
    cookies.write_browser(response, known)
    morsel = response.cookies[BROWSER]
    assert (morsel["domain"], lasts(response, BROWSER)) == ("example.com", known_browsers.KEPT)
    request = RequestFactory().get("/", HTTP_COOKIE=f"{BROWSER}={morsel.value}")
    assert cookies.read_browser(request) == known
    assert cookies.read_browser(RequestFactory().get("/")) == Known()


def test_beside_a_domain_of_ours_the_cookies_of_this_host_alone_go_too(settings: Settings) -> None:
    """Another backend may have set them so."""
    settings.COOKIE_DOMAIN = "example.com"
    over = write(Credentials(tokens()), Credentials())
    gone = sorted((each.key, each["domain"]) for each in over.cookies.values() if is_expired(each))
    kinds = ("stytch_session", "stytch_session_jwt", "stytch_session_stamp")
    assert gone == sorted(
        [(kind, domain) for kind in kinds for domain in ("", "example.com")]
        + [(LAST, "example.com")]
    )
