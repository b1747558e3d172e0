"""Live sessions: confirmed, extended, given claims, never brought back (CONTRACT 2.1, 6)."""

import re
from datetime import timedelta
from functools import partial
from typing import Any

import jwt
import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from identity import keys
from identity.errors import ApiError
from identity.factors import wire_time
from identity.models import Member, MemberSession, SigningKey
from identity.operations import sessions
from identity.operations.sessions import Authenticated
from identity.operations.sign_in import Finished, Terms
from tests.identity.people import NOW, later, member, organization, signed_in
from tests.identity.threads import at_once, held_up

SOON = later(seconds=90)


@pytest.fixture
def alice(db: None) -> Finished:
    return signed_in(member(organization()))


def authenticate(token: str, *, now: Any = SOON, **terms: Any) -> Authenticated:
    return sessions.authenticate(session_token=token, terms=Terms(**terms), now=now)


def assert_refused(error_type: str, **call: Any) -> None:
    with pytest.raises(ApiError) as refusal:
        sessions.authenticate(**{"terms": Terms(), "now": SOON, **call})
    assert refusal.value.error_type == error_type


def test_the_token_is_never_rotated(alice: Finished) -> None:
    """CONTRACT 2.1."""
    for minutes in range(1, 5):
        live = authenticate(alice.session_token, now=later(minutes=minutes))
        assert live.session_token == alice.session_token


def test_a_jwt_is_as_good_as_the_token_and_answers_with_it(alice: Finished) -> None:
    live = sessions.authenticate(session_jwt=alice.session_jwt, terms=Terms(), now=SOON)
    assert live.session_token == alice.session_token
    assert live.session_jwt != alice.session_jwt


def test_an_expired_jwt_of_a_live_session_gets_a_fresh_one(alice: Finished) -> None:
    """CONTRACT 2.1: by a verified signature."""
    now = later(minutes=30)
    live = sessions.authenticate(session_jwt=alice.session_jwt, terms=Terms(), now=now)
    claims = jwt.decode(live.session_jwt, options={"verify_signature": False})
    assert claims["exp"] == int(now.timestamp()) + 300
    assert live.session == alice.session


def test_tokens_are_not_in_the_database(alice: Finished) -> None:
    """QUALITY 7: a dump has only hashes and ciphertexts. For guessing see test_tokens.py."""
    assert re.fullmatch(r"[A-Za-z0-9_-]{44}", alice.session_token)
    row = MemberSession.objects.values().get()
    assert alice.session_token not in repr(row)
    assert alice.session_token.encode() not in bytes(row["token_sealed"])


def test_sessions_outlive_a_rotation_of_the_secret(alice: Finished, settings: Settings) -> None:
    """QUALITY 71"""
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next secret key, long enough to be one"
    assert authenticate(alice.session_token).session_token == alice.session_token
    live = sessions.authenticate(session_jwt=alice.session_jwt, terms=Terms(), now=SOON)
    assert live.session_token == alice.session_token


def test_a_lost_secret_loses_what_only_jwts_name(alice: Finished, settings: Settings) -> None:
    settings.SECRET_KEY = "the next secret key, and the old one is forgotten"
    assert authenticate(alice.session_token).session_token == alice.session_token
    assert_refused("session_not_found", session_jwt=alice.session_jwt)


def test_exactly_one_token_is_wanted(alice: Finished) -> None:
    assert_refused("no_session_arguments")
    assert_refused(
        "too_many_session_arguments",
        session_token=alice.session_token,
        session_jwt=alice.session_jwt,
    )


def test_unknown_ended_and_revoked_are_one_answer(alice: Finished) -> None:
    """CONTRACT 1.5."""
    assert_refused("session_not_found", session_token="x" * 44)
    end = later(hours=1)
    assert_refused("session_not_found", session_token=alice.session_token, now=end)
    assert_refused("session_not_found", session_jwt=alice.session_jwt, now=end)
    MemberSession.objects.update(revoked_at=NOW)
    assert_refused("session_not_found", session_token=alice.session_token)
    assert_refused("session_not_found", session_jwt=alice.session_jwt)


def test_an_ended_session_never_comes_back(alice: Finished) -> None:
    """QUALITY 36; CONTRACT 6.1: not by a duration either."""
    ended = {"session_token": alice.session_token, "now": later(hours=1)}
    assert_refused("session_not_found", terms=Terms(duration_minutes=60), **ended)
    assert_refused("session_not_found", **ended)


def test_activity_does_not_extend(alice: Finished) -> None:
    """QUALITY 36"""
    for minutes in (10, 30, 59):
        live = authenticate(alice.session_token, now=later(minutes=minutes))
        assert live.session.expires_at == later(hours=1)


