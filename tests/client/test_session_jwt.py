"""Local verification of session JWTs: what passes, what never does, and what it costs."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import jwt
import pytest

from accounts.client import session_jwt
from accounts.client.entities import Factor
from accounts.client.errors import JwtInvalid, JwtStale, SessionExpired, Unavailable
from accounts.client.keys import read_keys
from tests.client import samples, signing


def test_a_good_jwt_says_who_is_signed_in(client):
    session = client.sessions.verify_jwt(signing.mint())
    assert session.member_session_id == samples.SESSION_ID
    assert session.member_id == samples.MEMBER_ID
    assert session.organization_id == samples.ORGANIZATION_ID
    assert session.organization_slug == "acme"
    assert session.roles == ("stytch_member",)
    assert session.started_at == datetime(2026, 11, 20, 11, 59, tzinfo=UTC)
    assert session.last_accessed_at == datetime(2026, 11, 20, 11, 59, 30, tzinfo=UTC)
    assert session.expires_at == datetime(2026, 11, 20, 12, 59, tzinfo=UTC)
    assert session.issued_at == samples.NOW
    assert session.jwt_expires_at == samples.NOW + timedelta(minutes=5)
    assert session.email_address == "admin@acme.example"
    assert session.custom_claims == {"plan": "gold"}
    assert session.factors == (
        Factor(
            "email_otp",
            "email",
            datetime(2026, 11, 20, 11, 59, tzinfo=UTC),
            "admin@acme.example",
        ),
    )


@pytest.mark.parametrize("iss", [f"stytch.com/{signing.PROJECT_ID}", signing.BASE_URL])
def test_both_issuers_of_the_contract_pass(client, iss):
    assert client.sessions.verify_jwt(signing.mint(signing.claims(iss=iss)))


def test_an_audience_may_be_text_or_one_of_several(client):
    for aud in (signing.PROJECT_ID, ["other", signing.PROJECT_ID]):
        assert client.sessions.verify_jwt(signing.mint(signing.claims(aud=aud)))


def test_the_session_end_falls_back_to_the_jwts(client):
    """Old JWTs lack expires_at, and the slug came later (QUALITY 65)."""
    session = signing.claims()["https://stytch.com/session"]
    payload = signing.claims(
        **{
            "https://stytch.com/session": {
                "id": session["id"],
                "started_at": session["started_at"],
                "new_field": {"unknown": True},
            },
            "https://stytch.com/organization": {"organization_id": samples.ORGANIZATION_ID},
        }
    )
    read = client.sessions.verify_jwt(signing.mint(payload))
    assert read.expires_at == samples.NOW + timedelta(minutes=5)
    assert read.last_accessed_at == read.started_at
    assert (read.organization_slug, read.roles, read.factors) == ("", (), ())


BAD_CLAIMS = {
    "aud_missing": {"aud": ...},
    "iss_missing": {"iss": ...},
    "exp_missing": {"exp": ...},
    "nbf_missing": {"nbf": ...},
    "iat_missing": {"iat": ...},
    "aud_null": {"aud": None},
    "aud_of_another_project": {"aud": ["project-test-22222222-2222-4222-8222-222222222222"]},
    "aud_empty": {"aud": []},
    "aud_nested": {"aud": [[signing.PROJECT_ID]]},
    "aud_object": {"aud": {signing.PROJECT_ID: 1}},
    "aud_prefix": {"aud": signing.PROJECT_ID + "1"},
    "iss_of_another_project": {"iss": "stytch.com/project-test-2"},
    "iss_slash": {"iss": f"{signing.BASE_URL}/"},
    "iss_list": {"iss": [signing.BASE_URL]},
    "exp_text": {"exp": "1893456000"},
    "exp_true": {"exp": True},
    "exp_huge": {"exp": 10**30},
    "iat_infinite": {"iat": float("inf")},
    "nbf_not_a_number": {"nbf": float("nan")},
    "sub_missing": {"sub": ...},
    "sub_number": {"sub": 7},
    "session_missing": {"https://stytch.com/session": ...},
    "session_text": {"https://stytch.com/session": "yes"},
    "session_without_start": {"https://stytch.com/session": {"id": "x"}},
    "organization_missing": {"https://stytch.com/organization": ...},
    "organization_empty": {"https://stytch.com/organization": {"organization_id": ""}},
}


@pytest.mark.parametrize("changes", BAD_CLAIMS.values(), ids=BAD_CLAIMS)
def test_well_signed_but_wrong_claims_are_refused(client, changes):
    """RS256 alone proves nothing: aud, iss, exp, nbf, iat are required (QUALITY 59).

    The same key also signs M2M tokens, which hold no session.
    """
    with pytest.raises(JwtInvalid):
        client.sessions.verify_jwt(signing.mint(signing.claims(**changes)))


BAD_HEADERS = {
    "jku": {"jku": "https://evil.example/keys"},
    "jwk": {"jwk": signing.jwk("jwk-evil")},
    "x5u": {"x5u": "https://evil.example/cert"},
    "x5c": {"x5c": ["MII"]},
    "crit": {"crit": ["b64"], "b64": False},
    "typ_missing": {"typ": ...},
    "typ_other": {"typ": "at+jwt"},
    "alg_missing": {"alg": ...},
    "alg_rs512": {"alg": "RS512"},
    "alg_lower": {"alg": "rs256"},
    "alg_list": {"alg": ["RS256"]},
    "kid_missing": {"kid": ...},
    "kid_empty": {"kid": ""},
    "kid_number": {"kid": 1},
    "kid_object": {"kid": {"a": 1}},
}


@pytest.mark.parametrize("header", BAD_HEADERS.values(), ids=BAD_HEADERS)
def test_headers_that_name_their_own_key_or_algorithm_are_refused(client, issuer, header):
    """jku, jwk, x5u and every algorithm but RS256 (QUALITY 59), without a call (QUALITY 62)."""
    with pytest.raises(JwtInvalid):
        client.sessions.verify_jwt(signing.mint(header=header))
    assert issuer.calls == []


@pytest.mark.parametrize("token", [signing.unsigned("jwk-1"), signing.hmac_by_public_key("jwk-1")])
def test_unsigned_and_hmac_by_the_public_key_are_refused(client, issuer, token):
    """`none`, and HS256 with the public key as secret (QUALITY 59)."""
    client.ready()
    with pytest.raises(JwtInvalid):
        client.sessions.verify_jwt(token)
    assert len(issuer.calls) == 1


GARBAGE = {
    "empty": "",
    "a word": "undefined",
    "one dot": "a.b",
    "four dots": "a.b.c.d.e",
    "not base64": "?.?.?",
    "not ascii": "é.é.é",
    "surrogate": "\udcff.\udcff.\udcff",
    "no json": signing.raw(b"{", b"{}"),
    "header list": signing.raw(b"[]", b"{}"),
    "claims list": signing.raw(b'{"alg":"RS256","typ":"JWT","kid":"jwk-1"}', b"[]"),
    "claims no utf-8": signing.raw(b'{"alg":"RS256","typ":"JWT","kid":"jwk-1"}', b"\xff\xfe"),
    "deep header": signing.raw(b"[" * 2000, b"{}"),
    "deep claims": signing.raw(b'{"alg":"RS256","typ":"JWT","kid":"jwk-1"}', b"[" * 2000),
    "endless": "a" * 100_000,
}


@pytest.mark.parametrize("token", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_refused_without_a_call(client, issuer, token):
    """A clear no, no crash, no call (QUALITY 62)."""
    with pytest.raises(JwtInvalid):
        client.sessions.verify_jwt(token)
    assert issuer.calls == []


def test_a_forged_signature_costs_no_call(client, issuer):
    """Known kid, somebody else's signature (QUALITY 62)."""
    client.ready()
    forged = signing.mint(kid="jwk-1", signed_by="jwk-evil")
    for token in (
        forged,
        signing.mint()[:-8] + "AAAAAAAA",
        signing.mint().rpartition(".")[0] + ".",
    ):
        with pytest.raises(JwtInvalid):
            client.sessions.verify_jwt(token)
    assert len(issuer.calls) == 1


