"""What people may be called, since mails of ours say it to others."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from pytest_django import Settings

from identity import delivery, names
from identity.models import Member, Organization
from identity.operations import notices
from identity.provenance import Provenance
from tests.identity import post
from tests.identity.api import Api, refused
from tests.identity.password_calls import ADA, BETTER, authenticate, with_password

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)

ADDRESSES = [
    "Payroll: confirm at http://evil.example/login",
    "HTTPS://EVIL.EXAMPLE",
    "hxxp://evil",
    "evil.example",
    "Go to EVIL.COM now",
    "www.evil",
    "evil.example/login",
    "evil.example:8080",
    "évil.example",
    "xn--vil-9la.example",
    "evil.xn--p1ai",
    "evil。example",
    "ｈｔｔｐ：／／evil",
    "write to eve@evil.example",
    "eve@localhost",
    "eve @ evil",
    "mailto:eve",
    "javascript:alert(1)",
    "tel:+15550100",
    "//evil.example",
    "10.0.0.1",
    "http://[::1]/",
    # In any spelling.
    *("evil.Com", "Evil-Pay.Com", "bit.Ly/abc", "t.Co/xyz", "//evil.Com", "evil.com.", "evil..com"),
    *("evil[.]com", "evil (dot) com", "evil dot com", "evil .com", "evil. com", "evil\n.com"),
    *("evil\u0701com", "evil\u00b7com", "evil\u2022com", "evil\u02d9com", "evil\ufe52com"),
    *("evil\u200d.com", "evil.\u200dcom", "evil.c\u043em", "evil.c\u034fom", "evil.js/"),
    *("evil%2Ecom", "evil&#46;com", "Dr.Com", "St.Online", "A.B.Com", "x.Com", "EVIL.Co.Uk"),
    *("skype:eve", "eve (at) evil", "0x7f000001"),
    *("tel +1 900", "+1 (900) 555-0100", "Call 555-0100", "555.123.4567", "0049 30 123456"),
    *("\u0660\u0663\u0660\u0661\u0662\u0663\u0664\u0665", "1-800-FLOWERS"),
    "5\ufe0f\u20e35\ufe0f\u20e35\ufe0f\u20e3 0100 200",
]
NAMES = [
    "Acme",
    "Acme, Inc.",
    "A.B. Dental e.V.",
    "St.Gallen Bank",
    "Müller & Söhne GmbH & Co. KG",
    "株式会社アクメ",
    "Node.js Foundation",
    "Team: Alpha",
    "R2-D2",
    "Version 2.0",
    "O’Reilly – “Books”",
    "3:0 e.V.",
    "",
    *("Acme Inc.", "St. Mary's", "Team 42", "Dr. No", "Dr.Who", "No. 1 Traders", "No.1 Traders"),
    *("J.R.R. Tolkien Ltd.", "S.p.A. Ferrari", "Sp. z o.o.", "Kova\u010d d.o.o.", "U.S. Robotics"),
    *(
        "24/7 Media",
        "A/B Testing",
        "Class of 2024-2025",
        "AT&T",
        "C++ Users",
        "1+1 Club",
        "7-Eleven",
    ),
    *("Col\u00b7legi de Metges", "\u30b9\u30bf\u30fc\u30fb\u30a6\u30a9\u30fc\u30ba", "E.ON"),
    *(
        "\u0938\u0924\u094d\u092f\u092e",
        "\u0645\u062d\u0645\u062f",
        "Rocket \U0001f680",
        "Ph.D. Club",
    ),
    *(
        ".NET Foundation",
        "Wait... what",
        "Re:Invent",
        "Main St. Shop",
        "D.C. United",
        "Acme v1.2.3",
    ),
]


@pytest.mark.parametrize("name", ADDRESSES)
def test_what_holds_an_address_is_no_name(name: str) -> None:
    assert names.holds_address(name)


@pytest.mark.parametrize("name", NAMES)
def test_what_people_and_companies_are_called_is_one(name: str) -> None:
    assert not names.holds_address(name)


def test_an_organization_is_not_called_like_that(api: Api) -> None:
    bad = ADDRESSES[0]
    made = api.post("/b2b/organizations", organization_name=bad)
    refused(made, 400, "invalid_organization_name")
    acme = api.organization()
    path = f"/b2b/organizations/{acme['organization_id']}"
    refused(api.put(path, organization_name=bad), 400, "invalid_organization_name")
    assert Organization.objects.get().organization_name == "Acme"


def test_a_member_is_not_called_like_that(api: Api) -> None:
    bad, acme = ADDRESSES[0], api.organization()
    path = f"/b2b/organizations/{acme['organization_id']}/members"
    refused(api.post(path, email_address=ADA, name=bad), 400, "invalid_name")
    ada = api.member(acme, ADA)
    refused(api.put(f"{path}/{ada['member_id']}", name=bad), 400, "invalid_name")
    whom = {"organization_id": acme["organization_id"], "email_address": "b@acme.example"}
    refused(api.post("/b2b/magic_links/email/invite", **whom, name=bad), 400, "invalid_name")
    assert Member.objects.get().name == ""


def test_a_name_of_before_is_in_no_subject_and_no_text(api: Api, settings: Settings) -> None:
    """(QUALITY 78)"""
    settings.PUBLIC_URL = "https://app.example"
    acme = api.organization()
    api.member(acme, ADA)
    Organization.objects.update(organization_name=ADDRESSES[0])
    whose = {"organization_id": acme["organization_id"], "email_address": ADA}
    api.post("/b2b/otps/email/login_or_signup", **whose)
    message = post.newest(ADA)
    assert message.subject == "Your sign-in code for “your organization”"
    for text in (str(message.body), str(message.alternatives[0][0])):
        assert "evil" not in text


def test_a_name_ends_no_quotation() -> None:
    assert delivery.quoted("Acme” – read “this") == "“Acme – read this”"


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def test_the_tenth_notice_of_an_hour_stands_for_all_further(api: Api, clock: Any) -> None:
    """(QUALITY 78)"""
    api.member(api.organization(), ADA)
    Member.objects.update(email_provenance=Provenance.MAILBOX)
    member = Member.objects.get()
    for _ in range(15):
        notices.tell(member, notices.PASSWORD_SET, now=datetime.now(tz=UTC))
    subjects = [each.subject for each in mail.outbox]
    assert subjects[:9] == ["Your password was changed at “Acme”"] * 9
    assert subjects[9:] == ["More has changed at “Acme”"]
    clock.shift(timedelta(hours=1))
    notices.tell(member, notices.PASSWORD_SET, now=datetime.now(tz=UTC))
    assert len(mail.outbox) == 11


def test_strangers_who_lock_the_password_each_hour_mail_twice_a_day(
    api: Api, clock: Any, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://app.example"
    acme = api.organization()
    api.member(acme, ADA)
    with_password(api, acme)
    mail.outbox.clear()
    for _ in range(8):
        for _ in range(10):
            authenticate(api, acme, BETTER)
        clock.shift(timedelta(hours=1))
    assert [each.subject for each in mail.outbox] == [
        "Your password is locked for 1 hour at “Acme”"
    ] * 2
