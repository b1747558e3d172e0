"""What locks after too many wrong answers in a row (CONTRACT 8.3, operations/locks.py)."""

from django.db import models


class Lockable(models.Model):
    failed_attempts = models.PositiveSmallIntegerField(default=0)
    locked_at = models.DateTimeField(null=True)
    lock_expires_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
