"""What the cookies say, to whom, for how long; the one test file that may set them by hand."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import Settings
from time_machine import TimeMachineFixture

from accounts import cookies, departures, idleness, pending, sealing, sizes, stamps
from accounts.arrivals import Arrival
from accounts.client.outcomes import Discovered, MfaRequired, PrimaryRequired
from accounts.client.tokens import Intermediate, Tokens
from accounts.cookies import CodeSent, Credentials
from accounts.departures import Departure
from accounts.pending import Step
from tests.accounts.browser import is_expired

pytestmark = pytest.mark.usefixtures("noon")

NAMES = {
    "session": "stytch_session",
    "jwt": "stytch_session_jwt",
    "stamp": "stytch_session_stamp",
    "pending": "stytch_intermediate_session_token",
}
ENDS = timedelta(minutes=10)
ORGANIZATION_ID = f"organization-test-{'1' * 36}"


def tokens(letter: str = "t", jwt: str = "a.b.c", **more: object) -> Tokens:
    ends = (timezone.now() + timedelta(hours=1)).replace(microsecond=0)
    return replace(Tokens(letter * 44, jwt, ends), **more)


def intermediate() -> Intermediate:
    return Intermediate("i" * 44, timezone.now() + ENDS)


def mfa(name: str = "Globex") -> MfaRequired:
    return MfaRequired(intermediate(), "o-1", name, "globex", "m-1", "a@b.example", "XXX12", True)


def steps() -> list[Step]:
    return [
        CodeSent("a@b.example", "link", timezone.now(), next="/x", organization_id="o-1"),
        Discovered(intermediate(), "a@b.example"),
        mfa(),
        PrimaryRequired(
            intermediate(), "o-1", "Initech", "initech", "m-1", "a@b.example", ("sso", "password")
        ),
    ]


def departure() -> Departure:
    return Departure("microsoft_oauth", timezone.now(), "v" * 43, organization_id=ORGANIZATION_ID)


def crammed() -> CodeSent:
    """As long as everything in it may be."""
    address, slug = "a" * 243 + "@b.example", "s" * 128
    whose = (ORGANIZATION_ID, "✓" * 128, slug, f"member-test-{'1' * 36}", address)
    held = PrimaryRequired(intermediate(), *whose, ("sso", "password", "email_otp", "magic_link"))
    place = {"organization_name": "✓" * 128, "organization_slug": slug}
    return CodeSent(
        address,
        "password",
        timezone.now(),
        "/" + "n" * 511,
        ORGANIZATION_ID,
        held=held,
        **place,
    )


def write(before: Credentials, after: Credentials, *, background: bool = False) -> HttpResponse:
    response = HttpResponse()
    cookies.write(response, before, after, background=background)
    response.cookies.pop("__Host-stytch_session_last", None)  # test_endings.py looks at it
    response.cookies.pop("stytch_session_last", None)
    return response


def read(*responses: HttpResponse, header: str = "", **meta: str) -> Credentials:
    """What comes back from a browser that got these answers, in this order."""
    jar: dict[str, str] = {}
    for response in responses:
        for name, morsel in response.cookies.items():
            jar |= {name: morsel.value}
    pairs = [f"{name}={value}" for name, value in jar.items() if value] + [header]
    line = "; ".join(filter(None, pairs))
    return cookies.read(RequestFactory().get("/", HTTP_COOKIE=line, **meta))


def test_a_session_comes_back_as_it_was_written() -> None:
    held = Credentials(tokens(), organization_name="Acme & Sons ✓", member_address="a@b.example")
    assert read(write(Credentials(), held)) == held


def test_what_stands_beside_the_step_comes_back_with_it() -> None:
    """The mails of other tabs, and a sign-in that came back for another address."""
    now = timezone.now()
    held = Credentials(
        pending=CodeSent("a@b.example", "code", now),
        earlier=(CodeSent("c@d.example", "link", now, next="/x"),),
        arrival=Arrival("a@b.example", "e@f.example", now, session_token="s" * 44),
    )
    assert read(write(Credentials(), held)) == held


def test_every_cookie_is_httponly_lax_and_host_only() -> None:
    """(QUALITY 1, 2)"""
    response = write(Credentials(), Credentials(tokens(), mfa()))
    assert set(response.cookies) == set(NAMES.values())
    for morsel in response.cookies.values():
        assert morsel["httponly"]
        assert morsel["samesite"] == "Lax"
        assert morsel["path"] == "/"
        assert morsel["domain"] == ""
        assert not morsel["secure"]  # plain http on localhost


def test_over_https_names_are_prefixed_and_cookies_secure(settings: Settings) -> None:
    """(QUALITY 1)"""
    settings.HTTPS = True
    response = write(Credentials(), Credentials(tokens(), mfa()))
    assert set(response.cookies) == {f"__Host-{name}" for name in NAMES.values()}
    assert all(morsel["secure"] for morsel in response.cookies.values())
    assert read(response).session == tokens()


@pytest.mark.parametrize("changed", [{"COOKIE_DOMAIN": "example.com"}, {"COOKIE_PATH": "/app"}])
def test_a_domain_or_a_path_drops_the_prefix_that_forbids_it(
    settings: Settings, changed: dict[str, str]
) -> None:
    settings.HTTPS = True
    for name, value in changed.items():
        setattr(settings, name, value)
    response = write(Credentials(), Credentials(tokens(), mfa()))
    assert set(response.cookies) == set(NAMES.values())
    for morsel in response.cookies.values():
        assert morsel["secure"]
        assert morsel["domain"] == changed.get("COOKIE_DOMAIN", "")
        assert morsel["path"] == changed.get("COOKIE_PATH", "/")


def test_session_cookies_end_with_the_session_and_the_step_an_hour_after_its_token() -> None:
    response = write(Credentials(), Credentials(tokens(), mfa()))
    # Django rounds up to the next second
    ages = {name: morsel["max-age"] - 1 for name, morsel in response.cookies.items()}
    assert ages == {
        NAMES["session"]: 3600,
        NAMES["jwt"]: 3600,
        NAMES["stamp"]: 3600,
        NAMES["pending"]: ENDS.total_seconds() + 3600,
    }


def test_only_the_difference_is_written() -> None:
    held = Credentials(tokens(), mfa(), next="/x", organization_name="Acme")
    assert not write(held, held).cookies
    assert set(write(held, replace(held, pending=None, next="")).cookies) == {NAMES["pending"]}
    assert set(write(held, replace(held, session=None)).cookies) == {
        NAMES["session"],
        NAMES["jwt"],
        NAMES["stamp"],
    }


def test_refreshing_writes_the_jwt_and_its_stamp_and_never_the_session_token() -> None:
    """(QUALITY 40)"""
    fresh = write(Credentials(tokens()), Credentials(tokens(jwt="d.e.f")))
    assert set(fresh.cookies) == {NAMES["jwt"], NAMES["stamp"]}


def test_moving_the_end_writes_the_session_token_and_leaves_no_jwt_to_trust() -> None:
    """(QUALITY 40)"""
    later = tokens(jwt="d.e.f", expires_at=timezone.now() + timedelta(hours=2))
    response = write(Credentials(tokens()), Credentials(later))
    assert response.cookies[NAMES["session"]].value == later.session_token
    assert response.cookies[NAMES["session"]]["max-age"] - 1 == 7200
    assert is_expired(response.cookies[NAMES["jwt"]])
    assert is_expired(response.cookies[NAMES["stamp"]])


def test_a_late_answer_after_a_sign_out_leaves_a_lone_jwt_which_goes() -> None:
    """(QUALITY 40)"""
    signed_in = write(Credentials(), Credentials(tokens()))
    signed_out = write(Credentials(tokens()), Credentials())
    late = write(Credentials(tokens()), Credentials(tokens(jwt="d.e.f")))
    found = read(signed_in, signed_out, late)
    assert found.session is None
    cleared = write(found, found).cookies
    assert set(cleared) == {NAMES["jwt"], NAMES["stamp"]}
    assert all(is_expired(morsel) for morsel in cleared.values())


def test_a_late_answer_of_the_last_session_is_not_believed_beside_the_next() -> None:
    """(QUALITY 40)"""
    first, second = tokens("1"), tokens("2", jwt="x.y.z")
    late = write(Credentials(first), Credentials(replace(first, session_jwt="d.e.f")))
    found = read(write(Credentials(), Credentials(second)), late)
    assert found.session is not None
    assert found.session.session_token == second.session_token
    assert found.session.session_jwt == ""


def test_another_apps_cookies_are_read_but_their_jwt_is_not_trusted() -> None:
    header = f"{NAMES['session']}={'t' * 44}; {NAMES['jwt']}=a.b.c"
    found = read(header=header)
    assert found.session == Tokens("t" * 44, "", stamps.UNKNOWN_END)


@pytest.mark.parametrize("background", [True, False])
def test_a_session_of_unknown_end_gets_the_services_in_every_cookie(background: bool) -> None:
    """What another backend has set is set again: same value, out of the reach of scripts."""
    unknown = Credentials(Tokens("t" * 44, "", stamps.UNKNOWN_END))
    response = write(unknown, Credentials(tokens()), background=background)
    assert response.cookies[NAMES["session"]].value == "t" * 44
    assert {name: each["max-age"] - 1 for name, each in response.cookies.items()} == {
        NAMES["session"]: 3600,
        NAMES["jwt"]: 3600,
        NAMES["stamp"]: 3600,
    }
    assert all(each["httponly"] for each in response.cookies.values())


def test_a_token_that_outlives_its_jwt_by_a_moment_still_knows_its_end() -> None:
    """A browser counts each cookie's seconds by itself."""
    signed_in = write(Credentials(), Credentials(tokens()))
    del signed_in.cookies[NAMES["jwt"]]
    assert read(signed_in).session == tokens(jwt="")


