"""One-time codes and links on their way to a mailbox (CONTRACT 2.3, 2.4, 8.1)."""

from django.db import models

from identity.models.member import Member
from identity.models.organization import Organization
from identity.models.replay import Replayable


class EmailCode(Replayable):
    """A six-digit code; only the newest of an address is valid, tries are limited.

    `asked_by` is the browser that asked for it (visitors.py), or "". Its tries are its own, so that
    nobody else can use them up; `tries` are those of all others. `purse` says which allowance of
    the day it was taken from (allowances.py).
    """

    email_address = models.EmailField(max_length=254, db_index=True)
    # None for discovery: a code works only in the flow it was sent for.
    organization = models.ForeignKey(Organization, models.CASCADE, null=True, related_name="+")
    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="+")
    salt = models.CharField(max_length=32)
    code_hash = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_by = models.CharField(max_length=32, blank=True, default="")
    own_tries = models.PositiveSmallIntegerField(default=0)
    purse = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"code {self.pk}"


class MagicLink(Replayable):
    class Purpose(models.TextChoices):
        DISCOVERY = "discovery"
        LOGIN = "login"
        SIGNUP = "signup"
        INVITE = "invite"
        RESET = "reset"

    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    email_address = models.EmailField(max_length=254, db_index=True)
    organization = models.ForeignKey(Organization, models.CASCADE, null=True, related_name="+")
    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="+")
    pkce_code_challenge = models.CharField(max_length=128, blank=True, default="")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"link {self.pk}"