def test_changed_claims_break_the_signature(client):
    head, _, signature = signing.mint().split(".")
    _, content, _ = signing.mint(signing.claims(sub="member-test-other")).split(".")
    with pytest.raises(JwtInvalid):
        client.sessions.verify_jwt(f"{head}.{content}.{signature}")


def test_a_refused_jwt_counts_as_an_ended_session():
    """So that nobody who handles SessionExpired can forget it."""
    assert issubclass(JwtInvalid, SessionExpired)
    assert not issubclass(JwtStale, SessionExpired)


@pytest.mark.parametrize("seconds", [-10, -9, -5, -1, 0, 1, 5, 299, 305, 309])
def test_clocks_may_differ_by_seconds_without_a_call(client, clock, issuer, seconds):
    """Ten seconds of leeway on either side (QUALITY 60)."""
    token = signing.mint()
    client.ready()
    clock.advance(seconds)
    assert client.sessions.verify_jwt(token)
    assert len(issuer.calls) == 1


@pytest.mark.parametrize("seconds", [-300, -11, 310, 600])
def test_beyond_the_leeway_a_well_signed_jwt_is_stale_not_refused(client, clock, issuer, seconds):
    """Five minutes off fails clean: the service is asked, nobody is signed out (QUALITY 60)."""
    token = signing.mint()
    client.ready()
    clock.advance(seconds)
    with pytest.raises(JwtStale):
        client.sessions.verify_jwt(token)
    assert len(issuer.calls) == 1


