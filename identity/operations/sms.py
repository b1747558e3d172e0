"""Codes by text: sent to a member's phone, asked for or by itself (CONTRACT 2.1, 2.4, 5.5)."""

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from identity import delivery, sms
from identity.errors import ApiError, bad_request
from identity.models import Member, Organization, SmsCode
from identity.models.member import new_phone_id
from identity.operations import (
    audit,
    letters,
    locks,
    members,
    second_step,
    sms_codes,
    text_allowances,
    typed_numbers,
)
from identity.operations.mailbox import Held
from identity.operations.one_time import undone_unless_delivered
from identity.operations.second_step import SMS_OTP, TOTP, Step
from identity.operations.sign_in import Finished
from identity.operations.standing import mfa_need
from identity.operations.text_allowances import Recipient
from identity.visitors import Visitor

FACTOR = "sms_otp"


def send(
    *, member: Member, phone_number: str, held: Held, visitor: Visitor, now: datetime
) -> Member:
    """This will text a code to the member's number, or to `phone_number` and keep that (2.4).

    Raises what `second_step.permitted` and `check_may_enrol` raise, missing_mfa_phone_number and
    mfa_phone_number_already_exists 400 (names INFERRED), too_many_requests 429, Undelivered.
    """
    step = second_step.permitted(member, held=held, method=SMS_OTP, now=now)
    number = _number(member, phone_number, step=step, now=now)
    if not member.mfa_phone_number_verified:
        second_step.check_may_enrol(step)
    _spend(member, number, visitor=visitor, now=now)
    with audit.attempt(action="otp.send", factor=FACTOR, now=now) as attempt:
        attempt.member = member
        return _text(member, number, step=step, now=now)


def begin(finished: Finished, *, visitor: Visitor, now: datetime) -> Finished:
    """This will text a code if a second factor is all that is missing, and say so in the answer.

    To the number on file, proven or set by a backend, of a member who hasn't made an authenticator
    app their default: then a text would be a cost and a surprise (UNKNOWN in 5.5, chosen). A number
    that was only typed, in a sign-in that is over, is forgotten. The same post again within
    seconds texts once. A limit reached or a provider down is no reason to refuse the sign-in:
    then nothing is said to be sent.
    """
    member = finished.member
    if finished.mfa_required is None:
        return finished
    typed_numbers.forget_left(member, now=now)
    if not _wants_text(member, now=now):
        return replace(finished, mfa_required=mfa_need(member))
    sent = sms_codes.just_sent(member, now=now) or _is_texted(member, visitor=visitor, now=now)
    return replace(finished, mfa_required=replace(finished.mfa_required, sms_sent=sent))


def _wants_text(member: Member, *, now: datetime) -> bool:
    return (
        typed_numbers.is_on_file(member)
        and (member.mfa_phone_number_verified or not second_step.has_active_factor(member))
        and member.default_mfa_method != TOTP
        and second_step.is_allowed(member, SMS_OTP)
        and not locks.is_locked(member, now=now)
    )


def _is_texted(member: Member, *, visitor: Visitor, now: datetime) -> bool:
    try:
        _spend(member, member.mfa_phone_number, visitor=visitor, now=now)
        with audit.attempt(action="otp.send", factor=FACTOR, now=now) as attempt:
            attempt.member = member
            _text(member, member.mfa_phone_number, now=now, once=True)
    except ApiError:
        return False
    return True


def _number(member: Member, asked: str, *, step: Step | None, now: datetime) -> str:
    stored = member.mfa_phone_number
    if asked and step is not None and typed_numbers.may_replace(member, step, now=now):
        return asked
    if not stored and not asked:
        raise bad_request(
            "missing_mfa_phone_number", "The member has no phone number, and none was given."
        )
    if stored and asked not in {"", stored}:
        raise bad_request(
            "mfa_phone_number_already_exists", "The member already has another phone number."
        )
    return stored or asked


def _spend(member: Member, number: str, *, visitor: Visitor, now: datetime) -> None:
    is_proven = member.mfa_phone_number_verified and number == member.mfa_phone_number
    to = Recipient(member.member_id, member.organization_id, number, is_proven)
    text_allowances.send(to, visitor=visitor, now=now)


def _text(
    member: Member, asked: str, *, step: Step | None = None, now: datetime, once: bool = False
) -> Member:
    """`once`: somebody else may be texting the member in this very moment."""
    with transaction.atomic():
        today = members.locked(member)
        if once and sms_codes.just_sent(today, now=now):
            return today
        number = _number(today, asked, step=step, now=now)
        is_new = number != today.mfa_phone_number
        if is_new:
            _link(today, number, step=step, now=now)
        row, code = sms_codes.issue(today, now=now)
    words = _words(code, today.organization)
    with undone_unless_delivered(lambda: _undo(row, was_linked=is_new)):
        sms.send(sms.Text(number, words, code), now=now)
    return today


def _words(code: str, organization: Organization) -> str:
    """Short enough for one text. The last line is for phones, which then fill the code in on that
    site and no other (origin-bound one-time codes).
    """
    name = delivery.harmless(organization.organization_name, instead=letters.NAMELESS)
    words = f"{code} is your code for {name}. It works once, for {sms_codes.MINUTES} minutes."
    host = urlsplit(settings.PUBLIC_URL).hostname
    return f"{words}\n\n@{host} #{code}" if host else words


def _link(member: Member, number: str, *, step: Step | None, now: datetime) -> None:
    """Whether somebody else has the same number is nobody's business here, and no harm: a code
    is of one member. (Where backends write it, CONTRACT 1.5 has duplicate_member_phone_number.)
    """
    member.mfa_phone_number, member.mfa_phone_id = number, new_phone_id()
    member.mfa_phone_typed_in = typed_numbers.mark(step) if step else ""
    member.mfa_phone_typed_at = member.updated_at = now
    member.save(update_fields=[*typed_numbers.FORGOTTEN, "updated_at"])


def _undo(row: SmsCode, *, was_linked: bool) -> None:
    """Neither a code nor a number that it couldn't be sent to is kept."""
    if was_linked:
        rows = Member.objects.filter(pk=row.member_id, mfa_phone_number=row.phone_number)
        rows.update(**typed_numbers.FORGOTTEN)
    row.delete()
