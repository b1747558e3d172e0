"""How many wrong codes an address and a client get, over all codes; none where no code lives."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from pytest_django import Settings

from identity.errors import ApiError
from identity.models import AuditEvent, EmailCode, KnownPlace, RateWindow
from identity.operations import guesses
from identity.visitors import Visitor
from tests.identity import post
from tests.identity.api import Api, refused

SEND = "/b2b/otps/email/discovery/send"
LINK = "/b2b/magic_links/email/discovery/send"
AUTHENTICATE = "/b2b/otps/email/discovery/authenticate"
RESET = "/b2b/passwords/email/reset/start"
ADA = "ada@acme.example"
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
MINE, HIS = "m" * 22, "h" * 22  # browsers
HOME, CAFE = "203.0.113.1", "198.51.100.9"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    """Windows begin with the hour, which should not begin amidst a test."""
    with time_machine.travel(NOON + timedelta(minutes=20), tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def _production_limits(settings: Settings) -> None:
    settings.SENDS_PER_ADDRESS = 6
    settings.SENDS_PER_CLIENT = 1000
    settings.GUESSES_PER_ADDRESS = 10
    settings.GUESSES_PER_CLIENT = 120
    settings.PUBLIC_URL = "https://app.example"


def call(
    api: Api, path: str, *, client: str = HOME, browser: str = "", known: bool = False, **body: Any
) -> Any:
    headers = {"X-Foyer-Client-IP": client} if client else {}
    if browser:
        headers["X-Foyer-Browser"] = f"known:{browser}" if known else browser
    return api.call("POST", path, {"email_address": ADA, **body}, headers=headers)


def strangers_use_up_everything(api: Api) -> None:
    """Whatever four blocks of addresses, and many more, can do to one address in a day."""
    for block in range(12):
        client = f"2001:db8:{block:x}::1"
        browser = f"{block:022d}"
        for _ in range(7):
            call(api, SEND, client=client, browser=browser)
        for _ in range(12):
            call(api, AUTHENTICATE, client=client, code="000000")
            call(api, AUTHENTICATE, client=client, browser=browser, code="000000")
    refused(call(api, SEND, client=CAFE), 429, "too_many_requests")


@pytest.mark.parametrize("way", ["known browser", "known place"])
def test_strangers_use_up_nothing_of_who_is_known(api: Api, way: str) -> None:
    """A mail comes, and its code, its link or a reset is as good as ever."""
    known = {"browser": MINE, "known": True} if way == "known browser" else {}
    call(api, SEND)
    assert call(api, AUTHENTICATE, code=post.code(ADA)).status_code == 200  # so HOME is known
    client = CAFE if way == "known browser" else HOME
    strangers_use_up_everything(api)
    mail.outbox.clear()
    assert call(api, SEND, client=client, **known).status_code == 200
    assert call(api, LINK, client=client, **known).status_code == 200
    assert len(mail.outbox) == 2
    call(api, SEND, client=client, browser=MINE, known=way == "known browser")
    again = {"browser": MINE, "known": way == "known browser", "client": client}
    assert call(api, AUTHENTICATE, code=post.code(ADA), **again).status_code == 200


@pytest.mark.parametrize("path", [SEND, LINK])
def test_a_known_place_is_never_worse_than_an_unknown_one(api: Api, path: str) -> None:
    """One neighbour there uses up the place's part; then there is the strangers'."""
    call(api, SEND)
    assert call(api, AUTHENTICATE, code=post.code(ADA)).status_code == 200  # so HOME is known
    for _ in range(6):
        assert call(api, path, browser=HIS).status_code == 200
    sent = [call(api, path, browser=MINE).status_code for _ in range(7)]
    assert sent.count(200) >= 5  # of the six of an address nobody knows, one was the first code
    refused(call(api, path, browser=MINE), 429, "too_many_requests")


def test_a_reset_falls_through_as_well(api: Api) -> None:
    acme = api.organization()
    api.member(acme, ADA)
    call(api, SEND)
    assert call(api, AUTHENTICATE, code=post.code(ADA)).status_code == 200
    for _ in range(6):
        call(api, SEND, browser=HIS)
    inside = {"organization_id": acme["organization_id"], "browser": MINE}
    assert call(api, RESET, **inside).status_code == 200


def test_a_known_browser_has_its_own_end(api: Api) -> None:
    """A cookie that was copied is worth six mails an hour, not more."""
    known = {"browser": MINE, "known": True}
    sent = [call(api, SEND, client=f"203.0.113.{n}", **known).status_code for n in range(8)]
    assert sent == [200] * 6 + [429] * 2
    assert call(api, SEND, client=CAFE).status_code == 200


def test_another_person_s_known_browser_is_nobody_s(api: Api) -> None:
    """The app says `known` per address: for others such a browser is any."""
    for _ in range(6):
        call(api, SEND, browser=HIS)
    refused(call(api, SEND, browser=HIS), 429, "too_many_requests")


@pytest.mark.parametrize("nonsense", ["known", "known:", "known:x", "a b" * 9, "é" * 22, "x" * 99])
def test_a_browser_that_is_none_is_nobody_s(api: Api, nonsense: str) -> None:
    headers = {"X-Foyer-Client-IP": HOME, "X-Foyer-Browser": nonsense.encode().decode("latin-1")}
    sent = [
        api.call("POST", SEND, {"email_address": ADA}, headers=headers).status_code
        for _ in range(7)
    ]
    assert sent == [200] * 6 + [429]


def test_without_the_secret_the_header_says_nothing(api: Api) -> None:
    headers = {"X-Foyer-Browser": f"known:{MINE}", "Authorization": ""}
    response = api.call("POST", SEND, {"email_address": ADA}, headers=headers)
    refused(response, 401, "unauthorized_credentials")
    assert not RateWindow.objects.exists()


@pytest.mark.parametrize("sent", ["nothing", "used", "expired", "burnt", "a link"])
def test_where_no_code_lives_nothing_is_spent(api: Api, clock: Any, sent: str) -> None:
    """Neither an allowance nor a row of the log: anybody could spend those all day."""
    if sent == "a link":
        call(api, LINK)
    if sent not in {"nothing", "a link"}:
        call(api, SEND, browser=HIS)
        right = post.code(ADA)
    if sent == "used":
        call(api, AUTHENTICATE, browser=HIS, code=right)
    if sent == "burnt":
        for _ in range(5):
            call(api, AUTHENTICATE, code=post.wrong(right))
    clock.shift(timedelta(minutes=11 if sent == "expired" else 1))
    before = list(RateWindow.objects.order_by("pk").values()), AuditEvent.objects.count()
    for n in range(130):
        assert call(api, AUTHENTICATE, code="000000", client=f"203.0.113.{n}").status_code < 429
    assert (list(RateWindow.objects.order_by("pk").values()), AuditEvent.objects.count()) == before


def test_the_right_code_counts_in_the_browser_that_asked(api: Api) -> None:
    """Whatever strangers guessed at it, and however many codes they had mailed since."""
    call(api, SEND, browser=MINE)
    mine = post.code(ADA)
    for n in range(60):
        call(api, AUTHENTICATE, client=f"198.51.100.{n}", code=post.wrong(mine))
    strangers_use_up_everything(api)
    assert call(api, AUTHENTICATE, browser=MINE, code=mine).status_code == 200


def test_as_long_as_its_own_tries_last(api: Api) -> None:
    call(api, SEND, browser=MINE)
    mine = post.code(ADA)
    for _ in range(5):
        guess = call(api, AUTHENTICATE, browser=MINE, code=post.wrong(mine))
        refused(guess, 404, "otp_code_not_found")
    answer = refused(
        call(api, AUTHENTICATE, browser=MINE, code=mine), 401, "unable_to_auth_otp_code"
    )
    assert answer["error_details"] == {"reason": "tried_too_often"}


def test_a_stranger_s_newer_code_works_in_the_person_s_browser_too(api: Api) -> None:
    """It is in their mailbox, and the page says to look at the newest mail."""
    call(api, SEND, browser=MINE)
    mine = post.code(ADA)
    call(api, SEND, browser=HIS, client=CAFE)
    his = post.code(ADA)
    assert mine != his
    assert call(api, AUTHENTICATE, browser=MINE, code=his).status_code == 200


def test_only_the_newest_counts_for_who_says_nothing_of_a_browser(api: Api) -> None:
    """As the contract has it (8.1)."""
    call(api, SEND)
    old = post.code(ADA)
    call(api, SEND)
    refused(call(api, AUTHENTICATE, code=old), 404, "otp_code_not_found")
    assert call(api, AUTHENTICATE, code=post.code(ADA)).status_code == 200


def test_a_try_at_ones_own_code_costs_no_other_s(api: Api) -> None:
    call(api, SEND, browser=MINE)
    call(api, AUTHENTICATE, browser=MINE, code=post.wrong(post.code(ADA)))
    row = EmailCode.objects.get()
    assert (row.own_tries, row.tries) == (1, 0)


def test_guesses_at_others_end_across_many_codes(api: Api) -> None:
    """(QUALITY 26): five tries a code, ten an hour."""
    for n in range(2):
        call(api, SEND, client=f"203.0.113.{n}")
        guess = post.wrong(post.code(ADA))
        for _ in range(5):
            refused(call(api, AUTHENTICATE, code=guess), 404, "otp_code_not_found")
    call(api, SEND, client="203.0.113.99")
    response = call(api, AUTHENTICATE, code=post.code(ADA))
    refused(response, 429, "too_many_requests")
    assert int(response["Retry-After"]) <= 3600
    # From elsewhere the right code still works.
    assert call(api, AUTHENTICATE, code=post.code(ADA), client="203.0.113.7").status_code == 200


def test_guesses_at_others_end_for_the_day(api: Api, clock: Any) -> None:
    tried = []
    for hour in range(3):
        for n in range(4):
            client = f"203.0.113.{hour * 10 + n}"
            call(api, SEND, client=client)
            guess = post.wrong(post.code(ADA))
            tried += [
                call(api, AUTHENTICATE, code=guess, client=client).status_code for _ in range(4)
            ]
        clock.shift(timedelta(hours=1))
    assert tried.count(404) == 40
    assert set(tried[40:]) == {429}


def test_codes_that_nobody_redeems_end_for_the_day_and_links_do_not(api: Api, clock: Any) -> None:
    """Each is something to guess at; a link isn't."""
    sent = []
    for hour in range(5):
        sent += [call(api, SEND, client=f"203.0.113.{hour * 10 + n}").status_code for n in range(6)]
        clock.shift(timedelta(hours=1))
    assert sent == [200] * 24 + [429] * 6
    call(api, LINK, client="203.0.113.99")
    path = "/b2b/magic_links/discovery/authenticate"
    assert api.post(path, discovery_magic_links_token=post.token(ADA)).status_code == 200