def test_an_expired_forgery_is_refused_rather_than_stale(client, clock):
    clock.advance(600)
    with pytest.raises(JwtInvalid):
        client.sessions.verify_jwt(signing.mint(signed_by="jwk-evil"))


def test_whose_an_old_jwt_was_can_still_be_read(client, clock):
    """For telling of a session that has ended; a forgery tells nothing, however old."""
    clock.advance(86_400)
    assert client.sessions.read_jwt(signing.mint()).member_id == samples.MEMBER_ID
    with pytest.raises(JwtInvalid):
        client.sessions.read_jwt(signing.mint(signed_by="jwk-evil"))


def test_a_remembered_jwt_still_expires(client, clock):
    token = signing.mint()
    assert client.sessions.verify_jwt(token)
    clock.advance(310)
    with pytest.raises(JwtStale):
        client.sessions.verify_jwt(token)


def test_a_remembered_jwt_dies_with_its_key(client, clock, issuer):
    token = signing.mint(signing.claims(exp=int(samples.NOW.timestamp()) + 3600))
    assert client.sessions.verify_jwt(token)
    issuer.kids = ["jwk-2"]
    clock.advance(601)
    with pytest.raises(JwtInvalid):
        client.sessions.verify_jwt(token)


def test_rotation_is_seen_without_a_restart(client, clock, issuer):
    """A new kid is fetched once, and the old one goes on working (QUALITY 61)."""
    assert client.sessions.verify_jwt(signing.mint())
    issuer.kids = ["jwk-2", "jwk-1"]
    clock.advance(60)
    assert client.sessions.verify_jwt(signing.mint(signing.claims(clock.now), kid="jwk-2"))
    assert client.sessions.verify_jwt(signing.mint())
    assert len(issuer.calls) == 2


def test_rotation_right_after_the_first_fetch_is_seen_too(client, issuer):
    assert client.sessions.verify_jwt(signing.mint())
    issuer.kids = ["jwk-2"]
    assert client.sessions.verify_jwt(signing.mint(kid="jwk-2"))


def test_many_unknown_kids_cost_one_fetch_per_cool_down(client, clock, issuer):
    """However many forgeries arrive (QUALITY 61)."""
    client.ready()
    for number in range(20):
        with pytest.raises(JwtInvalid):
            client.sessions.verify_jwt(signing.mint(kid=f"jwk-evil-{number}", signed_by="jwk-evil"))
    assert len(issuer.calls) == 2
    clock.advance(29)
    with pytest.raises(JwtInvalid):
        client.sessions.verify_jwt(signing.mint(kid="jwk-evil"))
    assert len(issuer.calls) == 2
    clock.advance(2)
    with pytest.raises(JwtInvalid):
        client.sessions.verify_jwt(signing.mint(kid="jwk-evil"))
    assert len(issuer.calls) == 3


