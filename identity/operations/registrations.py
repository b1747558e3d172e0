"""Which accounts elsewhere belong to a member: kept once they have signed in with them (3.2)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from identity.errors import ApiError, forbidden, not_found
from identity.factors import Factor
from identity.models import (
    IntermediateSession,
    Member,
    OIDCConnection,
    Organization,
    Registration,
)
from identity.operations import audit
from identity.operations.accounts import Account, account_of, origin_of
from identity.providers import PROVIDERS
from identity.tokens import new_id


def find(organization: Organization, account: Account) -> Registration | None:
    """The row, with its member; that of an unknown workspace if there is no better one."""
    rows = Registration.objects.select_related("member__organization").filter(
        organization=organization, subject=account.subject
    )
    if account.connection_id:
        return rows.filter(connection_id=account.connection_id).first()
    of_provider = rows.filter(connection=None, provider=account.provider)
    return of_provider.filter(tenant__in={account.tenant, ""}).order_by("-tenant").first()


def check_may_hold(member: Member, account: Account) -> None:
    """An address leads to a member a first time only (provider_account_mismatch 403, ours)."""
    if _others(member, account).exists():
        raise mismatch()


def mismatch() -> ApiError:
    return forbidden(
        "provider_account_mismatch",
        "The address belongs to another account of that provider here. An administrator of the"
        " organization can remove that account from the member.",
    )


def keep(member: Member, factor: Factor, *, now: datetime) -> Factor:
    """This will note the account, if it is one; the factor comes back naming its note.

    The member's row is locked by `sign_in`, and what was true before that is looked at again.
    Raises what `check_may_hold` raises, also for an account that is another member's by now;
    sso_connection_not_found 404 if the connection is gone.
    """
    if factor.subject:
        _check_origin(member, factor)
    account = account_of(factor)
    if account is None or not factor.detail:
        return factor
    row = find(member.organization, account)
    if row is None:
        row = _new(member, account, now=now)
    elif row.member_id != member.member_id:
        raise mismatch()
    elif account.tenant and not row.tenant:
        row.tenant = account.tenant
        row.save(update_fields=["tenant"])
    return replace(factor, detail={**factor.detail, "id": row.registration_id})


def publish(member: Member, *, now: datetime) -> None:
    """This will write the wire's lists on the member (CONTRACT 3.2)."""
    rows = list(Registration.objects.filter(member=member))
    member.sso_registrations = [_sso(row) for row in rows if row.connection_id]
    member.oauth_registrations = [_oauth(row) for row in rows if not row.connection_id]
    member.updated_at = now
    member.save(update_fields=["oauth_registrations", "sso_registrations", "updated_at"])


def forget_all(member: Member, *, now: datetime) -> None:
    """Of a member who is deleted: the person may come back as somebody new."""
    Registration.objects.filter(member=member).delete()
    publish(member, now=now)


def forget_connection(connection: OIDCConnection, *, now: datetime) -> None:
    """Whoever held an account of it: what another provider calls by the same `sub` is nobody."""
    rows = Registration.objects.filter(connection=connection)
    ids = list(rows.values_list("member_id", flat=True))
    holders = list(Member.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    rows.delete()
    for member in holders:
        publish(member, now=now)


def remove(*, organization: Organization, registration_id: str, now: datetime) -> Member:
    """This will let the member sign in with another account of that provider, the next time.

    For people whose subject changed, as with a provider that was moved, and for an address that
    was given to somebody else. Sessions keep what was proven; steps on their way end. Raises
    registration_not_found 404 (ours: the contract has no such call).
    """
    rows = Registration.objects.select_related("member__organization")
    row = rows.filter(organization=organization, registration_id=registration_id).first()
    if row is None:
        raise not_found("registration_not_found", "The registration could not be found.")
    with transaction.atomic():
        member = Member.objects.select_for_update().get(pk=row.member_id)
        row.delete()
        IntermediateSession.objects.filter(member=member).delete()
        publish(member, now=now)
        audit.record(
            action="member.delete_registration",
            outcome="success",
            member=member,
            now=now,
            provider=row.connection_id or row.provider,
        )
    return Member.objects.select_related("organization").get(pk=member.pk)


def _check_origin(member: Member, factor: Factor) -> None:
    """What came along from another organization isn't noted, and is another's account no less."""
    if origin := origin_of(factor):
        check_may_hold(member, origin)


def _others(member: Member, account: Account) -> QuerySet[Registration]:
    held = Registration.objects.filter(member=member, **account.place)
    return held.exclude(subject=account.subject)


def _new(member: Member, account: Account, *, now: datetime) -> Registration:
    """Of two at the same moment one is the first; the database says which."""
    check_may_hold(member, account)
    if account.connection_id:
        _check_is_there(account)
    kind = "sso" if account.connection_id else "oauth"
    row = Registration(
        registration_id=new_id(f"member-{kind}-registration"),
        organization=member.organization,
        member=member,
        subject=account.subject,
        email_address=member.email_address,
        created_at=now,
        **account.place,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise mismatch() from error
    publish(member, now=now)
    return row


def _check_is_there(account: Account) -> None:
    """A step may be taken up after the connection by which it began was deleted."""
    connections = OIDCConnection.objects.select_for_update()
    if not connections.filter(pk=account.connection_id).exists():
        raise not_found("sso_connection_not_found", "The SSO connection could not be found.")


def _sso(row: Registration) -> dict[str, Any]:
    return {
        "connection_id": row.connection_id,
        "external_id": row.subject,
        "registration_id": row.registration_id,
    }


def _oauth(row: Registration) -> dict[str, Any]:
    return {
        "provider_type": PROVIDERS[row.provider].label,
        "provider_subject": row.subject,
        "member_oauth_registration_id": row.registration_id,
    }