def test_codes_that_are_redeemed_do_not_end(api: Api, clock: Any) -> None:
    for _ in range(30):
        assert call(api, SEND, client=CAFE).status_code == 200
        assert call(api, AUTHENTICATE, code=post.code(ADA)).status_code == 200
        clock.shift(timedelta(minutes=12))


def test_one_client_can_not_guess_at_everybody(api: Api, settings: Settings) -> None:
    """Not even each in another browser, at codes of its own; what it is mailed then is links."""
    settings.GUESSES_PER_CLIENT = 4
    sent = [call(api, SEND, **somebody(n)).status_code for n in range(6)]
    assert sent == [200] * 4 + [429] * 2
    assert call(api, LINK, **somebody(5)).status_code == 200
    assert call(api, SEND, client=CAFE, **somebody(5)).status_code == 200


def test_guesses_at_others_codes_come_out_of_the_same(api: Api, settings: Settings) -> None:
    settings.GUESSES_PER_CLIENT = 2
    for n in range(3):
        call(api, SEND, client=CAFE, email_address=f"{n}@acme.example")
        guess = post.wrong(post.code(f"{n}@acme.example"))
        who = {"email_address": f"{n}@acme.example", "code": guess}
        tried = [call(api, AUTHENTICATE, **who).status_code for _ in range(4)]
    assert tried == [404, 404, 429, 429]
    refused(call(api, SEND, browser=MINE), 429, "too_many_requests")


