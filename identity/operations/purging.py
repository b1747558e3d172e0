"""What the service forgets once nobody can use or needs it any more."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from identity.keys import PUBLISHED_AFTER_RETIREMENT
from identity.models import (
    AuditEvent,
    EmailCode,
    IntermediateSession,
    KnownPlace,
    MagicLink,
    MemberSession,
    OrganizationName,
    PasswordDoor,
    ProviderToken,
    RateWindow,
    SigningKey,
    SmsCode,
    TotpRegistration,
)
from identity.operations import places

# For a while "used or expired" can still be told from "never existed" (CONTRACT 1.5).
KEPT_AFTER_USE = timedelta(days=1)
# No limit counts for longer than a day.
LONGEST_WINDOW = timedelta(days=1)
# An ended session is a fact that people ask about: "was that me?"
SESSIONS_KEPT_FOR = timedelta(days=30)
# No lock is longer than a week, and by then nobody is trying any more.
DOORS_KEPT_FOR = timedelta(days=30)
# One DELETE at a time stays short, so that sign-ins never wait for it.
BATCH = 1000


def purge(*, now: datetime, audit_kept_for: timedelta) -> dict[str, int]:
    """This will delete what has had its time; returns how many rows of which model went."""
    used_up = Q(expires_at__lt=now - KEPT_AFTER_USE)
    ended = now - SESSIONS_KEPT_FOR
    old: tuple[QuerySet[Any], ...] = (
        EmailCode.objects.filter(used_up),
        MagicLink.objects.filter(used_up),
        SmsCode.objects.filter(used_up),
        TotpRegistration.objects.filter(used_up, activated_at=None),
        IntermediateSession.objects.filter(used_up),
        ProviderToken.objects.filter(used_up),
        RateWindow.objects.filter(started_at__lt=now - LONGEST_WINDOW),
        KnownPlace.objects.filter(seen_at__lt=now - places.KEPT),
        PasswordDoor.objects.filter(seen_at__lt=now - DOORS_KEPT_FOR),
        OrganizationName.objects.filter(OrganizationName.is_free(now)),
        MemberSession.objects.filter(Q(expires_at__lt=ended) | Q(revoked_at__lt=ended)),
        SigningKey.objects.filter(retired_at__lt=now - PUBLISHED_AFTER_RETIREMENT),
        AuditEvent.objects.filter(occurred_at__lt=now - audit_kept_for),
    )
    return {rows.model.__name__: _delete(rows) for rows in old}


def _delete(rows: QuerySet[Any]) -> int:
    gone = 0
    while batch := list(rows.values_list("pk", flat=True)[:BATCH]):
        gone += rows.model.objects.filter(pk__in=batch).delete()[0]
    return gone
