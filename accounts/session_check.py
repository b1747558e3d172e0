"""What says that a session lives, in one of two ways (SESSION_CHECK), which differ here alone.

jwt    the browser's JWT, checked here without a call while it lasts; then the service.
token  the service at each request, asked by the opaque token. Requests that come together share a
       call that has only just left; one that changes something shares none, so that its answer is
       younger than itself. No JWT is in the browser (accounts.brought, accounts.cookies).

When the service is silent, a JWT goes on to its end. By the token the last answer counts for
`last_answers.LASTS` where nothing is changed; then, and at once where something is, it is a 503
which keeps cookies and what was typed. A refusal is no silence: it is told as what it is.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Protocol, TypeAlias

from django.utils import timezone

from accounts import flights, inquiry, last_answers
from accounts.client.entities import MemberSession
from accounts.client.errors import (
    JwtInvalid,
    JwtStale,
    Misasked,
    NotAllowedHere,
    SessionExpired,
    Unavailable,
)
from accounts.client.outcomes import Authenticated
from accounts.client.tokens import Tokens
from accounts.flights import Sharing
from accounts.service import identity, keeps_jwt

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})  # methods that change nothing
# A page's requests leave within this; who comes later may know what an older call could not.
TOGETHER = Sharing(under_way=timedelta(seconds=1), landed=timedelta(0))
ALONE = Sharing(under_way=timedelta(0), landed=timedelta(0))

# The service's word, or what is known of it without a call.
Word: TypeAlias = Authenticated | MemberSession


class SessionCheck(Protocol):
    """Each raises SessionExpired when the session is over, and Unavailable or RateLimited."""

    def verify(self, tokens: Tokens, *, shares: bool, recalls: bool) -> Word:
        """Whose session it is; with `shares` an answer to another request of now will do, with
        `recalls` in silence one of just before.
        """

    def ask(self, tokens: Tokens) -> Authenticated:
        """By the service's word."""

    def confirmed(self) -> bool:
        """Whether `verify` has asked for each unsafe request alone."""

    def learn(self, outcome: Authenticated) -> None:
        """The service has just said this of a session that begins here."""

    def end(self, tokens: Tokens) -> None:
        """Nobody shall go on with what was said of it: it is over."""


class ByJwt:
    def verify(self, tokens: Tokens, *, shares: bool, recalls: bool) -> Word:
        if not tokens.session_jwt:
            return self.ask(tokens)
        try:
            return identity().sessions.verify_jwt(tokens.session_jwt)
        except (JwtStale, JwtInvalid):
            return self.ask(tokens)

    def ask(self, tokens: Tokens) -> Authenticated:
        return flights.share(tokens, inquiry.ask, waiting=identity().waiting)

    def confirmed(self) -> bool:
        return False

    def learn(self, outcome: Authenticated) -> None:
        """Its JWT says it all."""

    def end(self, tokens: Tokens) -> None:
        flights.forget(tokens)


class ByToken:
    def verify(self, tokens: Tokens, *, shares: bool, recalls: bool) -> Word:
        try:
            return self.ask(tokens, TOGETHER if shares else ALONE)
        except (Misasked, NotAllowedHere):
            raise
        except Unavailable:
            known = last_answers.lately(tokens, now=timezone.now()) if recalls else None
            if known is None:
                raise
            return known

    def ask(self, tokens: Tokens, sharing: Sharing = ALONE) -> Authenticated:
        alone = replace(tokens, session_jwt="")
        return flights.share(alone, self._ask, waiting=identity().waiting, sharing=sharing)

    def confirmed(self) -> bool:
        return True

    def learn(self, outcome: Authenticated) -> None:
        last_answers.note(outcome.tokens, outcome.session, asked_at=timezone.now())

    def end(self, tokens: Tokens) -> None:
        flights.forget(tokens)
        last_answers.end(tokens)

    def _ask(self, tokens: Tokens) -> Authenticated:
        asked_at = timezone.now()
        try:
            outcome = inquiry.ask(tokens)
        except SessionExpired:
            last_answers.end(tokens)
            raise
        last_answers.note(tokens, outcome.session, asked_at=asked_at)
        return outcome


BY_JWT, BY_TOKEN = ByJwt(), ByToken()


def check() -> SessionCheck:
    return BY_JWT if keeps_jwt() else BY_TOKEN
