"""A six-digit code on its way to a member's phone (CONTRACT 2.4, 8.1)."""

from django.db import models

from identity.models.member import Member
from identity.models.replay import Replayable


class SmsCode(Replayable):
    """Only the newest of a member is valid, tries are limited."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    # The number it was sent to: a code doesn't prove the number that replaced it.
    phone_number = models.CharField(max_length=20)
    salt = models.CharField(max_length=32)
    code_hash = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"sms code {self.pk}"
