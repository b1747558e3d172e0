"""Phone numbers that somebody typed in the middle of a sign-in, and hasn't proven.

A number that a backend or an admin set is the one to prove: whoever holds the mailbox alone must
not choose the second factor that was meant to stand beside it. One that was typed here may be
mistyped, so the same sign-in may type another; nobody else may while that goes on, and what nobody
has proven by then is forgotten.
"""

from datetime import datetime

from identity.errors import unauthorized
from identity.models import Member, MemberSession
from identity.operations import second_step
from identity.operations.intermediates import LIFETIME
from identity.operations.presented import ALiveSession
from identity.operations.second_step import Step
from identity.operations.standing import current_factors
from identity.tokens import hash_token

FORGOTTEN = {
    "mfa_phone_number": "",
    "mfa_phone_id": "",
    "mfa_phone_typed_in": "",
    "mfa_phone_typed_at": None,
}


def mark(step: Step) -> str:
    """Which sign-in or session it is; a session keeps its id when its token changes."""
    by = step.by
    return by.session.member_session_id if isinstance(by, ALiveSession) else hash_token(by.token)


def is_on_file(member: Member) -> bool:
    """A number that somebody vouches for, or that was proven."""
    return bool(member.mfa_phone_number) and not member.mfa_phone_typed_in


def check_may_enrol_app(step: Step) -> None:
    """Also beside a number that only waits for its proof: it is the member's second step.

    Otherwise the holder of the mailbox would choose another. Raises as `check_may_enrol`.
    """
    second_step.check_may_enrol(step)
    waits = is_on_file(step.member) and second_step.is_allowed(step.member, second_step.SMS_OTP)
    if waits and not any(each.is_secondary for each in step.factors):
        raise unauthorized(
            "insufficient_factors", "The phone number on file has to be proven first."
        )


def may_replace(member: Member, step: Step, *, now: datetime) -> bool:
    """Whether this sign-in has typed the number itself, or it is left from one that is over."""
    if not member.mfa_phone_typed_in:
        return False
    return member.mfa_phone_typed_in == mark(step) or is_left(member, now=now)


def is_left(member: Member, *, now: datetime) -> bool:
    """Typed by a sign-in that is over, without having been proven."""
    at = member.mfa_phone_typed_at
    return bool(member.mfa_phone_typed_in) and (at is None or now - at >= LIFETIME)


def note(member: Member, session: MemberSession, *, now: datetime) -> None:
    """Its person has set the number by their session, which is no more than typing it."""
    typed = {"mfa_phone_typed_in": session.member_session_id, "mfa_phone_typed_at": now}
    Member.objects.filter(pk=member.pk, mfa_phone_number_verified=False).update(**typed)


def check_may_remove(member: Member, session: MemberSession, *, now: datetime) -> None:
    """Raises insufficient_factors 401: the number on file is not for who has the first factor alone
    (ours; the contract asks for a role only).
    """
    typed_here = member.mfa_phone_typed_in == session.member_session_id
    if not member.mfa_phone_number or typed_here or is_left(member, now=now):
        return
    if not any(each.is_secondary for each in current_factors(member, session.factors)):
        raise unauthorized(
            "insufficient_factors", "Another number takes an admin, or a proven second factor."
        )


def forget_left(member: Member, *, now: datetime) -> None:
    if not is_left(member, now=now):
        return
    rows = Member.objects.filter(pk=member.pk, mfa_phone_typed_in=member.mfa_phone_typed_in)
    rows.update(**FORGOTTEN, updated_at=now)
    for name, value in FORGOTTEN.items():
        setattr(member, name, value)