def test_a_jwt_newer_than_the_keys_is_not_refused_during_the_cool_down(client, clock, issuer):
    """A forger who keeps the cool-down running can't sign people out at a rotation."""
    client.ready()
    with pytest.raises(JwtInvalid):
        client.sessions.verify_jwt(signing.mint(kid="jwk-evil"))
    issuer.kids = ["jwk-2", "jwk-1"]
    clock.advance(10)
    fresh = signing.mint(signing.claims(clock.now), kid="jwk-2")
    with pytest.raises(JwtStale):
        client.sessions.verify_jwt(fresh)
    clock.advance(25)
    assert client.sessions.verify_jwt(fresh)


def test_a_jwt_of_a_retired_key_is_stale_when_long_expired(client, clock, issuer):
    """A laptop asleep over a rotation: its session may be alive, its JWT's key is gone."""
    token = signing.mint()
    issuer.kids = ["jwk-2"]
    clock.advance(90 * 86_400)
    with pytest.raises(JwtStale):
        client.sessions.verify_jwt(token)
    assert len(issuer.calls) == 1


@pytest.mark.parametrize("seconds", [305, 309])
def test_within_the_leeway_the_key_is_still_asked_for(client, clock, issuer, seconds):
    client.ready()
    issuer.kids = ["jwk-2"]
    clock.advance(seconds)
    assert client.sessions.verify_jwt(signing.mint(kid="jwk-2"))


def test_from_the_end_of_the_leeway_on_no_key_is_asked_for(client, clock, issuer):
    """Which key signed what has expired changes nothing, so it costs no call."""
    client.ready()
    clock.advance(310)
    with pytest.raises(JwtStale):
        client.sessions.verify_jwt(signing.mint(kid="jwk-2"))
    assert len(issuer.calls) == 1


FAILURES = {
    "down": httpx.ConnectError("refused"),
    "slow": httpx.ReadTimeout("timed out"),
    "500": httpx.Response(500, json={"status_code": 500, "error_type": "internal_server_error"}),
    "429": httpx.Response(429, json={"status_code": 429, "error_type": "too_many_requests"}),
    "404": httpx.Response(404, json={"status_code": 404, "error_type": "project_not_found"}),
    "html": httpx.Response(200, text="<html>"),
    "no keys": httpx.Response(200, json={"keys": []}),
    "keys null": httpx.Response(200, json={"keys": None}),
    "keys text": httpx.Response(200, json={"keys": "none"}),
    "useless keys": httpx.Response(200, json={"keys": [{"kty": "oct", "kid": "x", "k": "eA"}]}),
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_without_any_keys_nothing_is_decided(client, clock, issuer, failure):
    """No keys yet, and none to be had: neither a yes nor a no (QUALITY 63)."""
    issuer.answer = failure
    with pytest.raises(Unavailable):
        client.sessions.verify_jwt(signing.mint())
    issuer.answer = None
    clock.advance(2)
    assert client.sessions.verify_jwt(signing.mint())


def test_a_start_during_an_outage_does_not_queue_up_every_worker(client, clock, issuer):
    """Each would wait for its own time-out, one after the other (QUALITY 63)."""
    issuer.answer = FAILURES["slow"]

    def verify(_):
        with pytest.raises(Unavailable):
            client.sessions.verify_jwt(signing.mint())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(verify, range(16)))
    assert len(issuer.calls) == 1


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_the_last_good_keys_outlive_a_failing_issuer(client, clock, issuer, failure):
    """Kept on failure, and asked for anew at most every 30 s (QUALITY 61, 63)."""
    client.ready()
    issuer.answer = failure
    for _ in range(5):
        clock.advance(700)
        token = signing.mint(signing.claims(clock.now))
        for _ in range(5):
            assert client.sessions.verify_jwt(token)
    assert len(issuer.calls) == 1 + 5


def test_an_unknown_kid_during_an_outage_is_neither_yes_nor_no(client, clock, issuer):
    client.ready()
    issuer.answer = FAILURES["down"]
    clock.advance(60)
    for _ in range(5):
        with pytest.raises(JwtStale):
            client.sessions.verify_jwt(signing.mint(signing.claims(clock.now), kid="jwk-2"))
    assert len(issuer.calls) == 2


