"""`manage.py purge`: forgets what nobody needs any more; run it daily."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from identity.operations import purging


class Command(BaseCommand):
    help = (
        "Delete expired codes, links and intermediate sessions, old sessions, counters and keys,"
        " and audit events older than AUDIT_RETENTION_DAYS."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        kept_for = timedelta(days=settings.AUDIT_RETENTION_DAYS)
        gone = purging.purge(now=timezone.now(), audit_kept_for=kept_for)
        for name, count in gone.items():
            self.stdout.write(f"{name}: {count}")