@pytest.mark.parametrize("minutes", [5, 60, 527_040])
def test_a_duration_counts_from_now_be_it_longer_or_shorter(alice: Finished, minutes: int) -> None:
    """CONTRACT 6.1."""
    live = authenticate(alice.session_token, duration_minutes=minutes)
    end = SOON + timedelta(minutes=minutes)
    assert live.session.expires_at == end
    assert MemberSession.objects.get().expires_at == end


def test_claims_are_merged_and_stay(alice: Finished) -> None:
    authenticate(alice.session_token, custom_claims={"a": 1, "b": {"x": 1}})
    live = authenticate(alice.session_token, custom_claims={"a": None, "b": {"y": 2}})
    assert live.session.custom_claims == {"b": {"x": 1, "y": 2}}
    assert authenticate(alice.session_token).session.custom_claims == {"b": {"x": 1, "y": 2}}
    assert live.session.expires_at == later(hours=1)


def test_the_row_is_written_at_most_once_a_minute(
    alice: Finished, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """ARCHITECTURE 5; the caller sees the true moment all the same."""
    keys.ring(now=NOW)
    with django_assert_num_queries(2):
        live = authenticate(alice.session_token, now=later(seconds=59))
    assert live.session.last_accessed_at == later(seconds=59)
    assert MemberSession.objects.get().last_accessed_at == NOW
    with django_assert_num_queries(3):
        authenticate(alice.session_token, now=later(seconds=60))
    assert MemberSession.objects.get().last_accessed_at == later(seconds=60)
    with django_assert_num_queries(3):
        sessions.authenticate(session_jwt=alice.session_jwt, terms=Terms(), now=later(seconds=120))


@pytest.mark.parametrize("seconds", [1, 90])
def test_a_deleted_member_has_no_session(alice: Finished, seconds: int) -> None:
    """QUALITY 42, should a session have been made while the member was being deleted.

    Within the minute in which nothing is written too, so by what was read alone.
    """
    Member.objects.update(status="deleted")
    now = later(seconds=seconds)
    assert_refused("session_not_found", session_token=alice.session_token, now=now)
    assert_refused("session_not_found", session_jwt=alice.session_jwt, now=now)


def test_a_session_is_over_at_its_very_end(alice: Finished) -> None:
    """And not only where the row is written, which half a minute after the last use it isn't."""
    authenticate(alice.session_token, now=later(minutes=59, seconds=30))
    just_before = later(minutes=59, seconds=59, milliseconds=999)
    assert authenticate(alice.session_token, now=just_before)
    end = later(hours=1)
    assert_refused("session_not_found", session_token=alice.session_token, now=end)
    assert_refused("session_not_found", session_jwt=alice.session_jwt, now=end)


def test_a_session_revoked_between_reading_and_writing_stays_dead(alice: Finished) -> None:
    """QUALITY 40: neither the touch nor an extension revives it."""
    held = MemberSession.objects.select_related("member__organization").get()
    MemberSession.objects.update(revoked_at=NOW)
    for terms in (Terms(), Terms(duration_minutes=60)):
        with pytest.raises(ApiError, match="session_not_found"):
            sessions._seen(held, terms=terms, now=SOON)
    assert MemberSession.objects.get().expires_at == later(hours=1)


@pytest.mark.django_db(transaction=True)
def test_many_authenticates_of_one_session_all_succeed() -> None:
    """CONTRACT 7.5; QUALITY 66."""
    alice = signed_in(member(organization()))
    lives = at_once(12, lambda: authenticate(alice.session_token))
    assert {live.session_token for live in lives} == {alice.session_token}


@pytest.mark.django_db(transaction=True)
def test_different_claims_merged_at_once_all_count() -> None:
    """Each starts from what the other has written (QUALITY 66)."""
    alice = signed_in(member(organization()))

    def merge(name: str) -> Authenticated:
        return authenticate(alice.session_token, custom_claims={name: 1})

    held_up(MemberSession.objects.all(), [partial(merge, name) for name in "abc"])
    assert MemberSession.objects.get().custom_claims == {"a": 1, "b": 1, "c": 1}


def test_a_withdrawn_key_ends_jwts_but_not_the_session(alice: Finished) -> None:
    keys.rotate(now=NOW, revoke=True)
    assert_refused("unauthorized_credentials", session_jwt=alice.session_jwt)
    live = authenticate(alice.session_token)
    assert live.session_token == alice.session_token
    assert SigningKey.objects.count() == 1


def test_times_on_the_wire_are_whole_seconds(alice: Finished) -> None:
    assert wire_time(authenticate(alice.session_token).session.expires_at) == "2026-01-01T13:00:00Z"
