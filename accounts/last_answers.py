"""What the service last said of a session, in this process: for when it says nothing any more.

Kept in memory alone, without a token, by SESSION_CHECK=token. An answer counts for LASTS from when
its question was asked, never again once the session is over, and only where nothing is changed.
That is how "an outage signs nobody out" and "never use a revoked session" meet: a session that was
revoked can be read for LASTS if the service falls silent at that moment, and in no other case.
"""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Lock

from accounts.client.entities import MemberSession
from accounts.client.tokens import Tokens

# About what a restart of the service takes, with the circuit's first rests (client/circuit.py).
LASTS = timedelta(seconds=30)
NEVER = datetime.min.replace(tzinfo=UTC)
MOST = 4096  # sessions, a few kilobytes each, and as many that are over


@dataclass(frozen=True, slots=True)
class Answer:
    session: MemberSession
    asked_at: datetime


_answers: OrderedDict[str, Answer] = OrderedDict()
_over: OrderedDict[str, None] = OrderedDict()  # apart: strangers can fill it, with any token
_lock = Lock()


def note(tokens: Tokens, session: MemberSession, *, asked_at: datetime) -> None:
    """This will keep the answer, unless one to a later question is there already."""
    key = _digest(tokens)
    with _lock:
        known = _answers.get(key)
        if known is None or known.asked_at <= asked_at:
            _answers[key] = Answer(session, asked_at)
            _answers.move_to_end(key)
            _trim(_answers)


def end(tokens: Tokens) -> None:
    """This will let no answer count any more, also one that is still on its way."""
    key = _digest(tokens)
    with _lock:
        _over[key] = None
        _trim(_over)
        if key in _answers:  # kept to tell whose it was, and no longer good for anything
            _answers[key] = replace(_answers[key], asked_at=NEVER)


def lately(tokens: Tokens, *, now: datetime) -> MemberSession | None:
    """The session, if an answer that still counts says that it lives."""
    key = _digest(tokens)
    with _lock:
        answer = None if key in _over else _answers.get(key)
    if answer is None or answer.session.expires_at <= now:
        return None
    # a clock set back must not make it count for longer
    return answer.session if abs(now - answer.asked_at) < LASTS else None


def ever(tokens: Tokens) -> MemberSession | None:
    """Whose session it is or was: for telling of it, not for letting in."""
    answer = _answers.get(_digest(tokens))
    return answer.session if answer else None


def forget() -> None:
    """This will forget everything, as a restart would."""
    with _lock:
        _answers.clear()
        _over.clear()


def _trim(kept: OrderedDict[str, Answer] | OrderedDict[str, None]) -> None:
    if len(kept) > MOST:
        kept.popitem(last=False)


def _digest(tokens: Tokens) -> str:
    return hashlib.sha256(tokens.session_token.encode()).hexdigest()