@pytest.mark.parametrize("known", [False, True])
def test_a_neighbour_s_guesses_stop_nobody_s_right_code(
    api: Api, settings: Settings, clock: Any, known: bool
) -> None:
    """All day: the browser that asked may try it as long as its own tries last."""
    settings.GUESSES_PER_CLIENT = 4
    mine = {"browser": MINE, "known": known}
    call(api, SEND, **mine)
    right = post.code(ADA)
    for n in range(40):
        call(api, SEND, **somebody(n))
        for _ in range(6):
            call(api, AUTHENTICATE, code="000000", **somebody(n))
            call(api, AUTHENTICATE, code=post.wrong(right), browser=HIS)
    for _ in range(4):
        refused(call(api, AUTHENTICATE, code=post.wrong(right), **mine), 404, "otp_code_not_found")
    assert call(api, AUTHENTICATE, code=right, **mine).status_code == 200


def test_who_asks_twice_and_redeems_one_has_taken_nothing(api: Api, settings: Settings) -> None:
    """People ask again when a mail is slow; so do many in an office."""
    settings.GUESSES_PER_CLIENT = 3
    for n in range(12):
        for _ in range(2):
            assert call(api, SEND, **somebody(n)).status_code == 200
        right = post.code(f"{n}@acme.example")
        call(api, AUTHENTICATE, code=post.wrong(right), **somebody(n))
        assert call(api, AUTHENTICATE, code=right, **somebody(n)).status_code == 200


