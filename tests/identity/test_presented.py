"""What callers hold: at most one token, alive (CONTRACT 1.5, 5.2, 5.3)."""

from itertools import combinations

import pytest

from identity.errors import ApiError
from identity.models import IntermediateSession
from identity.operations.presented import ALiveSession, AnIntermediate, Nobody, resolve
from identity.operations.sign_in import Finished
from tests.identity.people import NOW, begun, later, member, organization, signed_in


@pytest.fixture
def alice(db: None) -> Finished:
    return signed_in(member(organization()))


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
    for pair in [*combinations(tokens, 2), tuple(tokens)]:
        with pytest.raises(ApiError, match="too_many_session_arguments"):
            resolve(**{name: tokens[name] for name in pair}, now=NOW)


def test_an_intermediate_lives_for_ten_minutes(db: None) -> None:
    """CONTRACT 5.1."""
    token = begun()
    assert resolve(intermediate_session_token=token, now=later(minutes=9, seconds=59))
    with pytest.raises(ApiError, match="intermediate_session_not_found"):
        resolve(intermediate_session_token=token, now=later(minutes=10))


@pytest.mark.parametrize("token", ["x", "é", "x" * 5000, "\x00"])
def test_what_is_no_token_is_not_found(db: None, token: str) -> None:
    with pytest.raises(ApiError, match="session_not_found"):
        resolve(session_token=token, now=NOW)
    with pytest.raises(ApiError, match="intermediate_session_not_found"):
        resolve(intermediate_session_token=token, now=NOW)
