"""The record of security events: complete, append-only, and no line in it can be forged."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from identity.errors import ApiError
from identity.models import AuditEvent, Member, Organization
from identity.operations import audit
from tests.identity import post
from tests.identity.api import Api
from tests.identity.people import organization

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
ADA = "ada@acme.example"


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.name == "identity.audit"]


def test_signing_in_leaves_time_member_organization_factor_outcome_and_request(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    """(QUALITY 67)"""
    acme = api.organization()
    member = api.member(acme, ADA)
    body = {"organization_id": acme["organization_id"], "email_address": ADA}
    api.post("/b2b/otps/email/login_or_signup", **body)
    code = post.code(ADA)
    answers = [
        api.post("/b2b/otps/email/authenticate", **body, code=each)
        for each in (post.wrong(code), code)
    ]
    right, wrong = AuditEvent.objects.filter(action="otp.authenticate")
    assert (wrong.outcome, right.outcome) == ("otp_code_not_found", "success")
    for event, answer in ((wrong, answers[0]), (right, answers[1])):
        assert event.request_id == answer.json()["request_id"]
        assert event.organization_id == acme["organization_id"]
        assert event.factor == "email_otp"
        assert event.occurred_at
    assert right.member_id == member["member_id"]
    (told,) = [each for each in lines(caplog) if right.request_id in each and "otp." in each]
    for fact in (
        f"member={member['member_id']}",
        f"organization={acme['organization_id']}",
        "factor=email_otp",
        "outcome=success",
        "time=20",
    ):
        assert fact in told


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain", "plain"),
        ("two words", '"two words"'),
        ("a\nidentity.audit forged=1", '"a\\nidentity.audit forged=1"'),
        ("a\r\n\x1b[2J", '"a\\r\\n\\u001b[2J"'),
        ('quote" outcome=success', '"quote\\" outcome=success"'),
        ("\u2028\u202e", '"\\u2028\\u202e"'),
        ("x" * 500, "x" * 200),
        (7, "7"),
    ],
)
def test_a_value_can_not_start_a_line_or_a_field(
    caplog: pytest.LogCaptureFixture, value: Any, written: str
) -> None:
    """(QUALITY 67)"""
    audit.record(action="test", outcome="success", now=NOW, given=value)
    (line,) = lines(caplog)
    assert line.startswith("time=2026-05-01T12:00:00Z action=test outcome=success")
    assert line.endswith(f" given={written}")
    assert line.isprintable()


@pytest.mark.django_db
def test_events_are_neither_changed_nor_deleted() -> None:
    audit.record(action="test", outcome="success", now=NOW)
    event = AuditEvent.objects.get()
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()


def test_made_up_tokens_are_lines_and_no_rows(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    """Anybody can send them all day (QUALITY 67)"""
    for n in range(3):
        api.post("/b2b/magic_links/discovery/authenticate", discovery_magic_links_token=f"{n}" * 44)
        api.post("/b2b/magic_links/authenticate", magic_links_token=f"{n}" * 44)
    assert not AuditEvent.objects.exists()
    assert len(lines(caplog)) == 6
    assert all(
        "action=link.authenticate outcome=magic_link_not_found" in line for line in lines(caplog)
    )


@pytest.mark.parametrize(
    ("address", "masked"), [(ADA, "a***@acme.example"), ("x@y.example", "x***@y.example")]
)
def test_addresses_are_masked(address: str, masked: str) -> None:
    assert audit.masked(address) == masked


def test_every_change_of_a_member_leaves_a_row(api: Api) -> None:
    """(QUALITY 67): and the row names the fields, never what was put into them."""
    acme = api.organization(organization_slug="acme")
    member_id = api.member(acme, ADA)["member_id"]
    one = f"/b2b/organizations/acme/members/{member_id}"
    api.put(one, name="Ada Zebra", untrusted_metadata={"a": "zebra"})
    api.put(one, email_address="zebra@acme.example")
    api.delete(one)
    Member.objects.update(email_address_verified=True)
    api.put(f"{one}/reactivate")
    rows = AuditEvent.objects.filter(member_id=member_id).order_by("pk")
    changes = [(row.action, row.details.get("fields", "")) for row in rows]
    assert changes == [
        ("member.create", ""),
        ("member.update", "name untrusted_metadata"),
        ("member.update", "email_address"),
        ("member.delete", ""),
        ("member.reactivate", ""),
    ]
    assert "zebra" not in repr([vars(row) for row in rows]).lower()


@pytest.mark.django_db
def test_refusals_of_nobody_fill_no_record() -> None:
    """Anybody can begin at an organization's provider and come back with its "no", all day."""
    corp, other = organization("Corp"), organization("Other")

    def refuse(of: Organization, kind: str = "access_denied", *, now: datetime = NOW) -> None:
        attempt = audit.attempt(action="sso.callback", factor="sso", now=now)
        with suppress(ApiError), attempt as concerned:
            concerned.organization = of
            raise ApiError(400, kind, "")

    def rows(of: Organization) -> int:
        return AuditEvent.objects.filter(
            organization_id=of.pk, action="sso.callback", outcome="access_denied"
        ).count()

    for _ in range(50):
        refuse(corp)
    assert rows(corp) == 20
    newest = AuditEvent.objects.filter(organization_id=corp.pk, action="sso.callback").first()
    assert newest is not None
    assert newest.details == {"further": "in the log"}
    refuse(other)
    assert rows(other) == 1
    refuse(corp, "provider_misconfigured")
    assert AuditEvent.objects.filter(outcome="provider_misconfigured").count() == 1
    refuse(corp, now=NOW + timedelta(hours=1))
    assert rows(corp) == 21
