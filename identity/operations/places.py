"""Blocks of addresses from which somebody has proven a mailbox before."""

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings

from identity import client_address
from identity.models import KnownPlace
from identity.tokens import derived_key
from identity.visitors import Visitor

# Since the last time; people move, and networks change hands.
KEPT = timedelta(days=90)


def remember(*, email_address: str, visitor: Visitor, now: datetime) -> None:
    """For who has proven that mailbox just now."""
    key = _key(email_address, visitor)
    if key:
        row = KnownPlace(key=key, seen_at=now)
        KnownPlace.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["key"], update_fields=["seen_at"]
        )


def known(*, email_address: str, visitor: Visitor, now: datetime) -> str:
    """The key of the visitor's place if it is known for this address, else ""; always a query."""
    key = _key(email_address, visitor)
    seen = KnownPlace.objects.filter(key=key, seen_at__gt=now - KEPT)
    return key if seen.exists() else ""


def _key(email_address: str, visitor: Visitor) -> str:
    """By the narrowest block: neighbours in a wider one are other people."""
    blocks = client_address.blocks(visitor.address)
    if not blocks:
        return ""
    secret = derived_key("known-place", settings.SECRET_KEY)
    subject = f"{email_address}:{blocks[0][0]}".encode()
    return hmac.new(secret, subject, hashlib.sha256).hexdigest()
