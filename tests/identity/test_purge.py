"""`manage.py purge`: what is over goes, what is needed stays."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from pytest_django import Settings

from identity import keys
from identity.models import (
    AuditEvent,
    EmailCode,
    IntermediateSession,
    MagicLink,
    MemberSession,
    PasswordDoor,
    RateWindow,
    SigningKey,
)
from identity.operations import audit, purging
from identity.operations.revocation import Selector, revoke, select
from tests.identity.people import ALICE, NOW, begun, later, member, organization, signed_in

YEAR = timedelta(days=365)
pytestmark = pytest.mark.django_db


def purge(now: datetime) -> dict[str, int]:
    return purging.purge(now=now, audit_kept_for=YEAR)


def test_codes_links_and_steps_go_a_day_after_they_expired() -> None:
    times = {"created_at": NOW, "expires_at": later(minutes=10)}
    EmailCode.objects.create(email_address=ALICE, salt="s", code_hash="h", **times)
    MagicLink.objects.create(email_address=ALICE, purpose="discovery", token_hash="h", **times)
    begun()
    purge(later(days=1, minutes=10))
    assert [model.objects.count() for model in (EmailCode, MagicLink, IntermediateSession)] == [
        1, 1, 1,
    ]  # fmt: skip
    gone = purge(later(days=1, minutes=11))
    assert (gone["EmailCode"], gone["MagicLink"], gone["IntermediateSession"]) == (1, 1, 1)


def test_sessions_go_a_month_after_their_end() -> None:
    alice = signed_in(member(organization()))
    revoke(select(Selector(session_token=alice.session_token), now=NOW), now=NOW)
    signed_in(alice.member)
    assert purge(later(days=30))["MemberSession"] == 0
    assert purge(later(days=30, seconds=1))["MemberSession"] == 1
    assert MemberSession.objects.get().revoked_at is None
    assert purge(later(days=30, hours=1, seconds=1))["MemberSession"] == 1


def test_live_sessions_stay() -> None:
    signed_in(member(organization()), now=later(days=39, hours=23, minutes=30))
    assert purge(later(days=40))["MemberSession"] == 0


def test_counters_and_retired_keys_go() -> None:
    RateWindow.objects.create(key="k", started_at=NOW)
    keys.ring(now=NOW)
    keys.rotate(now=later(days=1))
    gone = purge(later(days=31, seconds=1))
    assert (gone["RateWindow"], gone["SigningKey"]) == (1, 1)
    assert SigningKey.objects.get().retired_at is None


def test_audit_events_are_kept_as_long_as_the_setting_says(settings: Settings) -> None:
    settings.AUDIT_RETENTION_DAYS = 90
    for days in (0, 30):
        audit.record(action="session.create", outcome="success", now=later(days=days))
    out = StringIO()
    with time_machine.travel(later(days=91), tick=False):
        call_command("purge", stdout=out)
    assert AuditEvent.objects.get().occurred_at == later(days=30)
    assert "AuditEvent: 1\n" in out.getvalue()


def test_more_than_a_batch_goes_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "BATCH", 2)
    for number in range(5):
        RateWindow.objects.create(key=str(number), started_at=NOW)
    assert purge(later(days=2))["RateWindow"] == 5


def test_strangers_go_a_month_after_they_were_last_seen() -> None:
    for key, days in (("old", 31), ("new", 29)):
        PasswordDoor.objects.create(key=key, seen_at=later(days=-days))
    purge(NOW)
    assert [each.key for each in PasswordDoor.objects.all()] == ["new"]
