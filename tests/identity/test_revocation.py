"""Sessions listed and ended (CONTRACT 2.1, 6.4; QUALITY 39, 44)."""

import pytest

from identity.errors import ApiError
from identity.models import AuditEvent, MemberSession
from identity.operations import presented
from identity.operations.revocation import Selector, active_of, revoke, select
from identity.operations.sign_in import Finished
from tests.identity.people import NOW, later, member, organization, signed_in

SOON = later(minutes=1)


@pytest.fixture
def alice(db: None) -> Finished:
    return signed_in(member(organization()))


def is_alive(finished: Finished) -> bool:
    return finished.session in presented.alive(now=SOON)


def end(**selector: str) -> int:
    return revoke(select(Selector(**selector), now=SOON), now=SOON)


def test_one_session_is_ended_by_any_of_its_names(alice: Finished) -> None:
    for name in ("member_session_id", "session_token", "session_jwt"):
        source = signed_in(alice.member)
        value = source.session.pk if name == "member_session_id" else getattr(source, name)  # type: ignore[union-attr]
        assert end(**{name: value}) == 1
        assert not is_alive(source)
    assert is_alive(alice)


def test_all_of_a_members_sessions_end_and_nobody_elses(alice: Finished) -> None:
    """QUALITY 44"""
    signed_in(alice.member)
    bob = signed_in(member(alice.organization, "bob@acme.example"))
    assert end(member_id=alice.member.member_id) == 2
    assert active_of(alice.member, now=SOON) == ()
    assert is_alive(bob)
    assert end(member_id=alice.member.member_id) == 0
    event = AuditEvent.objects.filter(action="session.revoke").last()
    assert event
    assert event.details["sessions"] == 2


def test_exactly_one_name_is_wanted(alice: Finished) -> None:
    with pytest.raises(ApiError, match="no_session_revoke_arguments"):
        end()
    with pytest.raises(ApiError, match="too_many_session_revoke_arguments"):
        end(session_token=alice.session_token, member_id=alice.member.member_id)


def test_what_is_unknown_or_over_is_not_found(alice: Finished) -> None:
    """CONTRACT 2.1: INFERRED, decided so."""
    end(session_token=alice.session_token)
    for name in ("session_token", "session_jwt"):
        with pytest.raises(ApiError, match="session_not_found"):
            end(**{name: getattr(alice, name)})
    with pytest.raises(ApiError, match="session_not_found"):
        end(member_session_id="member-session-test-other")
    with pytest.raises(ApiError, match="member_not_found"):
        end(member_id="member-test-other")


def test_only_live_sessions_are_listed_oldest_first(alice: Finished) -> None:
    newer = signed_in(alice.member, now=later(seconds=10))
    ended = signed_in(alice.member, now=later(seconds=20))
    end(session_token=ended.session_token)
    assert active_of(alice.member, now=SOON) == (alice.session, newer.session)
    assert active_of(alice.member, now=later(hours=1)) == (newer.session,)
    assert MemberSession.objects.filter(revoked_at=None, expires_at__gt=NOW).count() == 2
