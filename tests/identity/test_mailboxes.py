"""One mailbox has many spellings; to whatever counts mails and guesses it is one."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from identity.errors import ApiError
from identity.models import Member, Organization
from identity.operations import allowances, guesses, notices, work_allowances
from identity.provenance import Provenance
from identity.visitors import Visitor
from outbound.mailboxes import mailbox_of
from tests.identity.people import NOW, member, organization

pytestmark = pytest.mark.django_db
VISITOR = Visitor("203.0.113.1")


@pytest.fixture(autouse=True)
def _production_limits(settings: Settings) -> None:
    settings.SENDS_PER_ADDRESS = 6
    settings.GUESSES_PER_ADDRESS = 10


def done(what: Any, times: int, **how: Any) -> int:
    """How often it went well for as many spellings of one mailbox."""
    well = 0
    for n in range(times):
        try:
            what(email_address=f"victim+{n}@corp.example", visitor=VISITOR, now=NOW, **how)
        except ApiError:
            continue
        well += 1
    return well


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("victim@corp.example", "victim@corp.example"),
        ("victim+1@corp.example", "victim@corp.example"),
        ("victim+a+b@corp.example", "victim@corp.example"),
        ("Victim+A@Corp.Example", "victim@corp.example"),
        ("+1@corp.example", "+1@corp.example"),  # nothing before the tag: then it is none
        ("v.i.c@corp.example", "v.i.c@corp.example"),
        ("v.i.c+1@gmail.com", "vic@gmail.com"),
        ("vic@googlemail.com", "vic@gmail.com"),
    ],
)
def test_the_key_of_a_mailbox(address: str, mailbox: str) -> None:
    assert mailbox_of(address) == mailbox


@pytest.mark.parametrize("send", [allowances.send, allowances.send_code])
def test_one_stranger_mails_a_mailbox_six_times(send: Any) -> None:
    assert done(send, 20) == 6


def test_all_strangers_have_codes_for_a_mailbox_together(settings: Settings) -> None:
    settings.SENDS_PER_ADDRESS = 1
    sent = 0
    for n in range(12):
        try:
            allowances.send_code(
                email_address=f"victim+{n}@corp.example",
                visitor=Visitor(f"198.51.100.{n}"),
                now=NOW + timedelta(hours=n // 3),
            )
        except ApiError:
            continue
        sent += 1
    assert sent == 4


def test_a_known_browser_has_one_purse_for_a_mailbox() -> None:
    def send(*, email_address: str, visitor: Visitor, now: Any) -> None:
        known = Visitor(visitor.address, "b" * 22, is_known=True)
        allowances.send(email_address=email_address, visitor=known, now=now)

    assert done(send, 20) == 6


def test_a_redeemed_code_is_given_back_in_any_spelling(settings: Settings) -> None:
    settings.SENDS_PER_ADDRESS = 1
    spelt = {"email_address": "victim+1@corp.example", "visitor": VISITOR}
    for hour in range(4):
        now = NOW + timedelta(hours=hour)
        whose = allowances.send_code(**spelt, now=now)
        allowances.redeemed(**spelt, whose=whose, asked_by="", sent_at=now)
    allowances.send_code(**spelt, now=NOW + timedelta(hours=4))


def test_guesses_count_for_the_mailbox() -> None:
    def guess(**whose: Any) -> None:
        with guesses.at_code(**whose, at_own=False, at_others=True):
            raise AssertionError("a wrong one")

    with pytest.raises(AssertionError):
        guess(email_address="victim@corp.example", visitor=VISITOR, now=NOW)
    wrong = 1
    for n in range(20):
        try:
            guess(email_address=f"victim+{n}@corp.example", visitor=VISITOR, now=NOW)
        except AssertionError:
            wrong += 1
        except ApiError:
            continue
    assert wrong == 10


def test_foundings_count_for_the_mailbox(settings: Settings) -> None:
    settings.SENDS_PER_ADDRESS = 100
    assert done(work_allowances.found, 40) == work_allowances.FOUNDINGS


def test_organizations_mail_a_foreign_mailbox_few_notices(mailoutbox: list[Any]) -> None:
    """Whatever they call their members: nine a day from all, three and one from each."""
    for n in range(12):
        whose = made(f"evil-{n}", f"victim+{n}@corp.example")
        notices.tell(whose, notices.PASSWORD_SET, now=NOW)
    assert len(mailoutbox) == 9


def test_nor_one_organization_by_many_members(mailoutbox: list[Any]) -> None:
    for n in range(12):
        whose = made("evil", f"victim+{n}@corp.example")
        notices.tell(whose, notices.PASSWORD_SET, now=NOW)
    assert len(mailoutbox) == 4


def made(slug: str, address: str) -> Member:
    found = Organization.objects.filter(organization_slug=slug).first()
    return member(
        found or organization(slug, organization_slug=slug), address, provenance=Provenance.ADMIN
    )
