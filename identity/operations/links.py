"""Mailed links: made, and redeemed once (CONTRACT 2.3, 8.1, 8.5)."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from identity.errors import ApiError, bad_request, not_found, unauthorized
from identity.models import MagicLink, Member
from identity.operations import one_time, pkce
from identity.operations.one_time import Answer, Repeated, Use
from identity.tokens import hash_token, new_token
from identity.visitors import Visitor

Purpose = MagicLink.Purpose
IN_ORGANIZATION = frozenset({Purpose.LOGIN, Purpose.SIGNUP, Purpose.INVITE})
DEFAULT_MINUTES = 60
RESET_MINUTES = 30
WEEK = 10_080
MINUTES = range(5, WEEK + 1)


def issue(
    *,
    purpose: MagicLink.Purpose,
    email_address: str,
    minutes: int,
    now: datetime,
    challenge: str = "",
    member: Member | None = None,
) -> tuple[MagicLink, str]:
    """This will store a new link; earlier ones stay good (the contract outdates codes only)."""
    token = new_token()
    row = MagicLink.objects.create(
        purpose=purpose,
        token_hash=hash_token(token),
        email_address=email_address,
        organization=member.organization if member else None,
        member=member,
        pkce_code_challenge=challenge,
        created_at=now,
        expires_at=now + timedelta(minutes=minutes),
    )
    return row, token


def find(token: str, *, purposes: Collection[MagicLink.Purpose], now: datetime) -> MagicLink | None:
    """A link that is good as far as it can be told without the verifier; nothing is used up."""
    alive = MagicLink.objects.filter(purpose__in=purposes, consumed_at=None, expires_at__gt=now)
    rows = alive.select_related("member__organization")
    return rows.filter(token_hash=hash_token(token)).first()


def checked_minutes(minutes: int | None, *, default: int = DEFAULT_MINUTES) -> int:
    if minutes is None:
        return default
    if minutes not in MINUTES:
        raise bad_request("invalid_expiration", "Links can live for 5 to 10080 minutes.")
    return minutes


def redeem(
    *,
    purposes: Collection[MagicLink.Purpose],
    token: str,
    verifier: str,
    visitor: Visitor,
    by: Use[MagicLink, Answer],
    now: datetime,
) -> Answer:
    """This will use up the link, or raise why it can't be; a wrong verifier leaves it good."""
    shown = one_time.shown_by(visitor, token)
    with transaction.atomic():
        verdict = _check(token, shown=shown, purposes=purposes, verifier=verifier, now=now)
        answer = one_time.use(verdict, by=by, presented=shown, used=_used(purposes), now=now)
    if isinstance(answer, ApiError):
        raise answer
    return answer


def _check(
    token: str,
    *,
    shown: str,
    purposes: Collection[MagicLink.Purpose],
    verifier: str,
    now: datetime,
) -> MagicLink | Repeated | ApiError:
    """The row stays locked until the end of the transaction: of two posts one is the second."""
    links = MagicLink.objects.select_for_update().filter(purpose__in=purposes)
    row = links.filter(token_hash=hash_token(token)).first()
    if row is None:
        return _unknown(purposes)
    if mismatch := pkce.mismatch(row.pkce_code_challenge, verifier=verifier):
        return mismatch
    answer = row.replay(presented=shown, now=now)
    if answer:
        return Repeated(answer)
    return _used(purposes) if row.consumed_at or row.expires_at <= now else row


def _unknown(purposes: Collection[MagicLink.Purpose]) -> ApiError:
    """For passwords the contract knows one refusal only (1.5)."""
    if Purpose.RESET in purposes:
        return _used(purposes)
    return not_found("magic_link_not_found", "The magic link could not be found.")


def _used(purposes: Collection[MagicLink.Purpose]) -> ApiError:
    message = "The link was used or has expired."
    if Purpose.RESET in purposes:
        return unauthorized("unable_to_auth_password_reset_token", message)
    return unauthorized("unable_to_auth_magic_link", message)
