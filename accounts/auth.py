"""RequestAuth: who sends this request, and what their browser should leave with."""

from dataclasses import replace
from datetime import timedelta
from typing import Unpack

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from accounts import cookies, endings, flights, generations, profiles, replacements, signals
from accounts.client.entities import MemberSession
from accounts.client.errors import SessionExpired
from accounts.client.outcomes import Authenticated
from accounts.client.tokens import Tokens
from accounts.cookies import Credentials
from accounts.credentials import Beside, told
from accounts.inquiry import TROUBLE, Trouble
from accounts.keep import KEEP, Keep
from accounts.pending import Step
from accounts.service import keeps_jwt
from accounts.session_check import SAFE, check
from accounts.told import NOTHING, Told


class RequestAuth:
    """`request.auth`: lazy, so that a page nobody signs in to costs nothing.

    `credentials` is the slot: what the visitor should leave with. Whoever replaces it last has the
    last word, and `save` writes the difference to what came, once.
    """

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self._before: Credentials | None = None
        self._slot = Credentials()
        self._answer: MemberSession | Trouble | Keep | None = KEEP
        self.from_cache = False  # True when `member` is known without the service's word of now
        self.reason = ""  # why nobody is signed in; signed_out, or as in accounts.endings
        self.background = False  # True in requests that a timer sends (access.in_background)
        self.attended = False  # True once a view was reached that a person asked for: activity

    @property
    def credentials(self) -> Credentials:
        if self._before is None:
            self._before = self._slot = cookies.read(self.request)
        return self._slot

    @property
    def was_read(self) -> bool:
        return self._before is not None

    @property
    def member(self) -> MemberSession | None:
        """The verified session, None when signed out; raises Unavailable, RateLimited in doubt.

        Whether that costs a call, accounts.session_check says; it is one a request at most, shared
        with others that come at the same moment.
        """
        if isinstance(self._answer, Keep):
            try:
                self._answer = self._resolve()
            except TROUBLE as trouble:
                self._answer = trouble
        if isinstance(self._answer, TROUBLE):
            raise self._answer
        return self._answer

    @property
    def known_member(self) -> MemberSession | None:
        """`member`, if somebody has asked for it in this request; never costs a thing."""
        return self._answer if isinstance(self._answer, MemberSession) else None

    @property
    def organization_name(self) -> str:
        """What the member's organization is called, or at least its slug; costs no call."""
        member = self.member
        return self.credentials.organization_name or (member.organization_slug if member else "")

    def refresh(self, *, older_than: timedelta = timedelta(0)) -> MemberSession | None:
        """Ask the service and put the new JWT in the slot; never moves the session's end.

        A JWT younger than `older_than` is answered from, without a call. Returns None when the
        session is over (and the slot is emptied); raises like `member`.
        """
        member = self.member
        since = member and (member.issued_at or member.started_at)
        if since and self.from_cache and timezone.now() - since >= older_than:
            self._answer = self._ask()
        return self.member

    def recheck(self) -> MemberSession | None:
        """Ask the service now, whatever it said a moment ago; else like `refresh`."""
        if self.credentials.session is not None:
            flights.forget(self.credentials.session)
        self._answer = self._ask()
        return self.member

    def replace(
        self,
        *,
        session: Tokens | Keep | None = KEEP,
        pending: Step | Keep | None = KEEP,
        next: str = "",
        email_address: str = "",
        last_method: str = "",
        member: MemberSession | Keep = KEEP,
        **said: Unpack[Told],
    ) -> None:
        """Put into the slot what is given: None takes away, what is left out stays.

        `next` and `email_address` go with `pending`, the rest with `session`, which `member` is.
        """
        slot = self.credentials
        if not isinstance(pending, Keep):
            slot = replace(slot, pending=pending, next=next, email_address=email_address)
        if not isinstance(session, Keep):
            words, last_method = NOTHING | said, last_method or slot.last_method
            slot = replace(slot, session=session, last_method=last_method, **words)
            known = member if isinstance(member, Keep) else slot.known(member)
            self._answer, self.from_cache = known, False
        self._slot = slot

    def renewed(self, outcome: Authenticated, *, answers: bool = False) -> MemberSession:
        """Put into the slot what the service says of the session that is here already: it is
        `member` with `answers` or without JWTs, else that is read from the new JWT.
        """
        now = outcome.session if answers or not keeps_jwt() else KEEP
        self.replace(session=outcome.tokens, member=now, **told(outcome, self.credentials))
        profiles.remember(outcome)
        return self._slot.known(outcome.session)

    def keep(self, **beside: Unpack[Beside]) -> None:
        """Put into the slot what stands beside the step: ways of other tabs, and an arrival."""
        self._slot = replace(self.credentials, **beside)

    def sign_out(self, reason: str = "signed_out") -> None:
        """Empty the slot of its session; a pending step is another matter and stays."""
        tokens, self.reason = self.credentials.session, reason
        if tokens is not None:
            check().end(tokens)
            if reason != "replaced":  # of that is told where it was
                signals.ended(self.request, tokens, reason, known=self.known_member)
        self.replace(session=None)
        self._slot = replace(self._slot, ended=reason)
        if reason == "signed_out":  # not when it ended by itself: a new sign-in may be on its way
            self._slot = replace(self._slot, generation=generations.begin())

    def end(self, no: SessionExpired) -> None:
        """The service says that the session is over: sign out, and know why if anybody does."""
        held, now = self.credentials, timezone.now()
        known = "replaced" if replacements.is_recent(held.session) else held.ended
        self.sign_out(endings.why(no, held.session, known=known, now=now))

    def save(self, response: HttpResponseBase) -> None:
        """Write to the response what differs from what the request brought; for the middleware."""
        spares = self.background or self.reason == "replaced"
        if self._before is not None:
            cookies.write(response, self._before, self._slot, background=spares)

    def _resolve(self) -> MemberSession | None:
        tokens = self.credentials.session
        if tokens is None:
            self.reason = self.reason or self.credentials.ended
            return None
        reads = self.request.method in SAFE
        try:
            word = check().verify(tokens, shares=reads or self.background, recalls=reads)
        except SessionExpired as no:
            self.end(no)
            return None
        if isinstance(word, Authenticated):
            return self.renewed(word)
        self.from_cache = True
        return self.credentials.known(word)

    def _ask(self) -> MemberSession | None:
        if (tokens := self.credentials.session) is None:
            return None
        try:
            return self.renewed(check().ask(tokens))
        except SessionExpired as no:
            self.end(no)
            return None


class AuthRequest(HttpRequest):
    """What every view of ours gets; `auth` by AuthMiddleware, `htmx` by HtmxMiddleware."""

    auth: RequestAuth
    htmx: HtmxDetails
    request_id: str


class MemberRequest(AuthRequest):
    """What every view gets that isn't marked `anonymous_allowed`."""

    member: MemberSession
