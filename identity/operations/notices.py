"""Tells members by mail what happened to their own way in (QUALITY 34)."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from identity import delivery
from identity.models import Member
from identity.operations import letters, limits, notice_budget
from identity.operations.limits import DAY
from identity.operations.notice_budget import Room
from outbound.mailboxes import mailbox_of


@dataclass(frozen=True, slots=True)
class Notice:
    """`subject` and `what` are whole; `what` names no code, no number and no secret.

    `most_a_day` is for what strangers can bring about; 0 is for what they can't.
    """

    subject: str
    what: str
    most_a_day: int = 0


MOST_LOCKS_A_DAY = 2
MORE = Notice(
    "More has changed",
    "More has changed than we mail about one by one. Look over your account now.",
)
PHONE_ADDED = Notice(
    "Your phone number was added", "Codes by text message can now be your second step."
)
PHONE_REMOVED = Notice(
    "Your phone number was removed", "Codes by text message are no longer your second step."
)
TOTP_ADDED = Notice(
    "An authenticator app was added", "Codes of an authenticator app can now be your second step."
)
TOTP_REMOVED = Notice(
    "Your authenticator app was removed",
    "Codes of your authenticator app are no longer your second step.",
)
ADDRESS_CHANGED = Notice(
    "Your email address was changed",
    "Your account has another address now. This one can no longer sign in to it.",
)
DEFAULT_CHANGED = Notice(
    "Your second step was changed", "Another of your second steps is asked for first now."
)
SECOND_STEP_ON = Notice(
    "Your second step was turned on", "Signing in asks for a second step from now on."
)
SECOND_STEP_OFF = Notice(
    "Your second step was turned off", "Signing in asks for no second step any more."
)
RECOVERY_CODE_USED = Notice(
    "A recovery code was used",
    "Somebody signed in with one of your recovery codes. It won’t work again.",
)
RECOVERY_CODES_ROTATED = Notice(
    "You have new recovery codes", "New recovery codes were made. The old ones don’t work any more."
)
PASSWORD_SET = Notice(
    "Your password was changed",
    "There is a new password for your account. Whoever was signed in with the old one is no more.",
)
PASSWORD_REMOVED = Notice("Your password was removed", "Your password no longer signs you in.")


def locked() -> Notice:
    """In the words of the settings."""
    how_long = letters.in_words(settings.MEMBER_LOCK_MINUTES)
    return Notice(
        f"Your second step is locked for {how_long}",
        f"There were {settings.MEMBER_LOCK_FAILURES} wrong codes or passwords in a row from"
        " somebody who had got past the first step of signing in, so nobody can take the second"
        f" for {how_long}. If that wasn’t you, set a new password and look over your sessions.",
    )


def password_locked() -> Notice:
    how_long = letters.in_words(settings.MEMBER_LOCK_MINUTES)
    return Notice(
        f"Your password is locked for {how_long}",
        f"Somebody entered {settings.MEMBER_LOCK_FAILURES} wrong passwords in a row, so passwords"
        f" sign nobody in to your account for {how_long}. Where a code or link by email works, it"
        " still does, and a new password set by email works at once.",
        most_a_day=MOST_LOCKS_A_DAY,
    )


def tell(member: Member, notice: Notice, *, now: datetime) -> None:
    """This will mail the member; what has happened stays so, be the mail server up or down.

    Call it outside of any transaction: a mail server may think for seconds.
    """
    allowed = _within_budget(member, notice, now=now)
    if allowed is None:
        return
    mail = letters.notice(member=member, subject=allowed.subject, what=allowed.what)
    delivery.tell(mail, lost="a member was not told", now=now)


def _within_budget(member: Member, notice: Notice, *, now: datetime) -> Notice | None:
    """The notice, the one that stands for all further ones, or None."""
    mailbox = mailbox_of(member.email_address)
    kind = f"notice-of-day:{member.organization_id}:{mailbox}:{notice.subject}"
    if notice.most_a_day and limits.used(kind, per=DAY, now=now) > notice.most_a_day:
        return None
    said = {Room.FREE: notice, Room.LAST: MORE, Room.NONE: None}
    return said[notice_budget.taken(member, now=now)]
