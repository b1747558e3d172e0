"""Whom notices reach: nobody silences another organization's, and strangers flood nobody."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from pytest_django import Settings

from identity.models import Member, Organization
from identity.operations import admin_notices, limits, member_changes, notices
from identity.provenance import Provenance
from outbound import apart, deadline
from tests.identity.arriving import by_sso, connected
from tests.identity.people import NOW, later, member, organization
from tests.mail_server import mail_server

VICTIM = "victim@corp.example"

pytestmark = pytest.mark.django_db(transaction=True)


def proven(of: Organization, address: str, by: Provenance = Provenance.MAILBOX) -> Member:
    made = member(of, address)
    Member.objects.filter(pk=made.pk).update(email_address_verified=True, email_provenance=by)
    return Member.objects.select_related("organization").get(pk=made.pk)


def evil() -> Organization:
    return organization("Evil", sso_jit_provisioning="ALL_ALLOWED")


def told(address: str = VICTIM) -> list[str]:
    return [each.subject for each in mail.outbox if each.to == [address]]


@pytest.mark.parametrize("by", [Provenance.MAILBOX, Provenance.OWN_PROVIDER])
def test_another_organization_uses_up_none_of_them(by: Provenance) -> None:
    """Its own provider names the address again and again, and each change is worth a notice."""
    corp = organization("Corp")
    proven(corp, "boss@corp.example")
    victim, theirs = proven(corp, VICTIM, by), connected(evil())
    for n in range(11):
        by_sso(theirs, "m", VICTIM)
        by_sso(theirs, "m", f"x{n}@evil.example")
    mail.outbox.clear()
    notices.tell(victim, notices.PASSWORD_SET, now=NOW)
    changes = {"email_address": "attacker@evil.example"}
    member_changes.update(member=victim, changes=changes, now=NOW)
    assert told() == [
        "Your password was changed at “Corp”",
        "Your email address was changed at “Corp”",
    ]


def test_an_address_that_nobody_has_proven_gets_a_few_a_day() -> None:
    theirs = connected(evil())
    for n in range(11):
        by_sso(theirs, "m", VICTIM)
        by_sso(theirs, "m", f"x{n}@evil.example")
    assert len(told()) == 4
    assert told()[-1] == "More has changed at “Evil”"


def test_nor_more_from_many_organizations() -> None:
    for n in range(12):
        whose = proven(organization(f"Evil {n}"), VICTIM, Provenance.ADMIN)
        for _ in range(3):
            notices.tell(whose, notices.PASSWORD_SET, now=NOW)
    assert len(told()) == 9


def test_an_organization_mails_few_people_whom_nobody_has_proven() -> None:
    theirs = connected(evil())
    for n in range(60):
        by_sso(theirs, "m", f"person{n}@company{n}.example")
    assert len(mail.outbox) == 20


def test_people_of_a_proven_domain_are_told_though_many() -> None:
    """Single sign-on alone proves no mailbox; of a colleague's domain that is nobody foreign."""
    corp = organization("Corp")
    proven(corp, "boss@corp.example")
    for n in range(40):
        whose = proven(corp, f"p{n}@corp.example", Provenance.OWN_PROVIDER)
        notices.tell(whose, notices.PASSWORD_SET, now=NOW)
    assert len(mail.outbox) == 40


def test_they_count_for_the_project(settings: Settings) -> None:
    """And strangers who have used up its mails silence nobody whose address is proven."""
    settings.MAILS_PER_PROJECT = 2
    stranger = proven(evil(), "a@b.example", Provenance.OWN_PROVIDER)
    victim = proven(organization("Corp"), VICTIM)
    for _ in range(3):
        notices.tell(victim, notices.PASSWORD_SET, now=NOW)
    notices.tell(stranger, notices.PASSWORD_SET, now=NOW)
    notices.tell(stranger, notices.PASSWORD_SET, now=NOW)
    assert len(told()) == 3
    assert len(told("a@b.example")) == 1  # of strangers' two mails the first
    assert limits.used("send-known", per=timedelta(hours=1), now=NOW) == 4
    notices.tell(stranger, notices.PASSWORD_SET, now=later(hours=1))
    assert len(told("a@b.example")) == 2


def admin(of: Organization, by: Provenance) -> Member:
    made = proven(of, VICTIM, by)
    Member.objects.filter(pk=made.pk).update(roles=["stytch_admin"])
    return made


def test_another_organization_uses_up_no_notices_to_admins() -> None:
    """Nor does it mail those whom it calls admins by its own word alone."""
    notice = admin_notices.MORE
    by_word, proven_there = admin(evil(), Provenance.ADMIN), admin(evil(), Provenance.MAILBOX)
    corps = admin(organization("Corp"), Provenance.MAILBOX)
    for _ in range(6):
        admin_notices.tell(by_word.organization, notice, now=NOW)
    assert told() == []
    for _ in range(6):
        admin_notices.tell(proven_there.organization, notice, now=NOW)
    admin_notices.tell(corps.organization, notice, now=NOW)
    assert told().count("More email addresses differ at “Corp”") == 1


def test_a_notice_is_mailed_once_more_when_the_call_s_time_is_up(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever took it before, a text or another mail: no notice is lost by that."""
    tasks: list[Any] = []
    monkeypatch.setattr(apart, "later", tasks.append)
    victim = proven(organization("Corp"), VICTIM)
    with mail_server() as (mailboxes, port):
        settings.EMAIL_BACKEND = "outbound.smtp.Backend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        with deadline.within(0):
            notices.tell(victim, notices.PASSWORD_SET, now=NOW)
        assert mailboxes.received == []
        [task] = tasks
        task()
    [(content, _)] = mailboxes.received
    assert VICTIM.encode() in content


def test_of_a_notice_that_nobody_takes_the_log_has_a_line(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "outbound.smtp.Backend", 9
    notices.tell(proven(organization("Corp"), VICTIM), notices.PASSWORD_SET, now=NOW)
    assert caplog.messages.count("a member was not told") == 1