def test_only_good_rsa_signing_keys_are_taken():
    entries = [
        signing.jwk("good"),
        signing.jwk("for-encryption", use="enc"),
        signing.jwk("other-algorithm", alg="PS256"),
        signing.jwk("no-modulus", n=""),
        signing.jwk("broken", n="%%%"),
        signing.jwk("no-exponent", e=...),
        signing.jwk("") | {"kid": ""},
        signing.jwk("numbered") | {"kid": 5},
        {"kty": "EC", "kid": "curve", "crv": "P-256", "x": "eA", "y": "eA"},
        {"kty": "oct", "kid": "shared", "k": "c2VjcmV0"},
        {},
    ]
    plain = [{k: v for k, v in entry.items() if v is not ...} for entry in entries]
    assert list(read_keys({"keys": plain})) == ["good"]


def test_short_keys_are_not_taken():
    short = signing.private_key("short", 1024).public_key()
    entry = jwt.algorithms.RSAAlgorithm.to_jwk(short, as_dict=True) | {"kid": "short"}
    assert read_keys({"keys": [entry]}) == {}


def test_many_threads_make_one_fetch(client, issuer):
    tokens = [signing.mint(signing.claims(n=number)) for number in range(64)]
    with ThreadPoolExecutor(16) as pool:
        sessions = list(pool.map(client.sessions.verify_jwt, tokens))
    assert [session.custom_claims["n"] for session in sessions] == list(range(64))
    assert len(issuer.calls) == 1


def test_threads_that_waited_for_a_fetch_use_it(client, clock, issuer):
    client.ready()
    keys = client.sessions.verifier.keys
    seen = keys.current()
    issuer.kids = ["jwk-1", "jwk-2"]
    newer = keys.after(seen)
    assert newer is not seen
    assert keys.after(seen) is newer
    assert len(issuer.calls) == 2


def test_many_threads_with_unknown_kids_make_one_more(client, issuer):
    client.ready()
    issuer.kids = ["jwk-1", "jwk-2"]
    tokens = [signing.mint(signing.claims(n=number), kid="jwk-2") for number in range(32)]
    with ThreadPoolExecutor(16) as pool:
        assert len(list(pool.map(client.sessions.verify_jwt, tokens))) == 32
    assert len(issuer.calls) == 2


@pytest.fixture
def checked(monkeypatch):
    """The tokens whose signature was verified."""
    tokens = []
    monkeypatch.setattr(session_jwt, "_check_signature", lambda token, key: tokens.append(token))
    return tokens


def test_what_was_verified_longest_ago_is_forgotten_first(client, monkeypatch, checked):
    monkeypatch.setattr(session_jwt, "REMEMBERED", 3)
    tokens = [signing.mint(signing.claims(n=number)) for number in range(4)]
    for each in (0, 1, 2, 0, 3, 3, 0, 2, 1):
        client.sessions.verify_jwt(tokens[each])
    assert checked == [tokens[each] for each in (0, 1, 2, 3, 1)]
    assert len(client.sessions.verifier._seen) == 3


def test_a_repeated_check_verifies_no_signature(client, checked):
    """How much that saves, `make bench` says."""
    token = signing.mint()
    for _ in range(3):
        assert client.sessions.verify_jwt(token)
    assert checked == [token]


@pytest.mark.parametrize("token", [signing.mint(kid="jwk-evil"), signing.unsigned("jwk-1")])
def test_no_part_of_a_token_is_in_the_error(client, token):
    """An error may end up in a log (QUALITY 4, 67)."""
    with pytest.raises(JwtInvalid) as refused:
        client.sessions.verify_jwt(token)
    said = repr(refused.value) + str(refused.value) + refused.value.message
    assert not any(part in said for part in token.split(".") if part)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_what_no_cookie_could_hold_is_not_even_read(client, monkeypatch):
    """However well it is signed: reading and remembering it costs what its sender chose."""
    fits = signing.mint(signing.claims(plan="x" * 3000))
    assert len(fits) <= session_jwt.LONGEST_TOKEN
    assert client.sessions.verify_jwt(fits)
    longer = signing.mint(signing.claims(plan="x" * session_jwt.LONGEST_TOKEN))
    with pytest.raises(JwtInvalid):
        client.sessions.verify_jwt(longer)
    monkeypatch.setattr(session_jwt, "LONGEST_TOKEN", len(signing.mint()))
    assert client.sessions.verify_jwt(signing.mint())
