"""What callers hold: at most one token, alive (CONTRACT 1.5, 5.2, 5.3)."""

from collections.abc import Callable
from datetime import datetime
from itertools import combinations
from typing import Any

import pytest
from django.db.models.query import QuerySet
from pytest_django import DjangoAssertNumQueries, Settings

from identity import keys
from identity.errors import ApiError
from identity.models import IntermediateSession, Member, MemberSession
from identity.operations import presented
from identity.operations.presented import ALiveSession, AnIntermediate, Nobody, resolve
from identity.operations.sign_in import Finished
from tests.identity.people import NOW, begun, later, member, organization, signed_in

END = later(hours=1)


@pytest.fixture
def alice(db: None) -> Finished:
    return signed_in(member(organization()))


def one_session(token: str = "", jwt: str = "", *, now: datetime = NOW) -> ALiveSession:
    ring = keys.ring(now=now)
    return presented.one_session(session_token=token, session_jwt=jwt, ring=ring, now=now)


def assert_refused(status: int, error_type: str, call: Callable[[], Any], **details: str) -> None:
    with pytest.raises(ApiError) as refusal:
        call()
    assert (refusal.value.status_code, refusal.value.error_type) == (status, error_type)
    assert refusal.value.message
    assert refusal.value.details == (details or None)


def assert_dead(alice: Finished, *, now: datetime, ended: str) -> None:
    """By token and by JWT; the latter's holder is not told why."""
    token, jwt = alice.session_token, alice.session_jwt
    assert_refused(
        404, "session_not_found", lambda: resolve(session_token=token, now=now), ended=ended
    )
    assert_refused(404, "session_not_found", lambda: resolve(session_jwt=jwt, now=now))
    assert not presented.alive(now=now).exists()


def test_each_kind_of_token_is_recognized(alice: Finished) -> None:
    assert resolve(now=NOW) == Nobody()
    by_token = resolve(session_token=alice.session_token, now=NOW)
    assert by_token == ALiveSession(by_token.session, alice.session_token)  # type: ignore[union-attr]
    assert resolve(session_jwt=alice.session_jwt, now=NOW) == by_token
    token = begun()
    held = resolve(intermediate_session_token=token, now=NOW)
    assert held == AnIntermediate(IntermediateSession.objects.get(), token)


def test_at_most_one_is_taken(alice: Finished) -> None:
    tokens = {
        "session_token": alice.session_token,
        "session_jwt": alice.session_jwt,
        "intermediate_session_token": begun(),
    }
    for names in [*combinations(tokens, 2), tuple(tokens)]:
        given = {name: tokens[name] for name in names}
        assert_refused(400, "too_many_session_arguments", lambda g=given: resolve(**g, now=NOW))


def test_exactly_one_session_is_wanted(alice: Finished) -> None:
    """CONTRACT 2.1."""
    by_token = one_session(alice.session_token)
    assert by_token == ALiveSession(by_token.session, alice.session_token)
    assert one_session(jwt=alice.session_jwt) == by_token
    both = (alice.session_token, alice.session_jwt)
    assert_refused(400, "too_many_session_arguments", lambda: one_session(*both))
    assert_refused(400, "no_session_arguments", one_session)


def test_it_is_the_very_session_of_the_token(alice: Finished) -> None:
    """Among several, by either; `alive` has all of them."""
    bob = signed_in(member(organization("Globex"), "bob@globex.example"))
    for who in (alice, bob):
        for held in (one_session(who.session_token), one_session(jwt=who.session_jwt)):
            assert held == ALiveSession(held.session, who.session_token)
            assert held.session == who.session
    assert set(presented.alive(now=NOW)) == {alice.session, bob.session}


