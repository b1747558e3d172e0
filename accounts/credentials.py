"""Credentials: what a browser holds of the sign-in, in plain words."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from accounts.arrivals import Arrival
from accounts.client.entities import MemberSession
from accounts.client.outcomes import Authenticated
from accounts.client.tokens import Tokens
from accounts.departures import Departure
from accounts.incoming import Stray
from accounts.pending import CodeSent, Step
from accounts.told import Told
from accounts.unfinished import Unfinished


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a browser's cookies hold: a session, a sign-in not yet finished, both, or neither.

    `session.session_jwt` is "" when there is none to trust. `next` is where the unfinished sign-in
    was going, `email_address` whose it was once it is over, `organization_name` what the session's
    organization last called itself, `member_address` and `member_name` the member's, `last_method`
    how somebody last signed in here, `seen_at` when somebody last did something in the session, if
    that is known.
    `departures` and `earlier` are other tabs' ways, `arrival` somebody else's sign-in.
    `generation` and `late` are explained in accounts.generations; `ended` is why the last session
    is over (accounts.endings), "" when that isn't known or it isn't.
    """

    session: Tokens | None = None
    pending: Step | None = None
    next: str = ""
    organization_name: str = ""
    member_address: str = ""
    member_name: str = ""
    departures: tuple[Departure, ...] = ()
    email_address: str = ""
    last_method: str = ""
    generation: str = ""
    late: Tokens | None = field(default=None, compare=False)
    seen_at: datetime | None = None
    ended: str = field(default="", compare=False)
    earlier: tuple[CodeSent, ...] = ()
    arrival: Arrival | None = None
    strays: tuple[Stray, ...] = field(default=(), compare=False)

    @property
    def unfinished(self) -> Unfinished:
        return Unfinished(
            self.pending,
            self.next,
            self.departures,
            self.email_address,
            self.earlier,
            self.arrival,
        )

    @property
    def sent(self) -> tuple[CodeSent, ...]:
        """Every mail that a tab of this browser waits for, the newest first."""
        newest = (self.pending,) if isinstance(self.pending, CodeSent) else ()
        return (*newest, *reversed(self.earlier))

    @property
    def signed_in(self) -> tuple[Tokens | None, str, str, str]:
        """What the session's cookies hold together."""
        return self.session, self.organization_name, self.member_address, self.member_name

    @property
    def seen(self) -> tuple[str, datetime | None]:
        """Which session was last used when."""
        return self.session.session_token if self.session else "", self.seen_at

    def known(self, session: MemberSession) -> MemberSession:
        """With what its JWT doesn't say of the member."""
        return session.known_as(self.member_address, self.member_name)

    @property
    def going(self) -> str:
        """The path to go to once the unfinished sign-in is done."""
        return self.pending.next if isinstance(self.pending, CodeSent) else self.next


def told(outcome: Authenticated, held: Credentials) -> Told:
    """What it leaves out stays as it was in `held`."""
    organization, member = outcome.organization, outcome.member
    return {
        "organization_name": organization.name if organization else held.organization_name,
        "member_address": member.email_address if member else held.member_address,
        "member_name": member.name if member else held.member_name,
    }


class Beside(TypedDict, total=False):
    """What can stand beside the step that waits."""

    departures: tuple[Departure, ...]
    earlier: tuple[CodeSent, ...]
    arrival: Arrival | None


NOTHING_BESIDE: Beside = {"departures": (), "earlier": (), "arrival": None}