@pytest.mark.parametrize("token", ["short", "t" * 2000, "t" * 40 + "<>", "t" * 40 + "%00"])
def test_what_cannot_be_a_token_is_never_sent_anywhere(token: str) -> None:
    """(QUALITY 62)"""
    found = read(header=f"{NAMES['session']}={token}")
    assert found.session is None
    assert is_expired(write(found, found).cookies[NAMES["session"]])


def test_name_and_value_fit_4096_bytes(settings: Settings) -> None:
    """(QUALITY 3)"""
    settings.HTTPS = True
    room = 4096 - len("__Host-stytch_session_jwt")
    response = write(
        Credentials(),
        Credentials(
            tokens(jwt="j" * room),
            crammed(),
            organization_name="✓" * 128,
            departures=(departure(),),
        ),
    )
    assert len(response.cookies) == 4
    for name, morsel in response.cookies.items():
        assert len(name) + len(morsel.coded_value) <= 4096


def test_a_step_as_long_as_can_be_fits_at_any_time_of_day(time_machine: TimeMachineFixture) -> None:
    """Its moments are longer by what is past the second. Where it was going is the first to go."""
    time_machine.move_to(timezone.now() + timedelta(microseconds=123456), tick=False)
    wanted = crammed()
    assert wanted.held
    step = replace(wanted, held=replace(wanted.held, is_proof_wanted=True))
    response = write(Credentials(), Credentials(pending=step, departures=(departure(),)))
    morsel = response.cookies[NAMES["pending"]]
    assert len(NAMES["pending"]) + len(morsel.coded_value) <= 4096
    assert read(response).pending == replace(step, next="")
    assert read(response).departures == (departure(),)


