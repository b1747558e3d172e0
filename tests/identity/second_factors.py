"""Members with a phone or an authenticator, and calls of the second step at any time."""

from datetime import datetime
from typing import Any

import pyotp

from identity.models import Member
from identity.operations import second_factor, sms, sms_codes, totp
from identity.operations.mailbox import Held
from identity.operations.second_factor import Given
from identity.operations.sign_in import Finished, Terms
from identity.operations.totp import Registered
from identity.visitors import Visitor
from tests import phones
from tests.identity.people import NOW, begun

NUMBER = "+14155551234"
VISITOR = Visitor("203.0.113.7")


def by(token: str) -> Held:
    return Held(intermediate_session_token=token)


def in_session(finished: Finished) -> Held:
    return Held(session_token=finished.session_token)


def on_the_way(member: Member, *, now: datetime = NOW) -> Held:
    """A sign-in with the first factor done."""
    return by(begun(member.email_address, now=now))


def given(member: Member, code: str, held: Held, **more: Any) -> Given:
    return Given(member=member, held=held, code=code, terms=Terms(), visitor=VISITOR, **more)


def today(member: Member) -> Member:
    return Member.objects.select_related("organization").get(pk=member.pk)


def text(member: Member, held: Held, *, number: str = "", now: datetime = NOW) -> str:
    """Have a code texted; the code."""
    sms.send(member=today(member), phone_number=number, held=held, visitor=VISITOR, now=now)
    return phones.code(today(member).mfa_phone_number)


def by_text(member: Member, code: str, held: Held, *, now: datetime = NOW, **more: Any) -> Finished:
    asked = given(today(member), code, held, **more)
    return second_factor.authenticate(sms_codes.KIND, given=asked, now=now)


def by_app(member: Member, code: str, held: Held, *, now: datetime = NOW, **more: Any) -> Finished:
    return totp.authenticate(given=given(today(member), code, held, **more), now=now)


def register(member: Member, held: Held, *, now: datetime = NOW) -> Registered:
    return totp.create(member=today(member), held=held, minutes=None, now=now)


def app_code(secret: str, *, now: datetime = NOW) -> str:
    return pyotp.TOTP(secret).at(now)


def with_phone(member: Member, *, number: str = NUMBER, now: datetime = NOW) -> Finished:
    """The session that enrolling a phone ended in."""
    held = on_the_way(member, now=now)
    return by_text(member, text(member, held, number=number, now=now), held, now=now)


def with_app(member: Member, *, now: datetime = NOW) -> tuple[Finished, Registered]:
    held = on_the_way(member, now=now)
    registered = register(member, held, now=now)
    return by_app(member, app_code(registered.secret, now=now), held, now=now), registered