def test_member_and_organization_come_with_the_session(
    alice: Finished, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ring = keys.ring(now=NOW)
    token, jwt = alice.session_token, alice.session_jwt
    for held in (
        lambda: presented.session_by_token(token, now=NOW).session,
        lambda: presented.session_by_jwt(jwt, ring=ring, now=NOW).session,
        lambda: presented.alive(now=NOW).get(),
    ):
        with django_assert_num_queries(1):
            assert held().member.organization == alice.organization


def test_a_session_ends_at_its_very_end(alice: Finished) -> None:
    before = later(minutes=59, seconds=59, milliseconds=999)
    assert one_session(alice.session_token, now=before) == one_session(
        jwt=alice.session_jwt, now=before
    )
    assert presented.alive(now=before).get() == alice.session
    assert_dead(alice, now=END, ended="expired")


def test_a_revoked_session_is_dead(alice: Finished) -> None:
    MemberSession.objects.update(revoked_at=NOW)
    assert_dead(alice, now=NOW, ended="revoked")
    assert_dead(alice, now=END, ended="revoked")


def test_what_was_over_already_is_not_called_revoked(alice: Finished) -> None:
    """Whoever revokes a session of the past changes nothing about why it ended."""
    MemberSession.objects.update(revoked_at=END)
    assert_dead(alice, now=END, ended="expired")


def test_a_deleted_members_session_is_dead(alice: Finished) -> None:
    """Whether revoked or, made while the member was being deleted, not."""
    Member.objects.update(status="deleted")
    assert_dead(alice, now=NOW, ended="member_deleted")
    MemberSession.objects.update(revoked_at=NOW)
    assert_dead(alice, now=NOW, ended="member_deleted")


def test_an_unknown_session_did_not_end(alice: Finished) -> None:
    """By a token that was never given out, and by a JWT whose session was swept away."""
    jwt = alice.session_jwt
    assert_refused(404, "session_not_found", lambda: one_session("x" * 44))
    MemberSession.objects.all().delete()
    assert_refused(404, "session_not_found", lambda: one_session(jwt=jwt))


def test_a_jwt_older_than_the_token_is_dead(alice: Finished) -> None:
    """A new token ends the JWTs of the one before; those of the same second can't be told."""
    for moment in (NOW, NOW.replace(microsecond=999_999)):
        MemberSession.objects.update(token_issued_at=moment)
        assert one_session(jwt=alice.session_jwt)
    MemberSession.objects.update(token_issued_at=later(seconds=1).replace(microsecond=0))
    assert_refused(404, "session_not_found", lambda: one_session(jwt=alice.session_jwt))


def test_what_no_secret_opens_is_lost(alice: Finished, settings: Settings) -> None:
    settings.SECRET_KEY = "the next secret key, and the old one is forgotten"
    assert_refused(404, "session_not_found", lambda: one_session(jwt=alice.session_jwt))


def test_an_intermediate_lives_for_ten_minutes(db: None) -> None:
    """CONTRACT 5.1."""
    token = begun()
    assert resolve(intermediate_session_token=token, now=later(minutes=9, seconds=59))
    with pytest.raises(ApiError, match="intermediate_session_not_found"):
        resolve(intermediate_session_token=token, now=later(minutes=10))


def test_whoever_uses_an_intermediate_up_may_hold_its_row(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own row alone: those of member and organization others may need, or there is none.

    Rows are locked on PostgreSQL only, so what is asked of it is seen here.
    """
    asked: list[dict[str, Any]] = []

    def note(rows: QuerySet[Any], **options: Any) -> QuerySet[Any]:
        asked.append(options)
        return rows

    monkeypatch.setattr(QuerySet, "select_for_update", note)
    token = begun()
    presented.intermediate(token)
    presented.intermediate_by_token(token, now=NOW)
    assert asked == []
    presented.intermediate(token, lock=True)
    presented.intermediate_by_token(token, now=NOW, lock=True)
    assert asked == [{"of": ("self",)}] * 2


def test_a_used_intermediate_is_not_found(db: None) -> None:
    """CONTRACT 5.2: but its row is there for those who ask in what state it is."""
    token = begun()
    IntermediateSession.objects.update(consumed_at=NOW)
    row = presented.intermediate(token)
    assert row
    assert row.consumed_at == NOW
    assert_refused(
        404,
        "intermediate_session_not_found",
        lambda: presented.intermediate_by_token(token, now=NOW),
    )


def test_member_and_organization_come_with_an_intermediate(
    alice: Finished, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    token = begun(organization=alice.organization, member=alice.member)
    with django_assert_num_queries(1):
        row = presented.intermediate(token)
        assert row
        assert (row.organization, row.member) == (alice.organization, alice.member)


@pytest.mark.parametrize("token", ["x", "é", "x" * 5000, "\x00"])
def test_what_is_no_token_is_not_found(db: None, token: str) -> None:
    with pytest.raises(ApiError, match="session_not_found"):
        resolve(session_token=token, now=NOW)
    with pytest.raises(ApiError, match="intermediate_session_not_found"):
        resolve(intermediate_session_token=token, now=NOW)
