"""The stamp beside a session's cookies: what it says, what it costs, and when an end has moved."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts import sealing, stamps
from accounts.client.tokens import Tokens

ENDS = datetime(2026, 11, 20, 13, tzinfo=UTC)
TOKENS = Tokens("t" * 44, "a.b.c", ENDS)


def came(*, jwt: str = "a.b.c") -> dict[str, str]:
    stamp = stamps.seal(TOKENS, name="Acme", who="a@b.example", called="Ann", generation="g")
    return {"session": TOKENS.session_token, "jwt": jwt, "stamp": stamp}


def test_it_says_whose_the_session_is_and_when_it_ends() -> None:
    tokens, stamp = stamps.read(came())
    assert tokens == TOKENS
    said = {name: stamp[name] for name in ("name", "who", "generation")}
    assert said == {"name": "Acme", "who": "a@b.example", "generation": "g"}


def test_it_is_opened_once_however_often_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening it costs more than all the rest of a request's check."""
    brought = came()
    assert stamps.read(brought)[0] == TOKENS
    monkeypatch.setattr(sealing, "_box", lambda *_: pytest.fail("opened again"))
    assert stamps.read(brought)[0] == TOKENS


@pytest.mark.parametrize(
    ("seconds", "is_moved"), [(0, False), (60, False), (-60, False), (61, True), (-61, True)]
)
def test_an_end_has_moved_by_more_than_a_minute(seconds: int, is_moved: bool) -> None:
    after = Tokens(TOKENS.session_token, "d.e.f", ENDS + timedelta(seconds=seconds))
    assert stamps.was_moved(TOKENS, after) is is_moved


def test_an_end_that_nobody_knew_has_not_moved() -> None:
    unknown = Tokens(TOKENS.session_token, "", stamps.UNKNOWN_END)
    assert not stamps.was_moved(unknown, TOKENS)
