"""Where every authenticate, exchange and create call ends: a session or what is missing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from identity.factors import Factor
from identity.models import IntermediateSession, Member, MemberSession, Organization
from identity.operations.presented import Presented


@dataclass(frozen=True, slots=True)
class Terms:
    """How long (minutes, 5..527040; None: the default) and with which custom claims."""

    duration_minutes: int | None = None
    custom_claims: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class MfaNeed:
    """`phone` is masked (XXXXXXX1234) or ""; `totp_registration_id` may be ""."""

    phone: str
    totp_registration_id: str
    sms_sent: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """The AUTH block (CONTRACT 2): a session with its tokens, or an intermediate token."""

    member: Member
    organization: Organization
    session: MemberSession | None = None
    session_token: str = ""
    session_jwt: str = ""
    intermediate_session_token: str = ""
    intermediate_expires_at: datetime | None = None
    primary_required: tuple[str, ...] | None = None
    mfa_required: MfaNeed | None = None


def sign_in(
    *,
    member: Member,
    factors: tuple[Factor, ...],
    presented: Presented,
    joining: bool,
    terms: Terms,
    now: datetime,
) -> Finished:
    """This will add `factors` (just proven) to what is presented and ask the policy.

    Granted: the member becomes active, an intermediate is consumed, a session of the same member
    is updated (5.3), otherwise a new one is made. Not granted: an intermediate token.
    """
    raise NotImplementedError


def resume(*, answer: str, now: datetime) -> Finished:
    """The answer to a repeated post: `answer` is the session or intermediate token given before.

    Raises session_not_found when neither lives any more.
    """
    raise NotImplementedError


def new_intermediate(
    *,
    email_address: str,
    factors: tuple[Factor, ...],
    organization: Organization | None = None,
    member: Member | None = None,
    now: datetime,
) -> tuple[IntermediateSession, str]:
    """This will store an intermediate session of 10 minutes (5.1) and return it with its token."""
    raise NotImplementedError
