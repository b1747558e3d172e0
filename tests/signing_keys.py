"""One signing key for all tests of a process: to make and to read one takes longer than a test."""

from datetime import UTC, datetime

from identity import keys
from identity.models import SigningKey

# Before any time that a test moves to.
MADE_AT = datetime(2020, 1, 1, tzinfo=UTC)
_made: list[SigningKey] = []


def lay_in() -> None:
    """Have the database begin as after the first sign-in ever; test_keys.py begins before it."""
    if not _made:
        _made.append(keys.rotate(now=MADE_AT))
    SigningKey.objects.bulk_create(_made, ignore_conflicts=True)