def test_a_jwt_that_fits_no_cookie_is_left_out_and_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """(QUALITY 3)"""
    sizes._say_once_that_jwts_are_too_large.cache_clear()
    large = tokens(jwt="j" * 4096)
    with caplog.at_level(logging.WARNING):
        response = write(Credentials(tokens()), Credentials(large))
        assert is_expired(response.cookies[NAMES["jwt"]])
        found = read(write(Credentials(), Credentials(tokens())), response)
        again = write(found, Credentials(large))
    assert found.session == replace(tokens(), session_jwt="")
    assert not again.cookies  # nothing changed: nothing is written, request after request
    assert len(caplog.records) == 1
    assert "jjj" not in caplog.text


def test_every_step_survives_its_cookie() -> None:
    for step in steps():
        held = Credentials(pending=step, next="/onward")
        assert read(write(Credentials(), held)) == held


def test_a_discovered_step_keeps_no_organizations() -> None:
    assert "organizations" not in pending.pack(steps()[1])


def test_the_step_can_be_neither_read_nor_made() -> None:
    """(QUALITY 8)"""
    step = CodeSent("somebody@acme.example", "code", timezone.now())
    sealed = write(Credentials(), Credentials(pending=step)).cookies[NAMES["pending"]].value
    assert "somebody" not in sealed
    forged = sealed[:-4] + ("AAA=" if not sealed.endswith("AAA=") else "BBB=")
    for value in (forged, "i" * 44, "gAAAA", "é", '"'):
        found = read(header=f"{NAMES['pending']}={value}")
        assert found.pending is None


def test_a_stamp_is_no_step_and_a_step_no_stamp() -> None:
    stamp = write(Credentials(), Credentials(tokens())).cookies[NAMES["stamp"]].value
    assert read(header=f"{NAMES['pending']}={stamp}").pending is None


@pytest.mark.parametrize(
    "packed",
    [
        {},
        {"kind": "unheard-of"},
        {"kind": "mfa"},
        {"kind": "sent", "email_address": "a@b.example", "method": "code"},
        {"kind": "discovered", "intermediate": "short", "email_address": ""},
        {"kind": "discovered", "intermediate": ["i", "2026-11-20T12:00:00+00:00"], "new": 1},
        {"kind": "primary", "intermediate": ["i", "no time"]},
    ],
)
def test_a_step_of_another_version_is_no_step(packed: dict[str, object]) -> None:
    sealed = sealing.seal({"step": packed, "next": ""}, purpose="pending")
    assert read(header=f"{NAMES['pending']}={sealed}").pending is None


