"""People and organizations made directly, for tests of operations below the API."""

from datetime import UTC, datetime, timedelta
from typing import Any

from identity.factors import Factor, email_factor
from identity.models import Member, Organization
from identity.operations import members, organizations
from identity.operations.presented import Nobody
from identity.operations.sign_in import Finished, Terms, new_intermediate, sign_in
from identity.provenance import Provenance

NOW = datetime(2026, 1, 1, 12, 0, 0, 250_000, tzinfo=UTC)
ALICE = "alice@acme.example"


def later(*, now: datetime = NOW, **delta: float) -> datetime:
    return now + timedelta(**delta)


def organization(name: str = "Acme", **fields: Any) -> Organization:
    return organizations.create(fields={"organization_name": name, **fields}, now=NOW)


def member(of: Organization, email_address: str = ALICE, **fields: Any) -> Member:
    """An active member whose mailbox was proven, unless `fields` say otherwise."""
    verified = fields.pop("verified", True)
    word = fields.pop("provenance", Provenance.MAILBOX)
    given = {"email_address": email_address, **fields}
    created = members.create(organization=of, fields=given, now=NOW)
    if verified:
        Member.objects.filter(pk=created.pk).update(
            email_address_verified=True, email_provenance=word
        )
    return Member.objects.select_related("organization").get(pk=created.pk)


def proof(email_address: str = ALICE, *, type: str = "email_otp", now: datetime = NOW) -> Factor:
    return email_factor(type=type, email_id="", email_address=email_address, now=now)


TOTP = Factor("totp", "authenticator_app", NOW, "authenticator_app_factor", {"totp_id": "t"})


def signed_in(
    as_member: Member,
    *factors: Factor,
    terms: Terms | None = None,
    now: datetime = NOW,
) -> Finished:
    return sign_in(
        member=as_member,
        factors=factors or (proof(as_member.email_address, now=now),),
        presented=Nobody(),
        joining=False,
        terms=terms or Terms(),
        now=now,
    )


def begun(email_address: str = ALICE, *factors: Factor, now: datetime = NOW, **inside: Any) -> str:
    """The token of an intermediate session, discovery-born unless `inside` names otherwise."""
    held = factors or (proof(email_address, now=now),)
    _, token = new_intermediate(email_address=email_address, factors=held, now=now, **inside)
    return token
