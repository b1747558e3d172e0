"""Ends the session of a browser that nobody has used for longer than the idle limit."""

import logging
from dataclasses import replace
from datetime import datetime

from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts import idleness
from accounts.auth import RequestAuth
from accounts.client.entities import MemberSession
from accounts.client.errors import IdentityError, SessionExpired
from accounts.service import identity, idle_limit

logger = logging.getLogger(__name__)


class AttendedAuth(RequestAuth):
    """RequestAuth under an idle limit (accounts.idleness); without one it adds nothing.

    What a person asked for is noted, what a timer asked for is not. Both find the limit passed.
    """

    def save(self, response: HttpResponseBase) -> None:
        """A sign-in is noted in its own answer, and so is a view that asked for no member."""
        if idle_limit() and self.attended and not self._is_over(self._seen_at()):
            self._note(self._seen_at())
        super().save(response)

    def _resolve(self) -> MemberSession | None:
        if not idle_limit() or self.credentials.session is None:
            return super()._resolve()
        if self._is_over(self._seen_at()):
            self._end()
        member = super()._resolve()
        if member is None:
            return None
        seen_at = self._seen_at() or idleness.last_proof(member)
        if self._is_over(seen_at):
            self._end()
            return None
        if self.attended:
            self._note(seen_at)
        return member

    def _seen_at(self) -> datetime | None:
        """The cookie speaks of the session that came; one that a person just began is seen now."""
        after = self.credentials.session
        before = self._before.session if self._before else None
        is_new = after and (before is None or before.session_token != after.session_token)
        return timezone.now() if is_new and self.attended else self.credentials.seen_at

    def _is_over(self, seen_at: datetime | None) -> bool:
        limit = idle_limit()
        return bool(limit and seen_at and timezone.now() - seen_at >= limit)

    def _note(self, seen_at: datetime | None) -> None:
        if self.credentials.session is not None and seen_at is not None:
            seen_at = idleness.noted(seen_at, now=timezone.now())
            self._slot = replace(self._slot, seen_at=seen_at)

    def _end(self) -> None:
        """The service first, so that no copy goes on; if it is silent the limit holds here."""
        tokens = self.credentials.session
        try:
            if tokens is not None:
                identity().sessions.revoke(session_token=tokens.session_token)
        except SessionExpired:
            pass
        except IdentityError as error:
            logger.warning("the session that nobody used is over here alone: %s", error)
        self.sign_out("idle")