def test_a_step_that_is_over_leaves_its_address_for_an_hour(time_machine: object) -> None:
    """(QUALITY, complaint 72)"""
    response = write(Credentials(), Credentials(pending=mfa(), next="/x"))
    time_machine.shift(ENDS)  # type: ignore[attr-defined]
    found = read(response)
    assert found == Credentials(next="/x", email_address="a@b.example")
    assert not write(found, found).cookies
    time_machine.shift(timedelta(hours=1))  # type: ignore[attr-defined]
    found = read(response)
    assert found == Credentials()
    assert is_expired(write(found, found).cookies[NAMES["pending"]])


def test_a_departure_waits_beside_the_step_and_is_over_sooner(time_machine: object) -> None:
    held = Credentials(pending=mfa(), next="/x", departures=(departure(),))
    response = write(Credentials(), held)
    assert read(response) == held
    assert departure().verifier not in repr(held)
    time_machine.shift(departures.LIFETIME)  # type: ignore[attr-defined]
    assert not read(response).departures


def test_the_method_is_kept_a_year_and_nothing_else_counts_as_one() -> None:
    response = write(Credentials(), Credentials(last_method="google_oauth"))
    morsel = response.cookies["stytch_session_method"]
    assert (morsel.value, morsel["httponly"]) == ("google_oauth", True)
    assert morsel["max-age"] - 1 == timedelta(days=365).total_seconds()
    assert read(response).last_method == "google_oauth"
    assert read(header="stytch_session_method=<script>").last_method == ""


def test_rotating_the_secret_keeps_session_and_step(settings: Settings) -> None:
    """(QUALITY 71)"""
    held = Credentials(tokens(), mfa())
    response = write(Credentials(), held)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [settings.SECRET_KEY]
    assert read(response) == held


def test_a_secret_that_is_gone_opens_nothing_and_signs_nobody_out(settings: Settings) -> None:
    """(QUALITY 71)"""
    response = write(Credentials(), Credentials(tokens(), mfa()))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, []
    found = read(response)
    assert found.pending is None
    assert found.session == Tokens("t" * 44, "", stamps.UNKNOWN_END)


def test_doubled_cookies_are_not_used_and_expire_everywhere_once(settings: Settings) -> None:
    """(QUALITY 47)"""
    settings.ALLOWED_HOSTS = ["app.localhost"]
    twice = "; ".join(f"{NAMES['session']}={letter * 44}" for letter in "ab")
    found = read(header=twice, SERVER_NAME="app.localhost")
    assert found.session is None
    response = write(found, found)
    gone = {(m.key, m["domain"]) for m in response.cookies.values() if is_expired(m)}
    assert gone == {(NAMES["session"], ""), (NAMES["session"], "app.localhost")}  # no bare TLDs
    assert not read(response).strays


def test_doubled_cookies_heal_beside_a_configured_domain(settings: Settings) -> None:
    """(QUALITY 47)"""
    settings.COOKIE_DOMAIN, settings.ALLOWED_HOSTS = "example.com", ["app.example.com"]
    twice = "; ".join(f"{NAMES['pending']}={letter * 44}" for letter in "ab")
    found = read(header=twice, SERVER_NAME="app.example.com")
    gone = [(m.key, m["domain"]) for m in write(found, found).cookies.values()]
    assert sorted(gone) == [
        (NAMES["pending"], ""),
        (NAMES["pending"], "app.example.com"),
        (NAMES["pending"], "example.com"),
    ]


def test_a_sign_in_over_doubled_cookies_keeps_what_it_sets() -> None:
    """(QUALITY 47)"""
    twice = "; ".join(f"{NAMES['session']}={letter * 44}" for letter in "ab")
    found = read(header=twice)
    response = write(found, Credentials(tokens()))
    assert response.cookies[NAMES["session"]].value == "t" * 44


def test_nothing_clears_the_session_cookie_in_the_background() -> None:
    """(QUALITY 23)"""
    response = write(Credentials(tokens()), Credentials(), background=True)
    assert set(response.cookies) == {NAMES["jwt"], NAMES["stamp"]}
    assert all(is_expired(morsel) for morsel in response.cookies.values())


def test_no_token_shows_in_a_repr() -> None:
    """(QUALITY 4)"""
    shown = repr(Credentials(tokens(jwt="secret.jwt.value"), mfa()))
    assert "tttt" not in shown
    assert "secret.jwt" not in shown
    assert "iiii" not in shown


def test_when_somebody_was_seen_is_sealed_anew_for_a_new_token() -> None:
    """The seal is bound to the token: one for the old token says nothing beside the new one."""
    seen_at = timezone.now() - timedelta(minutes=5)
    before = Credentials(session=tokens("t"), seen_at=seen_at)
    after = replace(before, session=tokens("u"))
    response = HttpResponse()
    cookies.write(response, before, after)
    sealed = response.cookies["stytch_session_seen"].value
    assert idleness.read(sealed, after.session) == seen_at
