"""`manage.py rotate_keys`: a new key signs JWTs from now on (CONTRACT 4.4)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from identity import keys
from identity.operations import audit


class Command(BaseCommand):
    help = (
        "Make a new signing key. The old one stays published for a month, so that nobody is signed"
        " out; with --revoke it is withdrawn at once, for when it may have leaked."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--revoke",
            action="store_true",
            help="withdraw all older keys now: JWTs signed by them stop to verify",
        )

    def handle(self, *args: Any, revoke: bool, **options: Any) -> None:
        now = timezone.now()
        with transaction.atomic():
            key = keys.rotate(now=now, revoke=revoke)
            outcome = "older_keys_revoked" if revoke else "success"
            audit.record(action="signing_key.rotate", outcome=outcome, kid=key.kid, now=now)
        self.stdout.write(f"{key.kid} signs from now on.")
        if revoke:
            self.stdout.write("All older keys are withdrawn.")
