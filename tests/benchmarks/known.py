"""Who is known at Acme and who isn't, one never asked for before at a time."""

from functools import cache

from django.utils import timezone

from accounts.service import identity
from identity import password_hash
from identity.models import Member, Organization
from identity.operations import kept_passwords, members
from identity.provenance import Provenance
from tests.benchmarks import visitors
from tests.benchmarks.measuring import Call


def found() -> None:
    """Acme itself."""
    visitors.arrive()


def stranger(number: int) -> str:
    """The database has just been written to here as well, which is to be felt in what follows."""
    somebody_else(number)
    return address(number)


def member(number: int) -> str:
    made(number)
    return address(number)


def with_password(number: int) -> str:
    kept_passwords.keep(
        made(number), hashed=_hashed(), provenance=Provenance.MAILBOX, now=timezone.now()
    )
    return address(number)


def adding_fresh_phone(number: int) -> Call:
    somebody_else(number)
    return _adding(phone(number), number)


def adding_taken_phone(number: int) -> Call:
    Member.objects.filter(pk=somebody_else(number).pk).update(mfa_phone_number=phone(number))
    return _adding(phone(number), number)


def made(number: int) -> Member:
    given = {"email_address": address(number), "name": "Somebody"}
    return members.create(organization=_acme(), fields=given, now=timezone.now())


def somebody_else(number: int) -> Member:
    return made(number + 500_000)


def phone(number: int) -> str:
    """Never asked for before, like the addresses."""
    return f"+1415{2_000_000 + number}"


def address(number: int) -> str:
    """As long and as likely, known or not."""
    return f"person-{number:06d}@acme.example"


def _adding(phone: str, number: int) -> Call:
    visitor = visitors.sign_in(made(number))
    return lambda: identity().second_factors.send_sms(
        organization_id=_acme().organization_id,
        member_id=visitor.session.member_id,
        phone_number=phone,
        session_token=visitor.session_token,
    )


@cache
def _acme() -> Organization:
    return Organization.objects.get(organization_slug="acme")


@cache
def _hashed() -> str:
    """One for everybody: hashing is what takes time, and nobody knows the password anyway."""
    return password_hash.made("correct horse battery staple")