def test_a_code_that_was_guessed_at_stays_counted(api: Api, settings: Settings) -> None:
    """Or who reads one of a mailbox could have the others of it tried for nothing."""
    settings.GUESSES_PER_CLIENT = 2
    call(api, SEND, browser=MINE)
    call(api, AUTHENTICATE, code=post.wrong(post.code(ADA)), browser=MINE)
    call(api, SEND, browser=MINE)
    assert call(api, AUTHENTICATE, code=post.code(ADA), browser=MINE).status_code == 200
    assert call(api, SEND, **somebody(1)).status_code == 200
    refused(call(api, SEND, **somebody(2)), 429, "too_many_requests")


def test_a_known_browser_s_code_frees_no_client(api: Api, settings: Settings) -> None:
    """It took none of a client's tries, so who redeems it elsewhere gets none back."""
    settings.GUESSES_PER_CLIENT = 2
    assert call(api, SEND, **somebody(1)).status_code == 200
    call(api, SEND, browser=MINE, known=True)
    assert call(api, AUTHENTICATE, code=post.code(ADA), browser=HIS).status_code == 200
    assert call(api, SEND, **somebody(2)).status_code == 200
    refused(call(api, SEND, **somebody(3)), 429, "too_many_requests")


@pytest.mark.django_db
def test_passwords_of_others_stop_nobody_for_the_day(settings: Settings, clock: Any) -> None:
    """An office's wrong ones end with the hour, and are more than an office has."""
    office = Visitor(HOME, HIS)
    assert wrong_passwords(office) >= 500
    clock.shift(timedelta(hours=1))
    assert wrong_passwords(office) >= 500
    clock.shift(timedelta(hours=1))
    with guesses.at_password(visitor=office, now=datetime.now(tz=UTC)):
        pass


def wrong_passwords(visitor: Visitor) -> int:
    """How many until they are refused, at whomever."""
    for number in range(2000):
        try:
            with guesses.at_password(visitor=visitor, now=datetime.now(tz=UTC)):
                raise KeyError
        except KeyError:
            continue
        except ApiError:
            return number
    return 2000


def somebody(n: int) -> dict[str, str]:
    return {"email_address": f"{n}@acme.example", "browser": f"{n:022d}"}


def test_right_codes_do_not_count(api: Api, settings: Settings) -> None:
    settings.GUESSES_PER_ADDRESS = 1
    for n in range(3):
        call(api, SEND, client=f"203.0.113.{n}")
        assert call(api, AUTHENTICATE, code=post.code(ADA)).status_code == 200
    call(api, SEND)
    guess = post.wrong(post.code(ADA))
    call(api, AUTHENTICATE, code=guess)
    refused(call(api, AUTHENTICATE, code=guess), 429, "too_many_requests")


def test_a_place_is_known_by_a_proof_alone_and_names_nobody(api: Api) -> None:
    call(api, SEND)
    call(api, AUTHENTICATE, code=post.wrong(post.code(ADA)))
    assert not KnownPlace.objects.exists()
    call(api, LINK)
    path = "/b2b/magic_links/discovery/authenticate"
    headers = {"X-Foyer-Client-IP": HOME}
    token = {"discovery_magic_links_token": post.token(ADA)}
    assert api.call("POST", path, token, headers=headers).status_code == 200
    (place,) = KnownPlace.objects.all()
    assert HOME not in place.key
    assert "ada" not in place.key


def test_a_caller_that_names_no_visitor_makes_no_place_known(api: Api) -> None:
    """Its own address would be everybody's."""
    call(api, SEND, client="")
    assert call(api, AUTHENTICATE, client="", code=post.code(ADA)).status_code == 200
    assert not KnownPlace.objects.exists()
